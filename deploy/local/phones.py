"""The simulated outside world: carrier and agents' phones in one process, steered over HTTP."""

import http.client
import json
import subprocess

from .children import Child, ChildFailed


class Phones:
    """Starts callfleet-phones; `config` is its JSON."""

    def __init__(self, binary, folder, config, arguments=()):
        config_path = folder / "phones.json"
        config_path.write_text(json.dumps(config, indent=1))
        self.child = Child(
            "phones",
            [binary, "--config", config_path, *arguments],
            folder / "logs" / "phones.log",
            stdout=subprocess.PIPE,
        )
        line = self.child.stdout.readline()
        if not line:
            self.child.stop(1)
            raise ChildFailed(f"phones did not start\n{self.child.tail()}")
        ready = json.loads(line)
        self.control_port = ready["control_port"]
        self.carrier_port = ready["carrier_port"]
        self.farm_port = ready["farm_port"]

    def _request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=30)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, body=text)
            answer = connection.getresponse()
            data = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"phones {path}: {data}")
        return data

    def command(self, path, body):
        """carrier/profile, carrier/call, phones, phone, … as the README of tests/phones lists."""
        return self._request("POST", "/" + path, body)

    def report(self, calls=False):
        return self._request("GET", "/report" + ("" if calls else "?calls=0"))
