"""Callers from outside, while no number leads anywhere yet."""

import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest


class Inbound(HouseTest):
    def test_an_unknown_number_is_answered_404_and_forgotten(self):
        self.trunk(trustedNetworks=["127.0.0.0/8"])
        edge = f"127.0.0.1:{self.house.addresses.sip}"
        self.phones.command("carrier/call", {"target": f"sip:+14155557777@{edge}", "count": 3})

        def refused():
            calls = self.phones.report(calls=True)["carrier"]["calls"]
            return [c["status"] for c in calls if c["direction"] == "out"] == [404] * 3

        wait_until(refused, 10, "three times 404")
        wait_until(lambda: self.rest.get("/calls") == [], 10, "no call left")


if __name__ == "__main__":
    unittest.main()
