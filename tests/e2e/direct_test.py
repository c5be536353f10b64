"""Numbers that lead to an agent, calls and codes that agents' phones dial, and a number that is consulted."""

import unittest
from datetime import UTC, datetime, timedelta

from callfleet_e2e import rpc, wait_until
from callfleet_e2e.house import UNTIL_HUNG_UP, HouseTest, campaign
from callfleet_e2e.rpc import Queues
from deploy.local.rest import RestError

WITH_ALTERNATIVE = "+14155550199"
ALONE = "+14155550198"
OUTSIDE = "+14155550177"
CALLER_ID = "+14155550100"


class Direct(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 100, "talk_ms": UNTIL_HUNG_UP}]

    def before_services(self):
        super().before_services()
        self.house.more_flags["sip_edge"] = ["--agents_may_dial", "+1415*,!+*,*"]

    def setUp(self):
        super().setUp()
        self.queues = Queues(self.house.addresses)

    def route(self, number, destination, **more):
        self.rest.post("/routes", {"number": number, "to": destination, **more})

    def dial(self, number, **more):
        target = f"sip:{number}@127.0.0.1:{self.house.addresses.sip}"
        self.phones.command("carrier/call", {"target": target, **more})

    def carrier_calls(self, direction):
        calls = self.phones.report(calls=True)["carrier"]["calls"]
        return [call for call in calls if call["direction"] == direction]

    def statuses(self):
        return [call["status"] for call in self.carrier_calls("out")]

    def serves_direct(self):
        try:
            return self.queues.stats("direct")
        except Exception:  # Made with the first number; being read.
            return None

    def number_of(self, agent, number=ALONE, **more):
        self.route(number, {"agentId": agent}, **more)
        wait_until(self.serves_direct, 10, "the queue of direct calls")

    def all_over(self):
        wait_until(lambda: self.rest.get("/calls") == [], 15, "no call left")

    def test_a_number_rings_its_agent_and_whom_it_does_not_take_goes_on_or_is_refused(self):
        self.trunk(trustedNetworks=["127.0.0.0/8"])
        alice, ben = self.agent("alice"), self.agent("ben")
        sales = self.queues.create("Sales")
        self.queues.members(sales, [ben])
        self.number_of(alice)
        self.number_of(alice, WITH_ALTERNATIVE, otherwise={"queueId": sales})

        self.dial(ALONE, talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: self.queues.tickets("direct"), 10, "a ticket")
        wait_until(lambda: self.statuses() == [200], 10, "the 200")
        ticket = self.queues.tickets("direct")[0]
        self.assertEqual((ticket["agentId"], ticket["requiredAgentId"]), (alice, alice))
        self.dial(ALONE)
        wait_until(lambda: self.statuses() == [200, 486], 10, "busy")
        self.dial(WITH_ALTERNATIVE, talk_ms=UNTIL_HUNG_UP)
        self.wait_heard(2)
        self.hang_up()
        wait_until(lambda: str(self.queues.stats(sales).get("answered")) == "1", 10, "ben has had it")
        self.all_over()
        report = self.settled_report(calls=True)
        heard = [p["carrier_heard_agent"] and p["agent_heard_carrier"] for p in report["audio"]["pairs"]]
        self.assertEqual(heard, [True, True])
        self.assertEqual((self.phone("alice")["invites"], self.phone("ben")["invites"]), (1, 1))
        self.wait_presence(alice, "ready")

        self.rest.post(f"/agents/{alice}/presence", {"presence": "not_ready", "reason": "lunch"})
        self.wait_presence(alice, "not_ready")
        self.dial(ALONE)
        wait_until(lambda: self.statuses()[-1] == 480, 10, "not ready")
        self.all_over()
        self.assertEqual(self.phone("alice")["invites"], 1)

    def test_who_is_not_let_into_a_queue_rings_the_agent_whom_its_rules_name(self):
        self.trunk(trustedNetworks=["127.0.0.0/8"])
        alice = self.agent("alice")
        sales = self.rest.post("/queues", {"name": "Sales", "maxSize": 1, "onFull": {"agentId": "alice"},
                                           "onClosed": {"agentId": alice}})["id"]
        self.route(ALONE, {"queueId": sales})
        wait_until(self.serves_direct, 10, "the queue of direct calls")
        self.dial(ALONE, talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: self.queues.tickets(sales), 10, "the queue is full")
        self.dial(ALONE, talk_ms=UNTIL_HUNG_UP)
        self.wait_heard(1)
        self.hang_up()
        self.all_over()
        self.wait_presence(alice, "ready")
        self.rest.post(f"/queues/{sales}/close")
        self.dial(ALONE, talk_ms=UNTIL_HUNG_UP)
        self.wait_heard(2)
        self.hang_up()
        self.all_over()

    def steer(self, call, name, **action):
        body = {"requestId": name, "callId": call, "action": action}
        self.queues.ask("SteerCall", body)

    def test_a_number_is_consulted_joins_the_talk_and_gets_the_caller_while_the_agent_goes_on(self):
        self.trunk(trustedNetworks=["127.0.0.0/8"])
        alice = self.agent("alice")
        sales = self.queues.create("Sales", callerId=CALLER_ID)
        self.queues.members(sales, [alice])
        self.queues.route(ALONE, sales)
        self.dial(ALONE, talk_ms=UNTIL_HUNG_UP)

        def connected():
            return next((t for t in self.queues.tickets(sales) if t["state"] == "TICKET_STATE_CONNECTED"), None)

        def transfer():
            states = [t["state"] for t in self.record(call)["transfers"]]
            return states[-1].removeprefix("TRANSFER_STATE_") if states else ""

        call = wait_until(connected, 15, "alice talks")["callId"]
        self.steer(call, "consult", consult={"target": {"number": OUTSIDE}})
        wait_until(lambda: transfer() == "CONSULTING", 10, "alice consults")
        self.steer(call, "confer", conference={})
        wait_until(lambda: transfer() == "CONFERENCE", 10, "all three talk")
        self.steer(call, "complete", complete={})
        wait_until(lambda: transfer() == "OVER", 10, "the number has the caller")
        self.wait_presence(alice, "ready")
        self.assertEqual(connected()["callId"], call)  # The queue keeps it until the caller's leg ends.

        def two_calls():
            calls = self.phones.report(calls=True)["carrier"]["calls"]
            return sorted(calls, key=lambda call: call["direction"] != "out")

        def hear_each_other():
            out, number = two_calls()
            return all(one["tone"] in [heard["tone"] for heard in other["heard"]]
                       for one, other in ((out, number), (number, out)))

        wait_until(hear_each_other, 10, "caller and number hear each other")
        self.hang_up()
        self.all_over()
        self.assertIn(CALLER_ID, two_calls()[1]["from"])

    def record(self, call):
        """As the edge keeps it."""
        target = self.house.addresses.target("sip_edge")
        found = rpc.call(target, "callfleet.sip_edge.v1.SipEdgeService/GetCall", {"callId": call})
        return {"transfers": [], **found["call"]}

    def phone_calls(self, user, number, **more):
        self.phones.command("phone", {"user": user, "do": "call", "number": number, **more})

    def calls_of_phones(self):
        calls = self.phones.report(calls=True)["agent_calls"]
        return [(call["user"], call["status"]) for call in calls if call["direction"] == "out"]

    def test_a_phone_calls_the_outside_with_what_a_campaign_shows_now(self):
        self.trunk()
        self.agent("alice")
        made = self.campaign([], leads=1, begin=False, callerIdNumber=CALLER_ID)
        to = {"trunkId": campaign.TRUNK_ID, "callerIdCampaignId": made}
        with self.assertRaises(RestError) as refused:
            self.route("+2", {"dial": {**to, "callerIdCampaignId": "nobody"}})
        self.assertEqual(refused.exception.error["reason"], "CAMPAIGN_NOT_FOUND")
        self.route("+1", {"dial": to}, match="prefix")
        shown = lambda: self.rest.get("/routes")[0]["to"]["dial"]["callerId"]
        self.assertEqual(shown(), CALLER_ID)
        other = CALLER_ID[:-1] + ("1" if CALLER_ID[-1] != "1" else "2")
        self.rest.call("PATCH", f"/campaigns/{made}", {"callerIdNumber": other})
        wait_until(lambda: shown() == other, 15, "the number that the campaign shows now")
        self.phone_calls("alice", OUTSIDE, talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: self.carrier_calls("in"), 10, "the number is called")
        self.assertIn(other, self.carrier_calls("in")[0]["from"])
        self.hang_up("alice")
        self.all_over()

    def test_a_phone_calls_the_outside_with_a_queues_caller_id_and_counts_as_load(self):
        self.trunk()
        alice = self.agent("alice", wrapUpSeconds=60)
        self.agent("bob")
        sales = self.queues.create("Sales", callerId=CALLER_ID)
        self.number_of(alice, "200")
        to = {"trunkId": campaign.TRUNK_ID, "callerIdQueueId": sales}
        self.route("+1", {"dial": to}, match="prefix")
        with self.assertRaises(RestError) as refused:
            self.route("+2", {"dial": {**to, "callerId": CALLER_ID}})
        self.assertEqual(refused.exception.error["field"], "to.dial.callerIdQueueId")
        routes = {r["number"]: r["to"] for r in self.rest.get("/routes")}
        self.assertEqual(routes["+1"]["dial"], {**to, "number": None, "callerId": None, "callerIdCampaignId": None})
        self.assertEqual(routes["200"]["agentId"], alice)

        self.phone_calls("alice", OUTSIDE, talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: self.carrier_calls("in"), 10, "the number is called")
        called = self.carrier_calls("in")[0]
        self.assertEqual(called["number"], OUTSIDE)
        self.assertIn(CALLER_ID, called["from"])
        self.phone_calls("bob", "200")
        wait_until(lambda: ("bob", 486) in self.calls_of_phones(), 10, "alice is busy")
        self.wait_heard()
        self.hang_up("alice")
        self.all_over()
        pair = self.settled_report(calls=True)["audio"]["pairs"][0]
        self.assertTrue(pair["carrier_heard_agent"] and pair["agent_heard_carrier"], pair)

        self.phone_calls("alice", "+4930123456")
        wait_until(lambda: ("alice", 403) in self.calls_of_phones(), 10, "not on the list")
        self.phone_calls("bob", "200", talk_ms=1500)
        wait_until(lambda: ("bob", 200) in self.calls_of_phones(), 10, "a colleague by number")
        self.all_over()
        self.wait_presence(alice, "ready")

        def code(dialled, status):
            before = len(self.calls_of_phones())
            self.phone_calls("alice", dialled)
            wait_until(lambda: self.calls_of_phones()[before:] == [("alice", status)], 10, dialled)
            self.all_over()

        def works(state):
            wait_until(lambda: self.rest.get(f"/agents/{alice}")["state"] == state, 10, state)

        def wrap_up_left():
            target = self.house.addresses.target("agent_registry")
            name = "callfleet.agent_registry.v1.AgentRegistryService/GetAgent"
            slots = rpc.call(target, name, {"agentId": alice})["agent"]["slots"]
            until = next(slot["wrapUpUntil"] for slot in slots if "wrapUpUntil" in slot)
            return datetime.fromisoformat(until) - datetime.now(UTC)

        works("wrap_up")
        code("*06*30", 200)
        self.assertGreater(wrap_up_left(), timedelta(minutes=29))
        works("wrap_up")
        code("*06", 200)
        self.assertLess(wrap_up_left(), timedelta(minutes=5))
        code("*05", 200)
        works("available")

        def presence(*now):
            def shown():
                agent = self.rest.get(f"/agents/{alice}")
                return (agent["presence"], agent["presenceReason"])[:len(now)] == now

            wait_until(shown, 10, now)

        code("*04*12", 200)
        presence("not_ready", "12")
        code("*03", 200)
        presence("ready")
        code("*02", 200)
        presence("logged_out")
        code("*01", 200)
        presence("not_ready")
        code("*05", 480)  # Nobody is in wrap-up.
        code("*06", 480)
        code("*99", 404)
        code("*0", 484)
        code("*03", 200)
        presence("ready")


if __name__ == "__main__":
    unittest.main()
