"""A supervisor's phone in a live call, by ear: listen, whisper, barge, take over; text to the agent."""

import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest

from deploy.local.rest import RestError

PATIENT = {"do": "answer", "ring_ms": 100}


class Supervise(HouseTest):
    carrier = [PATIENT]

    def before_services(self):
        super().before_services()
        self.phones.command("phones", [{"user": "sue", "register": False, "behaviour": {"answer_ms": 50}}])

    def talk(self):
        """One lead and one agent talk; the id of their call."""
        self.trunk()
        self.ann = self.agent("ann", wrapUpSeconds=60)
        self.run_id = self.campaign([self.ann], leads=1)
        wait_until(lambda: self.calls("connected"), 20, "a connected call")
        return self.calls("connected")[0]["id"]

    def calls(self, state):
        return [call for call in self.rest.get("/calls") if call["state"] == state]

    def follow(self, agent, mode, **more):
        more = more or {"phone": f"sip:sue@127.0.0.1:{self.phones.farm_port}"}
        return self.rest.post(f"/agents/{agent}/supervise", {"mode": mode, **more})["supervisionId"]

    def supervise(self, call, mode, **more):
        more = more or {"phone": f"sip:sue@127.0.0.1:{self.phones.farm_port}"}
        return self.rest.post(f"/calls/{call}/supervise", {"mode": mode, **more})["supervisionId"]

    # --- What a phone hears now: the newest call of the side.

    def leg(self, user=None):
        report = self.phones.report(True)
        legs = report["carrier"]["calls"] if user is None else [
            call for call in report["agent_calls"] if call["user"] == user]
        return legs[-1] if legs else None

    def heard(self, user=None):
        leg = self.leg(user)
        return {entry["tone"]: entry["packets"] for entry in leg["heard"]} if leg else {}

    def wait_heard(self, user, tone, more=20):
        before = self.heard(user).get(tone, 0)
        wait_until(lambda: self.heard(user).get(tone, 0) >= before + more, 10, f"{tone} at {user or 'the customer'}")

    def unclear(self, user=None):
        return self.leg(user)["rtp"]["unclear_packets"]

    def reason(self, act):
        with self.assertRaises(RestError) as refused:
            act()
        return refused.exception.error["reason"]

    def test_each_mode_is_heard_by_those_who_should_and_by_nobody_else(self):
        call = self.talk()
        customer, agent = self.leg()["tone"], self.leg("ann")["tone"]
        self.wait_heard(None, agent)
        sue = self.supervise(call, "listen")
        own = wait_until(lambda: (self.leg("sue") or {}).get("tone"), 10, "the supervisor's phone answers")
        self.wait_heard("sue", agent)
        self.wait_heard("sue", customer)
        self.assertNotIn(own, self.heard("ann"))
        quiet = self.unclear()

        self.supervise(call, "whisper", supervisionId=sue)
        # Two agents' tones at once belong to nobody; a customer's beside them is still told apart.
        self.wait_heard("ann", customer)
        self.wait_heard("ann", own)
        self.wait_heard(None, agent)
        self.assertEqual(self.unclear(), quiet, "the customer heard something else than the agent")

        self.supervise(call, "barge", supervisionId=sue)
        wait_until(lambda: self.unclear() > quiet + 20, 10, "agent and supervisor at the customer")

        self.supervise(call, "take_over", supervisionId=sue)
        self.wait_heard(None, own)
        wait_until(lambda: self.leg("ann")["times_ms"]["end"] is not None, 10, "the end of the agent's leg")
        self.assertEqual(self.leg("ann")["ended_by"], "peer")
        self.assertEqual(self.leg()["rtp"]["ssrc_changes"], 0)
        self.assertEqual(self.leg()["reinvites"], 0)
        # The customer still talks, the agent is done: it does not wait for the supervisor's end.
        wait_until(lambda: self.rest.get(f"/agents/{self.ann}")["state"] == "wrap_up", 10, "the agent's wrap-up")
        self.assertEqual(self.calls("connected")[0]["id"], call)
        self.phones.command("carrier/hangup", {})
        wait_until(lambda: self.leg("sue")["times_ms"]["end"] is not None, 10, "the end of the supervision")

        def ended():
            return [a for a in self.rest.get(f"/campaigns/{self.run_id}/attempts") if a["outcome"] == "completed"]

        attempt = wait_until(ended, 10, "the end of the attempt")[0]
        self.assertEqual(attempt["agentId"], self.ann)
        self.check_quality(wait_until(lambda: self.over(call), 10, "the end of the call")["legs"])

    def over(self, call):
        told = self.rest.get(f"/calls/{call}")
        return told if told["state"] == "ended" else None

    def check_quality(self, legs):
        """All of them have talked."""
        self.assertEqual({leg["role"] for leg in legs}, {"customer", "agent", "supervisor"})
        for leg in legs:
            measured = leg["quality"]
            self.assertGreater(measured["packetsReceived"], 20, leg)
            self.assertGreater(measured["packetsSent"], 20, leg)
            self.assertLess(measured["lossRatio"], 0.5, leg)
            self.assertTrue(1 <= measured["mos"] <= 4.5, leg)
            self.assertIsNotNone(measured["firstRtpSeconds"], leg)
            self.assertIsNone(leg["oneWayAudio"], leg)

    def test_stopping_leaves_the_call_and_refusals_say_why(self):
        self.assertEqual(self.reason(lambda: self.supervise("nothing", "listen")), "CALL_NOT_FOUND")
        call = self.talk()
        sue = self.supervise(call, "listen")
        self.wait_heard("sue", self.leg("ann")["tone"])
        self.assertEqual(self.reason(lambda: self.rest.delete(f"/calls/nothing/supervise/{sue}")), "CALL_NOT_FOUND")
        self.assertEqual(self.reason(lambda: self.supervise("nothing", "barge", supervisionId=sue)),
                         "SUPERVISION_NOT_FOUND")
        self.wait_heard("sue", self.leg("ann")["tone"])
        self.rest.delete(f"/calls/{call}/supervise/{sue}")
        wait_until(lambda: self.leg("sue")["times_ms"]["end"] is not None, 10, "the end of the supervision")
        self.wait_heard(None, self.leg("ann")["tone"])
        self.assertEqual(self.calls("connected")[0]["id"], call)
        self.phones.command("carrier/hangup", {})

    def test_who_follows_an_agent_hears_one_call_after_the_other_on_one_line(self):
        self.trunk()
        ann = self.agent("ann")
        sue = self.follow(ann, "listen")
        wait_until(lambda: (self.leg("sue") or {}).get("tone"), 10, "the supervisor's phone answers")
        own = self.leg("sue")["tone"]
        self.campaign([ann], leads=2)
        for turn in range(2):
            wait_until(lambda: len(self.phones.report(True)["carrier"]["calls"]) > turn, 20, f"call {turn}")
            wait_until(lambda: self.calls("connected"), 20, f"talk {turn}")
            self.wait_heard("sue", self.leg("ann")["tone"])
            self.wait_heard("sue", self.leg()["tone"])
            self.follow(ann, "whisper", supervisionId=sue)
            self.wait_heard("ann", own)
            self.assertNotIn(own, self.heard())
            self.follow(ann, "listen", supervisionId=sue)
            self.phones.command("carrier/hangup", {})
        self.assertIsNone(self.leg("sue")["times_ms"]["end"], "the line stays up between the calls")
        self.assertEqual(sum(call["user"] == "sue" for call in self.phones.report(True)["agent_calls"]), 1)
        self.rest.delete(f"/agents/{ann}/supervise/{sue}")
        wait_until(lambda: self.leg("sue")["times_ms"]["end"] is not None, 10, "the end of the line")


if __name__ == "__main__":
    unittest.main()
