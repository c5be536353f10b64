"""A trunk that refuses: the campaign holds its breath, no lead pays for it."""

import time
import unittest

from callfleet_e2e.house import HouseTest
from callfleet_e2e import wait_until


class TrunkTest(HouseTest):
    carrier = [{"do": "trunk_fault", "status": 403}]

    def rung(self, robots):
        return sum(self.phone(robot)["invites"] for robot in robots)

    def assert_no_lead_paid(self, storm):
        now = self.figures(storm)
        self.assertEqual(now["by_outcome"], {})
        self.assertEqual(now["attempts"], 0)
        self.assertEqual(now["waits"], "waiting_trunk")


class Storm(TrunkTest):
    def test_ten_thousand_leads_against_403_then_503_cost_few_invites_and_few_rings(self):
        self.trunk()
        robots = [f"robot-{i}" for i in range(3)]
        agents = [self.machine(name, 5) for name in robots]
        storm = self.campaign(agents, leads=10_000, first=0, most=10)
        begin = time.monotonic()
        time.sleep(30)  # The carrier's clock, not ours: how much comes in that time is the question.
        self.phones.command("carrier/profile", {"default": {"do": "trunk_fault", "status": 503}})
        time.sleep(max(0, begin + 60 - time.monotonic()))
        self.assert_no_lead_paid(storm)
        invites = self.phones.report()["carrier"]["invites"]
        rung = self.rung(robots)
        print(f"60 s of 403 and 503: {invites} INVITEs, {rung} rings of agents")
        self.assertLessEqual(invites, 50)
        self.assertGreater(invites, 5)
        self.assertLessEqual(rung, 30)


class Silent(TrunkTest):
    def test_a_trunk_that_never_answers_costs_few_invites_and_no_lead(self):
        self.phones.command("carrier/profile", {"default": {"do": "silent"}})
        self.trunk()
        leads = self.campaign([self.machine("robot", 10)], leads=1000, most=10)
        wait_until(lambda: self.figures(leads)["waits"] == "waiting_trunk", 40, "waiting_trunk")
        time.sleep(10)
        self.assertLessEqual(self.phones.report()["carrier"]["invites"], 50)
        wait_until(lambda: not self.figures(leads)["calls"], 40, "the last call's end")
        self.assert_no_lead_paid(leads)


class WellAgain(TrunkTest):
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
