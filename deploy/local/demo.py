"""deploy/demo: a whole Callfleet on this machine, a campaign from a CSV, live to watch."""

import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import signal
import sys
import time

from . import campaign, inbound, progress, result, world
from .children import ChildFailed
from .rest import RestError
from .stack import ROOT, Stack

STALLED_AFTER_S = 180
POLL_S = 0.25


def options(arguments):
    parser = argparse.ArgumentParser(prog="deploy/demo", description=__doc__)
    parser.add_argument("--leads", type=pathlib.Path, metavar="FILE",
                        help="CSV of leads; 50 made-up ones unless given")
    parser.add_argument("--agents", type=int, default=10, metavar="N", help="1 to 500 (10)")
    parser.add_argument("--headless", action="store_true",
                        help="plain lines; ends when the campaign is complete")
    parser.add_argument("--rest-port", type=int, default=3000, metavar="N",
                        help="port of the REST interface (3000)")
    parser.add_argument("--keep", action="store_true", help="stay up after the campaign")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the result here")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / ".demo", metavar="DIR",
                        help="database, logs and leads live here (.demo)")
    chosen = parser.parse_args(arguments)
    if not 1 <= chosen.agents <= 500:
        parser.error("--agents: 1 to 500")
    if not 1 <= chosen.rest_port <= 65535:
        parser.error("--rest-port: 1 to 65535")
    if chosen.leads and not chosen.leads.is_file():
        parser.error(f"--leads: {chosen.leads} is no file")
    return chosen


@contextlib.contextmanager
def only_one(folder):
    """A second demo in the same clone would share the first one's database."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise ChildFailed(f"another demo runs here: process {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def say(text):
    print(text, flush=True)


def create_agents(rest, stack, plans):
    """Creates them and puts their phones on their desks; returns their ids."""
    ids, accounts = [], []
    for plan in plans:
        made = campaign.create_agent(
            rest, plan.name, plan.capacity, **plan.body(stack.phones.farm_port)
        )
        ids.append(made["id"])
        accounts.append(plan.account(made.get("sipSecret")))
    stack.phones.command("phones", accounts)
    return ids


def wait_for_agents(rest, names, limit_s=30):
    """Until each is ready: its phone has registered, or its address answers."""
    end = time.monotonic() + limit_s
    missing = set(names)
    while missing and time.monotonic() < end:
        for agent in rest.get("/agents", pageSize=1000):
            if agent.get("presence") == "ready":
                missing.discard(agent["name"])
        time.sleep(0.1)
    if missing:
        raise ChildFailed(f"these agents did not become ready: {', '.join(sorted(missing))}")


def run_campaign(stack, chosen, plans):
    """From trunk to the last lead and caller; returns (figures, seconds, the queue's figures)."""
    rest = stack.rest
    campaign.create_trunk(rest, stack.phones.carrier_port, trustedNetworks=["127.0.0.0/8"])
    ids = create_agents(rest, stack, plans)
    wait_for_agents(rest, [plan.name for plan in plans])
    lines = sum(plan.capacity for plan in plans)
    # One attempt a lead: then the leads' outcomes are the carrier's causes, one for one.
    made = campaign.create_campaign(
        rest, "Demo", min(lines, 100), retryPolicy={"maxAttempts": 1}
    )
    campaign.assign(rest, made["id"], ids)
    queue = inbound.create(rest, ids)
    content = chosen.leads.read_bytes() if chosen.leads else campaign.leads_csv(50)
    (stack.folder / "leads.csv").write_bytes(content)
    uploaded = campaign.upload(rest, made["id"], content)
    say(f"{uploaded['accepted']} leads, {uploaded['duplicates']} duplicates, "
        f"{len(uploaded['rejected'])} rejected")
    for row in uploaded["rejected"][:10]:
        say(f"  line {row['line']}: {row['reason']}")
    start = time.monotonic()
    campaign.start(rest, made["id"])
    inbound.begin(stack.phones, stack.addresses.sip)
    now = watch(stack, made["id"], queue, live=not chosen.headless)
    elapsed_s = time.monotonic() - start
    return now, elapsed_s, inbound.end(stack, queue)


def watch(stack, campaign_id, queue, live):
    rest = stack.rest
    shown = progress.Progress(live)
    changed_at, last, agents = time.monotonic(), None, []
    while True:
        stack.check()
        now = progress.figures(campaign.stats(rest, campaign_id))
        with contextlib.suppress(RestError):  # 404 once it is not active.
            agents = rest.get(f"/campaigns/{campaign_id}/agent-stats")
        shown.show(now, agents, inbound.head(inbound.figures(rest, queue)))
        if now["state"] in ("completed", "stopped"):
            shown.end()
            return now
        mark = (now["final"], now["attempts"], len(now["calls"]))
        if mark != last:
            changed_at, last = time.monotonic(), mark
        if time.monotonic() - changed_at > STALLED_AFTER_S:
            raise ChildFailed(f"nothing has moved for {STALLED_AFTER_S} s: {now}")
        time.sleep(POLL_S)


def settled_report(stack, limit_s=5):
    """The phones' account once their last call is over."""
    end = time.monotonic() + limit_s
    while True:
        report = stack.phones.report()
        if report["carrier"]["live"] == 0 or time.monotonic() > end:
            return report
        time.sleep(0.1)


def demo(stack, chosen):
    plans = world.agent_plans(chosen.agents)
    began = time.monotonic()
    say("starting PostgreSQL, five services, the carrier and the phones …")
    stack.start_postgres()
    stack.start_phones(world.phones_config(stack.addresses.sip))
    stack.start_services()
    say(f"up in {time.monotonic() - began:.1f} s; REST at http://127.0.0.1:{chosen.rest_port}/api/v1, "
        f"logs in {stack.folder}/logs")
    say(f"SIP at 127.0.0.1:{stack.addresses.sip}; /metrics and /readyz at "
        + ", ".join(f"{name} 127.0.0.1:{port}" for name, port in stack.addresses.admin.items()))
    now, elapsed_s, queue = run_campaign(stack, chosen, plans)
    report = settled_report(stack)
    stack.phones.command("report", {"file": str(stack.folder / "phones-report.json")})
    outcome = result.result(now, report, plans, elapsed_s)
    found = result.faults(outcome, now, report)
    outcome["inbound"] = inbound.result(queue, report)
    found += inbound.faults(outcome["inbound"], report)
    for line in result.summary(outcome):
        say(line)
    say(inbound.summary(outcome["inbound"]))
    if chosen.json:
        chosen.json.write_text(json.dumps(outcome, indent=1) + "\n")
    for fault in found:
        print(f"FAULT: {fault}", file=sys.stderr)
    if chosen.keep:
        say("the campaign is over; everything stays up until Ctrl-C")
        while True:
            stack.check()
            time.sleep(0.5)
    return 1 if found else 0


def main(arguments=None):
    chosen = options(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        with only_one(chosen.folder), Stack(chosen.folder, rest_port=chosen.rest_port, fresh=True) as stack:
            return demo(stack, chosen)
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except (ChildFailed, RestError, OSError) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
