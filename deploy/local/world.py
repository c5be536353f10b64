"""Who is at the other ends of the demo's lines: how the carrier behaves and which agents work."""

from dataclasses import dataclass

# What a carrier meets on a good day, quick enough to watch. Every cause is one that counts.
CARRIER_MIX = [
    {"weight": 68, "do": "answer", "pdd_ms": 60, "ring_ms": {"uniform": [200, 900]},
     "talk_ms": {"uniform": [1500, 4000]}},
    {"weight": 12, "do": "busy", "pdd_ms": {"uniform": [50, 200]}},
    {"weight": 8, "do": "no_answer", "ring_ms": {"uniform": [1500, 2500]}},
    {"weight": 5, "do": "declined", "ring_ms": {"uniform": [400, 900]}},
    {"weight": 4, "do": "unreachable", "pdd_ms": 100},
    {"weight": 3, "do": "invalid_number", "pdd_ms": 50},
]


@dataclass
class AgentPlan:
    name: str
    capacity: int
    line_mode: str  # ring, auto
    fixed_uri: bool  # A machine behind a SIP URI, else a phone that registers.

    def body(self, farm_port):
        """Fields of POST /api/v1/agents beside name and capacity."""
        more = {"description": "machine" if self.fixed_uri else "person", "lineMode": self.line_mode}
        if self.fixed_uri:
            more["contactUri"] = f"sip:{self.name}@127.0.0.1:{farm_port}"
        return more

    def account(self, secret):
        """The phone's entry in the farm."""
        if self.fixed_uri:
            return {"user": self.name, "register": False}
        return {"user": self.name, "secret": secret}


def agent_plans(count):
    """Of five agents one is a machine with three lines, one lets its phone pick up by itself."""
    plans = []
    for i in range(1, count + 1):
        if i % 5 == 0:
            plans.append(AgentPlan(f"machine-{i}", 3, "auto", True))
        else:
            plans.append(AgentPlan(f"agent-{i}", 1, "auto" if i % 5 == 3 else "ring", False))
    return plans


def phones_config(sip_port, seed=1, carrier=None):
    return {
        "seed": seed,
        "carrier": {"profile": {"default": {"outcomes": carrier or CARRIER_MIX}}},
        "farm": {
            "defaults": {
                "server": f"sip:127.0.0.1:{sip_port}",
                "behaviour": {"answer_ms": {"uniform": [150, 400]}},
            }
        },
    }
