#!/usr/bin/env python3
"""Fails when clang-format would change a file.

    check_format.py ROOT [--fix]
"""
import pathlib
import subprocess
import sys

import check_layers


def main(root, fix):
    paths = [str(p) for p in check_layers.files(root)]
    mode = ["-i"] if fix else ["--dry-run", "-Werror"]
    bad = 0
    for start in range(0, len(paths), 50):
        done = subprocess.run(["clang-format", *mode, *paths[start:start + 50]], cwd=root,
                              capture_output=True, text=True, check=False)
        wrong = {line.split(":")[0] for line in done.stderr.splitlines() if ": error:" in line}
        for path in sorted(wrong):
            print(f"{pathlib.Path(path).relative_to(root)}: not formatted (clang-format -i)")
        bad += len(wrong) if wrong else int(done.returncode != 0)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), "--fix" in sys.argv))
