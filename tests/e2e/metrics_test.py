"""What an operator sees: every metric that is documented is served, and every panel's query has an answer."""

import contextlib
import json
import pathlib
import re
import subprocess
import unittest
import urllib.parse
import urllib.request

from callfleet_e2e.house import HouseTest
from callfleet_e2e.process import ROOT, wait_until
from deploy.local import inbound

SERVICES = ("sip_edge", "agent_registry", "queue", "dialer", "supervisor")
# What only faults make: these may have nothing to show in a house where all goes well.
RARE = re.compile(r"repairs")


def documented():
    table = (ROOT / "deploy" / "metrics.md").read_text()
    return set(re.findall(r"^\| `([a-z_]+)`", table, re.MULTILINE))


def names_of(text):
    return set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))


def panels():
    for path in sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield f"{path.stem}: {panel['title']}", target["expr"]


class Metrics(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [300, 900]}}]

    def start_prometheus(self):
        """Scrapes the house each second, with the rules of deploy/prometheus."""
        jobs = [
            {"targets": [f"127.0.0.1:{self.house.addresses.admin[name]}"], "labels": {"service": name}}
            for name in SERVICES
        ]
        rules = [str(path) for path in sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))]
        config = pathlib.Path(self.folder) / "prometheus.yml"
        config.write_text(json.dumps({  # JSON is YAML.
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": rules,
            "scrape_configs": [{"job_name": "callfleet", "static_configs": jobs}],
        }))
        self.port = self.house.ports.one()
        log = open(pathlib.Path(self.folder) / "prometheus.log", "wb")
        self.addCleanup(log.close)
        child = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder}/prometheus",
             f"--web.listen-address=127.0.0.1:{self.port}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(child.wait)
        self.addCleanup(child.terminate)

    def ask(self, expression):
        url = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]["result"]

    def up(self):
        try:
            return len(self.ask('up{job="callfleet"} == 1')) == len(SERVICES)
        except OSError:
            return False

    def metrics_of(self, name):
        status, text = self.house.admin(name, "/metrics")
        self.assertEqual(status, 200)
        return text

    def served(self):
        return set().union(*(names_of(self.metrics_of(name)) for name in SERVICES))

    def callers(self, agents):
        """People who are served, one phone that declines, somebody who gives up, and an alert about it."""
        self.rest.post("/alert-rules", {"name": "Somebody waits", "figure": "queue_depth", "threshold": 0})
        queue = inbound.create(self.rest, [*agents, self.agent("bob", behaviour={"decline_probability": 1})])
        inbound.begin(self.phones, self.house.addresses.sip)
        alone = self.rest.post("/queues", {"name": "nobody there"})["id"]
        self.rest.post("/routes", {"number": "+14155550198", "to": {"queueId": alone}})
        self.phones.command("callers", [{"name": "vain", "target": f"sip:+14155550198@127.0.0.1:{self.house.addresses.sip}",
                                         "rate_per_s": 2, "patience_ms": 800, "talk_ms": 500}])
        return queue

    def test_metrics_are_those_documented_and_panels_have_answers(self):
        self.start_prometheus()
        self.trunk(trustedNetworks=["127.0.0.0/8"])
        agents = [self.agent("ann"), self.machine("one", 3)]
        queue = self.callers(agents)
        campaign = self.campaign(agents, leads=30)
        wait_until(self.up, 20, "five services scraped")
        self.wait_campaign(campaign)
        wait_until(lambda: inbound.figures(self.rest, queue).get("answered", 0) >= 3, 30, "three callers served")

        # A counter with labels is there from its first count on; the last ones follow the campaign's end.
        def absent():
            return {name for name in documented() - self.served() if not RARE.search(name)}

        with contextlib.suppress(AssertionError):  # The next line says which.
            wait_until(lambda: not absent(), 15)
        self.assertEqual(absent(), set(), "in deploy/metrics.md and not served")
        self.assertEqual(self.served() - documented(), set(), "served and not in deploy/metrics.md")
        for name in SERVICES:
            text = self.metrics_of(name)
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), name)

        for where, expression in panels():
            for variable in ("queue", "campaign", "pool", "instance", "service"):
                expression = expression.replace(f"${variable}", ".*")
            if not RARE.search(expression):
                with self.subTest(where, expression=expression):
                    # A scrape that a busy machine lets time out hides its series until the next.
                    wait_until(lambda asked=expression: self.ask(asked), 15, "data")


if __name__ == "__main__":
    unittest.main()
