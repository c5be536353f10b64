"""A desk phone puts its two calls together: REFER with Replaces (RFC 5589), from the caller's INVITE to the last slot."""

import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import UNTIL_HUNG_UP, HouseTest, campaign
from callfleet_e2e.rpc import Queues
from callfleet_e2e.sip_phone import SipPhone


class Attended(HouseTest):
    def before_services(self):
        super().before_services()
        self.house.more_flags["sip_edge"] = ["--agents_may_dial", "*"]

    def desk_phone(self, name):
        made = campaign.create_agent(self.rest, name)
        phone = SipPhone(self.house.addresses.sip, made["sipUser"], made["sipSecret"])
        self.addCleanup(phone.stop)
        phone.register()
        self.wait_presence(made["id"], "ready")
        return made["id"], phone

    def test_the_caller_of_a_queue_is_given_to_the_colleague_who_was_asked_first(self):
        self.trunk()
        ann, desk = self.desk_phone("ann")
        ben = self.agent("ben")
        self.agent("cal")
        queues = Queues(self.house.addresses)
        sales = queues.create("Sales")
        queues.members(sales, [ann])
        queues.route("100", sales)
        self.rest.post("/routes", {"number": "201", "to": {"agentId": ben}})

        def direct():
            try:
                return queues.stats("direct")
            except Exception:  # Made with the first such number; being read.
                return None

        wait_until(direct, 10, "the queue of direct calls")
        self.phones.command("phone", {"user": "cal", "do": "call", "number": "100", "talk_ms": UNTIL_HUNG_UP})
        first = desk.call()
        wait_until(lambda: [t for t in queues.tickets(sales) if t["state"] == "TICKET_STATE_CONNECTED"], 10, "ann talks")
        ticket = queues.tickets(sales)[0]

        second = desk.dial("201")
        wait_until(lambda: [t for t in queues.tickets("direct") if t["state"] == "TICKET_STATE_CONNECTED"], 10, "ben is asked")
        to = f"sip:201@127.0.0.1:{self.house.addresses.sip}?Replaces={second.replaces()}"
        self.assertEqual(desk.refer(first, to), 202)
        wait_until(lambda: any("200" in line for line in first.notified), 10, "the phone is told of its success")
        wait_until(lambda: first.over and second.over, 10, "both of its calls are ended")

        def talks():
            """Agents with a live leg in the caller's call."""
            calls = [c for c in self.rest.get("/calls") if c["id"] == ticket["callId"]]
            return [leg["agentId"] for call in calls for leg in call["legs"] if not leg["ended"]]

        wait_until(lambda: ben in talks() and ann not in talks(), 10, "ben has the caller")
        self.assertEqual([t["state"] for t in queues.tickets(sales)], ["TICKET_STATE_CONNECTED"])
        self.wait_presence(ann, "ready")
        wait_until(lambda: self.rest.get(f"/agents/{ann}")["activeCalls"] == 0, 10, "ann is free")
        self.hang_up("cal")
        wait_until(lambda: self.rest.get("/calls") == [], 30, "no call left")
        ended = queues.ask("GetTicket", {"ticketId": ticket["ticketId"]})["ticket"]
        self.assertEqual(ended["end"], "TICKET_END_ANSWERED")
        self.assertEqual(str(queues.stats(sales)["answered"]), "1")
        for agent in (ann, ben):
            wait_until(lambda: self.rest.get(f"/agents/{agent}")["activeCalls"] == 0, 10, "nobody holds a slot")
        self.wait_presence(ben, "ready")


if __name__ == "__main__":
    unittest.main()
