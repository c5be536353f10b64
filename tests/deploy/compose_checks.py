"""What tests/deploy/compose asks of a running docker-compose.yml, in the order in which it happens."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.parse

import yaml

import docker_images
from deploy.local import campaign, progress
from deploy.local.rest import Rest, RestError
from docker_daemon import docker

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIVE = ("sip-edge", "agent-registry", "queue", "dialer", "supervisor")
# Each starts when the one before it is healthy.
ORDER = (("postgres", "sip-edge"), ("sip-edge", "agent-registry"), ("agent-registry", "queue"), ("agent-registry", "dialer"),
         ("queue", "supervisor"), ("dialer", "supervisor"), ("supervisor", "gateway"))
DRAIN_S = 30  # CALLFLEET_DRAIN_LIMIT_MS of docker-compose.yml.
PHONES = "172.28.7.20"


class Stack:
    """docker compose with the profile demo, and what its services are."""

    def __init__(self, folder):
        self.without = docker_images.missing()
        replaced = docker_images.replaced()
        for service, image in replaced.items():
            print(f"  NOTE: {service} is Debian's ({image}), not {docker_images.services()[service]['image']}")
        for service in self.without:
            print(f"  NOTE: {service} is not started: {docker_images.services()[service]['image']} is not here and Debian has none")
        override = pathlib.Path(folder) / "images.yml"
        override.write_text(yaml.safe_dump({"services": {s: {"image": i} for s, i in replaced.items()}}))
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
        self.command = [*(["docker", "compose"] if plugin else ["docker-compose"]), "--project-directory", ROOT,
                        "--profile", "demo", "-f", ROOT / "docker-compose.yml"]
        self.command += ["-f", override] if replaced else []
        self.names = [name for name in docker_images.services() if name not in self.without]

    def compose(self, *arguments):
        done = subprocess.run([*self.command, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"compose {' '.join(map(str, arguments))}: {(done.stdout + done.stderr)[-6000:]}")
        return done.stdout

    def id(self, service):
        return self.compose("ps", "-aq", service).strip()

    def state(self, service):
        return json.loads(docker("inspect", self.id(service)))[0]

    def up(self):
        self.compose("up", "-d", "--no-build", *self.names)

    def wait_healthy(self, limit_s=90):
        watched = [n for n in self.names if n in FIVE or n in ("postgres", "gateway")]

        def healthy():
            return [n for n in watched if self.state(n)["State"]["Health"]["Status"] != "healthy"] == []
        wait(healthy, limit_s, "all healthy")


def wait(condition, limit_s, what):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.25)
    raise AssertionError(f"not within {limit_s} s: {what}")


def equal(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, wanted {wanted!r}")


def version():
    return re.search(r"project\(callfleet VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]


def ask(port, path, method="GET", headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def images(stack):
    """No root, no tool that builds, a version, a health check by gRPC."""
    tools = "for t in g++ gcc cc c++ cpp as ld make cmake ninja protoc; do if command -v $t; then exit 1; fi; done"
    for image, target in docker_images.ours().items():
        config = json.loads(docker("image", "inspect", image))[0]["Config"]
        equal(config["Labels"]["org.opencontainers.image.version"], version(), f"version of {image}")
        if target == "secrets":
            continue
        equal(config["User"], "10001:10001", f"user of {image}")
        docker("run", "--rm", "--network=none", "--read-only", "--entrypoint=sh", image, "-c", tools)
        if target.replace("_", "-") in FIVE:
            equal(config["Healthcheck"]["Test"], ["CMD", "/usr/local/bin/callfleet-health"], f"health of {image}")


def comes_up(stack):
    """In the order of health, one-shots over, no variable of a container holds a secret."""
    stack.up()
    stack.wait_healthy()
    for before, after in ORDER:
        first, second = (stack.state(name)["State"]["StartedAt"] for name in (before, after))
        if first >= second:
            raise AssertionError(f"{after} began before {before}")
    secrets = docker("exec", stack.id("dialer"), "sh", "-c", "cat /secrets/*_token").split()
    for name in FIVE:
        text, state = json.dumps(stack.state(name)), stack.state(name)
        equal([s for s in secrets if s in text], [], f"secrets to be seen in {name}")
        host = state["HostConfig"]
        equal((host["ReadonlyRootfs"], host["CapDrop"], host["Memory"] > 0, host["NanoCpus"] > 0), (True, ["ALL"], True, True),
              f"confinement of {name}")
        equal(docker("exec", stack.id(name), "sh", "-c", "touch /here 2>&1 || true").strip().endswith("Read-only file system"),
              True, f"root file system of {name} is read-only")


def gateway_knows_its_house(stack):
    """It puts a token on what comes; so what a page of another site sends must not come through."""
    equal(ask(3000, "/api/v1/stats")[0], 200, "stats without a token")
    for headers, reason in (({"Origin": "http://evil.example"}, "CROSS_SITE"), ({"Sec-Fetch-Site": "cross-site"}, "CROSS_SITE"),
                            ({"Origin": "null"}, "CROSS_SITE"), ({"Host": "evil.example:3000"}, "HOST_NOT_ALLOWED"),
                            ({"Host": "evil.example:3000", "Origin": "http://evil.example:3000"}, "HOST_NOT_ALLOWED")):
        status, text = ask(3000, "/api/v1/queues", "POST", {"Content-Type": "text/plain", **headers}, '{"name": "stolen"}')
        equal((status, json.loads(text)["error"]["reason"]), (403, reason), f"a request with {headers}")
    equal(ask(3000, "/api/v1/agents", headers={"Host": "evil.example"})[0], 403, "a name that leads here by DNS")
    equal(Rest(3000).get("/queues"), [], "queues")


def trunk_of_the_guide(stack):
    """deploy/README.md, "A demo in compose": the line as it stands there."""
    text = (ROOT / "deploy" / "README.md").read_text()
    block = text.split("### A demo in compose")[1].split("\n## ")[0]
    line = re.search(r"^    (curl .*?[^\\])$", block, re.MULTILINE | re.DOTALL)[1]
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    equal(json.loads(done.stdout).get("success"), True, f"answer to the guide's line {line}")


def begin(rest, leads, name):
    made = campaign.create_campaign(rest, name, 6, retryPolicy={"maxAttempts": 1})
    agents = [agent["id"] for agent in rest.get("/agents")]
    campaign.assign(rest, made["id"], agents)
    equal(campaign.upload(rest, made["id"], campaign.leads_csv(leads))["accepted"], leads, "leads taken in")
    campaign.start(rest, made["id"])
    return made["id"]


def figures(rest, made):
    try:
        return progress.figures(campaign.stats(rest, made))
    except (RestError, OSError, http.client.HTTPException):  # The dialer is being killed.
        return None


def campaign_survives_a_kill(stack):
    """Forty leads; after the first ten the dialer's process is killed. Docker starts it again, the campaign completes."""
    rest = Rest(3000)
    for name in ("ada", "grace", "edsger"):
        campaign.create_agent(rest, name, 2, contactUri=f"sip:{name}@{PHONES}:5080")
    wait(lambda: all(a["presence"] == "ready" for a in rest.get("/agents")), 30, "agents ready")
    made = begin(rest, 40, "First")
    wait(lambda: (figures(rest, made) or {"final": 0})["final"] >= 10, 120, "ten leads over")
    before = stack.state("dialer")
    os.kill(before["State"]["Pid"], signal.SIGKILL)
    began = time.monotonic()

    def again():
        state = stack.state("dialer")
        return state["RestartCount"] == before["RestartCount"] + 1 and state["State"]["Health"]["Status"] == "healthy"
    wait(again, 60, "the dialer is back")
    print(f"    killed and healthy again in {time.monotonic() - began:.1f} s")
    wait(lambda: (figures(rest, made) or {"state": ""})["state"] == "completed", 180, "the campaign completes")
    now = figures(rest, made)
    equal((now["total"], now["final"], sum(now["by_outcome"].values())), (40, 40, 40), "leads, those over, their outcomes")
    print(f"    {now['by_outcome']}, {now['attempts']} attempts, {now['connected']} connected")
    return made


def prometheus_sees_all(stack):
    def answer(expression):
        status, text = ask(9090, "/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        return json.loads(text)["data"]["result"] if status == 200 else []
    wait(lambda: len(answer('up{job="callfleet"} == 1')) == 5, 60, "five services scraped")
    wait(lambda: answer('sum(callfleet_dialer_leads{state="completed"}) > 0'), 40, "leads in Prometheus")
    loaded = json.loads(ask(9090, "/api/v1/rules")[1])["data"]["groups"]
    equal(len([rule for group in loaded for rule in group["rules"] if rule["health"] == "err"]), 0, "rules that fail")


def logs_tell_of_one_call(stack):
    logs = subprocess.run([*stack.command, "logs", "--no-log-prefix", "--no-color"], capture_output=True, text=True).stdout
    ids = re.findall(r'"service":"dialer".*?"call_id":"([^"]+)"', logs)
    equal(bool(ids), True, "the dialer's log names calls")
    found = subprocess.run([ROOT / "deploy" / "trace", ids[-1]], input=logs, capture_output=True, text=True)
    services = {json.loads(line)["service"] for line in found.stdout.splitlines()}
    equal({"sip_edge", "dialer"} <= services, True, f"services in the trace of {ids[-1]}: {services}")


def goes_down_in_time(stack):
    """With calls up: the edge lets them end, at most for the drain time; all leave by themselves."""
    rest = Rest(3000)
    made = begin(rest, 60, "Second")
    wait(lambda: (figures(rest, made) or {"connected": 0})["connected"] > 0, 60, "a call")
    began = time.monotonic()
    stack.compose("stop")
    took = time.monotonic() - began
    print(f"    stopped in {took:.1f} s, of them the edge until its calls were over")
    equal({name: stack.state(name)["State"]["ExitCode"] for name in FIVE}, {name: 0 for name in FIVE}, "exit codes")
    stack.compose("down")
    equal(took <= DRAIN_S + 10, True, f"{took:.1f} s within the drain time and ten seconds")
    equal(docker("ps", "-aq").strip(), "", "containers left")


def remembers(stack):
    stack.up()
    stack.wait_healthy()
    rest = Rest(3000)
    states = {c["name"]: c["state"] for c in rest.get("/campaigns")}
    equal(states["First"], "completed", "the campaign of before")
    wait(lambda: {c["name"]: c["state"] for c in rest.get("/campaigns")}["Second"] == "completed", 240,
         "the interrupted campaign completes")
    stack.compose("down", "-v")
    equal(docker("volume", "ls", "-q").strip(), "", "volumes left after down -v")


STEPS = (images, comes_up, gateway_knows_its_house, trunk_of_the_guide, campaign_survives_a_kill, prometheus_sees_all,
         logs_tell_of_one_call, goes_down_in_time, remembers)


def run():
    passed = 0
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(folder)
        clean = contextlib.ExitStack()
        clean.callback(lambda: subprocess.run([*stack.command, "down", "-v", "-t", "2"], capture_output=True))
        stack.compose("down", "-v", "-t", "2")
        with clean:
            for step in STEPS:
                began = time.monotonic()
                try:
                    step(stack)
                except Exception as failure:
                    print(f"  FAILED {step.__name__}: {type(failure).__name__}: {failure}")
                    logs = subprocess.run([*stack.command, "logs", "--tail=30", "--no-color"], capture_output=True, text=True)
                    print(logs.stdout[-12000:])
                    print(f"{passed} passed, 1 failed, {len(STEPS) - passed - 1} skipped")
                    return 1
                passed += 1
                print(f"  {step.__name__}: {time.monotonic() - began:.1f} s", flush=True)
    print(f"{passed} passed, 0 failed")
    return 0
