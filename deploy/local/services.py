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
    more_edges: dict = field(default_factory=dict)  # "sip_edge_2" and on -> (SIP port, RTP ports)

    def target(self, service):
        return f"127.0.0.1:{self.grpc[service]}"

    def edges(self):
        """gRPC of each edge, as the others want it."""
        return ",".join(self.target(name) for name in ("sip_edge", *self.more_edges))

    def sip_of(self, edge):
        return self.sip if edge == "sip_edge" else self.more_edges[edge][0]


# Lowest floor first: nothing calls upwards.
NAMES = ["sip_edge", "agent_registry", "queue", "dialer", "supervisor"]


def is_edge(name):
    return name.startswith("sip_edge")


def binary(name):
    return "callfleet-" + ("sip_edge" if is_edge(name) else name).replace("_", "-")


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
        "agent_registry": lambda: {"sip_edges": addresses.edges()},
        "queue": lambda: {
            "sip_edges": addresses.edges(),
            "agent_registry": addresses.target("agent_registry"),
        },
        "dialer": lambda: {
            "sip_edges": addresses.edges(),
            "agent_registry": addresses.target("agent_registry"),
        },
        "supervisor": lambda: {
            "rest_listen": f"127.0.0.1:{addresses.rest}",
            "sip_edges": addresses.edges(),
            "agent_registry": addresses.target("agent_registry"),
            "queue": addresses.target("queue"),
            "dialer": addresses.target("dialer"),
        },
        **{edge: lambda edge=edge: {
            "edge_id": edge.replace("sip_edge_", "edge-"),
            "sip_port": addresses.more_edges[edge][0],
            "rtp_port_min": addresses.more_edges[edge][1][0],
            "rtp_port_max": addresses.more_edges[edge][1][1],
        } for edge in addresses.more_edges},
    }[name]()
    command = []
    for key, value in {**common, **own}.items():
        command += [f"--{key}", str(value)]
    return command
