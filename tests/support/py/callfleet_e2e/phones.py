"""callfleet-phones as an object: start, change it at run time, read its report."""

import json
import urllib.error
import urllib.request

from .process import BIN, Process, wait_until


class Phones:
    """See tests/phones/README.md for the configuration, the commands and the report."""

    def __init__(self, test, config=None, *arguments, name="phones"):
        self.folder = test.folder
        self.name = name
        self.report_path = self.folder / f"{name}-report.json"
        config_path = self.folder / f"{name}.json"
        config_path.write_text(json.dumps(config or {}))
        self.process: Process = test.start(
            name,
            [BIN / "callfleet-phones", "--config", config_path, "--report", self.report_path, *arguments],
        )
        ready = self.process.wait_for_json("control_port")
        self.carrier_port = ready["carrier_port"]
        self.farm_port = ready["farm_port"]
        self.control_port = ready["control_port"]

    def _http(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.control_port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise ValueError(json.loads(error.read())["error"]) from None

    def post(self, path, body):
        """A command; ValueError with the reason if it is refused."""
        return self._http("POST", path, body)

    def report(self, calls=True):
        return self._http("GET", "/report" if calls else "/report?calls=0")

    def stop(self):
        """Clean end: BYE, unregister, report. Returns the report."""
        status = self.process.stop()
        if status != 0:
            raise AssertionError(f"{self.name} exited with {status}:\n{self.process.tail()}")
        return json.loads(self.report_path.read_text())

    # Short forms.
    def carrier(self, profile):
        return self.post("/carrier/profile", profile)

    def add(self, *accounts):
        return self.post("/phones", list(accounts))

    def phone(self, user, do, **more):
        return self.post("/phone", {"user": user, "do": do, **more})

    def inbound(self, target, **more):
        return self.post("/carrier/call", {"target": target, **more})

    def agent(self, user):
        return next(a for a in self.report(calls=False)["agents"] if a["name"] == user)

    def wait_registered(self, *users, timeout_s=15.0):
        def all_registered():
            agents = {a["name"]: a for a in self.report(calls=False)["agents"]}
            wanted = users or [u for u, a in agents.items() if "registered" in a]
            return all(agents[u].get("registered") for u in wanted)

        wait_until(all_registered, timeout_s, "registration of the phones")
