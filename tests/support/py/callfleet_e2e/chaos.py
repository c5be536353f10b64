"""Faults for a running Callfleet, and what must hold after each. Runs in a network of its own."""

import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

from .house import HouseTest
from .process import wait_until
from deploy.local.rest import RestError  # noqa: E402

SERVICES = ["sip_edge", "agent_registry", "queue", "dialer", "supervisor"]
# An edge that dies takes its calls along; a person who talked is not called again.
CARRIER = [
    {"weight": 80, "do": "answer", "pdd_ms": 20, "ring_ms": {"uniform": [50, 400]},
     "talk_ms": {"uniform": [300, 1800]}},
    {"weight": 12, "do": "busy", "pdd_ms": 30},
    {"weight": 8, "do": "declined", "pdd_ms": 30},
]
CLOCKS_MS = 30  # Two clocks are compared no closer.
MAX_ATTEMPTS = 3
RETRY = {
    "maxAttempts": MAX_ATTEMPTS,
    "rules": [{"outcome": o, "delaySeconds": 1, "maxAttempts": MAX_ATTEMPTS}
              for o in ("busy", "declined", "interrupted", "trunk_fault", "no_answer")],
}


def enter_own_network():
    """Runs this program again in its own network and mounts: what we cut or fill is ours alone.
    Only root may; as somebody else the tests that need it are skipped, and say so."""
    if os.geteuid() != 0:
        return
    if os.environ.pop("CALLFLEET_OWN_NETWORK", "") == str(os.getpid()):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    os.environ["CALLFLEET_OWN_NETWORK"] = str(os.getpid())
    os.execvp("unshare", ["unshare", "-n", "-m", sys.executable, *sys.argv])


needs_own_network = unittest.skipIf(os.geteuid() != 0, "only root may make a network of its own")


class ChaosTest(HouseTest):
    """Two campaigns share people and machines; `inject` harms the house; `settled` checks all."""

    carrier = CARRIER
    disk = None  # Size of PostgreSQL's own disk, such as "300m".

    def before_services(self):
        super().before_services()
        self.injected = []
        self.began = time.monotonic()

    def before_postgres(self):
        self._mounted = None
        if self.disk:
            self._own_disk(self.folder / "postgres")

    def _own_disk(self, folder):
        """PostgreSQL's folder becomes a small disk."""
        folder.parent.chmod(0o711)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.disk}", "tmpfs", folder], check=True)
        self._mounted = folder

    def work(self, leads, phones=6, machines=2, most=12):
        """Agents in both campaigns, `leads` in each; both begin."""
        self.trunk()
        self.capacities = {f"phone{n}": 1 for n in range(phones)}
        agents = [self.agent(user) for user in self.capacities]
        for n in range(machines):
            agents.append(self.machine(f"robot{n}", 3))
            self.capacities[f"robot{n}"] = 3
        self.agent_ids = agents
        self.campaigns = {
            self.campaign(agents, leads, name="North", most=most, first=0, retryPolicy=RETRY): leads,
            self.campaign(agents, leads, name="South", most=most, first=leads, retryPolicy=RETRY): leads,
        }

    # --- Faults. Each returns when the house is ready again.

    def inject(self, what, how, *arguments):
        """`how` happens amid calls, at no moment in particular."""
        time.sleep(random.uniform(0.5, 3))
        start = time.monotonic()
        how(*arguments)
        ready = time.monotonic() - start
        before = self.phones.report()["carrier"]["invites"]
        resumed = None
        if not self.done():
            resumed = self.wait_new_call(before, 30, what)
        self.injected.append({"at_s": round(start - self.began, 3), "injected": what,
                              "ready_after_s": round(ready, 2), "next_call_after_s": resumed})

    def wait_new_call(self, before, limit_s, what):
        """Seconds until the carrier meets a new INVITE, or None if all work was done meanwhile."""
        start = time.monotonic()
        wait_until(lambda: self.phones.report()["carrier"]["invites"] > before or self.done(),
                   limit_s, f"a call after {what}")
        return None if self.done() else round(time.monotonic() - start, 2)

    def done(self):
        self.house.check()
        try:
            return all(self.figures(c)["state"] == "completed" for c in self.campaigns)
        except (OSError, RestError):  # The supervisor or the dialer has just come back.
            return False

    def kill(self, service):
        """kill -9; what keeps processes alive starts it again."""
        self.house.children[service].kill()
        self.restart(service)

    def restart(self, service):
        self.house.start_service(service)
        self.house.wait_ready(service)

    def freeze(self, service, seconds):
        child = self.house.children[service]
        child.signal(signal.SIGSTOP)
        time.sleep(seconds)
        child.signal(signal.SIGCONT)
        self.house.wait_ready(service)

    def cut(self, service, seconds):
        """Nobody reaches the gRPC port of `service`; connections stay half open."""
        port = self.house.addresses.grpc[service]
        rules = (f"add table inet chaos\n"
                 f"add chain inet chaos in {{ type filter hook input priority 0; }}\n"
                 f"add rule inet chaos in tcp dport {port} drop\n"
                 f"add rule inet chaos in tcp sport {port} drop\n")
        subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
        time.sleep(seconds)
        subprocess.run(["nft", "delete", "table", "inet", "chaos"], check=True)
        for name in SERVICES:
            self.house.wait_ready(name)

    def _postmaster(self):
        socket = self.house.conninfo.split("host=")[1].split()[0]
        data = pathlib.Path(socket).parent / "data"
        if not data.exists():
            data = self.folder / "postgres" / "data"
        return int((data / "postmaster.pid").read_text().split()[0])

    def kill_postgres(self):
        """The server itself; what keeps processes alive starts it again."""
        os.kill(self._postmaster(), signal.SIGKILL)
        time.sleep(0.5)
        self.house.stop_postgres()
        self.house.restart_postgres()
        self._all_ready()

    def kill_backend(self):
        """One connection of the server: PostgreSQL then ends them all and recovers by itself."""
        children = subprocess.run(["pgrep", "-P", str(self._postmaster()), "-f", "callfleet callfleet"],
                                  capture_output=True, text=True).stdout.split()
        os.kill(int(random.choice(children)), signal.SIGKILL)
        self._all_ready()

    def fill_disk(self, seconds):
        """No byte is left for PostgreSQL for a while. It may stop; then it is started again."""
        ballast = self._mounted / "ballast"
        try:
            with open(ballast, "wb", buffering=0) as f:
                while True:
                    f.write(b"\0" * 65536)
        except OSError:
            pass
        time.sleep(seconds)
        ballast.unlink()
        self.house.restart_postgres()
        self._all_ready()

    def _all_ready(self):
        for name in SERVICES:
            self.house.wait_ready(name)

    # --- What must hold

    def settled(self, timeout_s=180):
        """Waits for both campaigns; checks every account against every other."""
        for campaign in self.campaigns:
            self.wait_campaign(campaign, timeout_s=timeout_s)
        report = self.settled_report(calls=True)
        # By a short report: the long one takes as long to be told as a call takes to begin.
        asked = time.monotonic()
        self.phones_began = asked - self.phones.report()["elapsed_s"]
        checked = [
            self._leads_all_accounted_for(),
            self._nobody_called_too_often(report),
            self._counters_equal_the_call_log(report),
            self._nobody_above_capacity(report),
            self._all_agents_free(),
            self._no_call_left(report),
        ]
        told = {"injected": self.injected, "checked": checked}
        print(json.dumps(told, indent=1))
        return told

    def _pages(self, path):
        token = ""
        while token is not None:
            query = "?pageSize=500" + (f"&pageToken={_quoted(token)}" if token else "")
            status, text = self.rest.raw("GET", f"/api/v1{path}{query}")
            self.assertEqual(status, 200, text)
            page = json.loads(text)
            yield from page["data"]
            token = page.get("nextPageToken") or None

    def _leads_all_accounted_for(self):
        for campaign, total in self.campaigns.items():
            now = self.figures(campaign)
            self.assertEqual((now["total"], now["final"]), (total, total))
            self.assertEqual(sum(now["by_outcome"].values()), total)
            for lead in self._pages(f"/campaigns/{campaign}/leads"):
                self.assertEqual(lead["state"], "final", lead)
                self.assertLessEqual(lead["attempts"], MAX_ATTEMPTS, lead)
        return "each lead has one outcome"

    def _nobody_called_too_often(self, report):
        self.logged = collections.Counter()
        for campaign in self.campaigns:
            for attempt in self._pages(f"/campaigns/{campaign}/attempts"):
                self.logged[attempt["number"]] += 1
                self.assertTrue(attempt["outcome"] and attempt["endedAt"], attempt)
        self.dialled = collections.Counter(call["number"] for call in report["carrier"]["calls"])
        talked = collections.Counter(c["number"] for c in report["carrier"]["calls"]
                                     if c["outcome"] == "completed" and not self._cut_short(c))
        for number, times in self.dialled.items():
            self.assertLessEqual(times, MAX_ATTEMPTS, number)
            self.assertLessEqual(times, self.logged[number], f"{number}: INVITEs and attempts")
        twice = [number for number, times in talked.items() if times > 1]
        told = [{k: c[k] for k in ("number", "outcome", "ended_by", "times_ms", "end_reason")}
                for c in report["carrier"]["calls"] if c["number"] in twice]
        logged = [a for c in self.campaigns for a in self._pages(f"/campaigns/{c}/attempts")
                  if a["number"] in twice]
        self.assertEqual(twice, [], f"talked to twice: {json.dumps([told, logged], indent=1)}")
        return "no number got more INVITEs than attempts, nobody who answered was called again"

    def _cut_short(self, call):
        """The edge that called had not told anybody of the answer. It acknowledges as it learns of it: so one
        that died between its INVITE and the ACK (its successor's, with the BYE) had not learned of it. Or it
        died so shortly after the answer that nobody was told (100 ms, and what the clocks differ: with both
        cores full 45 ms were seen)."""
        deaths = self._edge_deaths_ms()
        invite, answer, ack = (call["times_ms"][at] for at in ("invite", "answer", "ack"))
        if deaths and ack is None:
            return True
        if any(invite - CLOCKS_MS <= death < ack for death in deaths):
            return True
        return any(0 <= death - answer <= 100 + CLOCKS_MS for death in deaths)

    def _counters_equal_the_call_log(self, report):
        attempts = sum(self.figures(c)["attempts"] for c in self.campaigns)
        counted = sum(1 for c in self.campaigns
                      for a in self._pages(f"/campaigns/{c}/attempts") if a["counted"])
        self.assertEqual(attempts, counted)
        invites = report["carrier"]["invites"]
        self.assertLessEqual(invites, attempts)
        if not any("sip_edge" in each["injected"] for each in self.injected):
            self.assertEqual(invites, attempts)
        return f"{attempts} attempts in the figures and in the call log, {invites} INVITEs at the carrier"

    def _edge_deaths_ms(self):
        """When the edge was killed, by the clock of the phones' report. No successor calls within
        CLOCKS_MS: that is how exact the two clocks are compared."""
        died = [i["at_s"] for i in self.injected if i["injected"] == "kill -9 sip_edge"]
        return [(self.began + at + CLOCKS_MS / 1000 - self.phones_began) * 1000 for at in died]

    def _nobody_above_capacity(self, report):
        deaths = self._edge_deaths_ms()
        if not deaths:
            self.assert_never_above(self.capacities)
            return "no phone had more calls than its agent's maximum"
        # A leg of a dead edge that nobody had noted yet ends by itself: each boot counts its own.
        boots = collections.defaultdict(list)
        for call in report["agent_calls"]:
            times = call["times_ms"]
            if times["answer"] is not None:
                boot = sum(1 for death in deaths if times["invite"] > death)
                boots[call["user"], boot].append((times["answer"], times["end"] or float("inf")))
        for (user, _), talks in boots.items():
            most = max(sum(1 for t in talks if t[0] <= at < t[1]) for at, _ in talks)
            if most > self.capacities[user]:
                told = [{k: c[k] for k in ("call_id", "ended_by", "end_reason", "times_ms", "headers")}
                        for c in report["agent_calls"] if c["user"] == user]
                path = self.folder / "too-many-calls.json"
                path.write_text(json.dumps({"deaths_ms": deaths, "calls": told}, indent=1))
            self.assertLessEqual(most, self.capacities[user], f"{user}, the edge died at {deaths} ms")
        return "no phone talked in more calls of one edge's life than its agent's maximum"

    def _all_agents_free(self):
        def taken():
            return [a for a in self.rest.get("/agents")
                    if a["state"] != "available" or a["activeCalls"]]

        end = time.monotonic() + 15
        while taken() and time.monotonic() < end:
            time.sleep(0.2)
        self.assertEqual(taken(), [], "agents not free")
        return "every agent is ready and free"

    def _no_call_left(self, report):
        wait_until(lambda: self.rest.get("/calls") == [], 15, "no call left")
        # Younger than 100 ms when its edge died: not in the journal, it ends by its own timers.
        noted = max(self._edge_deaths_ms(), default=0)

        def left():
            return [c for c in self.phones.report(True)["agent_calls"]
                    if c["times_ms"]["end"] is None and c["times_ms"]["invite"] > noted]

        wait_until(lambda: not left(), 15, "no leg left at a phone")
        return "no call or leg is left"

    def tearDown(self):
        super().tearDown()
        if self._mounted:
            subprocess.run(["umount", "-l", self._mounted], check=False)
            shutil.rmtree(self._mounted, ignore_errors=True)


def _quoted(text):
    from urllib.parse import quote

    return quote(text, safe="")
