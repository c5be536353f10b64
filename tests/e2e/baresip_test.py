"""baresip as the agent's phone: registers by digest, picks up, and hears the customer."""

import json
import math
import socket
import struct
import unittest
import wave

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest
from callfleet_e2e.rpc import Queues

from deploy.local import campaign

CONFIG = """
sip_listen 127.0.0.1:{port}
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
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
        self.control = self.house.ports.one()
        (folder / "config").write_text(CONFIG.format(
            port=self.house.ports.pair(), control=self.control, said=self.tone(folder / "said.wav"), heard=folder / "heard.wav", alert=folder / "alert.wav",
            rtp=low, rtp_end=low + 100))
        sip = f"127.0.0.1:{self.house.addresses.sip}"
        (folder / "accounts").write_text(
            f"<sip:{user}@{sip}>;auth_user={user};auth_pass={secret};answermode=auto;regint=60\n")
        (folder / "contacts").write_text("")
        return self.start("baresip", ["baresip", "-f", folder, "-v"])

    def type(self, command, params=""):
        """As if typed at the phone; a netstring of JSON."""
        text = json.dumps({"command": command, "params": params, "token": command})
        with socket.create_connection(("127.0.0.1", self.control), timeout=5) as control:
            control.sendall(f"{len(text)}:{text},".encode())
            control.settimeout(2)
            return control.recv(4096)

    def test_its_refer_to_a_number_of_a_queue_puts_the_caller_there_and_lets_the_agent_go(self):
        self.trunk()
        made = campaign.create_agent(self.rest, "bea")
        self.baresip(made["sipUser"], made["sipSecret"])
        self.wait_presence(made["id"], "ready")
        ann, ben = self.agent("ann"), self.agent("ben")
        queues = Queues(self.house.addresses)
        sales, support = queues.create("Sales"), queues.create("Support")
        queues.members(sales, [made["id"]])
        queues.members(support, [ben])
        queues.route("100", sales)
        queues.route("500", support)
        self.phones.command("phone", {"user": "ann", "do": "call", "number": "100", "talk_ms": 8000})

        def connected(queue):
            return next((t for t in queues.tickets(queue) if t["state"] == "TICKET_STATE_CONNECTED"), None)

        wait_until(lambda: connected(sales), 15, "bea talks")
        self.type("transfer", f"sip:500@127.0.0.1:{self.house.addresses.sip}")
        moved = wait_until(lambda: connected(support), 15, "ben has the caller")
        self.assertEqual(moved["agentId"], ben)
        self.wait_presence(made["id"], "ready")
        wait_until(lambda: self.rest.get("/calls") == [], 20, "no call left")
        ended = queues.ask("GetTicket", {"ticketId": moved["ticketId"]})["ticket"]
        self.assertEqual((ended["end"], ended["fromQueueId"]), ("TICKET_END_ANSWERED", sales))
        self.assertEqual(str(queues.stats(sales)["answered"]), "1")
        self.wait_presence(ann, "ready")

    def test_its_refer_of_a_campaigns_customer_leads_to_the_queue_of_the_number(self):
        self.phones.command("carrier/profile", {"default": {"do": "answer", "ring_ms": 50, "talk_ms": 9000}})
        self.trunk()
        made = campaign.create_agent(self.rest, "bea")
        self.baresip(made["sipUser"], made["sipSecret"])
        self.wait_presence(made["id"], "ready")
        ben = self.agent("ben")
        queues = Queues(self.house.addresses)
        support = queues.create("Support")
        queues.members(support, [ben])
        queues.route("500", support)
        run = self.campaign([made["id"]], leads=1)
        wait_until(lambda: [c for c in self.rest.get("/calls") if c["state"] == "connected"], 15, "bea talks")
        self.type("transfer", f"sip:500@127.0.0.1:{self.house.addresses.sip}")
        now = self.wait_campaign(run)
        self.assertEqual(now["by_outcome"], {"completed": 1})
        ticket = queues.tickets(support)[0]
        self.assertEqual((ticket["fromCampaignId"], ticket["callId"]), (run, self.rest.get("/calls")[0]["id"]))
        wait_until(lambda: queues.tickets(support)[0]["agentId"] == ben, 10, "ben has the customer")
        wait_until(lambda: self.rest.get("/calls") == [], 20, "no call left")
        self.wait_presence(made["id"], "ready")

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
