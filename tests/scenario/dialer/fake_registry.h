#pragma once
// A registry of a handful of agents: grants to the oldest demand, keeps every rule of the session,
// and fails the test when an agent is above its maximum.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/dialer/ports/pool_link.h"
#include "tests/support/virtual_timers.h"

namespace callfleet::dialer {

class FakeRegistry {
 public:
  explicit FakeRegistry(test::VirtualTimers* timers) : timers_(timers) {}

  struct Agent {
    int capacity = 1;
    int peak = 0;
    int calls = 0;
    std::set<ReservationId> slots;
  };
  void AddAgent(const std::string& name, int capacity) {
    agents[AgentId(name)].capacity = capacity;
  }
  std::unique_ptr<PoolLink> Connect(std::shared_ptr<PoolLinkListener> listener);
  void Match();

  std::map<AgentId, Agent> agents;
  std::map<ReservationId, AgentId> reservations;

 private:
  class Link;
  struct Key {
    CampaignId campaign;
    AttemptId demand;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  void Take(const PoolMessage& message);
  void Free(const ReservationId& reservation);
  void Tell(PoolInput input);
  Agent* LeastBusy(AgentId* id);

  test::VirtualTimers* timers_;
  std::shared_ptr<PoolLinkListener> listener_;
  std::set<CampaignId> ready_;
  std::deque<std::pair<Key, SendDemand>> book_;
  std::map<std::uint64_t, std::pair<Key, ReservationId>> granted_;
  std::map<std::uint64_t, SendDemand> granted_demands_;
  std::set<ReservationId> declared_;
  std::uint64_t last_grant_ = 0;
  std::uint64_t last_reservation_ = 0;
};

}  // namespace callfleet::dialer
