"""The dialer restarted by its operator, and killed at random moments, under load."""

import os
import random
import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest

KILLS = int(os.environ.get("DIALER_KILLS", "4"))
SEED = int(os.environ.get("DIALER_SEED", "20261121"))


class Restarted(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 100, "talk_ms": {"uniform": [500, 3000]}}]

    def assert_each_lead_was_dialled_once_and_talked_to_its_end(self, leads, now):
        self.assertEqual(now["by_outcome"], {"completed": leads})
        self.assertEqual(now["attempts"], leads)
        carrier = self.settled_report(calls=True)["carrier"]
        self.assertEqual(carrier["invites"], leads)
        self.assertEqual({call["ended_by"] for call in carrier["calls"]}, {"self"})

    def repairs(self):
        metrics = self.house.admin("dialer", "/metrics")[1]
        text = metrics.decode() if isinstance(metrics, bytes) else metrics
        return [line for line in text.splitlines() if line.startswith("callfleet_dialer_repairs")]

    def test_a_rolling_restart_loses_no_lead_and_drops_no_call(self):
        self.trunk()
        agents = [self.machine(f"robot-{n}", 3) for n in range(3)]
        campaign = self.campaign(agents, leads=80, most=9)
        took = []
        for _ in range(3):
            time.sleep(2)
            before = len(self.figures(campaign)["calls"])
            code, seconds = self.house.children.pop("dialer").stop()
            self.assertEqual(code, 0)
            took.append(round(seconds, 2))
            self.assertGreater(before, 0)
            self.house.start_service("dialer")
            self.house.wait_ready("dialer")
        now = self.wait_campaign(campaign, timeout_s=120)
        print("exit took", took, "repairs:", self.repairs())
        self.assertLess(max(took), 2.0)
        self.assertTrue([line for line in self.repairs() if "adopted" in line])
        self.assert_each_lead_was_dialled_once_and_talked_to_its_end(80, now)

    def test_kills_at_random_moments_lose_no_lead_and_dial_nobody_twice(self):
        moments = random.Random(SEED)
        leads = 60 + 20 * KILLS
        print(f"{KILLS} kills, seed {SEED}")
        self.trunk()
        capacities = {f"robot-{n}": 3 for n in range(3)}
        agents = [self.machine(name, most) for name, most in capacities.items()]
        campaign = self.campaign(agents, leads=leads, most=9)
        for _ in range(KILLS):
            time.sleep(moments.uniform(0.3, 2.5))
            self.house.children["dialer"].kill()
            self.house.start_service("dialer")
            self.house.wait_ready("dialer")
        now = self.wait_campaign(campaign, timeout_s=120 + 15 * KILLS)
        self.assert_each_lead_was_dialled_once_and_talked_to_its_end(leads, now)
        self.assert_never_above(capacities)


if __name__ == "__main__":
    unittest.main()
