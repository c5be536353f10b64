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

  // The connection that a request came over; none for UDP. While it is held it is not closed for
  // being idle; watched from then on if its sender proves to be somebody.
  class Held {
   public:
    Held(FlowWatch& watch, nta_agent_t* agent, nta_incoming_t* irq, Flow flow);
    ~Held();
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    void Watch();

   private:
    FlowWatch& watch_;
    tport_t* tport_ = nullptr;  // With a reference for us.
    Flow flow_;
  };
  // What has closed since the last call. Asked for, as sofia tells of a closed connection only
  // those who wait for a response on it.
  std::vector<Flow> TakeClosed();
  void Clear();  // Before the agent goes.

 private:
  std::unordered_map<tport_t*, Flow> flows_;  // Each with a reference of ours.
};

}  // namespace callfleet::sip_edge
