#!/usr/bin/env python3
"""Fails when a source file includes or uses what its place in the house must not know.

    check_layers.py ROOT      prints each fault as path:line: why
"""
import pathlib
import re
import sys

MAX_LINES = 400
SERVICES = ("sip_edge", "agent_registry", "queue", "dialer", "supervisor")
BASE_PARTS = {"fsm", "ids", "result", "clock", "text", "steering", "agent_pool"}  # What domain/ may use.

# Header prefix -> layers of a service, and parts of common/, that may include it.
THIRD_PARTY = {
    "caf/": ({"actors", "rpc", "rest", "app"}, {"actor_runtime", "agent_pool_actor"}),
    "pqxx/": ({"adapters"}, {"pg"}),
    "grpcpp/": ({"rpc", "adapters", "app"}, {"grpc_server", "health_probe", "agent_pool_link"}),
    "grpc/": ({"rpc", "adapters", "app"}, {"grpc_server"}),
    "sofia-sip/": ({"loop", "adapters"}, set()),
    "prometheus/": (set(), {"metrics"}),
    "httplib": ({"rest", "app"}, {"http"}),
    "spdlog/": (set(), {"logging"}),
    "CLI/": (set(), {"config"}),
    "nlohmann/": ({"rest", "adapters", "app"}, set()),
    "google/protobuf/": ({"rpc", "rest", "adapters", "app"}, {"grpc_server", "agent_pool_link"}),
    "phonenumbers/": ({"adapters"}, set()),
    "date/": ({"adapters"}, set()),
    "csv.h": ({"adapters"}, set()),
    "sndfile.h": ({"adapters"}, set()),
    "openssl/": ({"adapters"}, set()),
    "ares": ({"adapters"}, set()),
    "spandsp": ({"media"}, set()),
    "srtp2/": ({"media"}, set()),
}
# Part of common/ -> layers that may include it; a part that is not named is for all but domain/.
COMMON_USERS = {
    "pg": {"adapters", "app"},
    "grpc_server": {"rpc", "adapters", "app"},
    "http": {"rest", "app"},
    "config": {"app"},
    "actor_runtime": {"actors", "loop", "rpc", "rest", "app"},
    "process": {"app"},
    "agent_pool_actor": {"actors", "app"},
    "agent_pool_link": {"app"},
    "auth": {"rpc", "rest", "app"},
}
# Part of common/ -> packages of proto/ that it may know beside callfleet.common.
COMMON_PROTOS = {"agent_pool_link": [["callfleet", "agent_registry"]]}
# Layer -> layers of the same service it may include.
INTERNAL = {
    "domain": {"domain"},
    "ports": {"domain", "ports"},
    "actors": {"domain", "ports", "actors"},
    "loop": {"domain", "ports", "loop"},
    "media": {"domain", "ports", "media"},
    "adapters": {"domain", "ports", "media", "adapters"},
    "rpc": {"domain", "ports", "actors", "loop", "rpc"},
    "rest": {"domain", "ports", "actors", "rest"},
    "app": {"domain", "ports", "actors", "loop", "media", "adapters", "rpc", "rest", "app"},
}
GENERATED_OK = {"rpc", "rest", "adapters", "app"}
IMPURE = re.compile(r"::now\(|random_device|std::j?thread|std::mutex|\bgetenv\b|\b[io]?fstream\b"
                    r"|sleep_for|sleep_until")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
USING = re.compile(r"\busing\s+namespace\s+(std|callfleet)\s*;")
HIDING = re.compile(r"^\s*namespace\s+(callfleet::)?(?:\w+::)*(caf|time)\b\s*[:{]")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def code_of(line):
    """The line without its comment, well enough for these rules."""
    return line.split("//")[0]


def any_file(rel, line):
    m = INCLUDE.match(line)
    if m and ".." in m.group(2).split("/"):
        yield "includes are written from the root"
    if USING.search(code_of(line)):
        yield "no `using namespace` of std or callfleet: it hides names such as queue"
    if UNFINISHED.search(line):
        yield "unfinished work is not committed"


def third_party(inc, layer, part):
    for prefix, (layers, parts) in THIRD_PARTY.items():
        if inc.startswith(prefix) and layer not in layers and part not in parts:
            yield f"{layer or 'common/' + part} must not include {prefix}*"


def in_service(rel, line):
    _, service, layer = rel.split("/")[:3]
    if layer not in INTERNAL:
        yield f"{layer}/ is no layer of a service"
        return
    if layer == "domain" and IMPURE.search(code_of(line)):
        yield "domain/ is pure: time, randomness, threads and I/O stay outside"
    m = INCLUDE.match(line)
    if not m:
        return
    quote, inc = m.groups()
    yield from third_party(inc, layer, None)
    if inc.endswith(".pb.h") and layer not in GENERATED_OK:
        yield f"{layer}/ must not include generated protobuf"
    head = inc.split("/")
    if head[0] == "tests":
        yield "services/ must not include tests/"
    if head[0] == "services" and head[1] != service:
        yield f"{service} must not include {head[1]}'s code; use proto/"
    elif head[0] == "services" and head[2] not in INTERNAL[layer]:
        yield f"{layer}/ must not include {head[2]}/"
    if head[0] == "common" and layer not in COMMON_USERS.get(head[1], {layer}):
        yield f"{layer}/ must not include common/{head[1]}/"
    if layer in ("domain", "ports"):
        std = quote == "<" and "/" not in inc and "." not in inc
        own = head[0] == "services" or (head[0] == "common" and head[1] in BASE_PARTS)
        if not std and not own:
            yield f"{layer}/ includes only std, common's base and itself"


def in_common(rel, line):
    part = rel.split("/")[1]
    m = INCLUDE.match(line)
    if not m:
        return
    inc = m.group(2)
    yield from third_party(inc, None, part)
    if inc.split("/")[0] in ("services", "tests"):
        yield "common/ must not know services/ or tests/"
    # Google's own messages are ruled as third party.
    known = [["google", "protobuf"], ["callfleet", "common"]] + COMMON_PROTOS.get(part, [])
    if inc.endswith(".pb.h") and inc.split("/")[:2] not in known:
        yield "common/ may know callfleet.common only"
    if part in BASE_PARTS and inc.startswith("common/") and inc.split("/")[1] not in BASE_PARTS:
        yield "the base parts include only each other"


def hidden_names(text):
    """Namespaces caf and time inside callfleet; `namespace caf { class actor; }` outside is fine."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        m = HIDING.match(code_of(line))
        if m and (inside or m.group(1)):
            yield number, f"a namespace {m.group(2)} inside callfleet hides ::{m.group(2)}"
        if re.match(r"namespace callfleet\b", line):
            inside = True
        elif re.match(r"}\s*// namespace callfleet\b", line):
            inside = False


def whole_file(rel, text):
    yield from hidden_names(text)
    lines = text.count("\n") + 1
    if lines > MAX_LINES + 1:
        yield 1, f"{lines} lines; a file has at most {MAX_LINES}"
    if rel.endswith(".h") and "#pragma once" not in text:
        yield 1, "a header needs #pragma once"


def faults(rel, text):
    yield from whole_file(rel, text)
    for number, line in enumerate(text.splitlines(), 1):
        found = list(any_file(rel, line))
        if re.match(r"services/[^/]+/[^/]+/", rel):
            found += in_service(rel, line)
        elif rel.startswith("common/"):
            found += in_common(rel, line)
        for why in found:
            yield number, f"{why}: {line.strip()}"


def files(root):
    for top in ("services", "common", "tests"):
        for path in sorted((root / top).glob("**/*")):
            if path.suffix in {".h", ".cc"} and "node_modules" not in path.parts:
                yield path


def main(root):
    bad = 0
    for path in files(root):
        rel = path.relative_to(root).as_posix()
        for number, why in faults(rel, path.read_text(encoding="utf-8")):
            print(f"{rel}:{number}: {why}")
            bad += 1
    for name in (p.name for p in (root / "services").glob("*") if p.is_dir()):
        if name not in SERVICES:
            print(f"services/{name}: there are five services")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
