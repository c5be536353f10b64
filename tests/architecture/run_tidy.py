#!/usr/bin/env python3
"""clang-tidy over services/ and common/, in parallel; a file that was clean with the same content,
headers, flags and rules is not looked at again.

    run_tidy.py ROOT BUILD [path-part ...]     only files whose path contains one of the parts
"""
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

INCLUDE = re.compile(r'^\s*#\s*include\s*"((?:common|services)/[^"]+)"', re.M)
GENERATED = re.compile(r'^\s*#\s*include\s*"callfleet/', re.M)


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    folder = pathlib.Path(base) / "callfleet" / "tidy"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Hashes:
    """Content of a file together with all project headers it reaches."""

    def __init__(self, root):
        self.root = root
        protos = sorted((root / "proto").glob("**/*.proto"))
        self.protos = hashlib.sha256(b"".join(p.read_bytes() for p in protos)).hexdigest()
        version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True)
        self.rules = (root / ".clang-tidy").read_bytes() + version.stdout

    @functools.lru_cache(maxsize=None)
    def own(self, rel):
        path = self.root / rel
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return (hashlib.sha256(text.encode()).hexdigest(), tuple(INCLUDE.findall(text)),
                bool(GENERATED.search(text)))

    def key(self, rel, flags):
        seen, todo, generated = {}, [rel], False
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            digest, includes, has_generated = self.own(one)
            seen[one] = digest
            generated |= has_generated
            todo.extend(includes)
        parts = [self.rules, flags.encode(), json.dumps(sorted(seen.items())).encode()]
        if generated:
            parts.append(self.protos.encode())
        return hashlib.sha256(b"\0".join(parts)).hexdigest()


BATCHED = re.compile(r'^#include "(/[^"]+)"', re.M)


def each_source(entry):
    """A command for each source: those that are compiled together are looked at alone, so that each
    must include what it uses."""
    path = pathlib.Path(entry["directory"], entry["file"]).resolve()
    if path.parent.name != "Unity":
        yield path, entry
        return
    for source in BATCHED.findall(path.read_text(encoding="utf-8")):
        yield pathlib.Path(source), {"directory": entry["directory"], "file": source,
                                     "command": entry["command"].replace(entry["file"], source)}


def commands(root, build, wanted):
    """Yields each source of services/ and common/ with its flags; leaves their commands for clang-tidy."""
    single = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        for path, command in each_source(entry):
            if not path.is_relative_to(root):
                continue
            rel = path.relative_to(root).as_posix()
            if not rel.startswith(("services/", "common/")):
                continue
            if wanted and not any(part in rel for part in wanted):
                continue
            single.append(command)
            flags = " ".join(a for a in shlex.split(command["command"])
                             if a.startswith(("-D", "-std")))
            yield rel, flags
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(single))


def check(root, build, rel):
    done = subprocess.run(["clang-tidy", "--quiet", "-p", str(build / "tidy"), str(root / rel)],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + ("" if done.returncode == 0 else done.stderr[-2000:])


def main(root, build, wanted):
    hashes, cache, started = Hashes(root), cache_folder(), time.monotonic()
    todo = []
    known = 0
    for rel, flags in sorted(set(commands(root, build, wanted))):
        key = cache / hashes.key(rel, flags)
        if key.exists():
            known += 1
        else:
            todo.append((rel, key))
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        runs = {pool.submit(check, root, build, rel): (rel, key) for rel, key in todo}
        for run in concurrent.futures.as_completed(runs):
            rel, key = runs[run]
            clean, text = run.result()
            if clean:
                key.touch()
            else:
                bad += 1
                print(f"--- {rel}\n{text}", flush=True)
    took = time.monotonic() - started
    print(f"tidy: {len(todo)} checked, {known} unchanged, {bad} faulty, {took:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(),
                  sys.argv[3:]))
