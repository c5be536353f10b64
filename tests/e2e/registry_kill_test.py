"""agent_registry killed with grants in flight, live legs and wrap-ups: no slot leaks, none is granted twice."""

import subprocess
import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest

LEASE_S = 10


class RegistryKill(HouseTest):
    carrier = [{"do": "answer", "ring_ms": {"uniform": [20, 300]}, "talk_ms": {"uniform": [300, 2500]}}]

    def sql(self, text):
        done = subprocess.run(["psql", "-AtqX", self.house.conninfo, "-c", text],
                              check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def work(self, leads):
        self.trunk()
        self.capacities = {f"phone{n}": 1 for n in range(5)} | {"robot0": 3}
        agents = [self.agent(f"phone{n}", wrapUpSeconds=2) for n in range(5)]
        agents.append(self.machine("robot0", 3))
        retry = {"maxAttempts": 3, "rules": [{"outcome": "interrupted", "delaySeconds": 1, "maxAttempts": 3}]}
        self.leads = leads
        self.campaign_id = self.campaign(agents, leads, most=10, retryPolicy=retry)

    def all_free(self):
        return all(a["state"] == "available" and a["activeCalls"] == 0 for a in self.rest.get("/agents"))

    def assert_books_balance(self):
        """From the outbox alone: each reservation began once and ended; each offer ended once."""
        def count(where):
            return int(self.sql(f"SELECT count(*) FROM agent_registry.outbox WHERE {where}"))

        wait_until(lambda: count("type LIKE '%.ReservationBegan'") > 0, 5, "events")
        twice = self.sql("SELECT event_id FROM agent_registry.outbox GROUP BY 1 HAVING count(*) > 1")
        self.assertEqual(twice, "")
        lost = self.sql("""
            SELECT substr(b.event_id, 7, 24) FROM agent_registry.outbox b
            WHERE b.type LIKE '%.ReservationBegan' AND NOT EXISTS (
              SELECT 1 FROM agent_registry.outbox e WHERE e.type LIKE '%.ReservationEnded'
              AND e.event_id LIKE 'ended-' || substring(b.event_id FROM 'began-(r-[0-9a-f]+-[^-]+)') || '-%'
              AND e.pos > b.pos)""")
        # What was granted and neither rung nor taken when the process died left no trace but its beginning.
        self.assertLessEqual(len(lost.split()), 8 * self.kills, lost)
        gaps = self.sql("SELECT stream FROM agent_registry.outbox GROUP BY stream "
                        "HAVING count(*) <> max(seq) OR min(seq) <> 1")
        self.assertEqual(gaps, "")

    def test_it_may_be_killed_at_any_moment_of_a_campaign(self):
        self.work(leads=90)
        self.kills = 0
        ready = []
        while self.kills < 3:
            done = self.figures(self.campaign_id)["final"]
            wait_until(lambda: self.figures(self.campaign_id)["final"] >= done + 8, 40, "calls under way")
            self.house.children["agent_registry"].kill()
            self.kills += 1
            start = time.monotonic()
            self.house.start_service("agent_registry")
            self.house.wait_ready("agent_registry")
            ready.append(time.monotonic() - start)
            before = self.phones.report()["carrier"]["invites"]
            wait_until(lambda: self.phones.report()["carrier"]["invites"] > before, LEASE_S + 5, "new calls")
        now = self.wait_campaign(self.campaign_id, timeout_s=120)
        self.assertEqual(sum(now["by_outcome"].values()), self.leads)
        wait_until(self.all_free, 15, "all agents free")
        carrier = self.settled_report()["carrier"]
        self.assertEqual(carrier["invites"], now["attempts"])
        self.assert_never_above(self.capacities)
        self.assert_books_balance()
        print(f"ready after {[round(r, 2) for r in ready]} s")

    def test_agents_are_free_within_a_lease_of_their_owners_death(self):
        self.work(leads=60)
        wait_until(lambda: self.figures(self.campaign_id)["final"] >= 5, 30, "calls under way")
        self.house.children.pop("dialer").kill()
        start = time.monotonic()
        # Live legs end with their talk (2.5 s at most), wrap-up adds 2 s.
        wait_until(self.all_free, LEASE_S + 6, "agents free without their owner")
        free = time.monotonic() - start
        repaired = self.sql("SELECT count(*) FROM agent_registry.outbox WHERE type LIKE '%.Repaired'")
        self.assertGreater(int(repaired), 0)
        metrics = self.house.admin("agent_registry", "/metrics")[1]
        self.assertIn("callfleet_agent_registry_repairs_total{", str(metrics))
        self.house.start_service("dialer")
        self.house.wait_ready("dialer")
        now = self.wait_campaign(self.campaign_id, timeout_s=90)
        self.assertEqual(sum(now["by_outcome"].values()), self.leads)
        wait_until(self.all_free, 15, "all agents free")
        print(f"agents free {free:.1f} s after the dialer's death")

    def test_a_thousand_agents_are_ready_again_in_two_seconds_and_a_lease(self):
        code, took = self.house.children.pop("agent_registry").stop()
        self.assertEqual((code, took < 2.0), (0, True), took)
        self.sql("""
            INSERT INTO agent_registry.agents SELECT 'many-' || n, 'many-' || n, 'default', 'many' || n, '',
              true, 1, 1, 1, 'many' || n, 'secret-secret', '', true, 0, 0, now() FROM generate_series(1, 1000) n""")
        for how in ("kill", "stop"):
            start = time.monotonic()
            self.house.start_service("agent_registry")
            self.house.wait_ready("agent_registry")
            took = time.monotonic() - start
            self.assertLess(took, 2.0 + LEASE_S)
            print(f"1,000 agents: ready after {took:.2f} s")
            child = self.house.children.pop("agent_registry")
            child.kill() if how == "kill" else child.stop()


if __name__ == "__main__":
    unittest.main()
