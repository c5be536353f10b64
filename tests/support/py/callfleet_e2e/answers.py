"""Every REST answer that a test gets is held against what OpenAPI says of it."""

import collections
import json
import re

import jsonschema

CHECKED_PER_ROUTE = 20  # A test that polls does not spend its time here.


class Answers:
    """rest.on_answer of a test's client."""

    def __init__(self, rest):
        status, text = rest.raw("GET", "/api/v1/openapi.json")
        assert status == 200, text
        self.api = json.loads(text)
        self.checked = collections.Counter()  # By "GET /api/v1/agents/{id}".
        self._validators = {}
        self._routes = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path) + "$"), path) for path in self.api["paths"]
        ]
        # The most exact path first: /campaigns/watch is no campaign.
        self._routes.sort(key=lambda route: route[1].count("{"))

    def __call__(self, method, path, status, envelope):
        template = self.template(path.split("?")[0])
        operation = self.api["paths"].get(template, {}).get(method.lower())
        if operation is None:
            assert not envelope.get("success"), f"{method} {path} is served and not described"
            return
        name = f"{method} {template}"
        if self.checked[name] >= CHECKED_PER_ROUTE:
            return
        if envelope.get("success"):
            assert str(status) in operation["responses"], f"{name} answered {status}"
            self.checked[name] += 1
        self._validate(name, operation, status, envelope)

    def event(self, path, data):
        """One data line of server-sent events."""
        template = self.template(path.split("?")[0])
        content = self.api["paths"][template]["get"]["responses"]["200"]["content"]
        self._check(f"event {template}", content["text/event-stream"]["x-event-data"], data)
        self.checked[f"GET {template}"] += 1

    def template(self, path):
        return next((name for pattern, name in self._routes if pattern.match(path)), None)

    def _validate(self, name, operation, status, envelope):
        if envelope.get("success"):
            schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        else:
            name, schema = "a refusal", {"$ref": "#/components/schemas/Failure"}
        self._check(name, schema, envelope)

    def _check(self, name, schema, value):
        if name not in self._validators:
            whole = {**schema, "components": self.api["components"]}
            jsonschema.Draft202012Validator.check_schema(whole)
            self._validators[name] = jsonschema.Draft202012Validator(whole)
        fault = jsonschema.exceptions.best_match(self._validators[name].iter_errors(value))
        if fault is not None:
            raise AssertionError(f"{name}: {fault.json_path}: {fault.message}")
