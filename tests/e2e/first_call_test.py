"""One lead, one agent, real SIP and RTP on both sides."""

import unittest

from callfleet_e2e.house import HouseTest


class FirstCall(HouseTest):
    def test_one_lead_and_one_agent_hear_each_other(self):
        self.trunk()
        agent = self.agent("alice")
        now = self.wait_campaign(self.campaign([agent], leads=1))
        self.assertEqual(now["by_outcome"], {"completed": 1})
        self.assertEqual(now["attempts"], 1)
        report = self.settled_report(calls=True)
        pair = report["audio"]["pairs"][0]
        self.assertTrue(pair["carrier_heard_agent"] and pair["agent_heard_carrier"], pair)
        self.assertEqual(report["audio"]["legs_heard_peer"], 2)

    def test_the_agent_is_told_who_is_called(self):
        self.trunk()
        agent = self.agent("alice")
        self.wait_campaign(self.campaign([agent], leads=1))
        call = self.settled_report(calls=True)["agent_calls"][0]
        names = {name.lower() for name in call["headers"]}
        self.assertTrue(any(name.startswith("x-callfleet-") for name in names), call["headers"])

    def test_an_ai_agent_at_a_fixed_uri_needs_no_registration(self):
        self.trunk()
        agent = self.machine("robot")
        now = self.wait_campaign(self.campaign([agent], leads=3))
        self.assertEqual(now["by_outcome"], {"completed": 3})


if __name__ == "__main__":
    unittest.main()
