"""Carrier and farm against each other: what the audio measurement says is proven without an edge."""

import time
import unittest

from callfleet_e2e import E2eTest, Phones, wait_until


class TonesTest(E2eTest):
    def world(self, *arguments, accounts=(), **carrier):
        phones = Phones(self, {"carrier": carrier, "farm": {"accounts": [
            {"user": "ai", "register": False, "behaviour": {"answer_ms": 0}}, *accounts]}}, *arguments)
        self.contacts = {a["user"]: a["contact"] for a in phones.report()["agents"]}
        return phones

    def wait_quiet(self, phones, calls):
        def quiet():
            report = phones.report(calls=False)
            return report["carrier"]["inbound"]["placed"] == calls and report["carrier"]["live"] == 0

        wait_until(quiet, 20, "the end of all calls")

    def test_both_sides_hear_the_other_and_the_pairs_are_found(self):
        phones = self.world()
        phones.inbound(self.contacts["ai"], count=20, interval_ms=10, talk_ms=2000)
        self.wait_quiet(phones, 20)
        report = phones.stop()
        audio = report["audio"]
        self.assertEqual((audio["legs_expected"], audio["legs_heard_peer"], audio["bridges"]), (40, 40, 20))
        self.assertEqual(audio["packets_lost"], 0)
        # In these direct calls both sides share the Call-ID, so the pairing can be checked.
        self.assertTrue(all(p["carrier_call_id"] == p["agent_call_id"] for p in audio["pairs"]))
        self.assertEqual(report["agents"][0]["peak_concurrent"], 20)
        self.assertEqual(report["faults"]["counts"], {})

    def test_a_law_is_negotiated_and_heard(self):
        phones = self.world(accounts=[
            {"user": "alaw", "register": False, "codecs": ["PCMA"], "behaviour": {"answer_ms": 0}}])
        phones.inbound(self.contacts["alaw"], talk_ms=1200)
        self.wait_quiet(phones, 1)
        report = phones.stop()
        self.assertEqual(report["audio"]["legs_heard_peer"], 2)
        self.assertEqual(report["agent_calls"][0]["codec"], "PCMA")
        self.assertEqual(report["agent_calls"][0]["offered_codecs"], ["PCMU", "PCMA", "telephone-event"])

    def test_a_bridge_without_audio_is_expected_but_not_heard(self):
        phones = self.world(accounts=[
            {"user": "mute", "register": False, "behaviour": {"answer_ms": 0, "silent_audio": True}}])
        phones.inbound(self.contacts["mute"], talk_ms=1200)
        self.wait_quiet(phones, 1)
        audio = phones.stop()["audio"]
        self.assertEqual((audio["legs_expected"], audio["legs_heard_peer"]), (2, 1))

    def test_no_rtp_sends_nothing_and_still_has_sdp(self):
        phones = self.world("--no-rtp")
        phones.inbound(self.contacts["ai"], talk_ms=1200)
        self.wait_quiet(phones, 1)
        report = phones.stop()
        self.assertEqual(report["audio"]["packets_sent"], 0)
        self.assertEqual(report["audio"]["legs_expected"], 2)
        self.assertEqual(report["carrier"]["inbound"], {"placed": 1, "answered": 1})

    def test_a_call_below_a_second_is_not_expected_to_be_heard(self):
        phones = self.world()
        phones.inbound(self.contacts["ai"], talk_ms=300)
        self.wait_quiet(phones, 1)
        self.assertEqual(phones.stop()["audio"]["legs_expected"], 0)

    def test_a_phone_dials_through_a_digest_challenge_and_hears_the_carrier(self):
        # The ACK's CSeq is that of the second INVITE.
        for status in (401, 407):
            phones = Phones(self, {"carrier": {"auth": {"user": "p", "password": "x", "status": status}, "profile": {
                "default": {"do": "answer", "pdd_ms": 0, "ring_ms": 50, "talk_ms": 1300}}}}, name=f"phones-{status}")
            phones.add({"user": "p", "secret": "x", "register": False,
                        "server": f"sip:127.0.0.1:{phones.carrier_port}"})
            phones.phone("p", "call", number="5550100")
            wait_until(lambda: phones.report()["carrier"]["by_outcome"] == {"completed": 1}, what="the call")
            report = phones.stop()
            self.assertEqual((report["carrier"]["challenges"], report["carrier"]["invites"]), (1, 1))
            self.assertEqual(report["audio"]["legs_heard_peer"], 2)
            self.assertEqual(report["answer_to_bridge_ms"]["count"], 1)
            self.assertLess(report["answer_to_bridge_ms"]["max"], 1000)

    def test_hold_silences_the_phone_and_resume_brings_it_back(self):
        phones = self.world(accounts=[{"user": "h", "register": False, "behaviour": {"answer_ms": 0}}])
        phones.inbound(self.contacts["h"])
        time.sleep(0.6)
        phones.phone("h", "hold")
        time.sleep(0.8)
        phones.phone("h", "resume")
        time.sleep(0.6)
        report = phones.stop()
        heard = [h for h in report["carrier"]["calls"][0]["heard"] if h["side"] == "agent"]
        self.assertEqual(len(heard), 2)
        self.assertEqual(report["faults"]["counts"], {})

    def test_over_tcp(self):
        phones = self.world()
        phones.inbound(self.contacts["ai"], transport="tcp", talk_ms=1200)
        self.wait_quiet(phones, 1)
        self.assertEqual(phones.stop()["audio"]["legs_heard_peer"], 2)


if __name__ == "__main__":
    unittest.main()
