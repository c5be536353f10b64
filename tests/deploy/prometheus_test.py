"""Prometheus' configuration and rules by promtool; the dashboards by their schema and our own rules."""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"
SCHEMA = pathlib.Path(os.environ.get("CALLFLEET_GRAFANA_SCHEMA",
                                     ROOT.parent / "shared" / "data" / "grafana-dashboard-13.2.3.schema.json"))


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def alerts():
    for path in sorted((PROMETHEUS / "rules").glob("*.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from (rule for rule in group["rules"] if "alert" in rule)


def documented():
    """Names of the table in deploy/metrics.md."""
    return set(re.findall(r"^\| `([a-z_]+)`", (ROOT / "deploy" / "metrics.md").read_text(), re.MULTILINE))


def names_in(expression):
    """Metrics that an expression reads; recorded ones have colons."""
    text = re.sub(r"\"[^\"]*\"", "", expression)
    found = set(re.findall(r"\b(?:callfleet|process)_[a-z_]+\b", text))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in found}


class Rules(unittest.TestCase):
    def test_promtool_takes_the_configuration(self):
        code, text = promtool("check", "config", "--syntax-only", PROMETHEUS / "prometheus.yml")
        self.assertEqual(code, 0, text)

    def test_promtool_takes_the_rules(self):
        code, text = promtool("check", "rules", *sorted((PROMETHEUS / "rules").glob("*.yml")))
        self.assertEqual(code, 0, text)

    def test_each_alert_fires_and_stays_quiet_as_it_should(self):
        code, text = promtool("test", "rules", *sorted((PROMETHEUS / "tests").glob("*.yml")))
        self.assertEqual(code, 0, text)

    def test_each_alert_has_both_tests(self):
        fires, quiet = set(), set()
        for path in (PROMETHEUS / "tests").glob("*.yml"):
            for test in yaml.safe_load(path.read_text())["tests"]:
                for case in test["alert_rule_test"]:
                    (fires if case.get("exp_alerts") else quiet).add(case["alertname"])
        names = {rule["alert"] for rule in alerts()}
        self.assertEqual((names - fires, names - quiet), (set(), set()))

    def test_each_alert_has_a_line_in_the_runbook(self):
        headings = {re.sub(r"[^a-z0-9-]", "", line.lower().replace(" ", "-"))
                    for line in re.findall(r"^#+ (.*)$", (ROOT / "deploy" / "README.md").read_text(), re.MULTILINE)}
        for rule in alerts():
            path, anchor = rule["annotations"]["runbook"].split("#")
            self.assertEqual(path, "deploy/README.md")
            self.assertIn(anchor, headings, rule["alert"])

    def test_rules_read_only_metrics_that_exist(self):
        known = documented()
        for path in sorted((PROMETHEUS / "rules").glob("*.yml")):
            for group in yaml.safe_load(path.read_text())["groups"]:
                for rule in group["rules"]:
                    self.assertLessEqual(names_in(rule["expr"]), known, rule.get("alert") or rule.get("record"))


class Dashboards(unittest.TestCase):
    def setUp(self):
        self.dashboards = {path.name: json.loads(path.read_text()) for path in (GRAFANA / "dashboards").glob("*.json")}

    def panels(self):
        for file, dashboard in self.dashboards.items():
            for panel in dashboard["panels"]:
                yield f"{file}: {panel['title']}", panel

    def test_they_are_as_their_source_says(self):
        done = subprocess.run([sys.executable, GRAFANA / "generate.py", "--check"], capture_output=True, text=True,
                              env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_they_fit_grafana_s_schema(self):
        if not SCHEMA.exists():
            self.skipTest(f"no dashboard schema at {SCHEMA}")
        import jsonschema
        validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
        for file, dashboard in self.dashboards.items():
            with self.subTest(file):
                validator.validate(dashboard)

    def test_ids_are_unique_and_no_panel_lies_on_another(self):
        self.assertEqual(len({d["uid"] for d in self.dashboards.values()}), len(self.dashboards))
        for file, dashboard in self.dashboards.items():
            taken = {}
            ids = [panel["id"] for panel in dashboard["panels"]]
            self.assertEqual(len(set(ids)), len(ids), file)
            for panel in dashboard["panels"]:
                at = panel["gridPos"]
                self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
                for x in range(at["x"], at["x"] + at["w"]):
                    for y in range(at["y"], at["y"] + at["h"]):
                        self.assertNotIn((x, y), taken, f"{file}: {panel['title']} on {taken.get((x, y))}")
                        taken[x, y] = panel["title"]

    def test_their_data_source_is_the_provisioned_one(self):
        given = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())
        uids = {source["uid"] for source in given["datasources"]}
        for where, panel in self.panels():
            if panel["type"] != "row":
                self.assertIn(panel["datasource"]["uid"], uids, where)

    def test_each_panel_says_what_it_shows_and_in_which_unit(self):
        for where, panel in self.panels():
            if panel["type"] != "row":
                self.assertTrue(panel["description"], where)
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"], where)

    def test_each_panel_with_a_bad_side_says_where_it_begins(self):
        """Times, ratios and waits are bad from somewhere on; numbers of things and rates of work are neither."""
        for where, panel in self.panels():
            if panel["type"] != "row" and panel["fieldConfig"]["defaults"]["unit"] in ("s", "percentunit", "none"):
                if panel["title"] not in ("Set-up time",):  # People decide how long it rings.
                    self.assertGreater(len(panel["fieldConfig"]["defaults"]["thresholds"]["steps"]), 1, where)

    def test_panels_read_only_metrics_that_exist(self):
        known = documented()
        for where, panel in self.panels():
            for target in panel.get("targets", []):
                self.assertLessEqual(names_in(target["expr"]), known, where)


if __name__ == "__main__":
    unittest.main()
