"""Free ports, outside the kernel's ephemeral range so that no outgoing connection takes one between
our choice and the service's bind."""

import random
import socket

_SINGLE = range(6000, 20000)
_EDGE_RTP = range(10000, 20000, 2000)
_PHONES_RTP = range(20000, 32000, 2000)


def _is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


class Ports:
    """Hands out each port once."""

    def __init__(self):
        self._given = set()
        self._random = random.SystemRandom()

    def one(self):
        """A port that is free for TCP and UDP."""
        for _ in range(1000):
            port = self._random.choice(_SINGLE)
            if port not in self._given and 10000 > port and _is_free(port):
                self._given.add(port)
                return port
        raise RuntimeError("no free port between 6000 and 9999")

    def edge_rtp(self):
        """First and last port of a block for the edge's media."""
        return self._block(_EDGE_RTP)

    def phones_rtp(self):
        """First and last port of a block for the media of the simulated phones."""
        return self._block(_PHONES_RTP)

    def _block(self, starts):
        for start in self._random.sample(list(starts), len(starts)):
            if all(_is_free(start + i) for i in range(0, 40, 2)):
                return start, start + 1999
        return starts[0], starts[-1] + 1999
