"""Free ports, outside the kernel's ephemeral range so that no outgoing connection takes one between
our choice and the service's bind."""

import fcntl
import os
import pathlib
import random
import socket

_SINGLE = range(6000, 10000)
_BLOCK = 2000  # Ports: 500 calls of two legs, each with RTP and RTCP.
_EDGE_RTP = range(10000, 20000, _BLOCK)
_PHONES_RTP = range(20000, 32000, _BLOCK)


def _is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


class Ports:
    """Hands out each port once; a lock a port keeps other stacks on this machine away while we live."""

    def __init__(self):
        self._held = []
        self._folder = pathlib.Path(f"/tmp/callfleet-ports-{os.getuid()}")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._random = random.SystemRandom()

    def _take(self, port):
        lock = open(self._folder / str(port), "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._held.append(lock)
        return True

    def release(self):
        while self._held:
            self._held.pop().close()

    def one(self):
        """A port that is free for TCP and UDP."""
        for _ in range(1000):
            port = self._random.choice(_SINGLE)
            if _is_free(port) and self._take(port):
                return port
        raise RuntimeError("no free port between 6000 and 9999")

    def pair(self):
        """The first of two such ports side by side: SIP phones take the next one for TLS."""
        for _ in range(1000):
            port = self.one()
            if _is_free(port + 1) and self._take(port + 1):
                return port
        raise RuntimeError("no two free ports side by side between 6000 and 9999")

    def edge_rtp(self, blocks=1):
        """First and last port of so many blocks side by side for the edge's media; at most 5."""
        return self._blocks(_EDGE_RTP, blocks)

    def phones_rtp(self, blocks=1):
        """First and last port of so many blocks side by side for the media of the simulated phones; at most 6."""
        return self._blocks(_PHONES_RTP, blocks)

    def _blocks(self, starts, count):
        firsts = list(starts)[:len(starts) - count + 1]
        for first in self._random.sample(firsts, len(firsts)):
            wanted = range(first, first + count * _BLOCK, _BLOCK)
            if all(self._is_block_free(start) for start in wanted):
                return first, wanted.stop - 1
        return starts[0], starts[-1] + _BLOCK - 1

    def _is_block_free(self, start):
        return all(_is_free(start + i) for i in range(0, 40, 2)) and self._take(start)
