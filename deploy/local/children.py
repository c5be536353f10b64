"""Processes that we start, and only those, ended again whatever happens."""

import ctypes
import os
import signal
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _environment():
    """Ours, but for the tests' own names: to a service each CALLFLEET_X is a key x."""
    tests_own = {"CALLFLEET_BUILD", "CALLFLEET_BIN"}
    return {name: value for name, value in os.environ.items() if name not in tests_own}


def _die_with_parent():
    # A killed parent leaves nothing behind: the kernel tells the child.
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


class ChildFailed(Exception):
    """A process ended that should live; carries the tail of its log."""


class Child:
    """One process in a session of its own: Ctrl-C in the terminal reaches only us."""

    def __init__(self, name, command, log_path, environment=None, stdout=None):
        self.name = name
        self.log_path = log_path
        self.command = [str(part) for part in command]
        with open(log_path, "ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                env=_environment() if environment is None else environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    @property
    def pid(self):
        return self._process.pid

    @property
    def stdout(self):
        return self._process.stdout

    @property
    def returncode(self):
        return self._process.poll()

    def alive(self):
        return self._process.poll() is None

    def check(self):
        """Raises ChildFailed if it has ended."""
        code = self._process.poll()
        if code is not None:
            raise ChildFailed(f"{self.name} ended with {code}\n{self.tail()}")

    def tail(self, lines=25):
        try:
            with open(self.log_path, errors="replace") as log:
                last = log.readlines()[-lines:]
        except OSError:
            return ""
        return f"--- last lines of {self.log_path}\n" + "".join(last)

    def signal(self, number):
        if self.alive():
            os.killpg(self.pid, number)

    def stop(self, patience_s=5.0):
        """SIGTERM, then SIGKILL after `patience_s`. Returns (exit code, seconds it took)."""
        start = time.monotonic()
        self.signal(signal.SIGTERM)
        return self.wait_for_end(patience_s), time.monotonic() - start

    def wait_for_end(self, patience_s):
        """After a SIGTERM, of which a second one would mean: at once. SIGKILL after `patience_s`."""
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        return self._process.returncode

    def kill(self):
        self.signal(signal.SIGKILL)
        self._process.wait()


# A second SIGTERM is the operator's patience with live calls. To whom has none of those it is
# "at once" as well, and costs what it still had to write.
_WAIT_FOR_CALLS = "sip_edge"


def stop_all(children, patience_s=5.0):
    """Ends all at once, live calls too; returns {name: (exit code, seconds)}."""
    start = time.monotonic()
    for child in children:
        child.signal(signal.SIGTERM)
    ended = {}
    for child in sorted(children, key=lambda one: one.name.startswith(_WAIT_FOR_CALLS)):
        if child.name.startswith(_WAIT_FOR_CALLS):
            child.signal(signal.SIGTERM)
        code = child.wait_for_end(max(0.1, patience_s - (time.monotonic() - start)))
        ended[child.name] = code, time.monotonic() - start
    return ended
