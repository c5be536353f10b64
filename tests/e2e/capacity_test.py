"""Agents are never booked past their maximum, over all campaigns."""

import unittest

from callfleet_e2e.house import HouseTest


class Capacity(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [800, 1500]}}]

    def test_ten_leads_on_capacities_three_and_five_are_all_called(self):
        self.trunk()
        agents = [self.machine("three", 3), self.machine("five", 5)]
        now = self.wait_campaign(self.campaign(agents, leads=10))
        self.assertEqual(now["by_outcome"], {"completed": 10})
        self.assertEqual(now["attempts"], 10)
        self.assert_never_above({"three": 3, "five": 5})
        self.assertEqual(self.settled_report()["carrier"]["invites"], 10)

    def test_two_campaigns_with_three_hundred_calls_share_agents_within_their_maximum(self):
        self.phones.command("carrier/profile", {"default": {
            "do": "answer", "ring_ms": 20, "talk_ms": {"uniform": [100, 700]}}})
        self.trunk()
        capacities = {f"shared-{i}": 1 + i % 5 for i in range(8)}
        agents = [self.machine(name, most) for name, most in capacities.items()]
        first = self.campaign(agents, leads=150, name="First", most=40)
        second = self.campaign(agents, leads=150, name="Second", most=40, first=5000)
        for each in (first, second):
            now = self.wait_campaign(each, timeout_s=90)
            self.assertEqual(sum(now["by_outcome"].values()), 150)
        self.assert_never_above(capacities)
        self.assertEqual(self.settled_report()["carrier"]["answered"], 300)


if __name__ == "__main__":
    unittest.main()
