"""The demo's callers: a queue and a number by REST, people who dial it, and what became of them."""

import time

NUMBER = "+14155550199"
# One caller each 1.2 s, who waits at most as long as people do here and talks as long as leads do.
ARRIVALS = {"rate_per_s": 0.85, "patience_ms": {"uniform": [6000, 12000]},
            "talk_ms": {"uniform": [1500, 3000]}}
END_LIMIT_S = 20


def create(rest, agent_ids):
    """A queue that the campaign's agents serve too, and a number that leads to it; returns the queue's id."""
    queue = rest.post("/queues", {"name": "Demo callers", "wrapUpSeconds": 0})["id"]
    rest.post(f"/queues/{queue}/agents", {"agentIds": agent_ids})
    rest.post("/routes", {"number": NUMBER, "to": {"queueId": queue}, "customerType": "demo"})
    return queue


def begin(phones, sip_port):
    target = f"sip:{NUMBER}@127.0.0.1:{sip_port}"
    phones.command("callers", [{"name": "demo", "target": target, **ARRIVALS}])


def figures(rest, queue):
    """Of the queue, by the house's own account."""
    now = next((q for q in rest.get("/queues/stats") if q["id"] == queue), None)
    return now or {}


def end(stack, queue):
    """No more arrivals; who is here is served or leaves. Returns the queue's last figures."""
    stack.phones.command("callers/stop", {})
    limit = time.monotonic() + END_LIMIT_S
    while time.monotonic() < limit:
        stack.check()
        now = figures(stack.rest, queue)
        seen = caller_report(stack.phones.report())
        agree = now.get("answered") == seen["with_agent"] and now.get("abandoned") == seen["abandoned"]
        if stack.phones.report()["callers"]["live"] == 0 and agree and not now.get("waiting"):
            break
        time.sleep(0.1)
    return figures(stack.rest, queue)


def caller_report(report):
    return report["callers"]["waves"]["demo"]


def result(now, report):
    """The object "inbound" of --json: the callers' own account; `queue`: the house's."""
    seen = caller_report(report)
    return {
        "arrived": seen["arrived"],
        "answered": seen["with_agent"],
        "abandoned": seen["abandoned"],
        "refused": sum(seen["refused"].values()),
        "longest_wait_ms": seen["invite_to_agent_answer_ms"].get("max"),
        "invite_to_agent_invite_ms": {
            "p50": seen["invite_to_agent_invite_ms"].get("p50"),
            "p99": seen["invite_to_agent_invite_ms"].get("p99"),
        },
        "audio": {
            "legs_expected": report["audio"]["inbound"]["legs_expected"],
            "legs_heard_peer": report["audio"]["inbound"]["legs_heard_peer"],
        },
        "queue": {"answered": now.get("answered"), "abandoned": now.get("abandoned")},
    }


def faults(inbound, report):
    found = []
    seen = caller_report(report)
    if report["callers"]["live"] or inbound["queue"] != {k: inbound[k] for k in ("answered", "abandoned")}:
        found.append(f"callers: {seen} by their account, {inbound['queue']} by the queue's")
    if seen["hung_up_on"] or inbound["refused"] or seen["not_sent"] or seen["several_agents"]:
        found.append(f"callers were not served as they should: {seen}")
    audio = inbound["audio"]
    if audio["legs_heard_peer"] != audio["legs_expected"]:
        found.append(f"{audio['legs_heard_peer']} of {audio['legs_expected']} legs with callers heard their peer")
    return found


def head(now):
    """One piece of the progress line."""
    if not now:
        return "callers -"
    arrived, answered, abandoned, waiting, longest = (
        now.get(key) or 0 for key in ("offered", "answered", "abandoned", "waiting", "longestWaitSeconds"))
    return (f"callers {arrived}: answered {answered} abandoned {abandoned} "
            f"waiting {waiting} longest {longest:.1f} s")


def summary(inbound):
    return (f"callers      {inbound['arrived']}: {inbound['answered']} answered, {inbound['abandoned']} "
            f"abandoned, longest wait {(inbound['longest_wait_ms'] or 0) / 1000:.1f} s")
