"""Kamailio between the edge and the carrier: Record-Route, and a call that forks."""

import unittest

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
FORK = 'append_branch("sip:fork$(rU{{s.substr,1,0}})@127.0.0.1:{other}");'


class Kamailio(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 150, "talk_ms": 1500}]

    def proxy(self, other=None):
        """The proxy's port; the trunk leads to it, it leads to the carrier, and to `other` too: how
        the second branch behaves, which ends at a SIP agent of its own (one would merge the two)."""
        port = self.house.ports.one()
        path = self.folder / "kamailio.cfg"
        forked = FORK.format(other=self.phones.farm_port) if other else ""
        for number in ("14155550100", "14155550101") if other else ():
            self.phones.command("phones", [
                {"user": "fork" + number, "register": False, "behaviour": other}])
        path.write_text(CONFIG.format(port=port, carrier=self.phones.carrier_port, fork=forked))
        run = self.folder / "kamailio-run"
        run.mkdir()
        process = self.start("kamailio", [
            "kamailio", "-DD", "-E", "-f", path, "-Y", run, "-P", run / "pid", "-m", 32, "-M", 4])
        self.addCleanup(lambda: process.running() and process.stop())
        return port

    def completed(self, leads):
        now = self.wait_campaign(self.campaign([self.machine("robot", 3)], leads=leads), timeout_s=25)
        self.assertEqual(now["by_outcome"], {"completed": leads})
        report = self.settled_report(calls=True)
        self.assertEqual(sum(agent["live"] for agent in report["agents"]), 0)
        return report

    def test_dialogs_follow_the_recorded_route(self):
        self.trunk(self.proxy())
        report = self.completed(3)
        self.assertEqual(report["audio"]["legs_heard_peer"], 6)
        ended = [call["ended_by"] for call in report["carrier"]["calls"]]
        self.assertEqual(ended, ["self"] * 3)

    def test_a_fork_that_loses_is_cancelled_and_does_no_harm(self):
        self.trunk(self.proxy(other={"ignore_probability": 1.0}))
        report = self.completed(2)
        self.assertEqual(report["audio"]["legs_heard_peer"], 4)
        losers = [agent for agent in report["agents"] if agent["user"].startswith("fork")]
        self.assertEqual([agent["cancelled"] for agent in losers], [1, 1])

    def test_two_forks_that_answer_at_once_leave_one_call(self):
        self.trunk(self.proxy(other={"answer_ms": 150, "talk_ms": 1500}))
        report = self.completed(2)
        self.assertEqual(report["carrier"]["live"], 0)


if __name__ == "__main__":
    unittest.main()
