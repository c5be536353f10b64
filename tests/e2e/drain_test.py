"""SIGTERM of the edge under calls: nothing new comes in, what talks may finish, and patience ends."""

import signal
import time
import unittest

from callfleet_e2e import RawSip, wait_until
from callfleet_e2e.house import HouseTest


class Drain(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50}]  # Talks until somebody hangs up.
    limit_s = 3.0

    def before_services(self):
        super().before_services()
        self.house.more_flags["sip_edge"] = ["--drain_limit_ms", str(int(self.limit_s * 1000))]

    def two_calls(self):
        self.trunk()
        self.campaign([self.machine("robot", 2)], leads=6, most=2)
        wait_until(lambda: self.live() == 2, 20, "two calls")

    def live(self):
        return self.phones.report()["carrier"]["live"]

    def sigterm(self):
        """The edge, from now on not watched by the house, and the moment of its first signal."""
        edge = self.house.children.pop("sip_edge")
        self.addCleanup(edge.stop, 1)
        edge.signal(signal.SIGTERM)
        return edge, time.monotonic()

    def ask(self, method, body=""):
        with RawSip(self.house.addresses.sip) as sip:
            sip.send(sip.request(method, body=body))
            return sip.final(method)

    def test_new_work_is_refused_while_calls_go_on_and_the_last_call_ends_the_process(self):
        self.two_calls()
        edge, _ = self.sigterm()
        wait_until(lambda: self.ask("OPTIONS").status == 503, 2, "503 for OPTIONS")
        for method, body in (("OPTIONS", ""), ("INVITE", RawSip.SDP)):
            reply = self.ask(method, body)
            self.assertEqual(reply.status, 503, method)
            self.assertGreater(int(reply.header("Retry-After") or 0), 0, method)
        self.assertEqual(self.live(), 2)
        placed = self.phones.report()["carrier"]["invites"]
        self.phones.command("carrier/hangup", {})
        wait_until(lambda: not edge.alive(), 2, "the end of the edge")
        self.assertEqual(edge.returncode, 0)
        self.assertEqual(self.phones.report()["carrier"]["invites"], placed)

    def test_the_limit_ends_what_still_talks_by_bye(self):
        self.two_calls()
        edge, begin = self.sigterm()
        time.sleep(self.limit_s / 2)
        self.assertEqual(self.live(), 2)
        wait_until(lambda: not edge.alive(), self.limit_s + 2, "the end of the edge")
        self.assertGreater(time.monotonic() - begin, self.limit_s - 0.5)
        self.assertEqual(edge.returncode, 0)
        calls = self.phones.report(True)["carrier"]["calls"]
        self.assertEqual([call["ended_by"] for call in calls], ["peer", "peer"])

    def test_a_second_signal_ends_at_once(self):
        self.two_calls()
        edge, _ = self.sigterm()
        wait_until(lambda: self.ask("OPTIONS").status == 503, 2, "503 for OPTIONS")
        again = time.monotonic()
        edge.signal(signal.SIGTERM)
        wait_until(lambda: not edge.alive(), 1, "the end of the edge", 0.01)
        self.assertLess(time.monotonic() - again, 0.5)
        self.assertEqual(edge.returncode, 130)

    def test_an_idle_dedicated_line_does_not_hold_the_process_up(self):
        self.agent("alice", lineMode="dedicated")
        wait_until(lambda: self.phone("alice")["answered"] == 1, 10, "the line")
        edge, begin = self.sigterm()
        wait_until(lambda: not edge.alive(), self.limit_s + 2, "the end of the edge")
        self.assertLess(time.monotonic() - begin, 1.5)
        wait_until(lambda: self.phone("alice")["live"] == 0, 2, "BYE for the line")


if __name__ == "__main__":
    unittest.main()
