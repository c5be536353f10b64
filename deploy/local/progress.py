"""What a running campaign looks like: a block that redraws itself on a terminal, plain lines elsewhere."""

import sys
import time


def figures(stats):
    """The part of GET /campaigns/:id/stats that we show, by our own names."""
    leads = stats["leads"]
    return {
        "state": stats["state"],
        "waits": stats.get("waitReason") or "",
        "total": leads["total"],
        "final": leads["final"],
        "by_outcome": dict(leads.get("byOutcome") or {}),
        "attempts": stats["attempts"],
        "by_attempt": dict(stats.get("attemptsByOutcome") or {}),
        "connected": stats["callsConnected"],
        "calls": stats.get("calls") or [],
    }


class Progress:
    def __init__(self, live, out=sys.stdout):
        self._live = live and out.isatty()
        self._out = out
        self._lines = 0
        self._last_plain = ("", 0.0)
        self._rate = (time.monotonic(), 0, 0.0)

    def show(self, now, agents, callers=""):
        """`now` from figures(); agents: [{name, activeCalls, maxConcurrent, available}]; callers: one line about them."""
        rate = self._calls_per_second(now["attempts"])
        outcomes = "  ".join(f"{k} {v}" for k, v in sorted(now["by_outcome"].items()))
        head = (
            f"{now['state']:<10} leads {now['final']}/{now['total']}  lines {len(now['calls'])}  "
            f"talked {now['connected']}  {rate:.1f} calls/s  {now['waits']}"
        ).rstrip()
        if self._live:
            self._redraw(self._block([head, callers], outcomes, now, agents))
        else:
            self._plain(f"{head}  | {outcomes}  | {callers}")

    def end(self):
        """What was drawn stays; later output goes below it."""
        self._lines = 0

    def _calls_per_second(self, attempts):
        then, before, rate = self._rate
        now = time.monotonic()
        if now - then >= 1.0:
            rate = (attempts - before) / (now - then)
            self._rate = (now, attempts, rate)
        return rate

    @staticmethod
    def _block(head, outcomes, now, agents):
        done = int(40 * now["final"] / max(1, now["total"]))
        lines = [*head, "[" + "#" * done + "." * (40 - done) + "]", outcomes, ""]
        for agent in agents[:20]:
            load, most = agent["activeCalls"], agent["maxConcurrent"]
            lines.append(f"  {agent['name']:<16} {'*' * load + '-' * (most - load):<6} {load}/{most}")
        if len(agents) > 20:
            lines.append(f"  … and {len(agents) - 20} more")
        for call in now["calls"][:8]:
            who = call.get("agentName") or ""
            lines.append(f"    {call.get('number', ''):<16} {call.get('phase', ''):<14} {who}")
        return lines

    def _redraw(self, lines):
        if self._lines:
            self._out.write(f"\x1b[{self._lines}F\x1b[J")
        self._out.write("\n".join(lines) + "\n")
        self._out.flush()
        self._lines = len(lines)

    def _plain(self, line):
        text, when = self._last_plain
        now = time.monotonic()
        if line == text or now - when < 1.0:
            return
        self._last_plain = (line, now)
        print(line, file=self._out, flush=True)
