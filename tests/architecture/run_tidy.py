#!/usr/bin/env python3
"""clang-tidy over services/ and common/, in parallel; a file that was clean with the same content,
headers, flags and rules is not looked at again.

Most of the time goes into the headers of libraries. So what is to be looked at of one target is looked at
together, as one text; only where that is at fault is each source looked at alone. One changed source of a
target is alone, so it must include what it uses.

    run_tidy.py ROOT BUILD [path-part ...]     only files whose path contains one of the parts
"""
import collections
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time
import typing

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
TOGETHER = 10  # Sources of one text: about 1.5 GB of clang-tidy.


def each_source(entry):
    """A command for each source, also of those that are compiled together; and where they are."""
    path = pathlib.Path(entry["directory"], entry["file"]).resolve()
    if path.parent.name != "Unity":
        yield path, entry, path
        return
    for source in BATCHED.findall(path.read_text(encoding="utf-8")):
        yield pathlib.Path(source), {"directory": entry["directory"], "file": source,
                                     "command": entry["command"].replace(entry["file"], source)}, path.parent


class Source(typing.NamedTuple):
    rel: str
    target: str  # Sources with the same one may be one text.
    flags: str
    command: dict


def sources(root, build, wanted):
    """Each source of services/ and common/ with how it is compiled."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        for path, command, target in each_source(entry):
            if not path.is_relative_to(root):
                continue
            rel = path.relative_to(root).as_posix()
            if not rel.startswith(("services/", "common/")):
                continue
            if wanted and not any(part in rel for part in wanted):
                continue
            flags = " ".join(a for a in shlex.split(command["command"])
                             if a.startswith(("-D", "-std")))
            yield Source(rel, str(target), flags, command)


def batches(todo):
    by_target = collections.defaultdict(list)
    for source in todo:
        by_target[source.target].append(source)
    for of_target in by_target.values():
        for at in range(0, len(of_target), TOGETHER):
            yield of_target[at:at + TOGETHER]


def leave_commands(root, build, todo):
    """The batches as texts, and how clang-tidy compiles each of them and each source: {first source: text}."""
    folder = build / "tidy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    commands, texts = [source.command for source in todo], []
    for batch in batches(todo):
        if len(batch) == 1:
            texts.append((batch, root / batch[0].rel))
            continue
        text = folder / f"{len(texts)}_{pathlib.Path(batch[0].target).parent.stem}.cc"
        text.write_text("\n".join((root / s.rel).read_text(encoding="utf-8") for s in batch))
        first = batch[0].command
        commands.append({"directory": first["directory"], "file": str(text),
                         "command": first["command"].replace(first["file"], str(text))})
        texts.append((batch, text))
    (folder / "compile_commands.json").write_text(json.dumps(commands))
    return sorted(texts, key=lambda t: -len(t[0]))


def look(root, build, path):
    done = subprocess.run(["clang-tidy", "--quiet", "-p", str(build / "tidy"), "--config-file",
                           str(root / ".clang-tidy"), str(path)], capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + ("" if done.returncode == 0 else done.stderr[-2000:])


def check(root, build, batch, text):
    """[(source, whether it is clean, what was said)]"""
    clean, said = look(root, build, text)
    if clean or len(batch) == 1:
        return [(source, clean, said) for source in batch]
    return [(source, *look(root, build, root / source.rel)) for source in batch]


def main(root, build, wanted):
    hashes, cache, started = Hashes(root), cache_folder(), time.monotonic()
    known, keys = 0, {}
    for source in sorted({s.rel: s for s in sources(root, build, wanted)}.values(), key=lambda s: s.rel):
        key = cache / hashes.key(source.rel, source.flags)
        if key.exists():
            known += 1
        else:
            keys[source.rel] = source, key
    texts = leave_commands(root, build, [source for source, _ in keys.values()])
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        runs = [pool.submit(check, root, build, batch, text) for batch, text in texts]
        for run in concurrent.futures.as_completed(runs):
            for source, clean, said in run.result():
                if clean:
                    keys[source.rel][1].touch()
                else:
                    bad += 1
                    print(f"--- {source.rel}\n{said}", flush=True)
    took = time.monotonic() - started
    print(f"tidy: {len(keys)} checked, {known} unchanged, {bad} faulty, {took:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(),
                  sys.argv[3:]))
