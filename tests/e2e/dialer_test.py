"""The dialer killed in mid-campaign, and ratio mode, with real SIP on both sides."""

import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest
from callfleet_e2e.rpc import Queues
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


class PassedToQueues(HouseTest):
    """A campaign's customer goes on to a queue of the same house."""

    carrier = [{"do": "answer", "ring_ms": 50}]  # Talks until somebody hangs up.

    def talk(self, agent):
        def there():
            calls = self.rest.get("/calls")
            return next((c for c in calls if c["state"] == "connected" and c["agentId"] == agent), None)

        return wait_until(there, 15, "a talk")["id"]

    def refused(self, call, **to):
        with self.assertRaises(RestError) as no:
            self.rest.post(f"/calls/{call}/transfer", to)
        return no.exception.error

    def passes(self, call, queue, **to):
        """The call is transferred and ben has it; its ticket."""
        self.rest.post(f"/calls/{call}/transfer", to)

        def connected():
            now = [t for t in self.queues.tickets(queue) if t["callId"] == call]
            return next((t for t in now if t["state"] == "TICKET_STATE_CONNECTED"), None)

        return wait_until(connected, 15, "ben has the customer")

    def test_a_talk_passes_to_a_queue_or_stays_with_its_agent_and_is_told_as_one_call(self):
        self.trunk()
        self.queues = Queues(self.house.addresses)
        anna, ben = self.agent("anna", wrapUpSeconds=0), self.agent("ben", wrapUpSeconds=0)
        sales, closed = self.queues.create("Sales"), self.queues.create("Closed")
        self.queues.members(sales, [ben])
        self.queues.ask("SetQueueState", {"queueId": closed, "state": "QUEUE_STATE_CLOSED"})
        self.queues.route("+14155550180", sales, priority=7)
        run = self.campaign([anna], leads=3, most=1, wrapUpSeconds=0)

        call = self.talk(anna)
        self.assertEqual(self.refused(call, queueId=closed)["reason"], "QUEUE_CLOSED")
        self.assertEqual(self.refused(call, queueId="nope")["reason"], "QUEUE_NOT_FOUND")
        no = self.refused(call, number="+14155550123")  # Agents may not dial it.
        self.assertEqual((no["reason"], no["field"]), ("NUMBER_NOT_ALLOWED", "number"))
        self.assertEqual(self.talk(anna), call)

        ticket = self.passes(call, sales, queueId=sales)
        self.assertEqual((ticket["agentId"], ticket["fromCampaignId"]), (ben, run))
        self.assertTrue(ticket["caller"].startswith("+1415"), ticket)
        self.rest.post(f"/calls/{call}/hangup", {})

        # Anna has the next lead by then; a number of ours leads where it leads.
        second = self.talk(anna)
        self.wait_presence(ben, "ready")
        ticket = self.passes(second, sales, number="+14155550180")
        self.assertEqual((ticket["priority"], ticket["agentId"]), (7, ben))
        legs = self.rest.get(f"/calls/{second}")["legs"]
        self.assertEqual({leg["role"] for leg in legs}, {"customer", "agent"})
        self.assertEqual({leg["codec"] for leg in legs}, {"PCMU"})
        self.rest.post(f"/calls/{second}/hangup", {})

        # A dialer that dies as the customer passes on settles the attempt when it is back.
        third = self.talk(anna)
        self.passes(third, sales, queueId=sales)
        self.house.children["dialer"].kill()
        self.house.start_service("dialer")
        self.house.wait_ready("dialer")
        now = self.wait_campaign(run)
        self.assertEqual((now["by_outcome"], now["attempts"]), ({"completed": 3}, 3))
        self.rest.post(f"/calls/{third}/hangup", {})
        wait_until(lambda: self.rest.get("/calls") == [], 15, "no call left")
        self.assertEqual(self.settled_report()["carrier"]["invites"], 3)
        stats = self.queues.stats(sales)
        self.assertEqual((str(stats["answered"]), str(stats.get("abandoned", 0))), ("3", "0"))
        for agent in (anna, ben):
            self.wait_presence(agent, "ready")


if __name__ == "__main__":
    unittest.main()
