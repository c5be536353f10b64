"""PostgreSQL away: nothing is lost, live calls go on, commands say so, work resumes by itself.

LONG=1 in the environment: 75 s without it, more than any limit for a single write ever was; else 20 s."""

import json
import os
import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest

AWAY_S = 75 if os.environ.get("LONG") else 20


class Database(HouseTest):
    # Longer talks than the command limit: some are under way when the database goes.
    carrier = [
        {"weight": 90, "do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [300, 600]}},
        {"weight": 10, "do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [8000, 12000]}},
    ]

    def test_a_while_without_a_database_loses_nothing(self):
        self.trunk()
        leads = self.campaign([self.machine("robot", 8)], leads=80, most=8)
        wait_until(lambda: self.phones.report()["carrier"]["live"] >= 2
                   and self.figures(leads)["final"] >= 5, 30, "live calls")
        pids = {name: child.pid for name, child in self.house.children.items()}
        self.house.stop_postgres()
        away = time.monotonic()
        wait_until(lambda: self.house.admin("dialer", "/readyz")[0] == 503, 15, "not ready")
        self.assert_commands_fail_in_time()
        time.sleep(max(0.0, AWAY_S - (time.monotonic() - away)))
        self.house.check()
        self.house.restart_postgres()
        now = self.wait_campaign(leads, timeout_s=90)
        self.assertEqual(sum(now["by_outcome"].values()), 80)
        carrier = self.settled_report()["carrier"]
        self.assertEqual(carrier["invites"], now["attempts"])
        for name in ("dialer", "agent_registry", "queue", "supervisor", "sip_edge"):
            wait_until(lambda name=name: self.house.admin(name, "/readyz")[0] == 200, 15, f"{name} ready")
        # Nobody had to be started again.
        self.assertEqual(pids, {name: child.pid for name, child in self.house.children.items()})

    def assert_commands_fail_in_time(self):
        """First after the limit, then at once."""
        for limit_s in (8.0, 2.0):
            start = time.monotonic()
            status, answer = self.rest.raw("POST", "/api/v1/agents", json.dumps({"name": f"late{limit_s}"}),
                                           {"Content-Type": "application/json"})
            self.assertEqual(status, 503, answer)
            self.assertLess(time.monotonic() - start, limit_s, answer)


if __name__ == "__main__":
    unittest.main()
