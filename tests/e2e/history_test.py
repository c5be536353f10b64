"""Reports out of events agree with the live figures and with the world outside, whatever dies."""

import datetime
import unittest
import urllib.parse

from callfleet_e2e.house import HouseTest
from callfleet_e2e.process import wait_until


def text(moment):
    return urllib.parse.quote(moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


class History(HouseTest):
    carrier = [
        {"do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [200, 900]}, "weight": 6},
        {"do": "busy", "weight": 2},
        {"do": "no_answer", "ring_ms": 50, "weight": 2},
    ]

    def setUp(self):
        super().setUp()
        self.began = datetime.datetime.utcnow() - datetime.timedelta(seconds=1)

    def performance(self, group="none"):
        end = datetime.datetime.utcnow() + datetime.timedelta(minutes=5)
        return self.rest.get(
            f"/performance?start={text(self.began)}&end={text(end)}&groupBy={group}")

    def wait_equal(self, campaign):
        """Waits until history has caught up; returns its row and the live figures."""
        live = self.figures(campaign)

        def caught_up():
            row = self.performance()[0]
            return row if row["total"] >= live["attempts"] else None

        return wait_until(caught_up, 20, "all attempts in the history", 0.2), live

    def check(self, campaign):
        row, live = self.wait_equal(campaign)
        report = self.settled_report()
        self.assertEqual(row["total"], live["attempts"])
        self.assertEqual(row["total"], report["carrier"]["invites"])
        self.assertEqual(row["answered"], live["by_outcome"].get("completed", 0))
        self.assertEqual(row["answeredByPerson"], report["carrier"]["answered"])
        by_campaign = self.performance("campaign")
        self.assertEqual([r["subject"] for r in by_campaign], [f"campaign:{campaign}"])
        self.assertEqual(by_campaign[0]["total"], row["total"])
        self.assertEqual(sum(r["answered"] for r in self.performance("agent")), row["answered"])
        return row

    def kill_supervisor(self):
        self.house.children["supervisor"].kill()
        self.house.start_service("supervisor")
        self.house.wait_ready("supervisor")

    def test_a_campaigns_report_equals_its_live_figures_and_the_phones(self):
        self.trunk()
        agents = [self.machine("one", 3), self.machine("two", 2)]
        campaign = self.campaign(agents, leads=60)
        self.wait_campaign(campaign)
        self.check(campaign)

    def test_reports_survive_a_kill_of_the_supervisor_in_the_middle(self):
        self.trunk()
        agents = [self.machine("one", 3), self.machine("two", 2)]
        campaign = self.campaign(agents, leads=120)
        for _ in range(3):
            before = self.figures(campaign)["attempts"]
            wait_until(lambda b=before: self.figures(campaign)["attempts"] > b + 8, 30, "calls")
            self.kill_supervisor()
        self.wait_campaign(campaign, timeout_s=90)
        row = self.check(campaign)
        self.kill_supervisor()
        self.assertEqual(self.performance()[0]["total"], row["total"])
        self.assertEqual(self.performance()[0]["answered"], row["answered"])


if __name__ == "__main__":
    unittest.main()
