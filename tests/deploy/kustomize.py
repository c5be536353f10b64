"""Builds a kustomization as far as deploy/kubernetes uses one: resources, components, labels, namespace, patches by path.
Where kubectl is there, manifests_test compares the two."""
import copy
import pathlib

import yaml

KEYS = {"apiVersion", "kind", "resources", "components", "labels", "namespace", "patches"}
CLUSTER_WIDE = {"Namespace"}
# Lists that are merged by a key of their items; others are replaced.
MERGE_KEYS = {"containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath", "ports": "containerPort"}


def load(path):
    return [doc for doc in yaml.safe_load_all(path.read_text()) if doc]


def build(folder):
    folder = pathlib.Path(folder)
    spec = load(folder / "kustomization.yaml")[0]
    unknown = set(spec) - KEYS
    if unknown:
        raise ValueError(f"{folder}: this reader does not know {', '.join(sorted(unknown))}")
    documents = []
    for entry in spec.get("resources", []) + spec.get("components", []):
        path = folder / entry
        documents += build(path) if path.is_dir() else load(path)
    for patch in spec.get("patches", []):
        for change in load(folder / patch["path"]):
            target = find(documents, change["kind"], change["metadata"]["name"])
            merge(target, change)
    for labels in spec.get("labels", []):
        for document in documents:
            add_labels(document, labels["pairs"], labels.get("includeTemplates", False))
    if "namespace" in spec:
        for document in documents:
            if document["kind"] not in CLUSTER_WIDE:
                document["metadata"]["namespace"] = spec["namespace"]
    return documents


def find(documents, kind, name):
    for document in documents:
        if document["kind"] == kind and document["metadata"]["name"] == name:
            return document
    raise ValueError(f"a patch names {kind} {name}, which is not there")


def add_labels(document, pairs, templates):
    document["metadata"].setdefault("labels", {}).update(pairs)
    spec = document.get("spec", {}) if templates else {}
    for template in [spec.get("template")] + spec.get("volumeClaimTemplates", []):
        if template:
            template.setdefault("metadata", {}).setdefault("labels", {}).update(pairs)


def merge(into, change):
    """A strategic merge: maps are merged, lists by their key where they have one."""
    for key, value in change.items():
        old = into.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            merge(old, value)
        elif isinstance(value, list) and isinstance(old, list) and key in MERGE_KEYS:
            merge_list(old, value, MERGE_KEYS[key])
        else:
            into[key] = copy.deepcopy(value)


def merge_list(old, new, key):
    for item in new:
        same = [one for one in old if one.get(key) == item.get(key)]
        if same:
            merge(same[0], item)
        else:
            old.append(copy.deepcopy(item))
