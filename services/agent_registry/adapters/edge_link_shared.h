#pragma once
// The inside of EdgeLink: lives until the last callback of gRPC has ended.
#include <grpcpp/grpcpp.h>

#include <functional>
#include <mutex>
#include <set>
#include <unordered_set>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "common/grpc_server/open_calls.h"
#include "services/agent_registry/adapters/edge_link.h"
#include "services/agent_registry/adapters/sight.h"

namespace callfleet::agent_registry {

namespace edge_v1 = callfleet::sip_edge::v1;

class EdgeLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(EdgeLinkParts parts, logging::Logger log)
      : parts_(std::move(parts)),
        log_(std::move(log)),
        stub_(edge_v1::SipEdgeService::NewStub(parts_.channel)) {}

  void Start(EdgeFacts* facts);
  void Stop();
  bool connected() const;
  EdgeId edge() const;

  void OnCalls(const edge_v1::WatchCallsResponse& message);
  void OnRegistrations(const edge_v1::WatchRegistrationsResponse& message);
  void MarkDirty(const std::string& sip_user, bool removed);
  void DialDedicated(const AgentProfile& profile, const LegId& leg);

  // --- For the streams
  void CallsEnded(const grpc::Status& status);
  void RegistrationsEnded(const grpc::Status& status);
  void Pushed(const std::string& boot, bool whole, const grpc::Status& status);

 private:
  void OpenCalls();
  void OpenRegistrations();
  void Later(void (Shared::*what)());
  void PushIfNeeded();
  std::vector<edge_v1::PushAccountsRequest> PushMessages(bool whole);
  void OnRegistration(const edge_v1::Registration& registration);
  void Heard();
  void WatchSight();

  EdgeLinkParts parts_;
  logging::Logger log_;
  std::unique_ptr<edge_v1::SipEdgeService::Stub> stub_;
  grpc_server::OpenCalls calls_;
  EdgeFacts* facts_ = nullptr;

  mutable std::mutex mutex_;
  EdgeId edge_;
  std::string boot_;
  std::string pushed_boot_;
  bool pushing_ = false;
  bool calls_up_ = false;
  Sight sight_;
  bool watching_sight_ = false;
  bool registrations_up_ = false;
  std::set<std::string> dirty_;
  std::set<std::string> removed_;
  std::unordered_set<std::string> registered_;  // Users that the edge itself has contacts of.

  // Of the watches' callbacks only, which never run twice at once.
  bool in_calls_snapshot_ = false;
  std::vector<LegOfAgent> leg_snapshot_;
  bool in_registrations_snapshot_ = false;
  std::vector<UserReachability> reach_snapshot_;
};

}  // namespace callfleet::agent_registry
