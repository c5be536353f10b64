#!/usr/bin/env python3
"""buf lint over proto/, and what buf has no rule for: comments, and no third-party files.

    check_proto.py ROOT
"""
import pathlib
import re
import subprocess
import sys

DECLARATION = re.compile(r"^\s*(?:(?:optional|repeated)\s+)?[\w.<>, ]+\s+\w+\s*=\s*\d+|^\s*rpc\s+\w+")


def uncommented(path):
    """Fields, enum values but the zero, and rpcs without a comment above or behind them."""
    before = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if DECLARATION.match(line) and "//" not in line and not before.startswith("//"):
            if "_UNSPECIFIED" not in line:
                yield number, line.strip()
        before = line.strip()


def main(root):
    bad = 0
    buf = root / "tests/node/node_modules/.bin/buf"
    if not buf.exists():
        print("tests/node: buf is not installed (npm ci)")
        return 1
    done = subprocess.run([str(buf), "lint"], cwd=root / "proto", check=False)
    bad += int(done.returncode != 0)
    for path in sorted((root / "proto").glob("**/*.proto")):
        rel = path.relative_to(root)
        if rel.parts[1] != "callfleet":
            print(f"{rel}: no third-party .proto in proto/")
            bad += 1
        for number, line in uncommented(path):
            print(f"{rel}:{number}: needs a comment with unit, limit or reason: {line}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
