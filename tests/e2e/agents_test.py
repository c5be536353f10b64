"""What agents do in the middle of a campaign."""

import socket
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import UNTIL_HUNG_UP, HouseTest

from deploy.local import campaign


class Agents(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [1200, 1600]}}]

    def test_a_deactivated_agent_gets_nothing_more_and_its_live_call_goes_on(self):
        self.trunk()
        leaver, stayer = self.machine("leaver", 2), self.machine("stayer", 2)
        quick = {"do": "answer", "ring_ms": 50, "talk_ms": {"uniform": [1200, 1600]}}
        self.phones.command("carrier/profile", {"default": {**quick, "talk_ms": UNTIL_HUNG_UP}})
        leads = self.campaign([leaver, stayer], leads=12)
        # Whom it has been promised to, it still gets: so both of its slots are in use first.
        self.wait_heard(4)
        offered = self.phone("leaver")["invites"]
        self.rest.post(f"/agents/{leaver}/deactivate")
        self.phones.command("carrier/profile", {"default": quick})
        self.hang_up()
        now = self.wait_campaign(leads)
        self.assertEqual(now["by_outcome"], {"completed": 12})
        self.assertEqual(self.phone("leaver")["invites"], offered)
        ended = [call["ended_by"] for call in self.settled_report(True)["agent_calls"]
                 if call["user"] == "leaver"]
        self.assertEqual(set(ended), {"peer"})

    def test_a_phone_that_vanishes_while_it_rings_costs_no_lead(self):
        self.trunk()
        lost = self.agent("lost", own_socket=True, behaviour={"vanish_probability": 1.0})
        leads = self.campaign([lost], leads=3)
        wait_until(lambda: self.phone("lost")["invites"] > 0, 15, "a call for the lost phone")
        found = self.machine("found", 3)
        self.rest.post(f"/campaigns/{leads}/agents", {"agentIds": [found]})
        now = self.wait_campaign(leads, timeout_s=75)
        self.assertEqual(now["by_outcome"], {"completed": 3})
        self.assertEqual(now["attempts"], 3)
        self.assertNotEqual(self.rest.get(f"/agents/{lost}")["presence"], "ready")

    def test_a_fixed_contact_is_ready_only_once_it_answers_options(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as machine:
            machine.bind(("127.0.0.1", 0))
            machine.settimeout(10)
            made = campaign.create_agent(self.rest, "quiet", 3,
                                         contactUri=f"sip:quiet@127.0.0.1:{machine.getsockname()[1]}")
            asked, edge = machine.recvfrom(65535)
            self.assertTrue(asked.startswith(b"OPTIONS sip:quiet@127.0.0.1"), asked)
            self.assertNotEqual(self.rest.get(f"/agents/{made['id']}")["presence"], "ready")
            head = [line for line in asked.split(b"\r\n\r\n")[0].split(b"\r\n")
                    if line.split(b":")[0] in (b"Via", b"From", b"To", b"Call-ID", b"CSeq")]
            # Any answer shows that somebody is there.
            answer = [b"SIP/2.0 405 Method Not Allowed", *head, b"Content-Length: 0", b"", b""]
            machine.sendto(b"\r\n".join(answer), edge)
            self.wait_presence(made["id"], "ready")


if __name__ == "__main__":
    unittest.main()
