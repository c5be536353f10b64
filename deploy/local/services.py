"""The five services: their binaries and the flags that a local stack gives them."""

from dataclasses import dataclass, field


@dataclass
class Addresses:
    """Ports of one stack, all on loopback."""

    grpc: dict = field(default_factory=dict)  # service -> port
    admin: dict = field(default_factory=dict)  # service -> port
    sip: int = 0
    rest: int = 0
    edge_rtp: tuple = (0, 0)

    def target(self, service):
        return f"127.0.0.1:{self.grpc[service]}"


# Lowest floor first: nothing calls upwards.
NAMES = ["sip_edge", "agent_registry", "queue", "dialer", "supervisor"]


def binary(name):
    return "callfleet-" + name.replace("_", "-")


def flags(name, addresses, conninfo, log_level="info"):
    """Command line of one service."""
    common = {
        "listen": addresses.target(name),
        "admin_listen": f"127.0.0.1:{addresses.admin[name]}",
        "database": conninfo,
        "log_level": log_level,
    }
    own = {
        "sip_edge": lambda: {
            "sip_port": addresses.sip,
            "rtp_port_min": addresses.edge_rtp[0],
            "rtp_port_max": addresses.edge_rtp[1],
        },
        "agent_registry": lambda: {"sip_edges": addresses.target("sip_edge")},
        "queue": lambda: {
            "sip_edge": addresses.target("sip_edge"),
            "agent_registry": addresses.target("agent_registry"),
        },
        "dialer": lambda: {
            "sip_edges": addresses.target("sip_edge"),
            "agent_registry": addresses.target("agent_registry"),
        },
        "supervisor": lambda: {
            "rest_listen": f"127.0.0.1:{addresses.rest}",
            "sip_edge": addresses.target("sip_edge"),
            "agent_registry": addresses.target("agent_registry"),
            "queue": addresses.target("queue"),
            "dialer": addresses.target("dialer"),
        },
    }[name]()
    command = []
    for key, value in {**common, **own}.items():
        command += [f"--{key}", str(value)]
    return command
