#pragma once
// An edge over real gRPC with one call at a time: claimed, handed over, answered, refused,
// forgotten.
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"

namespace callfleet::test {

// Synchronous, as a test's server may be. Thread safe.
class FakeEdge final : public sip_edge::v1::SipEdgeService::Service {
 public:
  explicit FakeEdge(std::string id = "edge-1", int port = 0);  // 0: any that is free.
  ~FakeEdge() override;

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  void CallArrives(const std::string& call, const std::string& number = "100");
  void CallerHangsUp();
  // Of the next watch: goes on after a message that nobody can read.
  void SendNonsenseOnce();
  // Whoever watches now hears nothing more once so many calls were claimed; the next watch hears
  // all.
  void FallSilentAfterClaims(int count);
  // "claim c", "hang up c 404", "acknowledge c"; waits up to 10 s until there are `count`.
  std::vector<std::string> WaitForCommands(std::size_t count);

  grpc::Status WatchCalls(grpc::ServerContext* context,
                          const sip_edge::v1::WatchCallsRequest* request,
                          grpc::ServerWriter<sip_edge::v1::WatchCallsResponse>* writer) override;
  grpc::Status Claim(grpc::ServerContext*, const sip_edge::v1::ClaimRequest* request,
                     sip_edge::v1::ClaimResponse*) override;
  grpc::Status Handover(grpc::ServerContext*, const sip_edge::v1::HandoverRequest* request,
                        sip_edge::v1::HandoverResponse*) override;
  grpc::Status Answer(grpc::ServerContext*, const sip_edge::v1::AnswerRequest* request,
                      sip_edge::v1::AnswerResponse*) override;
  grpc::Status HangUp(grpc::ServerContext*, const sip_edge::v1::HangUpRequest* request,
                      sip_edge::v1::HangUpResponse*) override;
  // The first answers are lost.
  grpc::Status Ring(grpc::ServerContext*, const sip_edge::v1::RingRequest* request,
                    sip_edge::v1::RingResponse*) override;
  void LoseRingAnswers(int count);
  grpc::Status Acknowledge(grpc::ServerContext*, const sip_edge::v1::AcknowledgeRequest* request,
                           sip_edge::v1::AcknowledgeResponse*) override;

 private:
  void Change(std::string command, const std::function<void(sip_edge::v1::CallRecord*)>& how);

  const std::string id_;
  std::mutex mutex_;
  std::condition_variable changed_;
  sip_edge::v1::CallRecord record_;
  std::vector<std::string> commands_;
  int ring_answers_lost_ = 0;
  bool nonsense_ = false;
  int claims_until_silence_ = -1;
  bool silent_ = false;
  bool stopping_ = false;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace callfleet::test
