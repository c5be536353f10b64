#include "services/sip_edge/loop/flow_watch.h"

namespace callfleet::sip_edge {

void FlowWatch::Watch(nta_agent_t* agent, nta_incoming_t* irq, const Flow& flow) {
  if (flow.transport == Transport::kUdp) return;
  tport_t* tport = nta_incoming_transport(agent, irq, nullptr);  // With a reference for us.
  if (tport == nullptr) return;
  if (tport_is_primary(tport) || !flows_.emplace(tport, flow).second) tport_unref(tport);
}

std::vector<FlowWatch::Flow> FlowWatch::TakeClosed() {
  std::vector<Flow> closed;
  for (auto it = flows_.begin(); it != flows_.end();) {
    if (!tport_is_shutdown(it->first) && !tport_is_closed(it->first)) {
      ++it;
      continue;
    }
    closed.push_back(it->second);
    tport_unref(it->first);
    it = flows_.erase(it);
  }
  return closed;
}

void FlowWatch::Clear() {
  for (const auto& [tport, flow] : flows_) tport_unref(tport);
  flows_.clear();
}

}  // namespace callfleet::sip_edge
