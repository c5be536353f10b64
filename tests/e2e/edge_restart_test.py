"""kill -9 of the edge with calls up and a registered phone, and what the next boot makes of it."""

import subprocess
import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import QUICK_ANSWER, HouseTest


def live(calls):
    return [call for call in calls if call["times_ms"]["end"] is None]


class EdgeRestart(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50}]  # Talks until somebody hangs up.

    def phone_that_registers_once(self):
        """So that a contact known after the restart can only be a restored one."""
        self.phones.command("phones/defaults", {"expires_s": 120, "refresh_s": 110})
        return self.agent("alice", lineMode="auto", own_socket=True)

    def calls_up(self, count):
        """Both ends of that many bridged calls, as the outside world knows them."""
        wait_until(lambda: self.phones.report()["carrier"]["live"] == count, 20, "the calls")
        time.sleep(0.6)  # The journal is written behind, at most 100 ms; a younger dialog may be missed.
        report = self.phones.report(True)
        return {call["call_id"] for call in live(report["carrier"]["calls"] + report["agent_calls"])}

    def kill_edge(self):
        edge = self.house.children.pop("sip_edge")
        edge.signal(9)
        wait_until(lambda: not edge.alive(), 5, "the edge's end")

    def restart_edge(self):
        self.house.start_service("sip_edge")
        return time.monotonic()

    def within(self, started, limit_s, condition, what):
        wait_until(condition, max(0.1, started + limit_s - time.monotonic()), what)

    def ended(self, call_ids):
        report = self.phones.report(True)
        calls = report["carrier"]["calls"] + report["agent_calls"]
        return [call for call in calls if call["call_id"] in call_ids]

    def dialogs_in_the_journal(self):
        done = subprocess.run(["psql", "-AtqX", self.house.conninfo, "-c", "SELECT count(*) FROM sip_edge.dialogs"],
                              check=True, capture_output=True, text=True)
        return int(done.stdout)

    def test_orphan_legs_end_and_the_phone_is_ready_without_registering_again(self):
        self.trunk()
        alice, robot = self.phone_that_registers_once(), self.machine("robot", 2)
        leads = self.campaign([alice, robot], leads=9, most=3)
        orphans = self.calls_up(3)
        self.assertEqual(len(orphans), 6)
        registered = self.phone("alice")["registrations"]
        offered = self.phone("alice")["invites"]
        self.phones.command("carrier/profile", {"default": QUICK_ANSWER})
        self.kill_edge()
        started = self.restart_edge()
        self.within(started, 5, lambda: self.phone("alice")["invites"] > offered, "a call for alice")
        called = time.monotonic() - started
        self.assertEqual(self.phone("alice")["registrations"], registered)
        self.assertEqual(self.rest.get(f"/agents/{alice}")["presence"], "ready")
        self.within(started, 10, lambda: not live(self.ended(orphans)), "the end of the orphans")
        print(f"a call for a restored phone after {called:.2f} s, "
              f"the last orphan leg ended after {time.monotonic() - started:.2f} s")
        self.assertEqual({call["ended_by"] for call in self.ended(orphans)}, {"peer"})
        for call in self.ended(orphans):
            self.assertIn("edge restarted", call["end_reason"])
        now = self.wait_campaign(leads)
        self.assertEqual(now["attempts"], 9)  # Whoever has talked is not called again.
        numbers = [call["number"] for call in self.settled_report(True)["carrier"]["calls"]]
        self.assertEqual(len(set(numbers)), len(numbers))
        wait_until(lambda: self.dialogs_in_the_journal() == 0, 5, "a journal without dialogs that are over")


if __name__ == "__main__":
    unittest.main()
