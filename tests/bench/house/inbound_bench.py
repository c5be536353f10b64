#!/usr/bin/env python3
"""Callers against a whole house on this machine: five services, PostgreSQL, callers and agents' phones.

  cmake --preset release && cmake --build --preset release
  tests/bench/house/inbound_bench.py saturation   # 50 agents, calls of 1 s, 60 offered a second
  tests/bench/house/inbound_bench.py latency      # 500 agents, 100 calls a second, calls of 1 s
  tests/bench/house/inbound_bench.py rate         # the same with 200 a second
  tests/bench/house/inbound_bench.py overload     # 50 agents, 400 a second, at most 100 calls a second let in
  tests/bench/house/inbound_bench.py hour --seconds 600   # 200 agents as people are, but for talks: a fifth as long

Options: --build build/dev, --seconds 30, --rate 50 (calls a second), --rtp (audio too), --no-fsync. Durability is on:
PostgreSQL waits for the disk. Prints what the callers met, the agents' idle time, CPU per call by process, and what is left at the
end; of the registry, each lost agent-second by cause, and the avoidable ones (a ready agent and a matching demand side
by side) against all agent time. Exit 1: an account that does not balance, two agents for one caller, or something left behind.
"""

import argparse
import collections
import dataclasses
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from deploy.local import campaign, stack, world  # noqa: E402
from house_bench import cpu_s  # noqa: E402

NUMBER = "+14155550199"
QUIET_LIMIT_S = 90


@dataclasses.dataclass
class Plan:
    agents: int
    rate: float
    agent: dict  # Behaviour of a phone.
    patience_ms: object = 60_000
    poisson: bool = False
    wrap_up_s: float = 0
    missed_come_back_s: float = 0  # Who is not ready after a missed call says ready again; 0: nobody does.
    let_in_per_s: int = 0  # Limit of the edge; 0: its own.
    queue: dict = dataclasses.field(default_factory=dict)
    carrier: list = None  # What a carrier meets that is called.


AT_ONCE = {"answer_ms": 0, "ring": False, "talk_ms": 1000}
PLANS = {
    "saturation": Plan(50, 60, AT_ONCE, patience_ms=10_000),
    "latency": Plan(500, 100, AT_ONCE),
    "rate": Plan(500, 200, AT_ONCE),
    "overload": Plan(50, 400, AT_ONCE, patience_ms=2_000, let_in_per_s=100),
    # Phones answer in 1 to 6 s, 5 % not; wrap-up 20 s, patience 60 s; talks are 6 to 60 s instead of 30 to 300.
    # 200 agents of 57 s a call take 3.5 a second.
    "hour": Plan(200, 3.2, {"answer_ms": {"uniform": [1000, 6000]}, "decline_probability": 0.05,
                            "talk_ms": {"uniform": [6000, 60_000]}},
                 patience_ms={"exp": 60_000}, poisson=True, wrap_up_s=20, missed_come_back_s=10),
}


class House:
    def __init__(self, options, plan, folder):
        self.plan = plan
        self.stack = stack.Stack(folder, build=options.build, temporary=True, log_level="warn",
                                 durable=not options.no_fsync, rtp_blocks=5)
        self.stack.start_postgres()
        config = world.phones_config(self.stack.addresses.sip, carrier=plan.carrier)
        config["farm"]["defaults"]["behaviour"] = plan.agent
        config["farm"]["register_rate"] = 200
        self.stack.start_phones(config, ("--no-calls", *([] if options.rtp else ["--no-rtp"])))
        if plan.let_in_per_s:
            self.stack.more_flags["sip_edge"] = ["--max_arrivals_per_second", str(plan.let_in_per_s)]
        self.age_database()
        self.stack.start_services()
        self.rest = self.stack.rest

    def age_database(self):
        """WAL segments as a database of some days has them, to be written again: a new one is 16 MB more to the disk."""
        for statement in ("ALTER SYSTEM SET min_wal_size = '512MB'", "SELECT pg_reload_conf()", "CREATE TABLE aged (n int)",
                          *["INSERT INTO aged VALUES (1)", "SELECT pg_switch_wal()"] * 24, "CHECKPOINT", "DROP TABLE aged",
                          "CHECKPOINT"):
            subprocess.run(["psql", "-qAtX", "-d", self.stack.conninfo, "-c", statement], check=True, stdout=subprocess.DEVNULL)

    def staff(self):
        campaign.create_trunk(self.rest, self.stack.phones.carrier_port, trustedNetworks=["127.0.0.0/8"])
        queue = {"name": "Bench", "wrapUpSeconds": self.plan.wrap_up_s, "maxSize": 10_000, **self.plan.queue}
        self.queue = self.rest.post("/queues", queue)["id"]
        ids, accounts = [], []
        for n in range(self.plan.agents):
            made = campaign.create_agent(self.rest, f"agent{n}")
            ids.append(made["id"])
            accounts.append({"user": made["sipUser"], "secret": made["sipSecret"], "expires_s": 600})
        self.rest.post(f"/queues/{self.queue}/agents", {"agentIds": ids})
        self.rest.post("/routes", {"number": NUMBER, "to": {"queueId": self.queue}})
        self.stack.phones.command("phones", accounts)
        self.until(lambda: self.rest.get("/stats")["availableAgents"] == self.plan.agents, 60, "agents ready")

    def until(self, condition, limit_s, what):
        end = time.monotonic() + limit_s
        while not condition():
            self.stack.check()
            if time.monotonic() > end:
                raise SystemExit(f"timed out: {what}")
            time.sleep(0.2)

    def call(self, name, seconds):
        target = f"sip:{NUMBER}@127.0.0.1:{self.stack.addresses.sip}"
        wave = {"name": name, "target": target, "rate_per_s": self.plan.rate, "length_ms": int(seconds * 1000),
                "arrivals": "poisson" if self.plan.poisson else "fixed", "patience_ms": self.plan.patience_ms}
        self.stack.phones.command("callers", [wave])
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, self.plan.missed_come_back_s or left))
            self.missed_come_back()

    def missed_come_back(self):
        if not self.plan.missed_come_back_s:
            return
        for agent in self.rest.get("/agents", pageSize=1000):
            if agent["presence"] == "not_ready":
                self.rest.post(f"/agents/{agent['id']}/presence", {"presence": "ready"})

    def postgres_cpu(self):
        socket = pathlib.Path(self.stack.conninfo.split("host=")[1].split()[0])
        for data in (socket.parent / "data", self.stack.folder / "postgres" / "data"):
            if (data / "postmaster.pid").exists():
                pid = int((data / "postmaster.pid").read_text().split()[0])
                children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
                return cpu_s(pid, True) + sum(cpu_s(child) for child in children)
        raise RuntimeError("no postmaster")

    def look(self):
        cpu = {name: cpu_s(child.pid) for name, child in self.stack.children.items()}
        cpu["postgres"] = self.postgres_cpu()
        cpu["phones"] = cpu_s(self.stack.phones.child.pid)
        agents = self.stack.phones.report()["agents"]
        return {"at": time.monotonic(), "cpu": cpu, "calls": sum(a["answered"] for a in agents),
                "registry": self.registry()}

    def registry(self):
        """{name with labels: value} of what agent_registry counts of offers."""
        _, text = self.stack.admin("agent_registry", "/metrics")
        lines = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
        prefix = "callfleet_agent_registry_"
        return {name.removeprefix(prefix): float(value) for name, value in lines
                if name.startswith((prefix + "avoidable_seconds", prefix + "lost_seconds", prefix + "offers_total"))}

    def left(self):
        """What should be nothing once the last caller has gone."""
        agents = self.rest.get("/agents", pageSize=1000)
        stats = next(q for q in self.rest.get("/queues/stats") if q["id"] == self.queue)
        report = self.stack.phones.report()
        return {
            "calls": len(self.rest.get("/calls")),
            "waiting": stats["waiting"],
            "tickets": len(self.rest.get(f"/queues/{self.queue}/calls")),
            "slots": sum(a.get("activeCalls", 0) for a in agents),
            "phones' legs": sum(a["live"] for a in report["agents"]),
            "callers": report["callers"]["live"],
        }

    def settle(self):
        end = time.monotonic() + QUIET_LIMIT_S
        while any(self.left().values()) and time.monotonic() < end:
            self.stack.check()
            time.sleep(0.5)
        return self.left()


def show(name, times):
    if times.get("count"):
        print(f"{name:<34} p50 {times['p50']:8.1f}  p90 {times['p90']:8.1f}  p99 {times['p99']:8.1f}  "
              f"max {times['max']:8.1f} ms  ({times['count']})")


def table(options, plan, before, after, report):
    seconds, calls = after["at"] - before["at"], after["calls"] - before["calls"]
    print(f"{options.plan}: {plan.agents} agents, {plan.rate} callers a second for {options.seconds:.0f} s, "
          f"{'RTP' if options.rtp else 'no RTP'}, fsync {'off' if options.no_fsync else 'on'}, load {os.getloadavg()[0]:.1f}")
    print(f"{calls / seconds:.1f} calls a second reached an agent")
    for wave in report["callers"]["waves"].values():
        counts = {key: value for key, value in wave.items() if not isinstance(value, dict) or key == "refused"}
        print(counts)
        for key, value in wave.items():
            if key.endswith("_ms"):
                show(key.removesuffix("_ms").replace("_", " "), value)
    show("agents idle between calls", report["callers"]["agent_idle_ms"])
    show("  of that avoidable", report["callers"]["agent_idle_avoidable_ms"])
    lost_time(plan, before, after)
    total = 0.0
    print(f"{'process':<16} {'CPU':>7} {'ms a call':>10}")
    for name, cpu in after["cpu"].items():
        spent = cpu - before["cpu"][name]
        total += spent if name != "phones" else 0
        print(f"{name:<16} {100 * spent / seconds:6.1f}% {1000 * spent / max(calls, 1):10.2f}")
    print(f"{'without phones':<16} {100 * total / seconds:6.1f}% {1000 * total / max(calls, 1):10.2f}")


def lost_time(plan, before, after):
    grown = {name: value - before["registry"].get(name, 0) for name, value in after["registry"].items()}
    agent_seconds = plan.agents * (after["at"] - before["at"])
    label = re.compile(r'(?:cause|end|le)="([^"]+)"')
    sums = collections.defaultdict(collections.Counter)
    for name, value in grown.items():
        found = label.search(name)
        if found:
            sums[name.split("{")[0]][found[1]] += value  # Of all pools.
    offers = ", ".join(f"{end} {count:.0f}" for end, count in sums["offers_total"].items() if count)
    print(f"offers: {offers}")
    for cause, seconds in sums["lost_seconds_total"].items():
        print(f"lost agent-seconds, {cause:<13} {seconds:10.2f}  {100 * seconds / agent_seconds:7.4f} % of agent time")
    steps = [(float(le), count) for le, count in sums["avoidable_seconds_bucket"].items()]
    total = max((count for _, count in steps), default=0)
    shares = ", ".join(f"{100 * count / total:.2f} % <= {1000 * le:g} ms" for le, count in steps if le != float("inf"))
    print(f"avoidable idle a match: {shares if total else 'no match'}")


def told(house, began):
    """What the house itself reports of the time."""
    query = {"start": began.strftime("%Y-%m-%dT%H:%M:%SZ")}
    calls = house.rest.get("/performance", groupBy="queue", subject=f"queue:{house.queue}", **query)
    agents = house.rest.get("/performance", **query)
    if not calls or not agents:
        print("history: nothing yet")
        return
    row = calls[0]

    def per(value):
        return "-" if value is None else f"{100 * value:.1f} %"

    print(f"history: service level (20 s) {per(row['serviceLevel'])}, ASA {row['averageWaitSeconds']:.2f} s, "
          f"abandoned {per(row['abandonmentRate'])}, answered {row['answered']} of {row['total']}; "
          f"occupancy of agents {per(agents[0]['occupancy'])}")


def faults(house, report, left):
    found = [f"left behind: {key} {value}" for key, value in left.items() if value]
    totals = collections.Counter()
    for wave in report["callers"]["waves"].values():
        totals.update({key: value for key, value in wave.items() if isinstance(value, int)})
        totals["refused"] += sum(wave["refused"].values())
    if totals["several_agents"]:
        found.append(f"{totals['several_agents']} callers had several agents")
    if totals["hung_up_on"] or totals["not_sent"]:
        found.append(f"hung up on {totals['hung_up_on']}, not sent {totals['not_sent']}")
    if totals["arrived"] != totals["with_agent"] + totals["abandoned"] + totals["refused"] + totals["hung_up_on"]:
        found.append(f"callers do not add up: {dict(totals)}")
    stats = next(q for q in house.rest.get("/queues/stats") if q["id"] == house.queue)
    if stats["answered"] != totals["with_agent"]:
        found.append(f"the queue answered {stats['answered']}, the callers {totals['with_agent']}")
    above = [a["user"] for a in report["agents"] if a["peak_offered"] > 1]
    if above:
        found.append(f"two calls at once: {above}")
    for kind, count in report["faults"]["counts"].items():
        print(f"fault of SIP: {kind} {count}")
    return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", choices=sorted(PLANS))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, help="calls a second instead of the plan's")
    parser.add_argument("--rtp", action="store_true", help="the phones send audio")
    parser.add_argument("--no-fsync", action="store_true", help="PostgreSQL does not wait for the disk")
    return parser.parse_args()


def main():
    options = arguments()
    plan = PLANS[options.plan]
    plan.rate = options.rate or plan.rate
    folder = pathlib.Path(tempfile.mkdtemp(prefix="callfleet-bench-"))
    house = None
    try:
        house = House(options, plan, folder)
        house.staff()
        house.call("warm-up", 3)
        before = house.look()
        began = datetime.datetime.now(datetime.timezone.utc)
        house.call("measured", options.seconds)
        after = house.look()
        left = house.settle()
        report = house.stack.phones.report()
        table(options, plan, before, after, report)
        told(house, began)
        print("left at the end: " + ", ".join(f"{key} {value}" for key, value in left.items()))
        found = faults(house, report, left)
        for fault in found:
            print(f"FAULT: {fault}")
        return 1 if found else 0
    finally:
        if house:
            house.stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
