#pragma once
// A SIP socket pair (UDP and TCP on one port) with its nta agent. SIP thread only.
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "tests/phones/sip/loop.h"
#include "tests/phones/sip/sofia.h"

namespace callfleet::phones {

class Call;

struct EndpointOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  // 0: a port that is free for both transports
  std::string name = "callfleet-phones";
};

struct EndpointStats {
  uint64_t requests_retransmitted = 0;    // by us
  uint64_t retransmissions_received = 0;  // of requests, by the peer
  uint64_t bad_messages = 0;
  uint64_t request_timeouts = 0;
  uint64_t messages_received = 0;
};

class Endpoint {
 public:
  // Decides on an INVITE outside a dialog: owns the transaction from here on (returns 0), or
  // returns the status to refuse with.
  using InviteHandler = std::function<int(nta_incoming_t*, const sip_t*)>;

  Endpoint(SipLoop& loop, const EndpointOptions& options, InviteHandler on_invite);
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  uint16_t port() const { return port_; }
  const std::string& host() const { return options_.host; }
  nta_agent_t* agent() const { return agent_; }
  SipLoop& loop() const { return loop_; }
  std::string ContactUri(const std::string& user, bool tcp) const;

  // What OPTIONS get: a status, or 0 to leave them without any answer.
  void SetOptionsStatus(int status) { options_status_ = status; }
  uint64_t options_received() const { return options_received_; }
  // From now on every datagram that arrives is lost (UDP only).
  void GoDeaf();
  EndpointStats Stats() const;

  void Keep(const std::shared_ptr<Call>& call);
  void ForgetLater(Call* call);                  // Frees it after the running callback.
  void HoldUnanswered(nta_incoming_t* request);  // Not even a 100.

 private:
  static int OnRequest(nta_leg_magic_t*, nta_leg_t*, nta_incoming_t*, const sip_t*);
  int Dispatch(nta_incoming_t* request, const sip_t* sip);
  int OnOptions(nta_incoming_t* request);

  SipLoop& loop_;
  EndpointOptions options_;
  InviteHandler on_invite_;
  nta_agent_t* agent_ = nullptr;
  nta_leg_t* default_leg_ = nullptr;
  uint16_t port_ = 0;
  int options_status_ = 200;
  uint64_t options_received_ = 0;
  std::unordered_map<Call*, std::shared_ptr<Call>> calls_;
  std::vector<nta_incoming_t*> unanswered_;
};

}  // namespace callfleet::phones
