#pragma once
// Tells when a TCP or TLS connection that a phone registered over has closed (RFC 5626 4.2.1: the
// registration went with its flow). Sofia thread only.
#include <string>
#include <unordered_map>
#include <vector>

#include "services/sip_edge/domain/trunk.h"
#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

class FlowWatch {
 public:
  struct Flow {
    std::string source;  // "ip:port" of the far end.
    Transport transport = Transport::kTcp;
  };

  FlowWatch() = default;
  ~FlowWatch() { Clear(); }
  FlowWatch(const FlowWatch&) = delete;
  FlowWatch& operator=(const FlowWatch&) = delete;

  // The connection that `irq` came over; nothing for UDP, or where it is watched already.
  void Watch(nta_agent_t* agent, nta_incoming_t* irq, const Flow& flow);
  // What has closed since the last call. Asked for, as sofia tells of a closed connection only
  // those who wait for a response on it.
  std::vector<Flow> TakeClosed();
  void Clear();  // Before the agent goes.

 private:
  std::unordered_map<tport_t*, Flow> flows_;  // Each with a reference of ours.
};

}  // namespace callfleet::sip_edge
