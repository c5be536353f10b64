"""Two edges: whoever calls at one is answered by somebody whom that edge can ring, and an edge that dies takes its own calls only."""

import re
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import UNTIL_HUNG_UP, HouseTest, campaign
from callfleet_e2e import rpc
from callfleet_e2e.rpc import Queues
from deploy.local.rest import RestError

NUMBER = "+14155550199"
ONE, TWO = "sip_edge", "sip_edge_2"
EDGE = "callfleet.sip_edge.v1.SipEdgeService"


class TwoEdges(HouseTest):
    edges = 2
    late = (TWO,)  # The others begin with one edge away.

    def before_services(self):
        super().before_services()
        self.phones.command("phones", [{"user": "sue", "register": False, "behaviour": {"answer_ms": 50}}])

    def setUp(self):
        super().setUp()
        self.start_second_edge()
        self.trunk(trustedNetworks=["127.0.0.0/8"])
        self.wait_trunks(TWO, 1)
        self.queues = Queues(self.house.addresses)
        self.queue = self.queues.create("Sales", recording={"mode": "RECORDING_MODE_ALL"})
        self.queues.route(NUMBER, self.queue)

    def start_second_edge(self):
        self.house.start_service(TWO)
        self.house.wait_ready(TWO)
        for service in ("agent_registry", "queue"):
            wait_until(lambda: self.edges_of(service) == 2, 15, f"both edges watched by {service}")

    def edges_of(self, service):
        text = self.house.admin(service, "/metrics")[1]
        return int(float(re.search(rf"^callfleet_{service}_edges_connected (\S+)$", text, re.M)[1]))

    def trunks_of(self, edge):
        listed = rpc.call(self.house.addresses.target(edge), f"{EDGE}/ListTrunks", {})
        return listed.get("trunks", [])

    def wait_trunks(self, edge, count):
        """What was made at the first edge is known to the others within five seconds."""
        return wait_until(lambda: len(self.trunks_of(edge)) == count, 8, f"{count} trunks at {edge}")

    def phone_at(self, name, *edges, **more):
        """An agent with a phone at each of these edges."""
        made = campaign.create_agent(self.rest, name, **more)
        for edge in edges:
            self.phones.command("phones", [{
                "user": made["sipUser"], "secret": made["sipSecret"], "name": f"{name}-{edge}",
                "server": f"sip:127.0.0.1:{self.house.addresses.sip_of(edge)}"}])
        self.wait_presence(made["id"], "ready")
        return made["id"]

    def dial(self, edge, talk_ms=UNTIL_HUNG_UP):
        """The ticket of a caller who comes in there."""
        before = {t["ticketId"] for t in self.queues.tickets(self.queue)}
        target = f"sip:{NUMBER}@127.0.0.1:{self.house.addresses.sip_of(edge)}"
        self.phones.command("carrier/call", {"target": target, "talk_ms": talk_ms})
        fresh = wait_until(lambda: [t for t in self.queues.tickets(self.queue) if t["ticketId"] not in before], 10, "a ticket")
        return fresh[0]["ticketId"]

    def ticket(self, ticket):
        return self.queues.ask("GetTicket", {"ticketId": ticket})["ticket"]

    def wait_answered(self, ticket, agent):
        def there():
            now = self.ticket(ticket)
            return now["state"] == "TICKET_STATE_CONNECTED" and now["agentId"] == agent
        wait_until(there, 15, f"{ticket} is answered by {agent}")

    def wait_end(self, ticket, end):
        wait_until(lambda: self.ticket(ticket).get("end") == f"TICKET_END_{end}", 20, f"{ticket} ends as {end}")

    def test_callers_get_agents_whom_their_edge_can_ring_and_an_edge_dies_alone(self):
        west, both, robot = self.phone_at("west", ONE), self.phone_at("both", ONE, TWO), self.machine("robot", 1)
        # Nobody but west: a caller at the other edge waits, one at west's does not.
        self.queues.members(self.queue, [west])
        away = self.dial(TWO)
        near = self.dial(ONE)
        self.wait_answered(near, west)
        self.assertEqual(self.ticket(away)["state"], "TICKET_STATE_WAITING")
        self.assertEqual((self.ticket(near)["edgeId"], self.ticket(away)["edgeId"]), ("edge-1", "edge-2"))
        with self.assertRaises(RestError) as refused:
            self.rest.post(f"/queues/{self.queue}/calls/{self.ticket(away)['callId']}/assign",
                           {"agentId": west, "override": True})
        self.assertEqual(refused.exception.error["reason"], "NOT_AT_EDGE")
        self.assertEqual(refused.exception.error["field"], "agentId")
        # Whoever is registered at both is rung at the caller's, a fixed contact from either.
        self.queues.members(self.queue, [both])
        self.wait_answered(away, both)
        self.listen_to(self.ticket(away)["callId"])
        self.queues.members(self.queue, [robot])
        other = self.dial(TWO)
        self.wait_answered(other, robot)
        waits_there, waits_here = self.dial(TWO), self.dial(ONE)

        self.house.children.pop(TWO).kill()
        # The talk at the other edge goes on, and its next caller is answered once west is free.
        self.steer(self.ticket(near)["callId"], hangUp={})
        self.wait_answered(waits_here, west)
        self.start_second_edge()
        self.wait_end(waits_there, "INTERRUPTED")
        for talked in (away, other):
            self.wait_end(talked, "ANSWERED")
        self.assertEqual(self.ticket(waits_here)["state"], "TICKET_STATE_CONNECTED")
        again = self.dial(TWO)
        wait_until(lambda: self.ticket(again).get("agentId") in (both, robot), 15, "the edge takes calls again")
        kept = {recording["callId"]: recording["edgeId"] for recording in self.rest.get("/recordings")}
        self.assertEqual((kept[self.ticket(near)["callId"]], kept[self.ticket(away)["callId"]]), ("edge-1", "edge-2"))
        self.hang_up()

    def test_a_caller_is_let_in_and_a_lead_dialled_where_somebody_can_be_rung(self):
        east = self.phone_at("east", TWO, lineMode="auto")
        staffed = self.queues.create("Staffed", joinNeeds="STAFFING_READY")
        self.queues.members(staffed, [east])
        self.queues.route(NUMBER, staffed)
        target = f"sip:{NUMBER}@127.0.0.1:{self.house.addresses.sip_of(ONE)}"
        wait_until(lambda: self.queues.stats(staffed).get("agentsReady") == 1, 5, "east is counted")
        self.phones.command("carrier/call", {"target": target, "talk_ms": UNTIL_HUNG_UP})
        wait_until(lambda: self.queues.stats(staffed).get("refused") == "1", 10, "nobody can be rung there")
        self.queue = staffed
        self.wait_answered(self.dial(TWO), east)
        self.hang_up()
        made = self.campaign([east], leads=3, pacingMode="ratio", ratio=1.0, most=2)
        self.assertEqual(self.wait_campaign(made)["by_outcome"], {"completed": 3})

    def test_a_trunk_is_made_changed_and_removed_for_all_edges(self):
        caller = self.dial(TWO)
        path = f"/trunks/{self.trunks_of(ONE)[0]['trunkId']}"
        wait_until(lambda: self.rest.get(path)["activeChannels"] == 1, 5, "the call of the other edge in the trunk's sum")
        self.rest.put(path, {"host": "127.0.0.1", "port": self.phones.carrier_port, "trustedNetworks": ["127.0.0.0/8"], "maxChannels": 7})
        wait_until(lambda: self.trunks_of(TWO)[0].get("maxChannels") == 7, 8, "the change at the other edge")
        self.rest.delete(path)
        self.wait_trunks(TWO, 0)
        self.assertEqual(self.ticket(caller)["state"], "TICKET_STATE_WAITING")  # Live calls go on.
        self.hang_up()

    def listen_to(self, call):
        """A supervisor does, though the call is at an edge that is not the first."""
        phone = f"sip:sue@127.0.0.1:{self.phones.farm_port}"
        made = self.rest.post(f"/calls/{call}/supervise", {"mode": "listen", "phone": phone})
        wait_until(lambda: [c for c in self.phones.report(True)["agent_calls"] if c["user"] == "sue" and c["heard"]],
                   10, "the supervisor hears")
        self.rest.delete(f"/calls/{call}/supervise/{made['supervisionId']}")

    def steer(self, call, **action):
        self.queues.ask("SteerCall", {"requestId": f"s{call}", "callId": call, "action": action})


if __name__ == "__main__":
    unittest.main()
