#pragma once
// An edge over real gRPC that knows registrations, agents' legs and what accounts it was given.
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"

namespace callfleet::test {

// Synchronous, as a test's server may be. Thread safe.
class FakeRegistrarEdge final : public sip_edge::v1::SipEdgeService::Service {
 public:
  FakeRegistrarEdge();
  ~FakeRegistrarEdge() override;
  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

  void Register(const std::string& user, const std::string& agent);
  void Unregister(const std::string& user, const std::string& agent);
  void Leg(const std::string& call, const std::string& agent, const std::string& reservation,
           sip_edge::v1::LegState state);
  void Reboot();  // A new boot id: registrations, legs and accounts are gone, the streams break.
  std::map<std::string, sip_edge::v1::Account> accounts();
  bool WaitForAccount(const std::string& user);

  grpc::Status WatchCalls(grpc::ServerContext* context,
                          const sip_edge::v1::WatchCallsRequest* request,
                          grpc::ServerWriter<sip_edge::v1::WatchCallsResponse>* writer) override;
  grpc::Status WatchRegistrations(
      grpc::ServerContext* context, const sip_edge::v1::WatchRegistrationsRequest* request,
      grpc::ServerWriter<sip_edge::v1::WatchRegistrationsResponse>* writer) override;
  grpc::Status PushAccounts(grpc::ServerContext* context,
                            grpc::ServerReader<sip_edge::v1::PushAccountsRequest>* reader,
                            sip_edge::v1::PushAccountsResponse* response) override;

 private:
  // Until `done` of it or the end: waits for changes.
  void EachChange(grpc::ServerContext* context, int boot, const std::function<void()>& send);
  void Change(const std::function<void()>& how);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, sip_edge::v1::Registration> registrations_;
  std::map<std::string, sip_edge::v1::CallRecord> calls_;
  std::map<std::string, sip_edge::v1::Account> accounts_;
  int boot_ = 1;
  bool stopping_ = false;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace callfleet::test
