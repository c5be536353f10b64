"""Bad input over REST on a real stack: each gets a 4xx with code, field and reason, and changes nothing."""

import json
import socket
import unittest
import urllib.parse

from callfleet_e2e.house import HouseTest
from deploy.local import campaign
from deploy.local.rest import RestError


class BadInput(HouseTest):
    """One stack for the whole battery: what one case does must not disturb the next."""

    def refused(self, status, call, reason=None, field=None):
        with self.assertRaises(RestError) as caught:
            call()
        self.assertEqual(caught.exception.status, status, caught.exception)
        error = caught.exception.error
        self.assertTrue(error.get("code") and error.get("message"), error)
        if reason:
            self.assertEqual(error.get("reason"), reason, error)
        if field:
            self.assertIn(field, json.dumps(error.get("fields")), error)

    def test_the_battery(self):
        before = self.state()
        for case in (self.agents, self.campaigns, self.uploads, self.bodies, self.paths, self.sip):
            with self.subTest(case=case.__name__):
                case()
        self.assertEqual(self.state(), before)
        self.house.check()

    def state(self):
        return [len(self.rest.get(path)) for path in ("/agents", "/campaigns", "/trunks")]

    def agents(self):
        post = self.rest.post
        self.refused(400, lambda: post("/agents", {}), field="name")
        self.refused(400, lambda: post("/agents", {"name": "x" * 65}), field="name")
        self.refused(400, lambda: post("/agents", {"name": "a", "maxConcurrentCalls": -1}),
                     field="maxConcurrentCalls")
        self.refused(400, lambda: post("/agents", {"name": "a", "maxConcurrentCalls": 10**30}),
                     field="maxConcurrentCalls")
        self.refused(400, lambda: post("/agents", {"name": "a", "maxConcurrentCalls": "three"}),
                     field="maxConcurrentCalls")
        self.refused(404, lambda: self.rest.get("/agents/unknown"), reason="AGENT_NOT_FOUND")
        self.refused(404, lambda: post("/agents/unknown/deactivate"), reason="AGENT_NOT_FOUND")

    def campaigns(self):
        post = self.rest.post
        self.refused(400, lambda: post("/campaigns", {}), field="name")
        self.refused(400, lambda: post("/campaigns", {"name": "c", "maxConcurrent": -5}),
                     field="maxConcurrent")
        self.refused(404, lambda: self.rest.get("/campaigns/unknown/stats"))
        self.refused(404, lambda: post("/campaigns/unknown/start"), reason="CAMPAIGN_NOT_FOUND")
        made = campaign.create_campaign(self.rest, "Empty", 1, trunk_id="no_such_trunk")
        self.refused(404, lambda: self.rest.get(f"/campaigns/{made['id']}/agent-stats"))
        with self.assertRaises(RestError) as caught:
            campaign.start(self.rest, made["id"])
        self.assertIn(caught.exception.error["reason"], ("TRUNK_UNKNOWN", "NO_AGENTS", "NO_LEADS"))
        self.assertIn(caught.exception.status, (400, 409, 412, 422))
        self.rest.delete(f"/campaigns/{made['id']}")

    def uploads(self):
        made = campaign.create_campaign(self.rest, "Uploads", 1)
        there = f"/campaigns/{made['id']}/leads/upload"
        rows = ("name,phoneNumber\nGood,+14155550100\nBad,not a number\nToo,few,many,columns\n"
                "Twice,+14155550100\n")
        done = self.rest.upload(there, "leads.csv", rows.encode())
        self.assertEqual((done["accepted"], done["duplicates"]), (1, 1), done)
        self.assertTrue({row["line"] for row in done["rejected"]} >= {3}, done)
        for row in done["rejected"]:
            self.assertTrue(row["reason"])
        with self.assertRaises(RestError) as caught:
            self.rest.upload(there, "leads.csv", b"phone\n+14155550102\n+14155550100\n\"+14155550103\n")
        self.assertEqual((caught.exception.status, caught.exception.error["reason"]),
                         (400, "CSV_UNCLOSED_QUOTE"))
        told = caught.exception.error["details"]
        self.assertEqual((told["line"], told["accepted"], told["duplicates"]), ("4", "1", "1"))
        self.refused(400, lambda: self.rest.upload(there, "l.csv", "phone\n".encode("utf-16")),
                     reason="CSV_ENCODING")
        self.refused(400, lambda: self.rest.upload(there, "leads.csv", b"colour,shape\nred,round\n"))
        self.refused(404, lambda: self.rest.upload("/campaigns/unknown/leads/upload", "l.csv", b"a\n"))
        self.rest.delete(f"/campaigns/{made['id']}")

    def bodies(self):
        kind = {"Content-Type": "application/json"}
        for body in ("{not json", "[]", '"text"', "{\"name\": \xff}", "[" * 100_000):
            status, text = self.rest.raw("POST", "/api/v1/agents", body.encode("latin-1"), kind)
            self.assertEqual(status, 400, (body[:20], text[:200]))
            self.assertFalse(json.loads(text)["success"])
        huge = json.dumps({"name": "a", "description": "x" * (100 << 20)})
        try:
            status, _ = self.rest.raw("POST", "/api/v1/agents", huge, kind)
            self.assertIn(status, (400, 413))
        except (ConnectionError, BrokenPipeError):
            pass  # Answered and closed before we had sent it all.
        status, _ = self.rest.raw("POST", "/api/v1/campaigns", b"", kind)
        self.assertEqual(status, 400)

    def paths(self):
        for method, path, wanted in (
            ("GET", "/api/v1/nothing", 404),
            ("PATCH", "/api/v1/agents", 405),
            ("DELETE", "/api/v1/campaigns", 405),
            ("GET", "/api/v1/agents/" + urllib.parse.quote("../../etc/passwd", safe=""), 404),
            ("GET", "/api/v1/agents/" + "x" * 5000, 404),
            ("GET", "/api/v1/agents?pageSize=-1", 400),
        ):
            status, text = self.rest.raw(method, path)
            self.assertEqual(status, wanted, (method, path[:60], text[:200]))

    def sip(self):
        """Cut and hostile datagrams: dropped or 4xx, and the edge lives."""
        edge = ("127.0.0.1", self.house.addresses.sip)
        whole = (
            "INVITE sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\n"
            "From: <sip:a@b>;tag=1\r\nTo: <sip:100@127.0.0.1>\r\nCall-ID: cut\r\nCSeq: 1 INVITE\r\n"
            "Max-Forwards: 70\r\nContent-Length: 999\r\n\r\nv=0\r\n"
        ).encode()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for cut in range(0, len(whole), 7):
                out.sendto(whole[:cut], edge)
            out.sendto(b"\x00" * 60_000, edge)
            out.sendto(whole.replace(b"CSeq: 1", b"CSeq: 99999999999999"), edge)
            out.sendto(whole.replace(b"Via: SIP/2.0/UDP", b"Via: garbage"), edge)
        self.assertEqual(self.house.admin("sip_edge", "/healthz")[0], 200)


if __name__ == "__main__":
    unittest.main()
