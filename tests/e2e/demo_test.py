"""deploy/demo without its build: 50 leads, the exact JSON, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
import unittest

from callfleet_e2e import E2eTest, wait_until
from callfleet_e2e.process import ROOT

sys.path.insert(0, str(ROOT))
from deploy.local.ports import Ports  # noqa: E402


class Demo(E2eTest):
    def demo(self, *arguments):
        ports = Ports()
        self.addCleanup(ports.release)
        command = [sys.executable, "-m", "deploy.local.demo", "--folder", self.folder / "demo",
                   "--rest-port", str(ports.one()), *arguments]
        return self.start("demo", command, env={"PYTHONPATH": str(ROOT)})

    def test_fifty_leads_are_green_and_the_result_is_as_promised(self):
        out = self.folder / "result.json"
        process = self.demo("--headless", "--json", out)
        self.assertEqual(process.popen.wait(110), 0, process.tail())
        result = json.loads(out.read_text())
        self.assertEqual(
            set(result),
            {"leads", "attempts", "calls_connected", "answer_to_bridge_ms", "agents", "audio",
             "elapsed_s", "inbound"},
        )
        inbound = result["inbound"]
        self.assertGreater(inbound["answered"], 0)
        self.assertEqual(inbound["answered"] + inbound["abandoned"], inbound["arrived"])
        self.assertEqual(inbound["audio"]["legs_heard_peer"], inbound["audio"]["legs_expected"])
        self.assertEqual(result["leads"]["total"], 50)
        self.assertEqual(sum(result["leads"]["by_outcome"].values()), 50)
        self.assertEqual(result["audio"]["legs_heard_peer"], result["audio"]["legs_expected"])
        self.assertTrue(any(agent["max_concurrent_calls"] > 1 for agent in result["agents"]))

    def test_ctrl_c_ends_all_it_started(self):
        process = self.demo("--headless", "--agents", "3")
        process.wait_for_text("up in", 60)
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)],
                                  capture_output=True, text=True).stdout.split()
        self.assertGreaterEqual(len(children), 6)
        start = time.monotonic()
        self.assertEqual(process.stop(20, sig=signal.SIGINT), 130)
        self.assertLess(time.monotonic() - start, 10)
        wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children))


if __name__ == "__main__":
    unittest.main()
