"""Calls to a service's gRPC face, by buf (npm) and the protos of this tree."""

import json
import subprocess

from .process import ROOT

BUF = ROOT / "tests" / "node" / "node_modules" / ".bin" / "buf"


class RpcError(Exception):
    """What the service answered: code and message as buf prints them."""


def call(target, method, body, headers=()):
    """`method` as "callfleet.queue.v1.QueueService/SetRoute"; returns the answer as JSON."""
    command = [str(BUF), "curl", "--protocol", "grpc", "--http2-prior-knowledge"]
    command += ["--schema", str(ROOT / "proto"), "--data", json.dumps(body)]
    for header in headers:  # "name: value"
        command += ["--header", header]
    command += [f"http://{target}/{method}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode != 0:
        raise RpcError(done.stderr or done.stdout)
    return json.loads(done.stdout) if done.stdout.strip() else {}


class Queues:
    """The queue service of a house, and the members of its queues."""

    def __init__(self, addresses):
        self.queue = addresses.target("queue")
        self.registry = addresses.target("agent_registry")

    def ask(self, method, body):
        return call(self.queue, f"callfleet.queue.v1.QueueService/{method}", body)

    def create(self, name, **settings):
        body = {"requestId": f"create-{name}", "queue": {"name": name, **settings}}
        return self.ask("CreateQueue", body)["queue"]["queueId"]

    def route(self, number, queue_id, **more):
        route = {"number": number, "destination": {"queueId": queue_id}, **more}
        return self.ask("SetRoute", {"route": route})

    def members(self, queue_id, agents):
        unit = {"kind": "UNIT_KIND_QUEUE", "id": queue_id}
        body = {"unit": unit, "members": [{"agentId": agent} for agent in agents]}
        return call(
            self.registry, "callfleet.agent_registry.v1.AgentRegistryService/SetMembers", body
        )

    def tickets(self, queue_id):
        return self.ask("ListTickets", {"queueId": queue_id}).get("tickets", [])

    def stats(self, queue_id):
        return self.ask("GetQueueStats", {"queueId": queue_id})["stats"]
