"""Many leads: the time and memory of an upload through REST, and of a restart. DIALER_ROWS=1000000 is the long form."""

import os
import pathlib
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

    def figures_when_there(self, campaign_id):
        def there():
            try:
                return self.figures(campaign_id)
            except Exception:  # Its gRPC connection is made anew.
                return None

        return wait_until(there, 20, "figures", 0.02)


if __name__ == "__main__":
    unittest.main()
