"""Prompts and recordings over REST: uploaded, heard, deleted; a talk recorded, paused, downloaded."""

import array
import io
import json
import math
import subprocess
import unittest
import urllib.error
import urllib.request
import wave

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest


def tone_wav(hz, seconds, rate=8000):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = (int(8000 * math.sin(2 * math.pi * hz * i / rate)) for i in range(int(seconds * rate)))
        file.writeframes(array.array("h", samples).tobytes())
    return out.getvalue()


def form(name, wav):
    """A multipart body with the name behind the file."""
    edge = "----callfleet"
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="x.wav"\r\n'
        "Content-Type: audio/wav\r\n\r\n"
    ).encode() + wav
    body += f'\r\n--{edge}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n--{edge}--\r\n'.encode()
    return body, f"multipart/form-data; boundary={edge}"


class Prompts(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 100}]

    def call(self, method, path, body=None, content_type="application/json", headers=None):
        """(status, headers, bytes); no exception for a refusal."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.house.addresses.rest}/api/v1{path}", data=body, method=method)
        if body is not None:
            request.add_header("Content-Type", content_type)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read()

    def json(self, *args, **more):
        status, _, body = self.call(*args, **more)
        return status, json.loads(body)

    def test_a_prompt_is_uploaded_read_back_and_deleted(self):
        names = {p["name"]: p for p in self.json("GET", "/prompts?pageSize=1000")[1]["data"]}
        self.assertEqual(names["hold-music"]["source"], "built_in")
        self.assertIn("position-1", names)

        status, answer = self.json("POST", "/prompts", *form("seller", tone_wav(700, 0.5)))
        self.assertEqual(status, 201, answer)
        self.assertEqual(answer["data"]["durationSeconds"], 0.5)
        status, headers, wav = self.call("GET", "/prompts/seller/audio")
        self.assertEqual((status, headers["Content-Type"]), (200, "audio/wav"))
        with wave.open(io.BytesIO(wav)) as file:
            self.assertEqual((file.getframerate(), file.getnchannels(), file.getnframes()), (8000, 1, 4000))
        status, _, part = self.call("GET", "/prompts/seller/audio", headers={"Range": "bytes=0-3"})
        self.assertEqual((status, part), (206, b"RIFF"))
        beyond = {"Range": f"bytes={len(wav)}-"}
        status, headers, _ = self.call("GET", "/prompts/seller/audio", headers=beyond)
        self.assertEqual((status, headers["Content-Range"]), (416, f"bytes */{len(wav)}"))

        status, answer = self.json("POST", "/prompts?name=../x", tone_wav(700, 0.1), content_type="audio/wav")
        self.assertEqual((status, answer["error"]["reason"]), (400, "INVALID_ARGUMENT"))
        status, answer = self.json("POST", "/prompts?name=bad", b"RIFFnot a wav", content_type="audio/wav")
        self.assertEqual((status, answer["error"]["reason"]), (400, "PROMPT_FORMAT"))
        self.assertEqual(answer["error"]["field"], "file")
        status, answer = self.json("POST", "/prompts", tone_wav(700, 0.1), content_type="audio/wav")
        self.assertEqual((status, answer["error"]["field"]), (400, "name"))
        status, answer = self.json("POST", "/prompts?name=bad", tone_wav(700, 0.1, 44100), content_type="audio/wav")
        self.assertEqual((status, answer["error"]["reason"]), (400, "PROMPT_FORMAT"))

        self.assertEqual(self.call("DELETE", "/prompts/seller")[0], 200)
        self.assertEqual(self.call("GET", "/prompts/seller/audio")[0], 404)
        status, answer = self.json("DELETE", "/prompts/hold-music")
        self.assertEqual(answer["error"]["reason"], "PROMPT_BUILT_IN")

    def test_a_talk_is_recorded_paused_and_downloaded(self):
        self.trunk()
        agent = self.agent("alice")
        self.campaign([agent], leads=1, recording={"mode": "all", "keepDays": 1})
        listed = wait_until(lambda: self.json("GET", "/recordings")[1]["data"], 30, "a recording")
        call = listed[0]["callId"]
        self.assertEqual(len(self.json("GET", f"/calls/{call}/recordings")[1]["data"]), 1)
        self.assertEqual(listed[0]["state"], "recording")
        status, answer = self.json("GET", f"/recordings/{listed[0]['id']}/audio")
        self.assertEqual(answer["error"]["reason"], "RECORDING_OPEN")
        for action in ("pause", "resume", "stop"):
            status, answer = self.json("POST", f"/calls/{call}/recording", json.dumps({"action": action}).encode())
            self.assertEqual(status, 200, answer)
        done = wait_until(
            lambda: next((r for r in self.json("GET", "/recordings")[1]["data"] if r["state"] == "done"), None),
            10,
            "the file",
        )
        self.assertEqual((done["callId"], done["pauses"]), (call, 1))
        self.assertEqual(len(done["sha256"]), 64)
        status, _, wav = self.call("GET", f"/recordings/{done['id']}/audio")
        self.assertEqual((status, len(wav)), (200, done["sizeBytes"]))
        with wave.open(io.BytesIO(wav)) as file:
            self.assertEqual((file.getnchannels(), file.getframerate()), (2, 8000))
        self.assertEqual(self.call("DELETE", f"/recordings/{done['id']}")[0], 200)
        self.assertEqual(self.json("GET", f"/calls/{call}/recordings")[1]["data"], [])
        # History knows it although its file is gone.
        self.assertEqual(self.json("GET", f"/calls/{call}")[1]["data"]["recordings"], [done["id"]])
        past = self.past(call)
        self.assertEqual([(p["id"], p["sha256"], p["pauses"], p["reason"]) for p in past], [(done["id"], done["sha256"], 1, None)])
        self.assertEqual((past[0]["policy"]["mode"], past[0]["policy"]["keepDays"], past[0]["byCommand"]), ("all", 1, False))
        self.assertEqual((past[0]["fileName"], len(past[0]["leftLegs"]), len(past[0]["rightLegs"])), (done["id"] + ".wav", 1, 1))
        self.an_edge_that_dies_in_a_recording_tells_of_it_once(call)

    def past(self, call):
        return wait_until(lambda: self.json("GET", f"/past-recordings?callId={call}")[1]["data"], 15, "the recording in history")

    def an_edge_that_dies_in_a_recording_tells_of_it_once(self, call):
        status, answer = self.json("POST", f"/calls/{call}/recording", json.dumps({"action": "start"}).encode())
        self.assertEqual(status, 200, answer)
        second = answer["data"][-1]["id"]
        wait_until(lambda: self.json("GET", f"/recordings/{second}")[0] == 200, 10, "the file")
        self.house.children.pop("sip_edge").kill()
        self.house.start_service("sip_edge")
        wait_until(lambda: len(self.past(call)) == 2, 20, "both recordings in history")
        self.assertEqual({p["id"]: (p["reason"], p["byCommand"]) for p in self.past(call)}[second], ("EDGE_RESTARTED", True))
        sql = "SELECT count(*) FROM sip_edge.outbox"
        told = subprocess.run(["psql", "-AtqX", self.house.conninfo, "-c", sql], check=True, capture_output=True, text=True)
        self.assertEqual(told.stdout.strip(), "2")


if __name__ == "__main__":
    unittest.main()
