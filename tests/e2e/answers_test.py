"""Every route answers as OpenAPI says: one house, each route asked at least once."""

import http.client
import json
import time
import unittest

from callfleet_e2e import wait_until
from callfleet_e2e.house import UNTIL_HUNG_UP, HouseTest
from deploy.local.rest import RestError

# Need callers in queues or files of sound, which have tests of their own.
ELSEWHERE = ("/api/v1/queues/{id}/call", "/api/v1/prompts", "/api/v1/recordings", "/api/v1/calls/{id}/recording",
             "/api/v1/routes", "/api/v1/callbacks", "/api/v1/callers")


# Supervision and coaching are held against their schema by e2e_supervise. The other verbs are not asked by any
# end-to-end test yet: their answer is the same table as hold's, resume's and hangup's.
VERBS_ELSEWHERE = ("/supervise", "/supervise/{supervisionId}", "/coach", "/transfer", "/consult", "/complete", "/cancel",
                   "/conference", "/requeue", "/wrap-up", "/disposition")

# Every setting of a queue, none of them as it is unless given.
QUEUE = {
    "name": "Whole", "description": "all of it", "poolId": "default", "strategy": "longest_idle", "maxSize": 7,
    "maxWaitSeconds": 600, "ringTimeoutSeconds": 12.5, "serviceLevelSeconds": 30, "wrapUpSeconds": 9,
    "priorityBonusSeconds": 45, "skills": [{"name": "german", "minLevel": 3}],
    "relaxations": [{"afterSeconds": 20, "skill": "german", "minLevel": 2},
                    {"afterSeconds": 40.5, "skill": "german", "minLevel": 0}],
    "stickyPatienceSeconds": 15, "stickyWindowSeconds": 86400, "shortAbandonSeconds": 2.5, "callerId": "+14155550100",
    "sound": {"music": "waltz", "firstAnnouncementSeconds": 10, "periodSeconds": 30, "position": True,
              "expectedWait": True, "prompt": "busy", "prefix": "de-"},
    "exits": [{"digit": "1", "callback": True},
              {"digit": "2", "callback": False, "to": {"sipUri": "sip:desk@127.0.0.1"}}],
    "callback": {"trunkId": "ST_YOUR_TRUNK_ID", "maxAttempts": 2, "retryAfterSeconds": 60, "ringTimeoutSeconds": 20,
                 "maxAgeSeconds": 3600, "confirmation": "we-call"},
    "recording": {"mode": "sampled", "samplePercent": 12.5, "consentPrompt": "ask", "includeWhisper": True,
                  "keepDays": 30},
    "onMaxWait": {"rejection": {"sipCode": 603, "q850Cause": 21}},
    "onFull": {"rejection": {"sipCode": 600, "q850Cause": 17}},
    "onNoAgents": {"announcement": {"prompt": "sorry", "durationSeconds": 2.5}},
    "onClosed": {"dial": {"trunkId": "ST_YOUR_TRUNK_ID", "number": "+14155550199", "callerId": "+14155550198"}},
    "joinNeeds": "ready", "stayNeeds": "member", "noAgentsGraceSeconds": 20, "returnWindowSeconds": 60,
    "earlyMediaSeconds": 5}


def told(value):
    """Without members that are null."""
    if isinstance(value, dict):
        return {name: told(member) for name, member in value.items() if member is not None}
    return [told(item) for item in value] if isinstance(value, list) else value


def an_hour_ago():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))


class EveryRoute(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50, "talk_ms": 8000}]

    def first_event(self, path):
        """Of a stream, held against its schema too."""
        connection = http.client.HTTPConnection("127.0.0.1", self.rest.port, timeout=10)
        try:
            connection.request("GET", "/api/v1" + path)
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200, path)
            while True:
                line = answer.readline().decode()
                self.assertTrue(line, f"{path} ended without an event")
                if line.startswith("data: "):
                    break
            event = json.loads(line[len("data: "):])
        finally:
            connection.close()
        self.answers.event("/api/v1" + path, event)
        return event

    def ask_about(self, campaign_id, agent):
        rest = self.rest
        call = wait_until(lambda: next((c for c in rest.get("/calls") if c["bridgeId"]), None), 20, "a talk")
        for path in ("/stats", "/calls", f"/calls/{call['id']}", "/bridges", "/agents", f"/agents/{agent}",
                     f"/agents/{agent}/calls", "/campaigns", f"/campaigns/{campaign_id}",
                     f"/campaigns/{campaign_id}/stats", f"/campaigns/{campaign_id}/agents",
                     f"/campaigns/{campaign_id}/agent-stats", "/trunks"):
            rest.get(path)
        self.assertTrue(rest.get("/bridges"))
        self.assertTrue(rest.get(f"/agents/{agent}/calls"))
        for path in [p for p in self.answers.api["paths"] if p.endswith("/watch")]:
            if path.startswith(ELSEWHERE):
                continue
            short = path.removeprefix("/api/v1").replace("/agents/{id}", f"/agents/{agent}")
            short = short.replace("/calls/{id}", f"/calls/{call['id']}")
            query = f"?start={an_hour_ago()}" if short == "/performance/watch" else ""
            self.first_event(short.replace("/campaigns/{id}", f"/campaigns/{campaign_id}") + query)

    def commands_of_a_campaign(self, agent):
        rest = self.rest
        made = self.campaign([agent], leads=1, name="Other", begin=False)
        path = f"/campaigns/{made}"
        rest.call("PATCH", path, {"description": "changed"})
        rest.put(path, {"name": "Other", "maxConcurrent": 2, "sipTrunkId": "ST_YOUR_TRUNK_ID",
                        "callingWindow": {"start": "00:00", "end": "24:00"}})
        for verb in ("start", "pause", "resume", "stop"):
            rest.post(f"{path}/{verb}")
        # A drain may be over before anything else can be asked of its campaign.
        drained = self.campaign([agent], leads=1, name="Drained", first=300)
        rest.post(f"/campaigns/{drained}/drain")
        wait_until(lambda: rest.get(path)["state"] in ("stopped", "completed"), 20, "the stop")
        rest.call("DELETE", f"{path}/agents", {"agentIds": [agent]})
        rest.post(f"{path}/agents", {"agentIds": [agent]})
        rest.delete(f"{path}/agents/{agent}")
        # A talk goes on after the stop, and the campaign with it.
        wait_until(lambda: not rest.get(f"/campaigns/{made}/stats")["calls"], 20, "the last call")
        rest.delete(path)

    def call_in_progress(self, agent):
        rest = self.rest
        self.phones.command("carrier/profile", {"default": {"do": "answer", "ring_ms": 50, "talk_ms": UNTIL_HUNG_UP}})
        held = self.campaign([agent], leads=1, name="Held", first=700)

        def connected():  # The last of the campaign before may still talk.
            return next((c["id"] for c in rest.get("/calls")
                         if c["state"] == "connected" and c["campaignId"] == held), None)

        call = wait_until(connected, 20, "a connected call")
        for verb in ("hold", "resume", "hangup"):
            rest.post(f"/calls/{call}/{verb}")
        wait_until(lambda: rest.get(f"/calls/{call}")["state"] == "ended", 20, "the end of the call")

    def suppressions(self):
        rest = self.rest
        rest.post("/suppressions", {"numbers": ["+14155550900", "+14155550901"], "reason": "asked"})
        rest.upload("/suppressions/upload", "no.csv", b"number\n+14155550902\nnone\n")
        self.assertEqual(len(rest.get("/suppressions")), 3)
        rest.call("DELETE", "/suppressions", {"numbers": ["+14155550900"]})
        rest.delete("/suppressions/+14155550901")

    def callbacks_of_tomorrow(self):
        rest = self.rest
        queue = rest.post("/queues", {"name": "Later", "callback": {"trunkId": "ST_YOUR_TRUNK_ID"}})["id"]
        wait_until(lambda: "Later" in [figures["name"] for figures in rest.get("/queues/stats")], 10, "the view")
        path = f"/queues/{queue}/callbacks"
        due = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 20 * 3600))
        made = rest.post(path, {"number": "+14155550123", "notBefore": due})
        listed = rest.get(path)
        self.assertEqual([(c["id"], c["number"], c["state"], c["position"]) for c in listed],
                         [(made["id"], "+14155550123", "callback", 0)])
        self.assertEqual(listed[0]["notBefore"][:19], due[:19])
        rest.delete(f"/queues/{queue}/calls/{made['id']}")
        self.assertEqual(rest.get(path), [])
        rest.delete(f"/queues/{queue}")

    def agents_and_trunks(self):
        rest = self.rest
        made = rest.post("/agents", {"name": "temp", "skills": [{"name": "german", "level": 4}]})
        path = f"/agents/{made['id']}"
        rest.put(path, {"description": "changed"})
        rest.call("PATCH", path, {"tier": 2})
        rest.post(f"{path}/deactivate")
        rest.post(f"{path}/activate")
        rest.post(f"{path}/presence", {"presence": "not_ready", "reason": "lunch"})
        rest.delete(path)
        rest.post("/trunks", {"id": "other", "host": "127.0.0.1"})
        rest.put("/trunks/other", {"host": "127.0.0.1", "maxChannels": 5})
        rest.get("/trunks/other")
        rest.delete("/trunks/other")

    def queues(self, agent):
        rest = self.rest
        other = rest.post("/queues", {"name": "Other"})["id"]
        path = f"/queues/{rest.post('/queues', {**QUEUE, 'overflowQueueId': other})['id']}"
        shown = rest.get(path)
        self.assertEqual(told({name: shown[name] for name in QUEUE}), QUEUE)
        self.assertEqual(shown["overflowQueueId"], other)
        self.assertEqual(rest.put(path, shown), shown)  # Nothing is lost on the way back.
        self.refused_relaxations(path, shown)
        changed = rest.call("PATCH", path, {"relaxations": [], "stickyPatienceSeconds": 0, "shortAbandonSeconds": 0})
        self.assertEqual(changed, {**shown, "relaxations": [], "stickyPatienceSeconds": 0, "shortAbandonSeconds": 0})
        plain = rest.put(path, {"name": "Whole"})
        self.assertEqual((plain["relaxations"], plain["stickyPatienceSeconds"]), ([], 0))
        self.assertEqual((plain["stickyWindowSeconds"], plain["shortAbandonSeconds"]), (7 * 86400, 5))
        for verb in ("close", "open"):
            rest.post(f"{path}/{verb}")
        rest.post(f"{path}/agents", {"agentIds": [agent]})
        self.assertEqual(len(rest.get(f"{path}/agents")), 1)
        rest.call("DELETE", f"{path}/agents", {"agentIds": [agent]})
        rest.post(f"{path}/agents", {"agentIds": [agent]})
        rest.delete(f"{path}/agents/{agent}")
        self.assertIn("Whole", [figures["name"] for figures in rest.get("/queues/stats")])
        rest.delete(path)
        self.assertEqual([queue["name"] for queue in rest.get("/queues")], ["Other"])

    def refused_relaxations(self, path, shown):
        """Found by us, and by the queue service: named alike, and nothing is changed."""
        step = {"afterSeconds": 20, "skill": "german"}
        for last in ({"afterSeconds": 0.5, "skill": "german"}, {"afterSeconds": 19, "skill": "german"}):
            with self.assertRaises(RestError) as refused:
                self.rest.call("PATCH", path, {"relaxations": [step, step, last]})
            error = refused.exception.error
            self.assertEqual((refused.exception.status, error["field"]), (400, "relaxations[2].afterSeconds"))
        self.assertEqual(self.rest.get(path), shown)

    def history(self, campaign_id):
        rest = self.rest
        for grouping in ("none", "campaign", "agent", "queue"):
            rest.get("/performance", start=an_hour_ago(), groupBy=grouping)
        rule = {"name": "Many", "figure": "queue_depth", "threshold": 5}
        made = rest.post("/alert-rules", rule)
        rest.put(f"/alert-rules/{made['id']}", {**rule, "threshold": 6})
        rest.get("/alert-rules")
        rest.delete(f"/alert-rules/{made['id']}")
        rest.get("/alerts", includeEnded="true")
        rest.get("/repairs")
        rest.get("/past-recordings")
        leads = rest.get(f"/campaigns/{campaign_id}/leads")
        rest.get(f"/leads/{leads[0]['id']}")
        self.assertTrue(rest.get(f"/campaigns/{campaign_id}/attempts"))

    def test_each_route_answers_as_it_is_described(self):
        self.trunk()
        agent = self.machine("robot")
        campaign = self.campaign([agent], leads=3)
        self.ask_about(campaign, agent)
        self.wait_campaign(campaign)
        self.history(campaign)
        self.commands_of_a_campaign(agent)
        self.call_in_progress(agent)
        self.suppressions()
        self.callbacks_of_tomorrow()
        self.agents_and_trunks()
        self.queues(agent)
        described = {path for path in self.answers.api["paths"]
                     if not path.startswith(ELSEWHERE) and not path.endswith(VERBS_ELSEWHERE)}
        missing = {f"{method.upper()} {path}" for path in described
                   for method in self.answers.api["paths"][path]} - set(self.answers.checked)
        self.assertEqual(missing, set())


if __name__ == "__main__":
    unittest.main()
