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
module g722.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
audio_player aubridge,nowhere
snd_path {folder}
audio_source aufile,{said}
audio_alert aufile,{alert}
rtp_ports {rtp}-{rtp_end}
"""


SAYS = (600, 700)  # A pair that the simulated carrier knows as an agent's.


class BaresipHouse(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 100, "talk_ms": 2000}]
    codecs = "PCMU,PCMA"  # Of baresip; the first one's rate is that of its sound.
    rate = 8000
    more_config = ""
    more_account = ""

    def registrar(self):
        return f"127.0.0.1:{self.house.addresses.sip}"

    def tone(self, path):
        """Half a minute of what it says, mono."""
        def sample(i):
            return int(sum(6000 * math.sin(2 * math.pi * hz * i / self.rate) for hz in SAYS))
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, self.rate, 0, "NONE", ""))
            second = struct.pack(f"<{self.rate}h", *(sample(i) for i in range(self.rate)))
            out.writeframes(second * 30)
        return path

    def baresip(self, user, secret):
        folder = self.folder / "baresip"
        folder.mkdir()
        low, _ = self.house.ports.phones_rtp()
        self.control = self.house.ports.one()
        (folder / "config").write_text(CONFIG.format(
            port=self.house.ports.pair(), control=self.control, said=self.tone(folder / "said.wav"), folder=folder, alert=folder / "alert.wav",
            rtp=low, rtp_end=low + 100) + self.more_config)
        (folder / "accounts").write_text(
            f"<sip:{user}@{self.registrar()}>;auth_user={user};auth_pass={secret};answermode=auto;regint=60"
            f";audio_codecs={self.codecs}{self.more_account}\n")
        (folder / "contacts").write_text("")
        return self.start("baresip", ["baresip", "-f", folder, "-v"])

    def heard(self):
        """The middle of what baresip decoded."""
        dump, = (self.folder / "baresip").glob("dump-*-dec.wav")
        with wave.open(str(dump)) as file:
            self.assertEqual(file.getframerate(), self.rate)
            frames = file.readframes(file.getnframes())
        samples = struct.unpack(f"<{len(frames) // 2}h", frames)
        loud = [i for i, sample in enumerate(samples) if abs(sample) > 1000]
        return samples[loud[0] + self.rate // 4:loud[-1] - self.rate // 4]

    def share(self, samples, hz):
        """Of the energy, by Goertzel."""
        turn = 2 * math.cos(2 * math.pi * hz / self.rate)
        one = two = 0.0
        for sample in samples:
            one, two = sample + turn * one - two, one
        energy = sum(sample * sample for sample in samples)
        return 2 * (one * one + two * two - turn * one * two) / (energy * len(samples))

    def type(self, command, params=""):
        """As if typed at the phone; a netstring of JSON."""
        text = json.dumps({"command": command, "params": params, "token": command})
        with socket.create_connection(("127.0.0.1", self.control), timeout=5) as control:
            control.sendall(f"{len(text)}:{text},".encode())
            control.settimeout(2)
            return control.recv(4096)


class Baresip(BaresipHouse):
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
            self.assertIn("600+700", [heard["tone"] for heard in call["heard"]], call)


class BaresipWithG722(BaresipHouse):
    codecs = "G722/16000"
    rate = 16000

    def before_services(self):
        super().before_services()
        self.house.more_flags["sip_edge"] = ["--phone_codecs", "G722,PCMU,PCMA"]

    def test_an_agent_with_g722_and_a_customer_with_g711_hear_each_other(self):
        self.trunk()
        made = campaign.create_agent(self.rest, "bea")
        self.baresip(made["sipUser"], made["sipSecret"])
        self.wait_presence(made["id"], "ready")
        run = self.campaign([made["id"]], leads=1)
        legs = wait_until(lambda: [c["legs"] for c in self.rest.get("/calls") if c["state"] == "connected"],
                          15, "bea talks")
        self.assertEqual(sorted(leg["codec"] for leg in legs[0]), ["G722", "PCMU"])
        self.assertEqual(self.wait_campaign(run)["by_outcome"], {"completed": 1})
        call = self.settled_report(calls=True)["carrier"]["calls"][0]
        self.assertIn("600+700", [heard["tone"] for heard in call["heard"]], call)
        low, high = (int(hz) for hz in call["tone"].split("+"))
        heard = self.heard()
        self.assertGreater(self.share(heard, low) + self.share(heard, high), 0.5)


if __name__ == "__main__":
    unittest.main()
