#!/usr/bin/env python3
"""Complete calls a second of a whole house on this machine: five services, PostgreSQL, the phones.

  cmake --preset release && cmake --build --preset release
  tests/bench/house/house_bench.py [--build build/release] [--seconds 30] [--at-least 100]

A campaign dials agent-first with real SIP and RTP: the agent's leg, the customer's, a talk, wrap-up, the
outcome committed. Durability is on: PostgreSQL waits for the disk (--no-fsync shows what that costs).
Prints a table of CPU per call by process. Exit 1: fewer complete calls a second than --at-least, or
an account that does not balance.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from deploy.local import campaign, progress, stack, world  # noqa: E402

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
CAPACITY = 10  # Calls of one machine.


def cpu_s(pid, with_dead_children=False):
    """User and system time of a process; 0 where it has ended."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    fields = stat.rsplit(")", 1)[1].split()
    return sum(int(f) for f in fields[11:15 if with_dead_children else 13]) * TICK_S


def threads_s(pid):
    """CPU of each thread, by name and id."""
    out = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            fields = (task / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        out[name, task.name] = (int(fields[11]) + int(fields[12])) * TICK_S
    return out


class House:
    def __init__(self, options, folder):
        self.options = options
        self.stack = stack.Stack(folder, build=options.build, temporary=True, log_level="warn",
                                 durable=not options.no_fsync)
        self.stack.start_postgres()
        carrier = [{"do": "answer", "pdd_ms": 20, "ring_ms": 100, "talk_ms": options.talk_ms}]
        config = world.phones_config(self.stack.addresses.sip, carrier=carrier)
        self.stack.start_phones(config, ("--no-calls", *(["--no-rtp"] if options.no_rtp else [])))
        self.stack.start_services()
        self.rest = self.stack.rest

    def sql(self, text):
        done = subprocess.run(["psql", "-AtqX", self.stack.conninfo, "-c", text], check=True,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def postmaster(self):
        socket = pathlib.Path(self.stack.conninfo.split("host=")[1].split()[0])
        for data in (socket.parent / "data", self.stack.folder / "postgres" / "data"):
            if (data / "postmaster.pid").exists():
                return int((data / "postmaster.pid").read_text().split()[0])
        raise RuntimeError("no postmaster")

    def work(self):
        phones = self.stack.phones
        campaign.create_trunk(self.rest, phones.carrier_port)
        agents = []
        for n in range(self.options.lines // CAPACITY):
            uri = f"sip:machine{n}@127.0.0.1:{phones.farm_port}"
            made = campaign.create_agent(self.rest, f"machine{n}", CAPACITY, contactUri=uri, lineMode="auto")
            phones.command("phones", [{"user": f"machine{n}", "register": False}])
            agents.append(made["id"])
        made = campaign.create_campaign(self.rest, "Bench", self.options.lines,
                                        retryPolicy={"maxAttempts": 1})
        campaign.assign(self.rest, made["id"], agents)
        leads = "name,phoneNumber,timezone\n" + "".join(
            f"Lead {n},+1415{2_000_000 + n},America/Los_Angeles\n" for n in range(self.options.leads))
        campaign.upload(self.rest, made["id"], leads.encode())
        self.id = made["id"]
        campaign.start(self.rest, self.id)

    def figures(self):
        return progress.figures(campaign.stats(self.rest, self.id))

    def cpu(self):
        """{process: seconds}, PostgreSQL with all that it has forked."""
        postmaster = self.postmaster()
        backends = subprocess.run(["pgrep", "-P", str(postmaster)], capture_output=True, text=True).stdout.split()
        out = {name: cpu_s(child.pid) for name, child in self.stack.children.items()}
        out["postgres"] = cpu_s(postmaster, True) + sum(cpu_s(pid) for pid in backends)
        out["phones"] = cpu_s(self.stack.phones.child.pid)
        return out

    def look(self):
        database = self.sql("SELECT sum(xact_commit), sum(tup_inserted + tup_updated + tup_deleted), "
                            "pg_current_wal_lsn() - '0/0' FROM pg_stat_database").split("|")
        pids = {name: child.pid for name, child in self.stack.children.items()}
        return {"at": time.monotonic(), "done": self.figures()["by_outcome"].get("completed", 0),
                "cpu": self.cpu(), "database": [float(x) for x in database],
                "threads": {name: threads_s(pid) for name, pid in pids.items()}}

    def until(self, condition, limit_s, what):
        end = time.monotonic() + limit_s
        while not condition():
            self.stack.check()
            if time.monotonic() > end:
                raise SystemExit(f"timed out: {what}")
            time.sleep(0.2)

    def measure(self):
        self.until(lambda: self.figures()["final"] >= 200, 60, "the first 200 calls")
        time.sleep(self.options.warm_up)
        before = self.look()
        time.sleep(self.options.seconds)
        return before, self.look()

    def end(self):
        """Nothing new; what rings and talks comes to its end, and then all accounts agree."""
        self.rest.post(f"/campaigns/{self.id}/drain")
        self.until(lambda: self.figures()["state"] in ("stopped", "completed"), 60, "the last call")
        now = self.figures()
        carrier = self.stack.phones.report()["carrier"]
        accounts = {"attempts": now["attempts"], "invites": carrier["invites"],
                    "final leads": now["final"], "completed": now["by_outcome"].get("completed", 0),
                    "completed at the carrier": carrier["by_outcome"].get("completed", 0)}
        return accounts


def table(options, before, after):
    seconds = after["at"] - before["at"]
    calls = after["done"] - before["done"]
    print(f"{calls} complete calls in {seconds:.1f} s: {calls / seconds:.1f} a second "
          f"(talk {options.talk_ms} ms, {'no RTP' if options.no_rtp else 'RTP'}, "
          f"fsync {'off' if options.no_fsync else 'on'}, load {os.getloadavg()[0]:.1f})")
    print(f"{'process':<16} {'CPU':>7} {'ms a call':>10}")
    total = 0.0
    for name, cpu in after["cpu"].items():
        spent = cpu - before["cpu"][name]
        total += spent
        print(f"{name:<16} {100 * spent / seconds:6.1f}% {1000 * spent / max(calls, 1):10.2f}")
    print(f"{'all':<16} {100 * total / seconds:6.1f}% {1000 * total / max(calls, 1):10.2f}")
    commits, rows, wal = (b - a for a, b in zip(before["database"], after["database"]))
    print(f"database: {commits / seconds:.0f} transactions a second, {commits / max(calls, 1):.2f} transactions, "
          f"{rows / max(calls, 1):.1f} rows and {wal / max(calls, 1) / 1024:.1f} KiB of log a call")
    if options.threads:
        for name, threads in after["threads"].items():
            spent = sorted(((cpu - before["threads"][name].get(key, 0), key) for key, cpu in threads.items()),
                           reverse=True)
            print(f"{name}: " + ", ".join(f"{key[0]}:{key[1]} {1000 * s / max(calls, 1):.2f}"
                                          for s, key in spent[:8] if s > 0))
    return calls / seconds


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--warm-up", type=float, default=5)
    parser.add_argument("--at-least", type=float, default=100, help="complete calls a second")
    parser.add_argument("--lines", type=int, default=200, help="calls at one time")
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--talk-ms", type=int, default=1_000)
    parser.add_argument("--no-rtp", action="store_true", help="the phones send no audio")
    parser.add_argument("--no-fsync", action="store_true", help="PostgreSQL does not wait for the disk")
    parser.add_argument("--threads", action="store_true", help="CPU by thread too")
    return parser.parse_args()


def main():
    options = arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="callfleet-bench-"))
    house = None
    try:
        house = House(options, folder)
        house.work()
        before, after = house.measure()
        rate = table(options, before, after)
        accounts = house.end()
        print("accounts: " + ", ".join(f"{name} {value}" for name, value in accounts.items()))
        balanced = len(set(accounts.values())) == 1
        if not balanced:
            print("the accounts do not balance")
        if rate < options.at_least:
            print(f"below {options.at_least:.0f} complete calls a second")
        return 0 if balanced and rate >= options.at_least else 1
    finally:
        if house:
            house.stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
