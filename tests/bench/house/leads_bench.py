#!/usr/bin/env python3
"""Callers beside a campaign of a million leads, all in the database: how many of the campaign's matches go before a caller.

  tests/bench/house/leads_bench.py [--build build/release] [--leads 1000000] [--seconds 60]

50 agents are in a queue and in the campaign, which keeps them all busy with calls of 3 s; callers come 5 a second.
The order of matches is read from the outbox of agent_registry. Exit 1: before some caller, who waited with a ticket
and agents who could serve it, the campaign was matched more than once.
"""

import argparse
import collections
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from deploy.local import campaign  # noqa: E402
from inbound_bench import House, Plan, show  # noqa: E402

PHONE = {"answer_ms": 0, "ring": False, "talk_ms": 3000}
CUSTOMER = [{"do": "answer", "pdd_ms": 20, "ring_ms": 100, "talk_ms": 3000}]
QUEUE, CAMPAIGN = 2, 3  # UnitKind


def fields(message):
    """{number: value} of a protobuf message without groups; the last of each."""
    def varint(at):
        value = shift = 0
        while True:
            value |= (message[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if message[at - 1] < 0x80:
                return value, at

    found, at = {}, 0
    while at < len(message):
        key, at = varint(at)
        if key & 7 == 2:
            size, at = varint(at)
            found[key >> 3], at = message[at:at + size], at + size
        else:
            found[key >> 3], at = varint(at)
    return found


class Shared(House):
    def sql(self, text):
        done = subprocess.run(["psql", "-AtqX", "-F", " ", self.stack.conninfo, "-c", text], check=True,
                              capture_output=True, text=True)
        return [line.split(" ") for line in done.stdout.splitlines()]

    def campaign(self, leads):
        made = campaign.create_campaign(self.rest, "Million", 50, retryPolicy={"maxAttempts": 1})
        agents = [agent["id"] for agent in self.rest.get("/agents", pageSize=1000)]
        campaign.assign(self.rest, made["id"], agents)
        rows = "name,phoneNumber,timezone\n" + "".join(
            f"Lead {n},+1415{2_000_000 + n},America/Los_Angeles\n" for n in range(leads))
        self.rest.timeout_s = 900
        began = time.monotonic()
        done = campaign.upload(self.rest, made["id"], rows.encode())
        print(f"{done['accepted']} leads accepted in {time.monotonic() - began:.0f} s")
        campaign.start(self.rest, made["id"])
        self.id = made["id"]

    def matches(self):
        """[(seconds, of the campaign?, ticket)] in the order in which they were made."""
        rows = self.sql("SELECT extract(epoch FROM time), encode(payload, 'hex') FROM agent_registry.outbox "
                        "WHERE type LIKE '%.ReservationBegan' ORDER BY pos")
        for at, payload in rows:
            told = fields(bytes.fromhex(payload))
            yield float(at), fields(told[3])[1] == CAMPAIGN, told.get(4, b"").decode()

    def tickets(self):
        """{ticket: when it was made}"""
        rows = self.sql("SELECT subject, extract(epoch FROM min(time)) FROM queue.outbox "
                        "WHERE type LIKE '%.TicketChanged' GROUP BY subject")
        return {subject.removeprefix("ticket:"): float(at) for subject, at in rows}


def before_each(house):
    """Of each caller: how many matches of the campaign were made while it waited."""
    matches, tickets = list(house.matches()), house.tickets()
    leads = [at for at, of_campaign, _ in matches if of_campaign]
    counts = collections.Counter()
    for at, of_campaign, ticket in matches:
        if not of_campaign and ticket in tickets:
            counts[sum(1 for lead in leads if tickets[ticket] < lead < at)] += 1
    return len(leads), counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    options.rtp = options.no_fsync = False
    folder = pathlib.Path(tempfile.mkdtemp(prefix="callfleet-bench-"))
    house = None
    try:
        house = Shared(options, Plan(50, 5, PHONE, poisson=True, carrier=CUSTOMER), folder)
        house.staff()
        house.campaign(options.leads)
        time.sleep(5)  # All agents talk.
        house.call("callers", options.seconds)
        campaign_calls, counts = before_each(house)
        wave = house.stack.phones.report()["callers"]["waves"]["callers"]
        print({key: value for key, value in wave.items() if not isinstance(value, dict)})
        show("invite to agent invite", wave["invite_to_agent_invite_ms"])
        print(f"{campaign_calls} matches of the campaign; while a caller waited: "
              + ", ".join(f"{n} for {callers} callers" for n, callers in sorted(counts.items())))
        return 1 if not counts or max(counts) > 1 else 0
    finally:
        if house:
            house.stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
