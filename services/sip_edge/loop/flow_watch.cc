#include "services/sip_edge/loop/flow_watch.h"

#include <utility>

namespace callfleet::sip_edge {

FlowWatch::Held::Held(FlowWatch& watch, nta_agent_t* agent, nta_incoming_t* irq, Flow flow)
    : watch_(watch), flow_(std::move(flow)) {
  if (flow_.transport != Transport::kUdp) tport_ = nta_incoming_transport(agent, irq, nullptr);
}

FlowWatch::Held::~Held() {
  if (tport_ != nullptr) tport_unref(tport_);
}

void FlowWatch::Held::Watch() {
  if (tport_ == nullptr || tport_is_primary(tport_)) return;
  if (watch_.flows_.emplace(tport_, flow_).second) tport_ = nullptr;
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
