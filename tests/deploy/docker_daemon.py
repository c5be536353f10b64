"""A Docker daemon for one run: own socket, own images, and it ends with this process."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

START_LIMIT_S = 60
# Its containers, mounts and processes are gone when the command that these stand before has ended, however it ends.
OWN = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def client():
    """A docker client that can build with BuildKit: before 23 it is built in, since then it is the plugin buildx."""
    found = {path: None for path in (shutil.which("docker"), "/usr/bin/docker") if path and os.path.exists(path)}
    for path in found:
        version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.split("version ")[-1]
        plugin = subprocess.run([path, "buildx", "version"], capture_output=True).returncode == 0
        if plugin or int(version.split(".")[0]) < 23:
            return path
    raise SystemExit("no docker client that builds with BuildKit: install docker.io, or the plugin buildx")


class Daemon:
    """A context. `bridge`: containers get networks and published ports, in the network namespace of this process."""

    def __init__(self, root, bridge):
        self.root = pathlib.Path(root)
        self.bridge = bridge

    def __enter__(self):
        self.root.mkdir(parents=True, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="callfleet-docker-")
        os.environ["DOCKER_HOST"] = f"unix://{self.folder}/socket"
        os.environ["DOCKER_BUILDKIT"] = "1"
        if self.bridge:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        command = ["dockerd", "--data-root", self.root, "--exec-root", f"{self.folder}/exec", "--pidfile",
                   f"{self.folder}/pid", "-H", os.environ["DOCKER_HOST"]]
        if not self.bridge:
            command += ["--bridge=none", "--iptables=false", "--ip6tables=false"]
        self.log = open(self.root.parent / "dockerd.log", "w")
        self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + START_LIMIT_S
        while subprocess.run([client(), "info"], capture_output=True).returncode != 0:
            if self.child.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise SystemExit(f"dockerd did not start: {pathlib.Path(self.log.name).read_text()[-3000:]}")
            time.sleep(0.2)
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(60)
        except subprocess.TimeoutExpired:
            self.child.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def docker(*arguments, check=True, **more):
    """Standard output."""
    done = subprocess.run([client(), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"docker {' '.join(map(str, arguments))}: {done.stderr[-3000:]}{done.stdout[-1000:]}")
    return done.stdout


def has_image(name):
    return subprocess.run([client(), "image", "inspect", name], capture_output=True).returncode == 0
