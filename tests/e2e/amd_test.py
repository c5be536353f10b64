"""Who answers a campaign's calls: a person reaches an agent, a machine gets its message, a fax nobody."""

import array
import datetime
import io
import json
import math
import pathlib
import tempfile
import unittest
import urllib.request
import wave

from callfleet_e2e import wait_until
from callfleet_e2e.house import HouseTest

RATE = 8000
PERSON, MACHINE, FAX = "0100", "0101", "0102"
AGENTS = ("0103", "0104", "0105")  # Machines whose agent leaves the message.


def tone(seconds, *hz, level=6000):
    return [sum(level / len(hz) * math.sin(2 * math.pi * f * i / RATE) for f in hz) for i in range(int(seconds * RATE))]


def silence(seconds):
    return [0.0] * int(seconds * RATE)


def voice(seconds):
    """Pulses of a gliding pitch through two formants, in syllables: not words, but as loud and restless."""
    out, phase = [], 0.0
    for i in range(int(seconds * RATE)):
        t = i / RATE
        pitch = 125 + 20 * math.sin(2 * math.pi * 1.7 * t)
        phase += 2 * math.pi * pitch / RATE
        loud = 0.12 + 0.88 * abs(math.sin(math.pi * 4.3 * t))
        sample = 0.0
        for n in range(1, 24):
            f = n * pitch
            weight = math.exp(-(((f - 600) / 300) ** 2)) + 0.5 * math.exp(-(((f - 1500) / 400) ** 2)) + 0.05
            sample += weight * math.sin(n * phase)
        out.append(1500 * loud * sample)
    return out


def samples(*parts):
    return array.array("h", (max(-32000, min(32000, int(s))) for part in parts for s in part)).tobytes()


def wav(raw):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(raw)
    return out.getvalue()


class Answered(HouseTest):
    def before_services(self):
        self.greetings = tempfile.TemporaryDirectory()
        self.addCleanup(self.greetings.cleanup)
        far = {
            PERSON: samples(voice(0.35), silence(1.5)),
            MACHINE: samples(voice(4.5), silence(0.3), tone(0.4, 1000), silence(20)),
            FAX: samples(tone(3, 2100), silence(5)),
        }
        far.update({suffix: far[MACHINE] for suffix in AGENTS})
        profile = {"rules": []}
        for suffix, raw in far.items():
            path = pathlib.Path(self.greetings.name) / suffix
            path.write_bytes(raw)
            rule = {"suffix": suffix, "do": "answer", "ring_ms": 100, "greeting": str(path)}
            if suffix == PERSON:
                rule["talk_ms"] = 4000
            else:
                rule["silent_audio"] = True
            profile["rules"].append(rule)
        super().before_services()
        self.phones.command("carrier/profile", profile)

    def upload(self, name, raw):
        url = f"http://127.0.0.1:{self.house.addresses.rest}/api/v1/prompts?name={name}"
        request = urllib.request.Request(url, data=wav(raw), method="POST")
        request.add_header("Content-Type", "audio/wav")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())["data"]

    def attempts(self, campaign):
        return {a["number"][-4:]: a for a in self.rest.get(f"/campaigns/{campaign}/attempts")}

    @staticmethod
    def bridged_after(attempt):
        """Seconds from the answer until an agent was heard."""
        moment = datetime.datetime.fromisoformat
        return (moment(attempt["connectedAt"]) - moment(attempt["answeredAt"])).total_seconds()

    def far_end(self, suffix):
        calls = self.phones.report(True)["carrier"]["calls"]
        return next(call for call in calls if call["number"].endswith(suffix))

    def begin(self, agents, **amd):
        return self.campaign(
            agents, leads=3, most=3, pacingMode="ratio", ratio=1, amd={"enabled": True, **amd}
        )

    def test_a_person_talks_a_machine_gets_the_message_and_a_fax_is_hung_up_on(self):
        self.upload("sorry", samples(tone(1.0, 600, 1300)))  # As an agent's tone: the far end reports it.
        self.trunk()
        campaign = self.begin([self.machine("robot", 3)], onMachine="leave_message", message="sorry")
        def machines():
            return [c for c in self.rest.get(f"/campaigns/{campaign}/stats")["calls"] if c["phase"] == "machine"]

        wait_until(machines, 15, "a machine that has the line", 0.05)
        # Its owner dies before the message: the edge leaves it, the successor takes the verdict over.
        self.house.children["dialer"].kill()
        self.house.start_service("dialer")
        self.house.wait_ready("dialer")
        self.assertTrue(wait_until(machines, 5, "the adopted machine", 0.05))
        self.wait_campaign(campaign, timeout_s=30)
        attempts = self.attempts(campaign)
        told = {k: (a["outcome"], a["amd"]["verdict"], a["amd"]["reason"], a["amd"]["action"]) for k, a in attempts.items()}
        print(told, {k: a["amd"]["afterAnswerSeconds"] for k, a in attempts.items()})
        self.assertEqual(told[PERSON][:2], ("completed", "person"))
        self.assertEqual(told[MACHINE][:2], ("message_left", "machine"))
        self.assertEqual(told[MACHINE][3], "leave_message")
        self.assertEqual(told[FAX][:2], ("fax", "fax"))
        self.assertTrue(attempts[MACHINE]["amd"]["messageLeft"])
        self.assertIsNone(attempts[MACHINE]["agentId"])
        for attempt in attempts.values():
            self.assertLessEqual(attempt["amd"]["afterAnswerSeconds"], 1.8)

        heard = [span["tone"] for span in self.far_end(MACHINE)["heard"]]
        self.assertEqual(heard, ["600+1300"])
        self.assertEqual(self.far_end(FAX)["heard"], [])
        self.assertTrue(self.far_end(PERSON)["heard"])

        stats = self.rest.get(f"/campaigns/{campaign}/stats")
        self.assertEqual((stats["answered"], stats["machines"], stats["abandoned"]), (1, 2, 0))
        robot = next(a for a in self.rest.get("/agents") if a["name"] == "robot")
        self.assertEqual(robot["currentCalls"], [])
        metrics = self.house.admin("sip_edge", "/metrics")[1]
        text = metrics.decode() if isinstance(metrics, bytes) else metrics
        for verdict in ("person", "machine", "fax"):
            self.assertIn(f'callfleet_sip_edge_amd_verdicts_total{{verdict="{verdict}"}} 1', text)

    def test_a_machine_is_given_to_an_agent_at_once_or_when_one_is_free(self):
        self.trunk()
        agent = self.machine("robot", 1)
        self.phones.command("phone", {"user": "robot", "do": "behave", "behaviour": {"talk_ms": 3000}})

        def run(first, leads, action):
            settings = {"enabled": True, "onMachine": action}
            campaign = self.campaign(
                [agent], leads=leads, most=2, first=first, name=action, pacingMode="ratio", ratio=2, amd=settings
            )
            self.wait_campaign(campaign, timeout_s=30)
            for attempt in self.attempts(campaign).values():
                amd = attempt["amd"]
                self.assertEqual((amd["verdict"], amd["action"]), ("machine", action))
                self.assertEqual((attempt["outcome"], attempt["agentId"]), ("completed", agent))
            stats = self.rest.get(f"/campaigns/{campaign}/stats")
            self.assertEqual((stats["abandoned"], stats["machines"]), (0, leads))
            return self.attempts(campaign)

        # One agent, two machines: the second waits longer than a person may (2 s), and is served.
        both = run(103, 2, "hand_to_agent")
        waits = sorted(self.bridged_after(attempt) for attempt in both.values())
        self.assertLess(waits[0], 2.0)
        self.assertGreater(waits[1], 3.0)
        alone = run(105, 1, "connect")
        self.assertLess(self.bridged_after(alone["0105"]), 2.0)
        for suffix in AGENTS:
            self.assertTrue(self.far_end(suffix)["heard"], suffix)


if __name__ == "__main__":
    unittest.main()
