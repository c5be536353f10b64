"""SIPp with the options that every test needs."""

import subprocess


def run_sipp(test, target, *arguments, scenario=None, builtin=None, timeout_s=60):
    """Runs to its end in the test's folder; returns (exit status, output)."""
    which = ["-sf", str(scenario)] if scenario else ["-sn", builtin or "uac"]
    command = ["sipp", target, *which, "-i", "127.0.0.1", "-timer_resol", "1", "-nostdin", "-trace_err",
               *[str(a) for a in arguments]]
    done = subprocess.run(command, cwd=test.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout_s, text=True, errors="replace")
    (test.folder / "sipp.log").write_text(done.stdout)
    return done.returncode, done.stdout
