"""Calling hours: leads that may not be called now are held without a row each, and hold up nobody."""

import datetime
import subprocess
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest
from deploy.local import campaign

CLOSED = 1000  # More than the dialer reads ahead.


def hours_around(now):
    """Open now in UTC, closed at the other side of the world."""
    if 4 <= now.hour < 20:
        return {"start": f"{now.hour - 3:02d}:00", "end": f"{now.hour + 3:02d}:00"}
    if now.hour < 4:
        return {"start": "00:00", "end": "07:00"}
    return {"start": "17:00", "end": "24:00"}


class Hours(HouseTest):
    def count(self, sql):
        done = subprocess.run(["psql", self.house.conninfo, "-Atc", sql], capture_output=True,
                              text=True, check=True)
        return int(done.stdout)

    def test_leads_whose_hours_are_closed_wait_behind_those_that_are_open(self):
        self.trunk()
        window = hours_around(datetime.datetime.now(datetime.timezone.utc))
        made = campaign.create_campaign(self.rest, "Hours", 5, callingWindow=window)
        campaign.assign(self.rest, made["id"], [self.machine("robot", 5)])
        rows = ["phone,timezone"]
        rows += [f"+1415{5_000_000 + n},Pacific/Auckland" for n in range(CLOSED)]
        rows += [f"+1415{6_000_000 + n},UTC" for n in range(8)]
        campaign.upload(self.rest, made["id"], ("\n".join(rows) + "\n").encode())
        campaign.start(self.rest, made["id"])
        wait_until(lambda: self.figures(made["id"])["final"] == 8, 30, "eight open leads")
        wait_until(lambda: self.figures(made["id"])["waits"] == "waiting_window", 5, "waiting")
        now = campaign.stats(self.rest, made["id"])
        self.assertEqual(now["leads"]["queued"], CLOSED)
        self.assertEqual(now["state"], "running")
        self.assertTrue(now["nextDueAt"])
        self.assertEqual(self.count("SELECT count(*) FROM dialer.decisions"), 1)
        self.assertEqual(self.count("SELECT count(*) FROM dialer.leads WHERE state <> 0"), 8)


if __name__ == "__main__":
    unittest.main()
