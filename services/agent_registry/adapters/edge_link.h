#pragma once
// One edge: its calls and registrations are watched, each new boot of it is given the accounts.
#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "common/grpc_server/intake.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "services/agent_registry/adapters/account_book.h"
#include "services/agent_registry/ports/edge_facts.h"
#include "services/agent_registry/ports/journal.h"

namespace callfleet::agent_registry {

struct EdgeLinkParts {  // All outlive the link.
  std::shared_ptr<grpc::Channel> channel;
  std::string target;
  UnitToken pool;  // In whose name accounts are pushed and lines dialled.
  AccountBook* accounts = nullptr;
  Journal* journal = nullptr;
  IdSource* ids = nullptr;
  Timers* timers = nullptr;
  const Clock* clock = nullptr;
  grpc_server::Intake* intake = nullptr;  // Null: never stopped.
};

// Thread safe. Broken watches and pushes are tried again after 200 ms, for ever.
class EdgeLink {
 public:
  EdgeLink(EdgeLinkParts parts, logging::Logger log);
  ~EdgeLink();  // Stop.
  EdgeLink(const EdgeLink&) = delete;
  EdgeLink& operator=(const EdgeLink&) = delete;

  void Start(EdgeFacts* facts);  // Once.
  void Stop();                   // Nothing is told afterwards.
  bool connected() const;        // Both watches stand and the accounts are pushed.
  EdgeId edge() const;           // Empty until the first contact.

  void AccountChanged(const std::string& sip_user);
  void AccountRemoved(const std::string& sip_user);
  void DialDedicated(const AgentProfile& profile, const LegId& leg);

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::agent_registry
