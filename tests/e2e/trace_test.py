"""One call is followed through all services: by its id, and by the trace of whoever did something with it."""

import json
import subprocess
import unittest

from callfleet_e2e import rpc, wait_until
from callfleet_e2e.house import HouseTest
from callfleet_e2e.process import ROOT

BY_REST = "0af7651916cd43dd8448eb211c80319c"
BY_GRPC = "4bf92f3577b34da6a3ce929d0e0e4736"


def recorded(trace_id):
    """The header of somebody who records the trace."""
    return f"00-{trace_id}-00f067aa0ba902b7-01"


class Trace(HouseTest):
    carrier = [{"do": "answer", "ring_ms": 50, "talk_ms": 60000}]

    def connected(self, name, first, agent):
        self.campaign([agent], leads=1, name=name, first=first)
        return wait_until(lambda: next((c["id"] for c in self.rest.get("/calls") if c["state"] == "connected"), None), 20,
                          "a connected call")

    def hang_up(self, call):
        self.rest.post(f"/calls/{call}/hangup")
        wait_until(lambda: self.rest.get(f"/calls/{call}")["state"] == "ended", 20, "the end of the call")

    def traced(self, call):
        """What deploy/trace prints."""
        done = subprocess.run([ROOT / "deploy" / "trace", call, self.house.folder / "logs"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def lines_of(self, call, trace_id, services):
        """Once all of `services` have written lines of this trace."""
        def there():
            lines = [line for line in self.traced(call) if line.get("trace_id") == trace_id]
            return lines if services <= {line["service"] for line in lines} else None
        return wait_until(there, 10, f"lines of {trace_id} from {services}")

    def test_an_id_leads_to_every_line_and_a_trace_goes_down_to_the_edge(self):
        self.trunk()
        agent = self.agent("ann")

        # Nobody records: the call has a trace of its own, that all services know by its id.
        first = self.connected("First", 100, agent)
        self.rest.raw("POST", f"/api/v1/calls/{first}/hold", headers={"traceparent": "00-nonsense"})
        self.hang_up(first)
        wait_until(lambda: {"dialer", "sip_edge"} <= {line["service"] for line in self.traced(first)}, 10, "both services")
        traces = {line["trace_id"] for line in self.traced(first) if line.get("call_id")}
        self.assertEqual(len(traces), 1, "the call has one trace, the same in each service")
        self.assertRegex(traces.pop(), "^[0-9a-f]{32}$")

        # By REST: supervisor, then the dialer that owns the call, then the edge that holds it.
        second = self.connected("Second", 200, agent)
        status, _ = self.rest.raw("POST", f"/api/v1/calls/{second}/hold", headers={"traceparent": recorded(BY_REST)})
        self.assertEqual(status, 200)
        lines = self.lines_of(second, BY_REST, {"supervisor", "dialer", "sip_edge"})
        asked = {(line["service"], line.get("method", line["msg"]).rsplit("/", 1)[-1]) for line in lines}
        self.assertLessEqual({("supervisor", "POST"), ("dialer", "SteerCall"), ("sip_edge", "SetHold")}, asked)

        # By gRPC, with somebody else's trace: what follows belongs to that one.
        rpc.call(self.house.addresses.target("supervisor"), "callfleet.supervisor.v1.SupervisorService/SteerCall",
                 {"requestId": "r1", "callId": second, "action": {"hangUp": {}}}, [f"traceparent: {recorded(BY_GRPC)}"])
        lines = self.lines_of(second, BY_GRPC, {"supervisor", "dialer", "sip_edge"})
        wait_until(lambda: any(line["msg"] == "call ended" for line in self.lines_of(second, BY_GRPC, {"sip_edge"})), 10,
                   "the call's end in that trace")
        self.assertEqual({line["call_id"] for line in self.traced(second) if line.get("call_id")}, {second})
        self.assertNotIn(BY_GRPC, {line.get("trace_id") for line in self.traced(first)})


if __name__ == "__main__":
    unittest.main()
