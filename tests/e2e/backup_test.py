"""PostgreSQL's backup and restore, by the lines of deploy/README.md: a dump of a running house comes up in a fresh cluster."""

import datetime
import os
import pathlib
import subprocess
import unittest
import urllib.parse

from callfleet_e2e.house import HouseTest
from callfleet_e2e.process import ROOT, wait_until
from deploy.local.children import stop_all

CHANGES_BY_ITSELF = {"calls", "waitReason", "available"}
OF_AN_AGENT = ("id", "name", "contactUri", "isActive", "maxConcurrentCalls", "lineMode", "sipUser", "pool")


class Backup(HouseTest):
    maxDiff = None
    carrier = [
        {"do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [300, 900]}, "weight": 6},
        {"do": "busy", "weight": 2},
    ]

    def setUp(self):
        super().setUp()
        self.began = datetime.datetime.utcnow() - datetime.timedelta(seconds=1)

    def performance(self, campaign):
        """The report of one campaign, out of the history of events."""
        end = self.began + datetime.timedelta(hours=1)
        span = "&".join(f"{key}={urllib.parse.quote(at.isoformat() + 'Z')}" for key, at in (("start", self.began), ("end", end)))
        rows = self.rest.get(f"/performance?{span}&groupBy=campaign")
        return next((row for row in rows if row["subject"] == f"campaign:{campaign}"), {"total": 0})

    def kept(self, campaign):
        """All that the house tells of a campaign that is over, and of what does not change by itself."""
        rest = self.rest
        found = {
            path: rest.get(path) for path in (
                f"/campaigns/{campaign}", f"/campaigns/{campaign}/stats", f"/campaigns/{campaign}/leads",
                f"/campaigns/{campaign}/attempts", "/queues", "/routes", "/suppressions", "/alert-rules")
        }
        found["history"] = self.performance(campaign)
        found["agents"] = [{key: agent.get(key) for key in OF_AN_AGENT} for agent in rest.get("/agents")]
        found["trunk"] = {k: v for k, v in rest.get("/trunks")[0].items() if k in ("id", "name", "routes")}
        return without(found, CHANGES_BY_ITSELF)

    def postgres(self, *arguments, **more):
        done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)
        self.assertEqual(done.returncode, 0, f"{arguments[0]}: {done.stderr}")
        return done.stdout.strip()

    def fresh_cluster(self):
        script, folder = ROOT / "deploy" / "private-postgres", pathlib.Path(self.folder) / "restored"
        self.addCleanup(subprocess.run, [script, "remove", folder], capture_output=True)
        return self.postgres(script, "start", folder, "--fast", "--owner", os.getpid(), start_new_session=True)

    def test_a_dump_of_a_running_house_is_a_whole_one(self):
        self.trunk()
        agents = [self.machine("one", 3), self.machine("two", 3)]
        queue = self.rest.post("/queues", {"name": "support"})["id"]
        self.rest.post(f"/queues/{queue}/agents", {"agentIds": agents})
        self.rest.post("/routes", {"number": "+14155550190", "to": {"queueId": queue}})
        self.rest.post("/suppressions", {"numbers": ["+14155550900"], "reason": "asked"})
        first = self.campaign(agents, leads=20, name="First")
        over = self.wait_campaign(first)
        wait_until(lambda: self.performance(first)["total"] == over["attempts"], 20, "all attempts in the history")
        before = self.kept(first)

        second = self.campaign(agents, leads=40, name="Second", first=300)
        wait_until(lambda: self.figures(second)["final"] >= 5, 30, "five leads over")
        dump = pathlib.Path(self.folder) / "callfleet.dump"
        self.postgres("pg_dump", "-Fc", "-d", self.house.conninfo, "-f", dump)
        self.assertLess(self.figures(second)["final"], 40, "the dump was meant to be one of a campaign under way")

        stop_all([self.house.children[name] for name in reversed(list(self.house.children))])
        lost, self.house.conninfo = self.house.conninfo, self.fresh_cluster()
        self.postgres("pg_restore", "-d", self.house.conninfo, "--no-owner", dump)
        self.postgres(ROOT / "deploy" / "private-postgres", "remove", pathlib.Path(self.folder) / "postgres")
        self.assertNotEqual(lost, self.house.conninfo)
        self.house.start_services()

        wait_until(lambda: all(a["presence"] == "ready" for a in self.rest.get("/agents")), 20, "agents ready")
        after = self.kept(first)
        for what, said in before.items():
            with self.subTest(what):
                self.assertEqual(after[what], said)
        done = self.wait_campaign(second)
        self.assertEqual((done["total"], done["final"], sum(done["by_outcome"].values())), (40, 40, 40))
        third = self.campaign(agents, leads=10, name="Third", first=500)
        self.assertEqual(self.wait_campaign(third)["final"], 10)


def without(value, keys):
    if isinstance(value, dict):
        return {key: without(inner, keys) for key, inner in value.items() if key not in keys}
    return [without(inner, keys) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    unittest.main()
