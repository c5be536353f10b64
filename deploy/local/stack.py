"""Five services, a private PostgreSQL and the simulated outside world, started and ended as one."""

import http.client
import os
import pathlib
import subprocess
import time

from . import services
from .children import Child, ChildFailed, stop_all
from .phones import Phones
from .ports import Ports
from .rest import Rest

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_LIMIT_S = 60


class Stack:
    """Owns `folder` (logs, PostgreSQL). Use as a context manager, or call stop(). `temporary`: the
    cluster goes with us, even if we are killed. `fresh`: what an earlier run left there is removed.
    `durable`: PostgreSQL waits for the disk, as it does in production. `edges`: the second is the
    service "sip_edge_2". `rtp_blocks`: 500 calls each."""

    def __init__(
        self, folder, build=None, rest_port=0, log_level="info", temporary=False, fresh=False,
        durable=False, edges=1, rtp_blocks=1,
    ):
        self.folder = pathlib.Path(folder)
        self.build = pathlib.Path(build or ROOT / "build" / "dev")
        self.log_level = log_level
        self.temporary = temporary
        self.fresh = fresh
        self.speed = [] if durable else ["--fast"]
        self.children = {}
        self.more_flags = {}  # service -> flags beside those of every local stack
        self.phones = None
        self.conninfo = None
        self.ports = Ports()
        self.rtp_blocks = rtp_blocks
        self.addresses = self._addresses(rest_port, edges)
        self.names = ["sip_edge", *self.addresses.more_edges, *services.NAMES[1:]]
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        for log in (log for log in logs.glob("*.log") if log.name != "build.log"):
            log.unlink()

    def _addresses(self, rest_port, edges):
        addresses = services.Addresses(edge_rtp=self.ports.edge_rtp(self.rtp_blocks))
        for number in range(2, edges + 1):
            addresses.more_edges[f"sip_edge_{number}"] = (self.ports.one(), self.ports.edge_rtp())
        for name in [*services.NAMES, *addresses.more_edges]:
            addresses.grpc[name] = self.ports.one()
            addresses.admin[name] = self.ports.one()
        addresses.sip = self.ports.one()
        addresses.rest = rest_port or self.ports.one()
        return addresses

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def rest(self):
        return Rest(self.addresses.rest)

    # --- PostgreSQL

    def _postgres(self, action, *options):
        script = ROOT / "deploy" / "private-postgres"
        done = subprocess.run(
            [script, action, self.folder / "postgres", *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        if done.returncode != 0:
            raise ChildFailed(f"private-postgres {action}: {done.stderr.strip()}")
        return done.stdout.strip()

    def start_postgres(self):
        if self.fresh:
            self._postgres("remove")
        options = ["--owner", str(os.getpid())] if self.temporary else []
        # A crash of the machine may cost a demo its data; waiting for the disk would cost more.
        self.conninfo = self._postgres("start", *self.speed, *options)

    def stop_postgres(self):
        self._postgres("stop")

    def restart_postgres(self):
        """On the same data and socket, after stop_postgres()."""
        self._postgres("start", *self.speed)

    # --- The outside world

    def start_phones(self, config, arguments=()):
        low, high = self.ports.phones_rtp(self.rtp_blocks)
        config.setdefault("media", {"port_min": low, "port_max": high})
        self.phones = Phones(self.binary("callfleet-phones"), self.folder, config, arguments)
        return self.phones

    def binary(self, name):
        for folder in (self.build / "bin", self.build / "tests" / "phones"):
            if (folder / name).exists():
                return folder / name
        raise ChildFailed(f"{name} is not built below {self.build}")

    # --- The services

    def start_service(self, name):
        command = [self.binary(services.binary(name))]
        command += services.flags(name, self.addresses, self.conninfo, self.log_level)
        if services.is_edge(name):
            command += ["--recordings_dir", self.folder / name.replace("sip_edge", "recordings")]
        command += self.more_flags.get(name, [])
        log = self.folder / "logs" / f"{name}.log"
        self.children[name] = Child(name, command, log)
        return self.children[name]

    def start_services(self, names=None):
        for name in names or self.names:
            self.start_service(name)
        for name in names or self.names:
            self.wait_ready(name)

    def wait_ready(self, name, limit_s=START_LIMIT_S):
        """Until /readyz says 200; ChildFailed with the reasons and the log's tail otherwise."""
        end = time.monotonic() + limit_s
        said = "nothing"
        while time.monotonic() < end:
            self.children[name].check()
            try:
                status, said = self.admin(name, "/readyz")
                if status == 200:
                    return
            except OSError as error:
                said = str(error)
            time.sleep(0.05)
        raise ChildFailed(f"{name} is not ready: {said}\n{self.children[name].tail()}")

    def admin(self, name, path):
        """(status, text) of a probe or /metrics."""
        connection = http.client.HTTPConnection("127.0.0.1", self.addresses.admin[name], timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def check(self):
        """Raises ChildFailed if anything has ended that should live."""
        for child in self.children.values():
            child.check()
        if self.phones:
            self.phones.child.check()

    def stop(self):
        """Upper floors first; PostgreSQL last. Never raises."""
        stop_all([self.children[name] for name in reversed(self.names) if name in self.children])
        if self.phones:
            self.phones.child.stop()
        if self.conninfo:
            try:
                self._postgres("remove" if self.temporary else "stop")
            except ChildFailed:
                pass
        self.children = {}
        self.phones = None
        self.conninfo = None
        self.ports.release()
