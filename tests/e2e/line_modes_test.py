"""How work reaches an agent's phone: rung, asked to answer by itself, or on a line kept up."""

import unittest

from callfleet_e2e.house import HouseTest
from callfleet_e2e.process import wait_until


class LineModes(HouseTest):
    def line_of(self, agent):
        return self.rest.get(f"/agents/{agent}")

    def talk(self, agents, leads, **more):
        now = self.wait_campaign(self.campaign(agents, leads=leads, **more), timeout_s=45)
        self.assertEqual(now["by_outcome"], {"completed": leads})
        report = self.settled_report(calls=True)
        self.assertEqual(report["audio"]["legs_heard_peer"], report["audio"]["legs_expected"])
        return report

    def test_a_dedicated_line_is_dialled_once_and_serves_every_call(self):
        self.trunk()
        agent = self.agent("alice", lineMode="dedicated")
        report = self.talk([agent], leads=4)
        self.assertEqual(len(report["agent_calls"]), 1)
        self.assertEqual(len(report["audio"]["pairs"]), 4)

    def test_dedicated_lines_serve_ratio_dialling(self):
        self.trunk()
        agents = [self.agent(name, lineMode="dedicated") for name in ("alice", "bob")]
        self.talk(agents, leads=6, pacingMode="ratio", ratio=1.0, most=2)

    def test_a_lost_line_is_dialled_again(self):
        self.trunk()
        agent = self.agent("alice", lineMode="dedicated")
        wait_until(lambda: self.phone("alice")["answered"] == 1, 10, "the line")
        self.phones.command("phone", {"user": "alice", "do": "hangup"})
        wait_until(lambda: self.phone("alice")["answered"] == 2, 20, "the line again")
        self.wait_presence(agent, "ready")
        self.talk([agent], leads=1)

    def test_a_phone_asked_to_answer_by_itself_does(self):
        self.trunk()
        agent = self.agent("alice", lineMode="auto", behaviour={"answer_ms": 60000})
        report = self.talk([agent], leads=2)
        self.assertLess(report["answer_to_bridge_ms"]["p99"], 1000)

    def test_a_phone_that_is_rung_is_up_before_the_customer_is_dialled(self):
        self.trunk()
        agents = [self.agent(name, behaviour={"answer_ms": 100}) for name in ("alice", "bob")]
        report = self.talk(agents, leads=8)
        waits = report["answer_to_bridge_ms"]
        print("answer to bridge, phones that are rung:", waits)
        self.assertEqual(waits["agent_first"]["count"], 8)
        self.assertLess(waits["p99"], 1000)


if __name__ == "__main__":
    unittest.main()
