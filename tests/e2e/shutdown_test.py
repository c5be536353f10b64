"""SIGTERM of each service, with streams open and a campaign under way."""

import signal
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest
from deploy.local.children import stop_all


class Shutdown(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50, "talk_ms": 600}]
    seconds = 2.0

    def test_each_service_ends_within_two_seconds_with_open_streams(self):
        self.trunk()
        leads = self.campaign([self.machine("robot", 4)], leads=200, most=4)
        wait_until(lambda: self.figures(leads)["final"] >= 2, 20, "calls under way")
        took = {}
        for name in ("supervisor", "queue", "dialer", "agent_registry"):
            code, took[name] = self.house.children.pop(name).stop()
            self.assertEqual(code, 0, name)
        # The edge drains its calls; the second signal is the operator's patience.
        edge = self.house.children.pop("sip_edge")
        edge.signal(signal.SIGTERM)
        code, took["sip_edge"] = edge.stop()
        self.assertIn(code, (0, 130))
        self.assertEqual({n: t for n, t in took.items() if t > self.seconds}, {})

    def test_all_at_once_end_in_good_order(self):
        self.trunk()
        leads = self.campaign([self.machine("robot", 4)], leads=200, most=4)
        wait_until(lambda: self.figures(leads)["final"] >= 2, 20, "calls under way")
        names = [name for name in self.house.names if name != "sip_edge"]
        ended = stop_all([self.house.children.pop(name) for name in [*names, "sip_edge"]])
        self.assertEqual({name: ended[name][0] for name in names}, dict.fromkeys(names, 0))

    def test_a_quiet_edge_ends_within_two_seconds(self):
        for name in ("sip_edge",):
            code, took = self.house.children.pop(name).stop()
            self.assertEqual(code, 0)
            self.assertLess(took, self.seconds)


if __name__ == "__main__":
    unittest.main()
