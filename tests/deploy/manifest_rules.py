"""What a schema cannot see in Kubernetes manifests: each rule takes all documents and yields what is wrong."""
import re

WORKLOADS = {"Deployment", "StatefulSet"}
GIVEN_BY_OPERATOR = {"callfleet-secrets"}  # Secrets that the operator makes (deploy/README.md).
HOST_NETWORK = {"sip-edge"}
FLOORS = {"sip-edge": 0, "agent-registry": 1, "queue": 2, "dialer": 2, "supervisor": 3}
OTHER_OWNERS = {"ServiceMonitor", "PrometheusRule"}


def of_kind(documents, *kinds):
    return [d for d in documents if d["kind"] in kinds]


def name(document):
    return document["metadata"]["name"]


def pod(workload):
    return workload["spec"]["template"]["spec"]


def containers(documents):
    for workload in of_kind(documents, *WORKLOADS):
        for container in pod(workload)["containers"]:
            yield workload, container


def matches(selector, labels):
    """matchLabels and matchExpressions with In."""
    wanted = selector.get("matchLabels", selector if "matchExpressions" not in selector else {})
    if any(labels.get(k) != v for k, v in wanted.items()):
        return False
    return all(labels.get(e["key"]) in e["values"] for e in selector.get("matchExpressions", []))


def pods_of(documents):
    return [w["spec"]["template"]["metadata"]["labels"] for w in of_kind(documents, *WORKLOADS)]


def selectors_match_labels(documents):
    for workload in of_kind(documents, *WORKLOADS):
        if not matches(workload["spec"]["selector"], workload["spec"]["template"]["metadata"]["labels"]):
            yield f"{name(workload)}: its selector does not match its own pods"
    for service in of_kind(documents, "Service"):
        if not any(matches(service["spec"]["selector"], labels) for labels in pods_of(documents)):
            yield f"Service {name(service)}: no pod has these labels"
    for policy in of_kind(documents, "NetworkPolicy"):
        if not any(matches(policy["spec"]["podSelector"], labels) for labels in pods_of(documents)):
            yield f"NetworkPolicy {name(policy)}: no pod has these labels"


def ports_exist(documents):
    named = {}
    for workload, container in containers(documents):
        ports = {p["name"] for p in container["ports"]}
        named[name(workload)] = ports
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            http = container.get(probe, {}).get("httpGet")
            if http and http["port"] not in ports:
                yield f"{name(workload)}: {probe} asks port {http['port']}, which the container has not"
    for service in of_kind(documents, "Service"):
        target = next((w for w in of_kind(documents, *WORKLOADS)
                       if matches(service["spec"]["selector"], w["spec"]["template"]["metadata"]["labels"])), None)
        for port in service["spec"]["ports"]:
            if target and port["targetPort"] not in named[name(target)]:
                yield f"Service {name(service)}: target port {port['targetPort']} is no port of {name(target)}"
    monitored = {p["name"] for s in of_kind(documents, "Service") for p in s["spec"]["ports"]}
    for monitor in of_kind(documents, "ServiceMonitor"):
        for endpoint in monitor["spec"]["endpoints"]:
            if endpoint["port"] not in monitored:
                yield f"ServiceMonitor {name(monitor)}: no Service has a port {endpoint['port']}"


def probes_are_there(documents):
    for workload, container in containers(documents):
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            if probe not in container:
                yield f"{name(workload)}: no {probe}"


def references(value):
    """(kind, name, key or None) of everything that a pod's spec names."""
    if isinstance(value, dict):
        for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            if field in value:
                yield kind, value[field]["name"], value[field]["key"]
        for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            if field in value:
                yield kind, value[field]["name"], None
        if isinstance(value.get("secret"), dict):
            yield "Secret", value["secret"]["secretName"], None
        if isinstance(value.get("configMap"), dict):
            yield "ConfigMap", value["configMap"]["name"], None
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def references_exist(documents):
    maps = {name(d): d.get("data", {}) for d in of_kind(documents, "ConfigMap")}
    accounts = {name(d) for d in of_kind(documents, "ServiceAccount")}
    for workload in of_kind(documents, *WORKLOADS):
        account = pod(workload).get("serviceAccountName")
        if account and account not in accounts:
            yield f"{name(workload)}: ServiceAccount {account} does not exist"
        for kind, other, key in references(pod(workload)):
            if kind == "ConfigMap" and other not in maps:
                yield f"{name(workload)}: ConfigMap {other} does not exist"
            elif kind == "ConfigMap" and key is not None and key not in maps[other]:
                yield f"{name(workload)}: ConfigMap {other} has no key {key}"
            elif kind == "Secret" and other not in GIVEN_BY_OPERATOR:
                yield f"{name(workload)}: nobody makes the Secret {other}"


def mounts_exist(documents):
    for workload, container in containers(documents):
        volumes = {v["name"] for v in pod(workload).get("volumes", [])}
        volumes |= {c["metadata"]["name"] for c in workload["spec"].get("volumeClaimTemplates", [])}
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"{name(workload)}: mounts {mount['name']}, which is no volume"


def targets_exist(documents):
    workloads = {(w["kind"], name(w)) for w in of_kind(documents, *WORKLOADS)}
    for scaler in of_kind(documents, "HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        if (target["kind"], target["name"]) not in workloads:
            yield f"HorizontalPodAutoscaler {name(scaler)}: {target['kind']} {target['name']} does not exist"
    for budget in of_kind(documents, "PodDisruptionBudget"):
        if not any(matches(budget["spec"]["selector"], labels) for labels in pods_of(documents)):
            yield f"PodDisruptionBudget {name(budget)}: no pod has these labels"
    services = {name(s) for s in of_kind(documents, "Service")}
    for workload in of_kind(documents, "StatefulSet"):
        if workload["spec"]["serviceName"] not in services:
            yield f"{name(workload)}: its serviceName {workload['spec']['serviceName']} is no Service"


UNITS = {"m": 1e-3, "": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def quantity(text):
    number, unit = re.fullmatch(r"([0-9.]+)(m|Ki|Mi|Gi|)", str(text)).groups()
    return float(number) * UNITS[unit]


def requests_within_limits(documents):
    for workload, container in containers(documents):
        resources = container.get("resources", {})
        for what in ("cpu", "memory"):
            least = resources.get("requests", {}).get(what)
            most = resources.get("limits", {}).get(what)
            if least is None or most is None:
                yield f"{name(workload)}: {what} has no request or no limit"
            elif quantity(least) > quantity(most):
                yield f"{name(workload)}: asks for more {what} than its limit"


def pods_are_restricted(documents):
    for workload, container in containers(documents):
        spec, where = pod(workload), name(workload)
        own = container.get("securityContext", {})
        if not spec.get("securityContext", {}).get("runAsNonRoot"):
            yield f"{where}: may run as root"
        if spec.get("securityContext", {}).get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{where}: no seccomp profile"
        if own.get("allowPrivilegeEscalation") is not False or own.get("capabilities", {}).get("drop") != ["ALL"]:
            yield f"{where}: keeps capabilities"
        if not own.get("readOnlyRootFilesystem"):
            yield f"{where}: may write to its root file system"
        if spec.get("hostNetwork") and where not in HOST_NETWORK:
            yield f"{where}: is on the host's network"


def grace_is_above_the_drain(documents):
    maps = {name(d): d.get("data", {}) for d in of_kind(documents, "ConfigMap")}
    limit_ms = int(maps.get("callfleet-edge", {}).get("CALLFLEET_DRAIN_LIMIT_MS", 0))
    for workload in of_kind(documents, "StatefulSet"):
        if name(workload) == "sip-edge" and pod(workload)["terminationGracePeriodSeconds"] * 1000 < limit_ms + 5000:
            yield "sip-edge: its grace period ends before its calls have drained"


def said_about(documents, workload, direction):
    """The rules of all policies of one direction (ingress, egress) that select a workload's pods; None: nothing denies."""
    labels = workload["spec"]["template"]["metadata"]["labels"]
    policies = [p["spec"] for p in of_kind(documents, "NetworkPolicy")
                if direction.capitalize() in p["spec"]["policyTypes"] and matches(p["spec"]["podSelector"], labels)]
    return [rule for spec in policies for rule in spec.get(direction, [])] if policies else None


def passes(rules, peers, other, ports):
    """Whether one of the rules lets the pods of `other` through to one of the ports, by name or by number."""
    labels = other["spec"]["template"]["metadata"]["labels"]
    return rules is None or any(
        (peers not in rule or any("podSelector" in peer and matches(peer["podSelector"], labels) for peer in rule[peers]))
        and ("ports" not in rule or any(port["port"] in ports for port in rule["ports"])) for rule in rules)


def policies_allow_the_arrows(documents):
    """Between our services gRPC goes downwards and nowhere else (services/README.md)."""
    workloads = {name(w): w for w in of_kind(documents, *WORKLOADS) if name(w) in FLOORS}
    for caller in workloads:
        for callee in workloads:
            if caller == callee or callee in HOST_NETWORK or caller in HOST_NETWORK:
                continue  # Policies do not reach pods on the host's network.
            grpc = next(p for p in pod(workloads[callee])["containers"][0]["ports"] if p["name"] == "grpc")
            ports = {"grpc", grpc["containerPort"]}
            through = (passes(said_about(documents, workloads[callee], "ingress"), "from", workloads[caller], ports)
                       and passes(said_about(documents, workloads[caller], "egress"), "to", workloads[callee], ports))
            if through != (FLOORS[caller] > FLOORS[callee]):
                yield f"{caller} {'may' if through else 'may not'} call {callee}"


def policy_ports_exist(documents):
    for policy in of_kind(documents, "NetworkPolicy"):
        chosen = [w for w in of_kind(documents, *WORKLOADS)
                  if matches(policy["spec"]["podSelector"], w["spec"]["template"]["metadata"]["labels"])]
        theirs = {p["name"] for w in chosen for c in pod(w)["containers"] for p in c["ports"]}
        for rule in policy["spec"].get("ingress", []):
            for port in rule.get("ports", []):
                if isinstance(port["port"], str) and port["port"] not in theirs:
                    yield f"NetworkPolicy {name(policy)}: no pod of it has a port {port['port']}"


def settings_of(documents, container):
    """(name, value or None) of each variable of a container; None: only the cluster knows it."""
    maps = {name(d): d.get("data", {}) for d in of_kind(documents, "ConfigMap")}
    for source in container.get("envFrom", []):
        yield from maps.get(source.get("configMapRef", {}).get("name"), {}).items()
    for variable in container.get("env", []):
        at = variable.get("valueFrom", {}).get("configMapKeyRef")
        yield variable["name"], maps.get(at["name"], {}).get(at["key"]) if at else variable.get("value")


def settings_are_known(documents, keys):
    """`keys`: service -> {key: whether it takes a list}. A service refuses to start with any other."""
    for workload, container in containers(documents):
        known = keys.get(container["image"].split("/")[-1].split(":")[0].replace("-", "_"))
        if known is None:
            continue  # None of ours.
        for variable, value in settings_of(documents, container):
            if not variable.startswith("CALLFLEET_"):
                continue
            key = variable.removeprefix("CALLFLEET_").lower()
            if key not in known:
                yield f"{name(workload)}: {variable} is no setting of it"
            elif "," in (value or "") and not known[key]:
                yield f"{name(workload)}: {variable} takes one value"


def images_are_compose_s(documents, compose_images):
    for workload, container in containers(documents):
        if container["image"] not in compose_images:
            yield f"{name(workload)}: image {container['image']} is not in docker-compose.yml"


RULES = [selectors_match_labels, ports_exist, probes_are_there, references_exist, mounts_exist, targets_exist,
         requests_within_limits, pods_are_restricted, grace_is_above_the_drain, policies_allow_the_arrows, policy_ports_exist]
