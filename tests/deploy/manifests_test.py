"""The Kubernetes manifests: schema, and rules of our own, each proved by a manifest that breaks it."""
import copy
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import yaml

import kustomize
import manifest_rules as rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("single", "production")
SCHEMA = pathlib.Path(os.environ.get("CALLFLEET_K8S_OPENAPI",
                                     ROOT.parent / "shared" / "data" / "k8s-1.36.2-openapi-v2.json.gz"))


def built(overlay):
    return kustomize.build(KUBERNETES / "overlays" / overlay)


def compose_images():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return {service["image"] for service in compose["services"].values()}


def keys_of_services():
    """service -> {key: whether it takes a list}, read off the schemas in the sources."""
    declared = re.compile(r'(?:\.|->)(String|Int|DurationMs|Bool|List)\(\s*&[^,{]+,\s*\{\s*\.name\s*=\s*"([a-z0-9_]+)"')
    common = (ROOT / "common" / "outbox" / "outbox.h").read_text()
    keys = {}
    for config in (ROOT / "services").glob("*/app/config.cc"):
        found = declared.findall(config.read_text() + common)
        keys[config.parts[-3]] = {key: kind == "List" for kind, key in found}
    return keys


def schema_check():
    """A function that lists what is wrong with a document by the OpenAPI of Kubernetes."""
    import jsonschema
    with gzip.open(SCHEMA) as file:
        definitions = json.load(file)["definitions"]
    by_kind = {}
    for text, definition in definitions.items():
        if definition.get("properties"):
            definition.setdefault("additionalProperties", False)
        for gvk in definition.get("x-kubernetes-group-version-kind", []):
            by_kind[gvk["group"], gvk["version"], gvk["kind"]] = text
    # A quantity may be written as a number, an int-or-string as either.
    for loose in ("io.k8s.apimachinery.pkg.api.resource.Quantity", "io.k8s.apimachinery.pkg.util.intstr.IntOrString"):
        definitions[loose] = {"type": ["string", "integer", "number"]}

    def faults(document):
        group, _, version = document["apiVersion"].rpartition("/")
        schema = {"$ref": f"#/definitions/{by_kind[group, version, document['kind']]}", "definitions": definitions}
        return [fault.message for fault in jsonschema.Draft7Validator(schema).iter_errors(document)]
    return faults


class Manifests(unittest.TestCase):
    def test_each_rule_holds_in_each_overlay(self):
        for overlay in OVERLAYS:
            documents = built(overlay)
            for rule in rules.RULES:
                with self.subTest(overlay=overlay, rule=rule.__name__):
                    self.assertEqual(list(rule(documents)), [])
            self.assertEqual(list(rules.images_are_compose_s(documents, compose_images())), [])

    def test_each_setting_is_one_of_its_service(self):
        keys = keys_of_services()
        for overlay in OVERLAYS:
            self.assertEqual(list(rules.settings_are_known(built(overlay), keys)), [])
        for service in yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"].values():
            known = keys.get(service.get("build", {}).get("target"))
            for variable in service.get("environment", {}) if known else ():
                if variable.startswith("CALLFLEET_"):
                    key = variable.removeprefix("CALLFLEET_").lower()
                    # What is secret comes as a file, which the image's entry point reads.
                    self.assertTrue(key in known or key.removesuffix("_file") in known, (service["image"], variable))

    def test_prometheus_rules_are_those_of_compose(self):
        kept = {}
        for path in sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml")):
            for group in yaml.safe_load(path.read_text())["groups"]:
                kept[group["name"]] = group["rules"]
        found = rules.of_kind(built("production"), "PrometheusRule")[0]["spec"]["groups"]
        self.assertEqual({group["name"]: group["rules"] for group in found}, kept)

    def test_kubectl_builds_the_same(self):
        kubectl = shutil.which("kubectl")
        if not kubectl:
            self.skipTest("no kubectl here: the overlays were built by our own reader alone")
        for overlay in OVERLAYS:
            done = subprocess.run([kubectl, "kustomize", KUBERNETES / "overlays" / overlay], capture_output=True,
                                  text=True)
            if "unknown field" in done.stderr or "invalid Kustomization" in done.stderr:
                self.skipTest("this kubectl is too old for components and labels")
            self.assertEqual(done.returncode, 0, done.stderr)
            theirs = [d for d in yaml.safe_load_all(done.stdout) if d]
            key = lambda d: (d["kind"], d["metadata"]["name"])
            self.assertEqual(sorted(theirs, key=key), sorted(built(overlay), key=key))

    def test_every_document_fits_the_schema_of_kubernetes(self):
        if not SCHEMA.exists():
            self.skipTest(f"no OpenAPI of Kubernetes at {SCHEMA}: schemas were not checked")
        faults = schema_check()
        for overlay in OVERLAYS:
            for document in built(overlay):
                if document["kind"] not in rules.OTHER_OWNERS:
                    with self.subTest(overlay=overlay, document=f"{document['kind']} {rules.name(document)}"):
                        self.assertEqual(faults(document), [])
        for path, value in ((("spec", "replica"), 1), (("spec", "replicas"), "one"), (("metadata", "labels"), ["a"])):
            broken = next(d for d in built("single") if d["kind"] == "Deployment")
            broken[path[0]][path[1]] = value
            self.assertNotEqual(faults(broken), [], path)


class BrokenManifests(unittest.TestCase):
    """Each rule speaks where it is broken."""

    def setUp(self):
        self.documents = copy.deepcopy(built("production"))

    def one(self, kind, name):
        return next(d for d in self.documents if d["kind"] == kind and d["metadata"]["name"] == name)

    def container(self, kind, name):
        return rules.pod(self.one(kind, name))["containers"][0]

    def assertBroken(self, rule, word):
        self.assertTrue(any(word in fault for fault in rule(self.documents)), list(rule(self.documents)))

    def test_a_selector_that_matches_nothing(self):
        self.one("Deployment", "dialer")["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] = "dialler"
        self.assertBroken(rules.selectors_match_labels, "dialer")

    def test_a_service_without_pods(self):
        self.one("Service", "queue")["spec"]["selector"] = {"app.kubernetes.io/name": "queues"}
        self.assertBroken(rules.selectors_match_labels, "Service queue")

    def test_a_target_port_that_does_not_exist(self):
        self.one("Service", "supervisor")["spec"]["ports"][0]["targetPort"] = "http"
        self.assertBroken(rules.ports_exist, "target port http")

    def test_a_probe_of_a_port_that_does_not_exist(self):
        self.container("Deployment", "dialer")["readinessProbe"]["httpGet"]["port"] = "metrics"
        self.assertBroken(rules.ports_exist, "readinessProbe")

    def test_a_missing_probe(self):
        del self.container("Deployment", "queue")["livenessProbe"]
        self.assertBroken(rules.probes_are_there, "livenessProbe")

    def test_a_config_map_that_does_not_exist(self):
        self.container("Deployment", "queue")["envFrom"][0]["configMapRef"]["name"] = "callfleet-commons"
        self.assertBroken(rules.references_exist, "callfleet-commons")

    def test_a_key_that_does_not_exist(self):
        del self.one("ConfigMap", "callfleet-addresses")["data"]["edges"]
        self.assertBroken(rules.references_exist, "no key edges")

    def test_a_secret_that_nobody_makes(self):
        rules.pod(self.one("Deployment", "dialer"))["volumes"][0]["secret"]["secretName"] = "tokens"
        self.assertBroken(rules.references_exist, "Secret tokens")

    def test_a_service_account_that_does_not_exist(self):
        rules.pod(self.one("Deployment", "dialer"))["serviceAccountName"] = "dialer"
        self.assertBroken(rules.references_exist, "ServiceAccount dialer")

    def test_a_mount_without_a_volume(self):
        self.container("StatefulSet", "sip-edge")["volumeMounts"][0]["name"] = "recordings"
        self.assertBroken(rules.mounts_exist, "recordings")

    def test_an_autoscaler_without_a_target(self):
        self.one("HorizontalPodAutoscaler", "sip-edge")["spec"]["scaleTargetRef"]["kind"] = "Deployment"
        self.assertBroken(rules.targets_exist, "Deployment sip-edge")

    def test_a_budget_for_no_pod(self):
        self.one("PodDisruptionBudget", "queue")["spec"]["selector"]["matchLabels"] = {"app": "queue"}
        self.assertBroken(rules.targets_exist, "PodDisruptionBudget queue")

    def test_a_request_above_its_limit(self):
        self.container("Deployment", "queue")["resources"]["requests"]["memory"] = "3Gi"
        self.assertBroken(rules.requests_within_limits, "more memory")

    def test_a_pod_that_may_be_root(self):
        del rules.pod(self.one("Deployment", "queue"))["securityContext"]["runAsNonRoot"]
        self.assertBroken(rules.pods_are_restricted, "root")

    def test_a_service_on_the_host_s_network(self):
        rules.pod(self.one("Deployment", "queue"))["hostNetwork"] = True
        self.assertBroken(rules.pods_are_restricted, "host's network")

    def test_a_grace_period_below_the_drain(self):
        rules.pod(self.one("StatefulSet", "sip-edge"))["terminationGracePeriodSeconds"] = 30
        self.assertBroken(rules.grace_is_above_the_drain, "grace period")

    def test_a_policy_for_no_pod(self):
        self.one("NetworkPolicy", "dialer")["spec"]["podSelector"]["matchLabels"] = {"app": "dialer"}
        self.assertBroken(rules.selectors_match_labels, "NetworkPolicy dialer")

    def test_a_monitor_of_a_port_that_no_service_has(self):
        next(d for d in self.documents if d["kind"] == "ServiceMonitor")["spec"]["endpoints"][0]["port"] = "metrics"
        self.assertBroken(rules.ports_exist, "ServiceMonitor")

    def test_a_config_map_for_all_variables_that_does_not_exist(self):
        self.documents = [d for d in self.documents if d["metadata"]["name"] != "callfleet-addresses"]
        self.assertBroken(rules.references_exist, "ConfigMap callfleet-addresses does not exist")

    def test_a_set_without_its_service(self):
        self.one("StatefulSet", "sip-edge")["spec"]["serviceName"] = "edges"
        self.assertBroken(rules.targets_exist, "serviceName edges")

    def test_a_container_without_a_limit(self):
        del self.container("Deployment", "queue")["resources"]["limits"]["memory"]
        self.assertBroken(rules.requests_within_limits, "no request or no limit")

    def test_a_pod_without_a_seccomp_profile(self):
        del rules.pod(self.one("Deployment", "queue"))["securityContext"]["seccompProfile"]
        self.assertBroken(rules.pods_are_restricted, "seccomp")

    def test_a_container_that_keeps_capabilities(self):
        self.container("Deployment", "queue")["securityContext"]["capabilities"]["drop"] = ["NET_RAW"]
        self.assertBroken(rules.pods_are_restricted, "capabilities")

    def test_a_container_that_may_write_to_its_root(self):
        self.container("Deployment", "queue")["securityContext"]["readOnlyRootFilesystem"] = False
        self.assertBroken(rules.pods_are_restricted, "root file system")

    def test_a_policy_that_lets_a_call_go_upwards(self):
        source = self.one("NetworkPolicy", "dialer")["spec"]["ingress"][0]["from"][0]["podSelector"]
        source["matchLabels"] = {"app.kubernetes.io/name": "agent-registry"}
        self.one("NetworkPolicy", "common-egress")["spec"]["egress"].append({})
        self.assertBroken(rules.policies_allow_the_arrows, "agent-registry may call dialer")
        self.assertBroken(rules.policies_allow_the_arrows, "supervisor may not call dialer")

    def test_a_policy_that_forgets_an_arrow(self):
        self.one("NetworkPolicy", "queue")["spec"]["egress"] = []
        self.assertBroken(rules.policies_allow_the_arrows, "queue may not call agent-registry")

    def test_a_cluster_where_nothing_is_denied(self):
        self.documents = [d for d in self.documents if d["kind"] != "NetworkPolicy"]
        self.assertBroken(rules.policies_allow_the_arrows, "agent-registry may call queue")

    def test_a_policy_for_a_port_that_no_pod_has(self):
        self.one("NetworkPolicy", "queue")["spec"]["ingress"][0]["ports"][0]["port"] = "rpc"
        self.assertBroken(rules.policy_ports_exist, "port rpc")

    def test_a_setting_that_a_service_does_not_have(self):
        next(v for v in self.container("Deployment", "queue")["env"] if v["name"] == "CALLFLEET_SIP_EDGES")["name"] = \
            "CALLFLEET_SIP_EDGE"
        found = list(rules.settings_are_known(self.documents, keys_of_services()))
        self.assertEqual(found, ["queue: CALLFLEET_SIP_EDGE is no setting of it"])

    def test_a_list_for_a_setting_that_takes_one_value(self):
        variable = next(v for v in self.container("Deployment", "dialer")["env"] if v["name"] == "CALLFLEET_AGENT_REGISTRY")
        variable["valueFrom"]["configMapKeyRef"]["key"] = "edges"
        found = list(rules.settings_are_known(self.documents, keys_of_services()))
        self.assertEqual(found, ["dialer: CALLFLEET_AGENT_REGISTRY takes one value"])

    def test_an_image_that_compose_does_not_know(self):
        self.container("Deployment", "queue")["image"] = "callfleet/queue:latest"
        self.assertTrue(list(rules.images_are_compose_s(self.documents, compose_images())))


if __name__ == "__main__":
    unittest.main()
