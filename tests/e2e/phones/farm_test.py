"""The farm alone, against a small registrar and raw callers."""

import time
import unittest

from callfleet_e2e import E2eTest, MiniRegistrar, Phones, RawSip, wait_until

ANSWER_AT_ONCE = {"answer_ms": 0}


class RegistrationTest(E2eTest):
    def setUp(self):
        super().setUp()
        self.registrar = MiniRegistrar({f"agent-{n}": "secret" for n in range(1, 51)})
        self.addCleanup(self.registrar.close)

    def farm(self, count=1, **defaults):
        defaults = {"server": f"sip:127.0.0.1:{self.registrar.port}", "secret": "secret", **defaults}
        return Phones(self, {"farm": {"defaults": defaults, "phones": [{"count": count}]}})

    def test_fifty_phones_register_with_digest_and_unregister_at_the_end(self):
        phones = self.farm(50)
        phones.wait_registered()
        self.assertEqual(len(self.registrar.contacts), 50)
        self.assertEqual(self.registrar.contacts["agent-7"], f"sip:agent-7@127.0.0.1:{phones.farm_port}")
        report = phones.stop()
        self.assertEqual(self.registrar.contacts, {})
        self.assertEqual({a["registrations"] for a in report["agents"]}, {1})

    def test_a_wrong_secret_is_refused_and_tried_again_later(self):
        phones = self.farm(1, secret="wrong")
        wait_until(lambda: phones.agent("agent-1")["register_refused"] >= 2, what="a second try")
        self.assertFalse(phones.agent("agent-1")["registered"])
        self.assertEqual(self.registrar.contacts, {})

    def test_the_contact_is_refreshed_before_it_expires(self):
        self.registrar.expires_s = 2
        phones = self.farm()
        wait_until(lambda: self.registrar.accepted("agent-1") >= 3, what="two refreshes")
        self.assertEqual(phones.agent("agent-1")["register_refused"], 0)

    def test_a_registrar_that_forgot_everything_has_the_phone_back_at_the_next_refresh(self):
        self.registrar.expires_s = 2
        self.farm()
        wait_until(lambda: self.registrar.accepted("agent-1") >= 1)
        self.registrar.restart()
        wait_until(lambda: "agent-1" in self.registrar.contacts, what="the registration")

    def test_a_registrar_that_is_away_is_asked_until_it_answers(self):
        self.registrar.refuse_with = 503
        phones = self.farm()
        wait_until(lambda: phones.agent("agent-1")["register_refused"] >= 2, what="two refusals")
        self.registrar.refuse_with = None
        phones.wait_registered("agent-1")

    def test_a_registrar_whose_port_was_closed_has_the_phone_back_soon(self):
        self.registrar.expires_s = 2
        phones = self.farm()
        phones.wait_registered()
        self.registrar.close()
        wait_until(lambda: not phones.agent("agent-1")["registered"], what="the loss")
        self.registrar = MiniRegistrar(self.registrar.secrets, port=self.registrar.port)
        self.addCleanup(self.registrar.close)
        phones.wait_registered(timeout_s=12)

    def test_phones_register_over_tcp(self):
        self.registrar = MiniRegistrar({"agent-1": "secret", "agent-2": "secret"}, tcp=True)
        self.addCleanup(self.registrar.close)
        phones = self.farm(2, transport="tcp")
        phones.wait_registered()
        self.assertEqual(self.registrar.contacts["agent-1"],
                         f"sip:agent-1@127.0.0.1:{phones.farm_port};transport=tcp")
        phones.stop()
        self.assertEqual(self.registrar.contacts, {})

    def test_two_phones_of_one_user_are_two_contacts(self):
        phones = self.farm(0)
        phones.add({"user": "agent-1", "name": "desk"}, {"user": "agent-1", "name": "mobile", "own_socket": True})
        phones.wait_registered("desk", "mobile")
        accepted = {contact for user, contact in self.registrar.seen if user == "agent-1"}
        self.assertEqual(accepted, {phones.agent("desk")["contact"], phones.agent("mobile")["contact"]})

    def test_phones_are_added_and_asked_to_register_at_run_time(self):
        phones = self.farm(1)
        phones.wait_registered()
        phones.add({"user": "agent-2", "own_socket": True})
        phones.wait_registered("agent-2")
        self.assertNotIn(str(phones.farm_port), self.registrar.contacts["agent-2"])
        phones.phone("agent-2", "unregister")
        wait_until(lambda: "agent-2" not in self.registrar.contacts)
        phones.phone("agent-2", "register")
        phones.wait_registered("agent-2")
        with self.assertRaisesRegex(ValueError, "no phone nobody"):
            phones.phone("nobody", "register")
        with self.assertRaisesRegex(ValueError, "unknown key sekret"):
            phones.add({"user": "agent-3", "sekret": "x"})


class AnsweringTest(E2eTest):
    def farm(self, **behaviour):
        return Phones(self, {"farm": {"accounts": [
            {"user": "a", "register": False, "own_socket": True, "behaviour": behaviour}]}})

    def call(self, phones, extra=(), user="a"):
        port = int(phones.agent("a")["contact"].rsplit(":", 1)[1])
        raw = RawSip(port)
        self.addCleanup(raw.close)
        raw.send(raw.invite(user, extra=extra))
        return raw

    def test_rings_then_answers(self):
        raw = self.call(self.farm(answer_ms=200))
        self.assertEqual(raw.final().status, 200)
        self.assertEqual([p.status for p in raw.provisional], [180])

    def test_each_request_for_an_automatic_answer_is_honoured(self):
        phones = self.farm(answer_ms=60000)
        for header in ("Call-Info: <sip:127.0.0.1>;answer-after=0", "Alert-Info: <http://x>;info=alert-autoanswer",
                       "Answer-Mode: Auto"):
            raw = self.call(phones, [header, "X-Callfleet-Lead: 7"])
            self.assertEqual(raw.final().status, 200, header)
            self.assertEqual(raw.provisional, [])
        call = phones.report()["agent_calls"][0]
        self.assertTrue(call["auto_answer_asked"])
        self.assertEqual(call["headers"]["X-Callfleet-Lead"], "7")

    def test_an_automatic_answer_can_be_switched_off(self):
        raw = self.call(self.farm(answer_ms=60000, honour_auto_answer=False), ["Answer-Mode: Auto"])
        self.assertEqual(raw.receive().status, 180)
        self.assertIsNone(raw.receive(0.3))

    def test_declines_and_is_busy_above_its_calls(self):
        raw = self.call(self.farm(answer_ms=0, decline_probability=1, decline_status=486))
        self.assertEqual(raw.final().status, 486)

    def test_two_calls_at_a_time_are_its_peak_and_a_third_is_busy(self):
        phones = self.farm(answer_ms=0, max_calls=2)
        for expected in (200, 200, 486):
            raw = self.call(phones)
            final = raw.final()
            self.assertEqual(final.status, expected)
            raw.send(raw.request("ACK", "a", to_tag=final.to_tag()))
        self.assertEqual(phones.agent("a")["peak_concurrent"], 2)

    def test_a_phone_that_vanishes_while_ringing_says_nothing_more(self):
        phones = self.farm(vanish_probability=1)
        raw = self.call(phones)
        self.assertEqual(raw.receive().status, 180)
        raw.send(raw.request("CANCEL", "a", branch="z9hG4bKinvite1"))
        raw.send(raw.request("OPTIONS", "a", cseq=2))
        self.assertIsNone(raw.receive(0.7))

    def test_an_ignored_call_rings_until_cancelled(self):
        phones = self.farm(ignore_probability=1)
        raw = self.call(phones)
        self.assertEqual(raw.receive().status, 180)
        raw.send(raw.request("CANCEL", "a", branch="z9hG4bKinvite1", extra=['Reason: SIP;cause=200;text="elsewhere"']))
        self.assertEqual(raw.final("INVITE").status, 487)
        self.assertIn("elsewhere", phones.report()["agent_calls"][0]["end_reason"])

    def test_a_reinvite_is_answered_with_the_mirrored_direction(self):
        phones = self.farm(answer_ms=0)
        raw = self.call(phones)
        final = raw.final()
        raw.send(raw.request("ACK", "a", to_tag=final.to_tag()))
        hold = raw.request("INVITE", "a", cseq=2, to_tag=final.to_tag(), body=RawSip.SDP + "a=sendonly\r\n")
        raw.send(hold)
        answer = raw.final()
        self.assertEqual(answer.status, 200)
        self.assertIn("a=recvonly", answer.body)
        raw.send(raw.request("ACK", "a", cseq=2, to_tag=final.to_tag()))

    def test_a_stranger_gets_404(self):
        raw = self.call(self.farm(), user="b")
        self.assertEqual(raw.final().status, 404)

    def test_live_calls_get_a_bye_at_the_end(self):
        phones = self.farm(answer_ms=0)
        raw = self.call(phones)
        final = raw.final()
        raw.send(raw.request("ACK", "a", to_tag=final.to_tag()))
        time.sleep(0.1)
        phones.process.popen.terminate()
        self.assertEqual(raw.receive().method, "BYE")


if __name__ == "__main__":
    unittest.main()
