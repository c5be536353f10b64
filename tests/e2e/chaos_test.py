"""Processes killed, frozen and cut off, PostgreSQL killed and its disk full, under two campaigns.

The long form: CHAOS_KILLS=100 python3 tests/e2e/chaos_test.py Killed, and CHAOS_LONG=1 for the others.
"""

import os
import unittest

from callfleet_e2e.chaos import SERVICES, ChaosTest, enter_own_network, needs_own_network


KILLS = int(os.environ.get("CHAOS_KILLS", "7"))
LONG = os.environ.get("CHAOS_LONG") == "1"


class Killed(ChaosTest):
    def test_each_process_may_be_killed_at_any_moment(self):
        self.work(leads=max(90, 12 * KILLS))
        faults = [(f"kill -9 {service}", self.kill, service) for service in SERVICES]
        faults += [("kill -9 a connection of PostgreSQL", self.kill_backend),
                   ("kill -9 PostgreSQL", self.kill_postgres)]
        for n in range(KILLS):
            self.inject(*faults[n % len(faults)])
        self.settled(timeout_s=180 + 5 * KILLS)


class Frozen(ChaosTest):
    def test_services_may_stand_still_for_fifteen_seconds(self):
        self.work(leads=80)
        for service in SERVICES if LONG else ["dialer"]:
            self.inject(f"SIGSTOP {service}", self.freeze, service, 15)
        self.settled()


@needs_own_network
class CutOff(ChaosTest):
    def test_connections_may_hang_half_open(self):
        self.work(leads=80)
        for service in ("agent_registry", "sip_edge", "dialer") if LONG else ["agent_registry"]:
            self.inject(f"cut off {service}'s gRPC port", self.cut, service, 12)
        self.settled()


@needs_own_network
class DiskFull(ChaosTest):
    disk = "400m"

    def test_a_full_disk_under_postgres_loses_nothing(self):
        self.work(leads=80)
        self.inject("PostgreSQL's disk full", self.fill_disk, 10)
        self.settled()


if __name__ == "__main__":
    enter_own_network()
    unittest.main()
