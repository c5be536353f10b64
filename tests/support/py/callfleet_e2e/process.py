"""Processes of a test: started with a log file, stopped by their own id, logs kept on failure."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[4]
BIN = pathlib.Path(os.environ.get("CALLFLEET_BIN", ROOT / "build" / "dev" / "bin"))


def wait_until(condition, timeout_s=10.0, what="the condition", interval_s=0.05):
    """Polls; returns the first true value of condition()."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true in {timeout_s} s")
        time.sleep(interval_s)


class Process:
    """A child process. stdout and stderr go to <folder>/<name>.log."""

    def __init__(self, name, argv, folder, env=None, cwd=None):
        self.name = name
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        self._log = open(self.log_path, "ab")
        self.popen = subprocess.Popen(
            [str(a) for a in argv],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )

    @property
    def pid(self):
        return self.popen.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def running(self):
        return self.popen.poll() is None

    def wait_for_json(self, key, timeout_s=15.0):
        """The first line of the log that is a JSON object with this key."""

        def find():
            for line in self.log().splitlines():
                if line.startswith("{") and f'"{key}"' in line:
                    try:
                        found = json.loads(line)
                    except ValueError:
                        continue
                    if key in found:
                        return found
            if not self.running():
                raise AssertionError(f"{self.name} ended with {self.popen.returncode}:\n{self.tail()}")
            return None

        return wait_until(find, timeout_s, f"{self.name}: a line with {key}")

    def wait_for_text(self, text, timeout_s=15.0):
        wait_until(lambda: text in self.log(), timeout_s, f"{self.name}: {text!r}")

    def stop(self, timeout_s=10.0, sig=signal.SIGTERM):
        """The exit status; SIGKILL after the timeout."""
        if self.running():
            self.popen.send_signal(sig)
        try:
            return self.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise AssertionError(f"{self.name} did not end in {timeout_s} s") from None
        finally:
            self._log.close()

    def kill(self):
        """kill -9."""
        self._kill_group()
        self.popen.wait()
        self._log.close()

    def _kill_group(self):
        """Its children too: a proxy's workers outlive their parent's kill -9."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def tail(self, lines=40):
        return "\n".join(self.log().splitlines()[-lines:])


class E2eTest(unittest.TestCase):
    """Gives each test a folder and stops what it started, last first. A failure keeps the folder."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="callfleet-e2e-"))
        self._started = []

    def start(self, name, argv, **options):
        process = Process(name, argv, self.folder, **options)
        self._started.append(process)
        return process

    def adopt(self, thing):
        """Anything with running(), kill() and tail()."""
        self._started.append(thing)
        return thing

    def tearDown(self):
        for process in reversed(self._started):
            if process.running():
                process.kill()
        if self._failed():
            for process in self._started:
                print(f"--- {process.name} (last lines)\n{process.tail()}")
            print(f"--- logs kept in {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _failed(self):
        result = getattr(self._outcome, "result", None)
        if result is None:
            return False
        return any(test is self or getattr(test, "test_case", None) is self
                   for test, _ in result.failures + result.errors) or not self._outcome.success
