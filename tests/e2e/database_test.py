"""PostgreSQL away for 20 s: nothing is lost, work resumes by itself, metrics show it."""

import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest


class Database(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [300, 600]}}]

    def test_twenty_seconds_without_a_database_lose_nothing(self):
        self.trunk()
        leads = self.campaign([self.machine("robot", 4)], leads=60, most=4)
        wait_until(lambda: self.figures(leads)["final"] >= 5, 20, "five leads")
        self.house.stop_postgres()
        away = time.monotonic()
        wait_until(lambda: self.house.admin("dialer", "/readyz")[0] == 503, 15, "not ready")
        time.sleep(max(0.0, 20 - (time.monotonic() - away)))
        self.house.restart_postgres()
        now = self.wait_campaign(leads, timeout_s=60)
        self.assertEqual(sum(now["by_outcome"].values()), 60)
        carrier = self.settled_report()["carrier"]
        self.assertEqual(carrier["invites"], now["attempts"])
        wait_until(lambda: self.house.admin("dialer", "/readyz")[0] == 200, 15, "ready again")


if __name__ == "__main__":
    unittest.main()
