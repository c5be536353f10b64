"""Callers from outside: numbers, a queue, agents, and a queue service that dies."""

import subprocess
import unittest

from callfleet_e2e import rpc, wait_until
from callfleet_e2e.house import UNTIL_HUNG_UP, HouseTest, campaign
from callfleet_e2e.rpc import Queues
from callfleet_e2e.wav import share_of
from deploy.local.rest import RestError

NUMBER = "+14155550199"


class Inbound(HouseTest):
    def setUp(self):
        super().setUp()
        self.trunk(trustedNetworks=["127.0.0.0/8"])
        self.queues = Queues(self.house.addresses)

    def dial(self, number=NUMBER, **more):
        target = f"sip:{number}@127.0.0.1:{self.house.addresses.sip}"
        self.phones.command("carrier/call", {"target": target, **more})

    def calls_out(self):
        calls = self.phones.report(calls=True)["carrier"]["calls"]
        return [call for call in calls if call["direction"] == "out"]

    def queue_with(self, agents, **settings):
        queue = self.queues.create("Sales", **settings)
        if agents:
            self.rest.post(f"/queues/{queue}/agents", {"agentIds": agents})
        self.rest.post(
            "/routes", {"number": NUMBER, "to": {"queueId": queue}, "customerType": "gold"}
        )
        return queue

    def wait_stats(self, queue, **wanted):
        def there():
            stats = self.queues.stats(queue)
            return all(str(stats.get(key, 0)) == str(value) for key, value in wanted.items())

        wait_until(there, 20, f"figures {wanted}")

    def test_an_unknown_number_is_answered_404_and_forgotten(self):
        self.dial("+14155557777", count=3)
        wait_until(lambda: [c["status"] for c in self.calls_out()] == [404] * 3, 10, "three 404")
        wait_until(lambda: self.rest.get("/calls") == [], 10, "no call left")

    def test_numbers_and_members_of_a_queue_are_edited_over_rest_too(self):
        agent = self.agent("alice", ready=False)
        queue = self.queue_with([agent])
        members = self.rest.get(f"/queues/{queue}/agents")
        self.assertEqual([m["name"] for m in members], ["alice"])
        for way in ({}, {"queueId": queue, "agentId": agent}):
            with self.assertRaises(RestError) as refused:
                self.rest.post("/routes", {"number": "+1415", "to": way})
            self.assertEqual((refused.exception.status, refused.exception.error["field"]), (400, "to"))
        with self.assertRaises(RestError) as unknown:
            self.rest.post("/routes", {"number": "+1415", "to": {"queueId": "nope"}})
        self.assertEqual(unknown.exception.error["reason"], "QUEUE_NOT_FOUND")
        for rule, field in (({"overflowQueueId": "nope"}, "overflowQueueId"),
                            ({"onFull": {"queueId": "nope"}}, "onFull.queueId")):
            with self.assertRaises(RestError) as unknown:
                self.rest.post("/queues", {"name": "Other", **rule})
            error = unknown.exception.error
            self.assertEqual((unknown.exception.status, error["reason"], error["field"]), (404, "QUEUE_NOT_FOUND", field))
        self.rest.post("/routes", {
            "number": "+1415", "match": "prefix", "to": {"queueId": queue},
            "schedule": {"timeZone": "Europe/Berlin", "hours": [{"days": [1, 7], "closeMinute": 60}],
                         "holidays": [{"date": "12-25"}], "closed": {"rejection": {"sipCode": 486}}}})
        routes = self.rest.get("/routes")
        self.assertEqual([(r["number"], r["match"]) for r in routes],
                         [("+1415", "prefix"), (NUMBER, "exact")])
        self.assertEqual(routes[0]["schedule"]["closed"]["rejection"]["sipCode"], 486)
        self.rest.call("DELETE", "/routes/+1415?match=prefix")
        self.rest.delete(f"/routes/{NUMBER}")
        self.assertEqual(self.rest.get("/routes"), [])
        self.dial()
        wait_until(lambda: [c["status"] for c in self.calls_out()] == [404], 10, "a 404")
        self.rest.delete(f"/queues/{queue}/agents/{agent}")
        self.assertEqual(self.rest.get(f"/queues/{queue}/agents"), [])

    def test_a_caller_hears_music_then_whom_a_supervisor_names_and_all_records_and_the_wav_tell_it(self):
        queue = self.queue_with([], recording={"mode": "RECORDING_MODE_ALL", "keepDays": 1})
        self.dial(**{"from": "sip:+14155550111@127.0.0.1"}, talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: self.queues.tickets(queue), 10, "a ticket")
        ticket = self.queues.tickets(queue)[0]
        self.assertEqual(ticket["state"], "TICKET_STATE_WAITING")
        self.assertEqual(ticket["position"], 1)
        self.assertEqual(ticket["customerType"], "gold")
        wait_until(lambda: self.calls_out()[0]["status"] == 200, 10, "the 200")
        agent = self.agent("alice")
        self.rest.post(f"/agents/{agent}/presence", {"presence": "not_ready", "reason": "lunch"})
        self.wait_presence(agent, "not_ready")
        waiting = wait_until(lambda: self.rest.get(f"/queues/{queue}/calls"), 10, "the caller in the list")
        self.assertEqual([(w["callId"], w["position"]) for w in waiting], [(ticket["callId"], 1)])
        assign = f"/queues/{queue}/calls/{ticket['callId']}/assign"
        with self.assertRaises(RestError) as refused:
            self.rest.post(assign, {"agentId": agent})
        self.assertEqual(refused.exception.error["reason"], "NOT_READY")
        self.rest.post(assign, {"agentId": agent, "override": True})
        self.wait_heard()
        three_seconds = 150  # Packets of 20 ms.
        wait_until(lambda: self.phones.report(calls=True)["agent_calls"][0]["rtp"]["received"] > three_seconds, 20, "a talk")
        self.hang_up()
        report = self.settled_report(calls=True)
        self.assert_recorded(ticket["callId"], report)
        self.wait_stats(queue, offered=1, answered=1, connected=0, waiting=0)
        ended = self.queues.ask("GetTicket", {"ticketId": ticket["ticketId"]})["ticket"]
        self.assertEqual(ended["end"], "TICKET_END_ANSWERED")
        self.assertEqual(ended["agentId"], agent)
        kinds = [step["kind"].removeprefix("TICKET_STEP_KIND_") for step in ended["steps"]]
        self.assertEqual(kinds, ["ENQUEUED", "FORCED", "OFFERED", "ANSWERED", "ENDED"])
        wait_until(lambda: self.rest.get("/calls") == [], 10, "no call left")
        self.assertEqual(self.rest.get(f"/agents/{agent}")["presence"], "not_ready")  # As the agent left it.

    def assert_recorded(self, call, report):
        """Caller on the left, agent on the right, as each has sounded; neither in the other's channel."""
        def closed():
            return [r for r in self.rest.get(f"/calls/{call}/recordings") if r["state"] == "done"]

        recording = wait_until(closed, 10, "the recording")[0]
        status, wav = self.rest.raw("GET", f"/api/v1/recordings/{recording['id']}/audio")
        self.assertEqual((status, len(wav)), (200, recording["sizeBytes"]))
        caller, agent = report["carrier"]["calls"][0]["tone"], report["agent_calls"][0]["tone"]
        for tone, channel, other in ((caller, 0, 1), (agent, 1, 0)):
            self.assertGreater(share_of(wav, channel, tone), 0.5, tone)
            self.assertLess(share_of(wav, other, tone), 0.05, tone)

    def test_a_queue_service_that_is_killed_between_claim_and_ticket_takes_the_caller_in_again(self):
        queue, alice = self.queue_with([]), self.agent("alice")
        lock = "BEGIN; LOCK TABLE queue.tickets IN SHARE MODE; SELECT pg_sleep(60)"
        holder = subprocess.Popen(["psql", "-qX", self.house.conninfo, "-c", lock], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(holder.wait)
        held = "FROM pg_locks WHERE relation = 'queue.tickets'::regclass AND mode = 'ShareLock' AND granted"
        wait_until(lambda: self.sql(f"SELECT count(*) {held}") == "1", 10, "the lock")
        self.dial(talk_ms=UNTIL_HUNG_UP)
        waits = "SELECT count(*) FROM pg_locks WHERE relation = 'queue.tickets'::regclass AND NOT granted"
        wait_until(lambda: self.sql(waits) == "1", 10, "the ticket is being written")
        call = self.edge_call(wait_until(lambda: self.rest.get("/calls"), 10, "the call")[0]["id"])
        self.assertEqual(call["controller"]["unit"]["id"], queue)
        self.assertNotIn("answerTime", call["legs"][0])  # Nobody hears music who has no ticket.
        self.house.children.pop("queue").kill()
        self.sql(f"SELECT pg_terminate_backend(pid) {held}")
        self.house.start_service("queue")
        wait_until(lambda: self.sql("SELECT count(*) FROM queue.tickets") == "1", 20, "a ticket")
        wait_until(lambda: [c["status"] for c in self.calls_out()] == [200], 10, "the 200")
        self.assertEqual(self.queues.tickets(queue)[0]["customerType"], "gold")  # As its number says.
        self.queues.members(queue, [alice])
        self.wait_heard()
        self.hang_up()
        wait_until(lambda: self.rest.get("/calls") == [], 20, "no call left")
        self.wait_stats(queue, offered=1, answered=1, waiting=0)
        self.assertEqual(self.sql("SELECT count(*) FROM queue.tickets"), "1")
        pair = self.settled_report(calls=True)["audio"]["pairs"][0]
        self.assertTrue(pair["carrier_heard_agent"] and pair["agent_heard_carrier"], pair)

    def sql(self, text):
        done = subprocess.run(["psql", "-AtqX", self.house.conninfo, "-c", text],
                              check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def edge_call(self, call):
        target = self.house.addresses.target("sip_edge")
        return rpc.call(target, "callfleet.sip_edge.v1.SipEdgeService/GetCall", {"callId": call})["call"]

    def test_a_queue_service_that_is_killed_keeps_the_callers_and_their_places(self):
        queue = self.queue_with([])
        self.dial(talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: len(self.queues.tickets(queue)) == 1, 10, "the first ticket")
        self.dial(talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: len(self.queues.tickets(queue)) == 2, 10, "the second ticket")
        before = [(t["ticketId"], t["enqueueTime"]) for t in self.queues.tickets(queue)]
        self.house.children.pop("queue").kill()
        self.house.start_service("queue")

        def adopted():
            try:
                return len(self.queues.tickets(queue)) == 2
            except Exception:  # It is not serving yet.
                return False

        wait_until(adopted, 20, "both callers again")
        after = [(t["ticketId"], t["enqueueTime"]) for t in self.queues.tickets(queue)]
        self.assertEqual(after, before)
        self.assertEqual([c["status"] for c in self.calls_out()], [200, 200])
        agent = self.agent("alice", behaviour={"talk_ms": 1500})  # Who hangs up, so that the second has his turn.
        self.queues.members(queue, [agent])
        wait_until(lambda: self.phones.report()["carrier"]["live"] == 0, 40, "both calls' ends")
        self.wait_stats(queue, answered=2, waiting=0)

    def test_queue_and_registry_may_die_before_the_agent_answers_and_have_the_talk_afterwards(self):
        alice = self.agent("alice", behaviour={"answer_ms": 1200})
        queue = self.queue_with([alice])
        self.dial(talk_ms=UNTIL_HUNG_UP)
        wait_until(lambda: self.phone("alice")["peak_offered"] == 1, 10, "the phone rings")
        dead = ("queue", "agent_registry")
        for service in dead:
            self.house.children.pop(service).kill()
        wait_until(lambda: self.phone("alice")["answered"] == 1, 10, "answered while both are dead")
        for service in dead:
            self.house.start_service(service)
        for service in (*dead, "supervisor"):  # Whose views follow.
            self.house.wait_ready(service)
        self.wait_stats(queue, connected=1)
        ticket = self.queues.tickets(queue)[0]
        self.assertEqual((ticket["agentId"], ticket["state"]), (alice, "TICKET_STATE_CONNECTED"))
        self.assertEqual(self.rest.get(f"/agents/{alice}")["activeCalls"], 1)
        self.wait_heard()
        self.hang_up()
        self.assertEqual(self.phone("alice")["invites"], 1)
        self.wait_stats(queue, answered=1, connected=0, waiting=0)
        wait_until(lambda: self.rest.get("/calls") == [], 10, "no call left")
        wait_until(lambda: self.rest.get(f"/agents/{alice}")["state"] == "available", 10, "alice is free")

    def test_a_caller_who_leaves_while_a_phone_rings_leaves_nothing_behind(self):
        agent = self.agent("alice", behaviour={"answer_ms": 20000})
        queue = self.queue_with([agent])
        self.dial(talk_ms=1500)
        wait_until(lambda: self.phone("alice")["peak_offered"] == 1, 10, "the phone rings")
        self.wait_stats(queue, abandoned=1, waiting=0)
        self.assertEqual(self.queues.tickets(queue), [])
        wait_until(lambda: self.rest.get("/calls") == [], 10, "no call left")
        self.assertEqual(self.rest.get(f"/agents/{agent}")["presence"], "ready")

    def test_of_phones_that_ring_together_one_has_the_caller_then_a_callback_is_dialled(self):
        agents = [self.agent(name) for name in ("anna", "ben", "cleo")]
        queue = self.queue_with(
            agents, strategy="QUEUE_STRATEGY_RING_ALL", callback={"trunkId": campaign.TRUNK_ID}
        )
        self.dial(talk_ms=2000)
        self.wait_stats(queue, answered=1, offersWithdrawn=2)
        wait_until(lambda: self.rest.get("/calls") == [], 15, "no call left")
        phones = [self.phone(name) for name in ("anna", "ben", "cleo")]
        self.assertEqual([phone["invites"] for phone in phones], [1, 1, 1])
        self.assertEqual(sum(phone["answered"] for phone in phones), 1)
        for agent in agents:
            self.wait_presence(agent, "ready")

        asked = {"requestId": "one", "queueId": queue, "number": "+14155550777"}
        ticket = self.queues.ask("CreateCallback", asked)["ticket"]["ticketId"]

        def over():
            now = self.queues.ask("GetTicket", {"ticketId": ticket})["ticket"]
            return now.get("end", "")

        self.assertEqual(wait_until(over, 20, "the callback's end"), "TICKET_END_ANSWERED")
        self.assertEqual(self.queues.stats(queue)["callbacksAnswered"], "1")
        wait_until(lambda: self.rest.get("/calls") == [], 10, "no call left")

    def steer(self, call, **action):
        self.steers = getattr(self, "steers", 0) + 1
        self.queues.ask(
            "SteerCall", {"requestId": f"s{self.steers}", "callId": call, "action": action}
        )

    def test_a_talk_goes_back_into_the_queue_to_another_one_and_to_a_colleague(self):
        anna, ben = self.agent("anna"), self.agent("ben")
        queue = self.queue_with([anna])
        other = self.queues.create("Support")
        self.queues.members(other, [ben])
        self.dial(talk_ms=UNTIL_HUNG_UP)
        self.wait_stats(queue, connected=1)
        ticket = self.queues.tickets(queue)[0]
        call = ticket["callId"]

        def steps(kind):
            now = self.queues.ask("GetTicket", {"ticketId": ticket["ticketId"]})["ticket"]
            return [s for s in now["steps"] if s["kind"] == f"TICKET_STEP_KIND_{kind}"]

        self.steer(call, requeue={})
        wait_until(lambda: len(steps("ANSWERED")) == 2, 15, "anna again")
        self.assertEqual(len(steps("REQUEUED")), 1)

        self.steer(call, transfer={"target": {"queueId": other}})
        self.wait_stats(other, connected=1)
        moved = self.queues.tickets(other)[0]
        self.assertEqual((moved["callId"], moved["agentId"]), (call, ben))
        self.wait_stats(queue, answered=1, connected=0, waiting=0, overflowed=0)
        self.wait_presence(anna, "ready")

        # A number of ours is not dialled: it leads where it leads.
        self.queues.route("+14155550180", queue)
        self.steer(call, transfer={"target": {"number": "+14155550180"}})
        self.wait_stats(queue, connected=1)
        self.wait_presence(ben, "ready")
        self.steer(call, transfer={"target": {"queueId": other}})
        self.wait_stats(other, connected=1)
        self.assertEqual(len(self.calls_out()), 1)

        self.steer(call, transfer={"target": {"agentId": "anna"}})
        wait_until(lambda: self.queues.tickets(other)[0]["agentId"] == anna, 15, "anna has it")
        self.wait_presence(ben, "ready")
        self.steer(call, hold={})
        self.steer(call, resume={})
        self.steer(call, hangUp={})
        wait_until(lambda: self.rest.get("/calls") == [], 15, "no call left")
        self.wait_stats(other, answered=2, connected=0, waiting=0)
        for agent in (anna, ben):
            self.wait_presence(agent, "ready")
        self.assertEqual([c["status"] for c in self.calls_out()], [200])


if __name__ == "__main__":
    unittest.main()
