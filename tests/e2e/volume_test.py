"""Many leads: the time and memory of an upload through REST, and of a restart. DIALER_ROWS=1000000 is the long form."""

import os
import pathlib
import subprocess
import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest
from deploy.local import campaign

ROWS = int(os.environ.get("DIALER_ROWS", "100000"))


class Volume(HouseTest):
    def peak_mib(self, service):
        status = pathlib.Path(f"/proc/{self.house.children[service].pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) // 1024

    def rows(self):
        lines = ["name,phoneNumber,timezone,city"]
        lines += [f"Lead {n},+1415{2_000_000 + n},America/Los_Angeles,Oslo" for n in range(ROWS)]
        return ("\n".join(lines) + "\n").encode()

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
        self.each_service_is_ready_again_in_two_seconds()

    def each_service_is_ready_again_in_two_seconds(self):
        """With all those leads, a thousand agents, and a campaign at work."""
        subprocess.run(["psql", "-qX", self.house.conninfo, "-c", """
            INSERT INTO agent_registry.agents SELECT 'many-' || n, 'many-' || n, 'default', 'many' || n, '',
              true, 1, 1, 1, 'many' || n, 'secret-secret', '', true, 0, 0, now() FROM generate_series(1, 1000) n"""],
                       check=True)
        ready = {}
        for service in ("agent_registry", "sip_edge", "queue", "dialer", "supervisor"):
            self.house.children[service].kill()
            begin = time.monotonic()
            self.house.start_service(service)
            self.house.wait_ready(service)
            ready[service] = round(time.monotonic() - begin, 2)
        print(f"ready again after kill -9 with {ROWS} leads and 1,000 agents, s: {ready}")
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
