"""The carrier alone: callers from SIPp and from a raw socket."""

import time
import unittest

from callfleet_e2e import E2eTest, Phones, RawSip, run_sipp, wait_until


def profile(**default):
    return {"default": {"pdd_ms": 0, **default}}


class CarrierTest(E2eTest):
    def start_carrier(self, default=None, rules=(), **carrier):
        config = {"default": {"do": "answer", "pdd_ms": 0, "ring_ms": 0, **(default or {})}, "rules": list(rules)}
        return Phones(self, {"carrier": {"profile": config, **carrier}})

    def answered_call(self, raw, user="100"):
        raw.send(raw.invite(user))
        final = raw.final()
        self.assertEqual(final.status, 200)
        raw.send(raw.request("ACK", user, to_tag=final.to_tag()))
        return final

    def test_answers_twenty_calls_of_sipp_without_a_retransmission(self):
        phones = self.start_carrier()
        status, output = run_sipp(
            self, f"127.0.0.1:{phones.carrier_port}", "-s", "100", "-m", "20", "-r", "20", "-d", "200")
        self.assertEqual(status, 0, output)
        report = phones.stop()
        self.assertEqual(report["carrier"]["by_outcome"], {"completed": 20})
        self.assertEqual(report["carrier"]["by_response_code"], {"200": 20})
        self.assertEqual(report["faults"]["counts"], {})
        self.assertTrue(all(c["ended_by"] == "peer" for c in report["carrier"]["calls"]))

    def test_answers_calls_of_sipp_over_tcp(self):
        phones = self.start_carrier()
        status, output = run_sipp(
            self, f"127.0.0.1:{phones.carrier_port}", "-t", "t1", "-s", "100", "-m", "5", "-r", "20")
        self.assertEqual(status, 0, output)
        self.assertEqual(phones.stop()["carrier"]["by_outcome"], {"completed": 5})

    def test_each_kind_of_failure_has_its_status_and_outcome(self):
        kinds = {
            "1": ({"do": "busy"}, 486, "busy"),
            "2": ({"do": "declined", "ring_ms": 0}, 603, "declined"),
            "3": ({"do": "invalid_number"}, 404, "invalid_number"),
            "4": ({"do": "invalid_number", "status": 484}, 484, "invalid_number"),
            "5": ({"do": "trunk_fault"}, 503, "trunk_fault"),
            "6": ({"do": "refuse", "status": 403}, 403, "trunk_fault"),
            "7": ({"do": "unreachable"}, 480, "unreachable"),
            "8": ({"do": "refuse", "status": 500, "q850_cause": 17}, 500, "busy"),
            "9": ({"do": "no_answer", "ring_ms": 50}, 480, "no_answer"),
        }
        phones = self.start_carrier(
            rules=[{"number": n, "pdd_ms": 0, **what} for n, (what, _, _) in kinds.items()])
        for number, (_, status, _) in kinds.items():
            with RawSip(phones.carrier_port) as raw:
                invite = raw.invite(number)
                raw.send(invite)
                final = raw.final()
                self.assertEqual(final.status, status, number)
                raw.send(raw.request("ACK", number, to_tag=final.to_tag(), branch="z9hG4bKinvite1"))
                if number == "8":
                    self.assertEqual(final.header("Reason"), "Q.850;cause=17")
        calls = {c["number"]: c["outcome"] for c in phones.stop()["carrier"]["calls"]}
        self.assertEqual(calls, {n: outcome for n, (_, _, outcome) in kinds.items()})

    def test_a_cancel_gets_487_and_counts_by_what_was_meant(self):
        phones = self.start_carrier({"ring_ms": 60000}, rules=[{"number": "2", "do": "no_answer", "pdd_ms": 0}])
        for number in ("1", "2"):
            with RawSip(phones.carrier_port) as raw:
                raw.send(raw.invite(number))
                while raw.receive().status != 180:
                    pass
                raw.send(raw.request("CANCEL", number, branch="z9hG4bKinvite1"))
                final = raw.final("INVITE")
                self.assertEqual(final.status, 487)
                raw.send(raw.request("ACK", number, to_tag=final.to_tag(), branch="z9hG4bKinvite1"))
        report = phones.stop()
        self.assertEqual(report["carrier"]["by_outcome"], {"cancelled": 1, "no_answer": 1})
        self.assertEqual(report["carrier"]["cancels"], 2)

    def test_a_retransmitted_invite_is_one_call_and_is_counted_as_a_fault(self):
        phones = self.start_carrier()
        with RawSip(phones.carrier_port) as raw:
            invite = raw.invite()
            raw.send(invite)
            first = raw.final()
            raw.send(invite)
            again = raw.final()
            self.assertEqual((again.status, again.to_tag()), (200, first.to_tag()))
            raw.send(raw.request("ACK", to_tag=first.to_tag()))
            raw.send(raw.request("BYE", cseq=2, to_tag=first.to_tag()))
            self.assertEqual(raw.final("BYE").status, 200)
        report = phones.stop()
        self.assertEqual(report["carrier"]["invites"], 1)
        self.assertEqual(report["faults"]["counts"], {"retransmissions_received": 1})

    def test_a_bye_before_the_ack_ends_the_call(self):
        phones = self.start_carrier()
        with RawSip(phones.carrier_port) as raw:
            raw.send(raw.invite())
            final = raw.final()
            raw.send(raw.request("BYE", cseq=2, to_tag=final.to_tag()))
            self.assertEqual(raw.final("BYE").status, 200)
            raw.send(raw.request("ACK", to_tag=final.to_tag()))
        report = phones.stop()
        self.assertEqual(report["faults"]["counts"], {"bye_before_ack": 1})
        self.assertEqual(report["carrier"]["live"], 0)

    def test_its_own_bye_waits_for_the_ack(self):
        phones = self.start_carrier({"talk_ms": 50})
        with RawSip(phones.carrier_port) as raw:
            raw.send(raw.invite())
            final = raw.final()
            time.sleep(0.2)
            raw.send(raw.request("ACK", to_tag=final.to_tag()))
            while not (message := raw.receive()).is_request:
                self.assertEqual(message.status, 200)  # repeated until our ACK
            self.assertEqual(message.method, "BYE")

    def test_an_unknown_requirement_gets_420(self):
        phones = self.start_carrier()
        with RawSip(phones.carrier_port) as raw:
            raw.send(raw.invite(extra=["Require: telepathy"]))
            final = raw.final()
            self.assertEqual((final.status, final.header("Unsupported")), (420, "telepathy"))

    def test_an_offer_without_a_common_codec_gets_488(self):
        phones = self.start_carrier()
        with RawSip(phones.carrier_port) as raw:
            sdp = RawSip.SDP.replace("RTP/AVP 0 8", "RTP/AVP 9").split("a=rtpmap")[0] + "a=rtpmap:9 G722/8000\r\n"
            raw.send(raw.invite(body=sdp))
            self.assertEqual(raw.final().status, 488)

    def test_an_invite_without_sdp_gets_an_offer(self):
        phones = self.start_carrier()
        with RawSip(phones.carrier_port) as raw:
            raw.send(raw.invite(body=""))
            final = raw.final()
            self.assertIn("m=audio", final.body)
            raw.send(raw.request("ACK", to_tag=final.to_tag(), body=RawSip.SDP))
            wait_until(lambda: phones.report()["carrier"]["calls"][0]["times_ms"]["ack"], what="the ACK")

    def test_early_media_has_sdp_in_the_183(self):
        phones = self.start_carrier({"early_media": True, "ring_ms": 100})
        with RawSip(phones.carrier_port) as raw:
            self.answered_call(raw)
            progress = [p for p in raw.provisional if p.status == 183]
            self.assertIn("m=audio", progress[0].body)

    def test_an_early_answer_has_no_18x(self):
        phones = self.start_carrier({"do": "early_answer"})
        with RawSip(phones.carrier_port) as raw:
            self.answered_call(raw)
            self.assertEqual([p.status for p in raw.provisional if p.status > 100], [])

    def test_trying_only_and_silence(self):
        phones = self.start_carrier(rules=[{"number": "1", "do": "trying"}, {"number": "2", "do": "silent"}])
        with RawSip(phones.carrier_port) as raw:
            raw.send(raw.invite("1"))
            self.assertEqual(raw.receive().status, 100)
            self.assertIsNone(raw.receive(0.7))
        with RawSip(phones.carrier_port) as raw:
            invite = raw.invite("2")
            raw.send(invite)
            self.assertIsNone(raw.receive(0.7))
            raw.send(invite)
            self.assertIsNone(raw.receive(0.7))

    def test_options_are_answered_until_told_otherwise(self):
        phones = self.start_carrier()
        with RawSip(phones.carrier_port) as raw:
            raw.send(raw.request("OPTIONS"))
            self.assertEqual(raw.final("OPTIONS").status, 200)
            phones.post("/carrier/options", {"mode": 503})
            raw.send(raw.request("OPTIONS", cseq=2))
            self.assertEqual(raw.final("OPTIONS").status, 503)
            phones.post("/carrier/options", {"mode": "ignore"})
            raw.send(raw.request("OPTIONS", cseq=3))
            self.assertIsNone(raw.receive(0.7))

    def test_the_profile_changes_at_run_time(self):
        phones = self.start_carrier()
        for status in (403, 503):
            phones.carrier(profile(do="refuse", status=status))
            with RawSip(phones.carrier_port) as raw:
                raw.send(raw.invite())
                self.assertEqual(raw.final().status, status)
        with self.assertRaisesRegex(ValueError, "unknown do nonsense"):
            phones.carrier(profile(do="nonsense"))

    def test_wrong_digest_is_challenged_again(self):
        phones = self.start_carrier(auth={"user": "u", "password": "p", "status": 401})
        with RawSip(phones.carrier_port) as raw:
            raw.send(raw.invite(extra=['Authorization: Digest username="u", realm="carrier", nonce="x", '
                                       'uri="sip:x", response="00"']))
            final = raw.final()
            self.assertEqual(final.status, 401)
            self.assertIn("nonce=", final.header("WWW-Authenticate"))
        self.assertEqual(phones.stop()["carrier"]["invites"], 0)

    def test_the_same_seed_gives_the_same_outcomes(self):
        mix = {"outcomes": [{"weight": 1, "do": "busy", "pdd_ms": 0}, {"weight": 1, "do": "refuse", "pdd_ms": 0}]}

        def outcomes(name):
            phones = Phones(self, {"carrier": {"profile": {"default": mix}}}, "--seed", "7", name=name)
            result = []
            for number in range(20):
                with RawSip(phones.carrier_port) as raw:
                    raw.send(raw.invite(str(number)))
                    result.append(raw.final().status)
            phones.process.stop()
            return result

        first = outcomes("first")
        self.assertEqual(first, outcomes("second"))
        self.assertEqual(set(first), {486, 403})


if __name__ == "__main__":
    unittest.main()
