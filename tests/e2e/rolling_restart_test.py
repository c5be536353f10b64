"""Each service restarted in turn by its operator, under load: no call is cut, no lead is lost or tried twice."""

import datetime
import time
import unittest
import urllib.parse

from callfleet_e2e import wait_until
from callfleet_e2e.chaos import SERVICES
from callfleet_e2e.house import HouseTest
from deploy.local.rest import RestError

LEADS = 110
EXIT_S = 2.0
DRAIN_S = 8.0


class RollingRestart(HouseTest):
    # Every talk is shorter than the edge's deadline: none may be cut.
    carrier = [{"do": "answer", "ring_ms": {"uniform": [20, 200]}, "talk_ms": {"uniform": [400, 2000]}}]

    def before_services(self):
        super().before_services()
        self.house.more_flags["sip_edge"] = ["--drain_limit_ms", str(int(DRAIN_S * 1000))]

    def final(self):
        try:
            return self.figures(self.campaign_id)["final"]
        except (OSError, RestError):  # The dialer or the supervisor has just come back.
            return 0

    def restart(self, service):
        """SIGTERM amid calls, and a successor; returns the seconds of both."""
        before = self.final()
        wait_until(lambda: self.final() >= before + 5, 30, f"calls before the restart of {service}")
        code, ended = self.house.children.pop(service).stop(patience_s=DRAIN_S + 5)
        self.assertEqual(code, 0, service)
        began = time.monotonic()
        self.house.start_service(service)
        self.house.wait_ready(service)
        return round(ended, 2), round(time.monotonic() - began, 2)

    def total_in_history(self):
        start = urllib.parse.quote(self.began.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return self.rest.get(f"/performance?start={start}")[0]["total"]

    def test_each_service_in_turn_under_load(self):
        self.began = datetime.datetime.utcnow() - datetime.timedelta(seconds=2)
        self.trunk()
        capacities = {"robot": 3, "machine": 3} | {f"phone{n}": 1 for n in range(3)}
        agents = [self.machine("robot", 3), self.machine("machine", 3)]
        agents += [self.agent(f"phone{n}") for n in range(3)]
        self.campaign_id = self.campaign(agents, leads=LEADS, most=8)
        took = {service: self.restart(service) for service in SERVICES}
        now = self.wait_campaign(self.campaign_id, timeout_s=90)
        print("ended and ready again after s:", took)
        for service in SERVICES:
            self.assertLess(took[service][0], DRAIN_S if service == "sip_edge" else EXIT_S, service)
            self.assertLess(took[service][1], 2.0, service)
        self.assertEqual(now["by_outcome"], {"completed": LEADS})
        self.assertEqual(now["attempts"], LEADS)
        carrier = self.settled_report(calls=True)["carrier"]
        self.assertEqual(carrier["invites"], LEADS)
        self.assertEqual({call["ended_by"] for call in carrier["calls"]}, {"self"})
        self.assert_never_above(capacities)
        wait_until(lambda: all(a["state"] == "available" for a in self.rest.get("/agents")), 15, "free agents")
        wait_until(lambda: self.total_in_history() == LEADS, 15, "all calls in the history")


if __name__ == "__main__":
    unittest.main()
