"""What tests/run does after the Debian packages are there: npm, configure, build, tests, tidy."""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
LABELS = ("architecture", "unit", "scenario", "integration", "e2e")
CORES = os.cpu_count() or 2
# Tests at once. The scenarios use the whole machine; end-to-end tests mostly wait for their calls, and five have ports.
JOBS = {"unit": CORES, "architecture": CORES, "integration": CORES, "scenario": 1, "e2e": min(2 * CORES, 4)}
STARTED = time.monotonic()


class Totals:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def say(text):
    print(f"[{time.monotonic() - STARTED:6.0f} s] {text}", flush=True)


def run(stage, command, cwd=ROOT, env=None):
    """Output only of what failed: a green run stays readable."""
    say(stage)
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace")
    if done.returncode != 0:
        print(done.stdout[-20000:], flush=True)
        say(f"{stage}: FAILED")
    return done.returncode == 0


def install_npm():
    node = ROOT / "tests/node"
    lock = (node / "package-lock.json").read_bytes()
    mark = node / "node_modules" / ".installed-lock"
    if mark.exists() and mark.read_bytes() == lock:
        return True
    if not run("npm packages of the tests", ["npm", "ci", "--no-fund", "--no-audit"], cwd=node):
        return False
    mark.write_bytes(lock)
    return True


def gtest_counts(path):
    """(passed, failed, skipped) of one GoogleTest report, or None where there is none."""
    try:
        suites = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return None
    counts = Totals()
    for case in suites.iter("testcase"):
        if case.find("failure") is not None:
            counts.failed += 1
        elif case.get("result") == "skipped" or case.find("skipped") is not None:
            counts.skipped += 1
        elif case.get("status") == "run":
            counts.passed += 1
    return counts


def count(report, folder):
    """A CTest entry counts as its GoogleTest cases, or as one where it has none."""
    totals = Totals()
    for entry in ElementTree.parse(report).getroot().iter("testcase"):
        ok = entry.get("status") == "run"
        cases = gtest_counts(folder / f"{entry.get('name')}.xml")
        if cases is None:
            totals.passed += int(ok)
            totals.failed += int(not ok)
            continue
        if not ok and cases.failed == 0:  # Killed by the time limit, or a fault at exit.
            cases.failed = 1
        totals.add(cases)
    return totals


def ctest(label, build, filter_):
    folder = build / "test-reports" / label
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    report = folder / "ctest.junit"
    command = ["ctest", "--test-dir", str(build), "-L", f"^{label}$", "-j", str(JOBS[label]),
               "--output-on-failure", "--output-junit", str(report), "--no-tests=ignore"]
    if filter_:
        command += ["-R", filter_]
    leaks = f"suppressions={ROOT}/tests/support/lsan.supp:print_suppressions=0"
    env = dict(os.environ, GTEST_OUTPUT=f"xml:{folder}/", LSAN_OPTIONS=leaks)
    ok = run(f"tests: {label}", command, env=env)
    if not report.exists():
        totals = Totals()
        totals.failed = int(not ok)
        return totals
    totals = count(report, folder)
    if not ok and totals.failed == 0:
        totals.failed = 1
    return totals


def tidy(build):
    """Takes what the tests beside it leave. The processes of the tests have sessions of their own, and where
    the kernel shares the cores between sessions (autogroup) `nice` says nothing across them: so this has one, too."""
    totals = Totals()
    lowest = 'echo 19 2>/dev/null >/proc/self/autogroup; exec nice -n 19 "$@"'
    ok = run("clang-tidy", ["setsid", "--wait", "sh", "-c", lowest, "sh", sys.executable,
                            "tests/architecture/run_tidy.py", str(ROOT), str(build)])
    totals.passed, totals.failed = int(ok), int(not ok)
    return totals


def build_all(preset):
    if not run(f"configure {preset}", ["cmake", "--preset", preset]):
        return False
    return run(f"build {preset}", ["cmake", "--build", "--preset", preset])


def test_all(chosen, build):
    """The labels in their order; clang-tidy beside the end-to-end tests, where both take longest."""
    totals = Totals()
    with_tidy = not (chosen.label or chosen.filter or chosen.no_tidy or chosen.asan)
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        tidied = None
        for label in chosen.label or LABELS:
            if label == "e2e" and with_tidy:
                tidied = beside.submit(tidy, build)
            counts = ctest(label, build, chosen.filter)
            skipped = f", {counts.skipped} skipped" if counts.skipped else ""
            say(f"{label}: {counts.passed} passed, {counts.failed} failed{skipped}")
            totals.add(counts)
        if tidied:
            totals.add(tidied.result())
    return totals


def options():
    parser = argparse.ArgumentParser(prog="tests/run")
    parser.add_argument("--asan", action="store_true")
    parser.add_argument("--label", action="append", choices=LABELS)
    parser.add_argument("--filter")
    parser.add_argument("--no-install", action="store_true")
    parser.add_argument("--no-tidy", action="store_true")
    return parser.parse_args()


def main():
    chosen = options()
    preset = "asan" if chosen.asan else "dev"
    build = ROOT / "build" / preset
    totals = Totals()
    ready = chosen.no_install or install_npm()
    ready = ready and build_all(preset)
    if not ready:
        totals.failed = 1
    else:
        totals = test_all(chosen, build)
    say("done")
    print(f"{totals.passed} passed, {totals.failed} failed", flush=True)
    return 1 if totals.failed else 0


if __name__ == "__main__":
    sys.exit(main())
