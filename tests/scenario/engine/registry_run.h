#pragma once
// One process of agent_registry: the real agents and matchmaker on simulated ways.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "callfleet/agent_registry/v1/session.pb.h"
#include "services/agent_registry/adapters/account_book.h"
#include "services/agent_registry/adapters/sight.h"
#include "services/agent_registry/app/core.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

namespace registry_v1 = callfleet::agent_registry::v1;

class RegistryRun final : public agent_registry::EdgeControl,
                          public agent_registry::AgentFeed,
                          public agent_registry::OwnerStreams,
                          public agent_registry::Secrets,
                          public IdSource {
 public:
  // The reading side of one session; its stream's messages arrive here in order.
  class Session {
   public:
    Session(RegistryRun* run, agent_registry::StreamId id) : run_(run), id_(id) {}
    void OnMessage(const registry_v1::SessionRequest& request);
    void OnDown();

   private:
    RegistryRun* run_;
    agent_registry::StreamId id_;
    PoolId pool_;
    bool greeted_ = false;
  };
  using SessionSink = std::function<void(const registry_v1::SessionResponse&)>;

  // `on_lost`: it wants to end itself; a new one is to be started.
  RegistryRun(House* house, LifeRef life, agent_registry::KeptPool kept, Task on_lost);
  ~RegistryRun() override;

  void Start();
  // SIGTERM: nothing is begun any more, what was begun is written.
  void Close();
  std::shared_ptr<Session> OpenSession(std::shared_ptr<Stream> stream, SessionSink sink);
  agent_registry::RegistryDesk& desk() { return service_->desk(); }
  agent_registry::Service& service() { return *service_; }
  const LifeRef& life() const { return life_; }
  const std::map<AgentId, agent_registry::AgentRecordRef>& board() const { return board_; }

  // --- Ports
  void PutAccount(const agent_registry::AgentProfile& profile) override;
  void RemoveAccount(const std::string& sip_user) override;
  void DialDedicated(const agent_registry::AgentProfile& profile, const LegId& leg,
                     const EdgeId& edge) override;
  void Changed(agent_registry::AgentRecordRef record) override;
  void Gone(const AgentId& agent) override { board_.erase(agent); }
  void Send(agent_registry::StreamId stream, agent_registry::OwnerReply reply) override;
  std::string Next() override;

 private:
  friend class Session;
  struct OpenStream {
    PoolId pool;
    std::shared_ptr<Stream> stream;
    SessionSink sink;
  };
  bool IsOld(const agent_registry::SlotRecord& slot) const;
  void EachSecond();
  void OnLost();
  // registry_edges.cc: what adapters/edge_link does, on the simulated way.
  void OpenCalls();
  void OpenRegistrations();
  void OnCalls(const edge_v1::WatchCallsResponse& message);
  void OnCallsEnded();
  void WatchSight();
  void TellSight(bool in_sight);
  void OnRegistrations(const edge_v1::WatchRegistrationsResponse& message);
  void OnRegistration(const edge_v1::Registration& registration);
  void PushIfNeeded();
  std::vector<edge_v1::PushAccountsRequest> PushMessages(bool whole);

  House* house_;
  LifeRef life_;
  UnitToken pool_;
  Task on_lost_;
  bool lost_ = false;
  bool closed_ = false;
  agent_registry::AccountBook accounts_;
  std::unique_ptr<RegistryJournal> journal_;
  std::unique_ptr<agent_registry::Service> service_;
  std::map<AgentId, agent_registry::AgentRecordRef> board_;
  std::unordered_map<agent_registry::StreamId, OpenStream> sessions_;
  agent_registry::StreamId last_session_ = 0;
  std::uint64_t ids_ = 0;

  EdgeId edge_;
  std::string boot_;
  std::string pushed_boot_;
  bool pushing_ = false;
  bool registrations_up_ = false;
  agent_registry::Sight sight_;
  bool watching_sight_ = false;
  bool in_registrations_snapshot_ = false;
  std::set<std::string> dirty_;
  std::set<std::string> removed_;
  std::unordered_set<std::string> registered_;
  std::vector<agent_registry::LegOfAgent> leg_snapshot_;
  std::vector<agent_registry::UserReachability> reach_snapshot_;
};

}  // namespace callfleet::engine
