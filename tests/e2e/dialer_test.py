"""The dialer killed in mid-campaign, and ratio mode, with real SIP on both sides."""

import time
import unittest

from callfleet_e2e.house import HouseTest
from deploy.local.rest import RestError


class DialerKilled(HouseTest):
    def test_each_lead_is_dialled_once_although_the_dialer_is_killed_three_times(self):
        self.trunk()
        agents = [self.agent(f"agent{n}") for n in range(3)]
        campaign = self.campaign(agents, leads=30, retryPolicy={"maxAttempts": 3})
        for _ in range(3):
            time.sleep(3)
            self.house.children["dialer"].kill()
            self.house.start_service("dialer")
            self.house.wait_ready("dialer")
        now = self.wait_campaign(campaign, timeout_s=120)
        self.assertEqual(now["by_outcome"], {"completed": 30})
        self.assertEqual(now["attempts"], 30)
        self.assertEqual(self.settled_report()["carrier"]["invites"], 30)


class RatioMode(HouseTest):
    def test_people_who_answer_are_bridged_with_an_agent_who_answers_at_once(self):
        self.trunk()
        machine = self.machine("robot", capacity=3)
        campaign = self.campaign([machine], leads=12, pacingMode="ratio", ratio=1.0)
        now = self.wait_campaign(campaign)
        self.assertEqual(now["by_outcome"], {"completed": 12})
        self.assert_never_above({"robot": 3})

    def test_it_is_refused_without_an_agent_whose_leg_answers_at_once(self):
        self.trunk()
        agent = self.agent("alice")
        with self.assertRaises(RestError) as refused:
            self.campaign([agent], leads=2, pacingMode="ratio", ratio=1.0)
        self.assertIn("NO_INSTANT_AGENTS", str(refused.exception))


if __name__ == "__main__":
    unittest.main()
