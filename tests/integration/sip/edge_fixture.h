#pragma once
// A whole edge in this process on ports of the kernel's choice, with a gRPC client that watches.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "services/sip_edge/app/app.h"
#include "tests/integration/sip/raw_phone.h"

namespace callfleet::test {

namespace v1 = sip_edge::v1;

class EdgeTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;
  virtual void Configure(sip_edge::Config&) {}

  std::uint16_t sip_port() const { return app_->sip_port(); }
  std::string EdgeUri() const { return "sip:callfleet@127.0.0.1:" + std::to_string(sip_port()); }

  // --- Commands of the unit campaign:c with token 1.
  v1::CommandContext Context();
  v1::OriginateRequest ToPhone(const std::string& call, const std::string& leg,
                               const RawPhone& phone);
  grpc::Status Originate(const v1::OriginateRequest& request, v1::OriginateResponse* out = nullptr);
  grpc::Status Ring(const v1::RingRequest& request);
  grpc::Status HangUp(const std::string& call, const std::string& leg = "");
  grpc::Status Bridge(const std::string& call, const std::string& a, const std::string& b);
  grpc::Status CreateTrunk(const std::string& id, const RawPhone& phone,
                           const std::function<void(v1::Trunk&)>& more = {});
  grpc::Status PushAccount(const std::string& user, const std::string& secret,
                           const std::string& agent);
  // Registers `phone` as `user`; the status of the last reply.
  int Register(RawPhone& phone, const std::string& user, const std::string& secret,
               const std::string& contact_params = "", const std::string& extra = "");

  // --- Calls that arrive over the trunk "in".
  void TrustLoopback(RawPhone& caller);
  // An INVITE of `caller`; its call id once the edge has told of it, "" if it never does.
  std::string Arrive(RawPhone& caller, const std::string& extra = "",
                     const std::optional<std::string>& body = std::nullopt);
  grpc::Status Claim(const std::string& call);
  grpc::Status AnswerArrived(const std::string& call);

  // The newest record of the call that fulfils `holds`, as told by the stream.
  std::optional<v1::CallRecord> Wait(const std::string& call,
                                     const std::function<bool(const v1::CallRecord&)>& holds);
  std::optional<v1::CallRecord> WaitEnded(const std::string& call);
  std::optional<v1::CallRecord> WaitLeg(const std::string& call, const std::string& leg,
                                        v1::LegState state);
  std::vector<v1::CallRecord> Records();
  static const v1::Leg& LegOf(const v1::CallRecord& call, const std::string& leg);
  static std::string ReasonOf(const grpc::Status& status);

  std::unique_ptr<sip_edge::App> app_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SipEdgeService::Stub> stub_;

 private:
  void Watch();

  std::unique_ptr<grpc::ClientContext> watch_;
  std::thread watcher_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, v1::CallRecord> records_;
  std::set<std::string> arrived_;  // Calls that Arrive has returned.
  int request_ = 0;
};

}  // namespace callfleet::test
