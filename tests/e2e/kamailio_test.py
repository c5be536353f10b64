"""Kamailio between the edge and the carrier: Record-Route, and a call that forks."""

import unittest

from callfleet_e2e import free_port
from callfleet_e2e.house import HouseTest

CONFIG = """#!KAMAILIO
debug=0
log_stderror=yes
children=2
disable_tcp=yes
listen=udp:127.0.0.1:{port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/:/usr/lib/kamailio/modules/"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "corex.so"
modparam("rr", "enable_full_lr", 1)

request_route {{
  if (is_method("OPTIONS")) {{ sl_send_reply("200", "OK"); exit; }}
  if (has_totag()) {{
    if (loose_route()) {{ t_relay(); exit; }}
    if (is_method("ACK")) {{ t_check_trans(); exit; }}
    sl_send_reply("404", "No such dialog");
    exit;
  }}
  if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
  record_route();
  $ru = "sip:" + $rU + "@127.0.0.1:{carrier}";
  {fork}
  t_relay();
}}
"""
FORK = 'append_branch("sip:fork$(rU{{s.substr,1,0}})@127.0.0.1:{carrier}");'


class Kamailio(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 150, "talk_ms": 1500}]

    def proxy(self, fork=False):
        """The proxy's port; the trunk leads to it, it leads to the carrier."""
        port, carrier = free_port(), self.phones.carrier_port
        path = self.folder / "kamailio.cfg"
        forked = FORK.format(carrier=carrier) if fork else ""
        path.write_text(CONFIG.format(port=port, carrier=carrier, fork=forked))
        run = self.folder / "kamailio-run"
        run.mkdir()
        process = self.start("kamailio", [
            "kamailio", "-DD", "-E", "-f", path, "-Y", run, "-P", run / "pid", "-m", 32, "-M", 4])
        self.addCleanup(lambda: process.running() and process.stop())
        return port

    def completed(self, leads):
        now = self.wait_campaign(self.campaign([self.machine("robot", 3)], leads=leads))
        self.assertEqual(now["by_outcome"], {"completed": leads})
        report = self.settled_report(calls=True)
        self.assertEqual(report["audio"]["legs_heard_peer"], 2 * leads)
        return report

    def test_dialogs_follow_the_recorded_route(self):
        self.trunk(self.proxy())
        report = self.completed(3)
        ended = [call["ended_by"] for call in report["carrier"]["calls"]]
        self.assertEqual(ended, ["self"] * 3)

    def test_a_fork_that_loses_is_cancelled_and_does_no_harm(self):
        self.phones.command("carrier/profile", {
            "rules": [{"prefix": "fork", "do": "no_answer"}], "default": self.carrier[0]})
        self.trunk(self.proxy(fork=True))
        report = self.completed(2)
        self.assertEqual(report["carrier"]["invites"], 4)
        self.assertEqual(report["carrier"]["cancels"], 2)

    def test_two_forks_that_answer_at_once_leave_one_call(self):
        self.trunk(self.proxy(fork=True))
        now = self.wait_campaign(self.campaign([self.machine("robot", 3)], leads=2))
        self.assertEqual(now["by_outcome"], {"completed": 2})
        self.assertEqual(self.settled_report()["carrier"]["live"], 0)


if __name__ == "__main__":
    unittest.main()
