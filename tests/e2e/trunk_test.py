"""A trunk that refuses: the campaign holds its breath, no lead pays for it."""

import time
import unittest

from callfleet_e2e.house import HouseTest
from callfleet_e2e import wait_until


class Trunk(HouseTest):
    carrier = [{"do": "trunk_fault", "status": 403}]

    def test_a_storm_of_403_and_503_costs_few_invites_and_no_lead(self):
        self.trunk()
        agents = [self.machine(f"robot-{i}", 5) for i in range(3)]
        storm = self.campaign(agents, leads=1000, most=10)
        time.sleep(8)  # The carrier's clock, not ours: how much comes in that time is the question.
        self.phones.command("carrier/profile", {"default": {"do": "trunk_fault", "status": 503}})
        wait_until(lambda: self.figures(storm)["waits"] == "waiting_trunk", 10, "waiting_trunk")
        time.sleep(12)
        now = self.figures(storm)
        self.assertEqual(now["by_outcome"], {})
        self.assertEqual(now["attempts"], 0)
        self.assertEqual(now["waits"], "waiting_trunk")
        self.assertLessEqual(self.phones.report()["carrier"]["invites"], 50)

    def test_work_resumes_by_itself_when_the_trunk_is_well_again(self):
        self.trunk()
        agents = [self.machine("robot", 5)]
        leads = self.campaign(agents, leads=30, most=10)
        wait_until(lambda: self.figures(leads)["waits"] == "waiting_trunk", 15, "waiting_trunk")
        self.phones.command("carrier/profile", {"default": {
            "do": "answer", "ring_ms": 20, "talk_ms": 200}})
        now = self.wait_campaign(leads, timeout_s=40)
        self.assertEqual(now["by_outcome"], {"completed": 30})


if __name__ == "__main__":
    unittest.main()
