"""Strangers on both ends: SIPp as the carrier, so that the phones' SIP library is not its own judge."""

import subprocess
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest


class Sipp(HouseTest):
    def carrier_process(self, scenario, calls):
        port = self.house.ports.one()
        self.start("sipp-carrier", [
            "sipp", "-sf", self.scenario(scenario), "-i", "127.0.0.1", "-p", port, "-m", calls,
            "-nostdin", "-mp", self.house.ports.phones_rtp()[0], "-trace_err",
        ], cwd=self.folder)
        return port

    def scenario(self, text):
        path = self.folder / "carrier.xml"
        path.write_text(text)
        return path

    def test_five_calls_through_sipp_are_completed(self):
        self.trunk(self.carrier_process(UAS_HANGS_UP, 5), optionsIntervalSeconds=-1)  # SIPp takes one for a call.
        leads = self.campaign([self.machine("robot", 3)], leads=5)
        now = self.wait_campaign(leads)
        self.assertEqual(now["by_outcome"], {"completed": 5})
        carrier = self._started[-1]
        wait_until(lambda: not carrier.running(), 10, "SIPp's end")
        self.assertEqual(carrier.popen.returncode, 0, carrier.tail())

    def test_a_trunk_that_asks_for_credentials_twice_is_dialled(self):
        port = self.carrier_process(UAS_CHALLENGES, 1)
        self.trunk(port, authUser="callfleet", authSecret="a-long-secret", optionsIntervalSeconds=-1)
        now = self.wait_campaign(self.campaign([self.machine("robot", 1)], leads=1))
        self.assertEqual(now["by_outcome"], {"completed": 1})


HEAD = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="carrier">\n'
TO_TAGGED = """      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag[call_number]
      [last_Call-ID:]
      [last_CSeq:]
"""
ANSWER = (
    "  <send><![CDATA[\n      SIP/2.0 180 Ringing\n" + TO_TAGGED
    + "      Contact: <sip:[local_ip]:[local_port]>\n      Content-Length: 0\n\n  ]]></send>\n"
    "  <pause milliseconds=\"100\"/>\n"
    "  <send retrans=\"500\"><![CDATA[\n      SIP/2.0 200 OK\n" + TO_TAGGED
    + """      Contact: <sip:[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=sipp 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000
  ]]></send>
  <recv request="ACK"/>
"""
)
HANG_UP = """  <pause milliseconds="800"/>
  <send retrans="500"><![CDATA[
      BYE [$contact] SIP/2.0
      Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
      From: <sip:carrier@[local_ip]:[local_port]>;tag=[pid]SIPpTag[call_number]
      To: [$peer]
      [last_Call-ID:]
      CSeq: 1 BYE
      Max-Forwards: 70
      Content-Length: 0

  ]]></send>
  <recv response="200"/>
"""
TAKE = """  <recv request="INVITE">
    <action>
      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="peer"/>
      <ereg regexp="sip:[^>]*" search_in="hdr" header="Contact:" assign_to="contact"/>
    </action>
  </recv>
"""
UAS_HANGS_UP = HEAD + TAKE + ANSWER + HANG_UP + "</scenario>\n"


def _challenge(status, header):
    return (
        f"  <send><![CDATA[\n      SIP/2.0 {status} Unauthorized\n" + TO_TAGGED
        + f'      {header}: Digest realm="{status}", nonce="n{status}", algorithm=MD5, qop="auth"\n'
        "      Content-Length: 0\n\n  ]]></send>\n  <recv request=\"ACK\"/>\n"
    )


UAS_CHALLENGES = (
    HEAD + '  <recv request="INVITE"/>\n' + _challenge(401, "WWW-Authenticate")
    + '  <recv request="INVITE"/>\n' + _challenge(407, "Proxy-Authenticate")
    + TAKE + ANSWER + HANG_UP + "</scenario>\n"
)


if __name__ == "__main__":
    unittest.main()
