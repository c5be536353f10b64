"""The demo's result: what happened by the campaign's account and by the outside world's, compared."""


def result(now, phones_report, plans, elapsed_s):
    """The JSON of --json. `now` from progress.figures(); peak loads, calls connected, bridging and
    audio are the simulated phones' own measurements."""
    seen = {agent["user"]: agent for agent in phones_report["agents"]}
    bridging = phones_report["answer_to_bridge_ms"]
    # Callers share the agents, but are no part of the campaign.
    every, called_in = phones_report["audio"], phones_report["audio"]["inbound"]
    audio = {key: every[key] - called_in[key] for key in called_in}
    return {
        "leads": {"total": now["total"], "by_outcome": now["by_outcome"]},
        "attempts": now["attempts"],
        "calls_connected": audio["bridges"],
        "answer_to_bridge_ms": {"p50": bridging.get("p50"), "p99": bridging.get("p99")},
        "agents": [
            {
                "name": plan.name,
                "max_concurrent_calls": plan.capacity,
                "peak_load": seen.get(plan.name, {}).get("peak_offered", 0),
                "calls": seen.get(plan.name, {}).get("calls", 0),
            }
            for plan in plans
        ],
        "audio": {
            "legs_expected": audio["legs_expected"],
            "legs_heard_peer": audio["legs_heard_peer"],
        },
        "elapsed_s": round(elapsed_s, 3),
    }


def faults(outcome, now, phones_report):
    """What is not as it must be; empty: all is well."""
    found = []
    final = sum(outcome["leads"]["by_outcome"].values())
    if now["state"] != "completed" or final != outcome["leads"]["total"]:
        found.append(f"only {final} of {outcome['leads']['total']} leads are final ({now['state']})")
    carrier = phones_report["carrier"]
    if carrier["by_outcome"] != now["by_attempt"]:
        found.append(f"the carrier counted {carrier['by_outcome']}, we {now['by_attempt']}")
    if carrier["invites"] - carrier["challenges"] != outcome["attempts"]:
        found.append(f"the carrier got {carrier['invites']} INVITEs, we count {outcome['attempts']}")
    for agent in outcome["agents"]:
        if agent["peak_load"] > agent["max_concurrent_calls"]:
            found.append(f"{agent['name']} had {agent['peak_load']} calls at once")
    if now["connected"] != outcome["calls_connected"]:
        found.append(
            f"the phones saw {outcome['calls_connected']} bridged calls, we {now['connected']}"
        )
    audio = outcome["audio"]
    if audio["legs_heard_peer"] != audio["legs_expected"]:
        found.append(f"{audio['legs_heard_peer']} of {audio['legs_expected']} legs heard their peer")
    return found


def summary(outcome):
    """Lines for a person."""
    bridging = outcome["answer_to_bridge_ms"]
    lines = [
        f"leads        {outcome['leads']['total']}: "
        + ", ".join(f"{k} {v}" for k, v in sorted(outcome["leads"]["by_outcome"].items())),
        f"attempts     {outcome['attempts']}, {outcome['calls_connected']} talked with an agent",
        f"agents       {sum(1 for a in outcome['agents'] if a['calls'])} of {len(outcome['agents'])} had calls",
        f"audio        {outcome['audio']['legs_heard_peer']} of {outcome['audio']['legs_expected']} legs heard their peer",
    ]
    if bridging["p50"] is not None:
        lines.append(f"bridging     p50 {bridging['p50']:.1f} ms, p99 {bridging['p99']:.1f} ms after the answer")
    lines.append(f"elapsed      {outcome['elapsed_s']:.1f} s")
    return lines
