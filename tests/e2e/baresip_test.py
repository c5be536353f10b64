"""baresip as the agent's phone: registers by digest, picks up, and hears the customer."""

import math
import struct
import unittest
import wave

from callfleet_e2e import free_port
from callfleet_e2e.house import HouseTest

from deploy.local import campaign

CONFIG = """
sip_listen 127.0.0.1:{port}
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module_app account.so
module_app menu.so
audio_player aufile,{heard}
audio_source aufile,{said}
audio_alert aufile,{alert}
rtp_ports {rtp}-{rtp_end}
"""


class Baresip(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 100, "talk_ms": 2000}]

    @staticmethod
    def tone(path):
        """Half a minute of 400 Hz, 8 kHz mono."""
        samples = (int(8000 * math.sin(2 * math.pi * 400 * i / 8000)) for i in range(8000 * 30))
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, 8000, 0, "NONE", ""))
            out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
        return path

    def baresip(self, user, secret):
        folder = self.folder / "baresip"
        folder.mkdir()
        low, _ = self.house.ports.phones_rtp()
        (folder / "config").write_text(CONFIG.format(
            port=free_port(), said=self.tone(folder / "said.wav"), heard=folder / "heard.wav", alert=folder / "alert.wav",
            rtp=low, rtp_end=low + 100))
        sip = f"127.0.0.1:{self.house.addresses.sip}"
        (folder / "accounts").write_text(
            f"<sip:{user}@{sip}>;auth_user={user};auth_pass={secret};answermode=auto;regint=60\n")
        (folder / "contacts").write_text("")
        return self.start("baresip", ["baresip", "-f", folder, "-v"])

    def test_a_campaign_reaches_an_agent_at_baresip(self):
        self.trunk()
        made = campaign.create_agent(self.rest, "bea")
        self.baresip(made["sipUser"], made["sipSecret"])
        self.wait_presence(made["id"], "ready")
        now = self.wait_campaign(self.campaign([made["id"]], leads=2))
        self.assertEqual(now["by_outcome"], {"completed": 2})
        calls = self.settled_report(calls=True)["carrier"]["calls"]
        for call in calls:
            self.assertGreater(call["rtp"]["received"], 50, call)


if __name__ == "__main__":
    unittest.main()
