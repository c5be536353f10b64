"""Many leads: the time and memory of an upload through REST, and of a restart. DIALER_ROWS=1000000 is the long form."""

import datetime
import os
import pathlib
import subprocess
import time
import unittest
import urllib.parse

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest
from deploy.local import campaign

REPORTS = ("none", "campaign", "agent")
ROWS = int(os.environ.get("DIALER_ROWS", "100000"))


class Volume(HouseTest):
    def peak_mib(self, service):
        status = pathlib.Path(f"/proc/{self.house.children[service].pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) // 1024

    def rows(self):
        lines = ["name,phoneNumber,timezone,city"]
        lines += [f"Lead {n},+1415{2_000_000 + n},America/Los_Angeles,Oslo" for n in range(ROWS)]
        return ("\n".join(lines) + "\n").encode()

    def setUp(self):
        super().setUp()
        self.began = datetime.datetime.utcnow() - datetime.timedelta(minutes=1)

    def test_an_upload_is_bounded_in_memory_and_a_restart_does_not_read_it_all(self):
        self.trunk()
        made = campaign.create_campaign(self.rest, "Volume", 5)
        campaign.assign(self.rest, made["id"], [self.machine("robot", 5)])
        content = self.rows()
        begin = time.monotonic()
        rest = self.rest
        rest.timeout_s = 600
        done = rest.upload(f"/campaigns/{made['id']}/leads/upload", "leads.csv", content)
        took = time.monotonic() - begin
        self.assertEqual((done["accepted"], done["duplicates"]), (ROWS, 0))
        memory = {name: self.peak_mib(name) for name in ("dialer", "supervisor")}
        print(f"{ROWS} rows, {len(content) >> 20} MiB: {took:.1f} s, peak MiB {memory}")
        self.assertLess(memory["dialer"], 150)
        campaign.start(self.rest, made["id"])
        wait_until(lambda: self.figures(made["id"])["connected"] >= 1, 20, "a call")
        self.house.children["dialer"].kill()
        begin = time.monotonic()
        self.house.start_service("dialer")
        self.house.wait_ready("dialer")
        ready = time.monotonic() - begin
        seen = self.figures_when_there(made["id"])
        figures = time.monotonic() - begin
        before = seen["final"]
        wait_until(lambda: self.figures(made["id"])["final"] > before, 20, "work goes on")
        working = time.monotonic() - begin
        print(f"restart with {ROWS} leads: ready {ready:.2f} s, figures {figures:.2f} s, "
              f"next lead final {working:.2f} s")
        self.assertEqual(seen["total"], ROWS)
        self.each_service_is_ready_again_in_two_seconds(made["id"])

    def settle(self, campaign_id):
        """Nobody talks or wraps up, and the history has read all; when that was."""
        self.rest.post(f"/campaigns/{campaign_id}/pause")
        wait_until(lambda: self.still(campaign_id), 30, "the last call's end")
        wait_until(lambda: self.caught_up(campaign_id), 20, "all events in the history")
        return datetime.datetime.utcnow()

    def caught_up(self, campaign_id):
        heads = " UNION ALL ".join(f"SELECT last_pos FROM {schema}.outbox_head"
                                   for schema in ("agent_registry", "dialer", "queue"))
        unread = self.sql(f"SELECT (SELECT sum(last_pos) FROM ({heads}) heads) - "
                          "(SELECT sum(events) FROM supervisor.history_cursors)")
        row = self.reports(datetime.datetime.utcnow())[0][0]
        told = row["leadsFinal"] >= self.figures(campaign_id)["final"] and row["handled"] >= row["answered"]
        return unread == "0" and told

    def sql(self, text):
        done = subprocess.run(["psql", "-AtqX", self.house.conninfo, "-c", text], check=True,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def still(self, campaign_id):
        """Nothing is dialled, nobody talks, rings or wraps up."""
        live = self.figures(campaign_id)
        robot = self.rest.get("/agents?pageSize=1")[0]
        up = live["calls"] or robot["activeCalls"] or self.phones.report()["carrier"]["live"]
        return live["state"] == "paused" and not up

    def reports(self, end):
        """Of all that was before `end`."""
        start, end = (urllib.parse.quote(t.strftime("%Y-%m-%dT%H:%M:%S.%fZ")) for t in (self.began, end))
        return [self.rest.get(f"/performance?start={start}&end={end}&groupBy={by}") for by in REPORTS]

    def each_service_is_ready_again_in_two_seconds(self, campaign_id):
        """With all those leads, a thousand agents, and a campaign at work."""
        self.sql("""
            INSERT INTO agent_registry.agents SELECT 'many-' || n, 'many-' || n, 'default', 'many' || n, '',
              true, 1, 1, 1, 'many' || n, 'secret-secret', '', true, 0, 0, now() FROM generate_series(1, 1000) n""")
        end = self.settle(campaign_id)
        before = self.reports(end)
        self.rest.post(f"/campaigns/{campaign_id}/resume")
        ready = {}
        for service in ("agent_registry", "sip_edge", "queue", "dialer", "supervisor"):
            self.house.children[service].kill()
            begin = time.monotonic()
            self.house.start_service(service)
            self.house.wait_ready(service)
            ready[service] = round(time.monotonic() - begin, 2)
            self.assertEqual(self.reports(end), before, f"reports after the death of {service}")
        print(f"ready again after kill -9 with {ROWS} leads and 1,000 agents, s: {ready}; after each, reports of "
              f"what was before are equal: {before[0][0]['total']} calls by {REPORTS}")
        self.assertEqual(len(self.rest.get("/agents?pageSize=1000")), 1000)  # A page of 1,001.
        self.assertEqual({name: s for name, s in ready.items() if s > 2.0}, {})

    def figures_when_there(self, campaign_id):
        def there():
            try:
                return self.figures(campaign_id)
            except Exception:  # Its gRPC connection is made anew.
                return None

        return wait_until(there, 20, "figures", 0.02)


if __name__ == "__main__":
    unittest.main()
