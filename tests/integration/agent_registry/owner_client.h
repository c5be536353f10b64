#pragma once
// A unit's owner over real gRPC, in a test's words.
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "callfleet/agent_registry/v1/agent_registry_service.grpc.pb.h"

namespace callfleet::test {

// Reads on a thread of its own; keeps what came until somebody waits for it.
class OwnerClient {
 public:
  using Request = agent_registry::v1::SessionRequest;
  using Response = agent_registry::v1::SessionResponse;

  OwnerClient(agent_registry::v1::AgentRegistryService::Stub* stub, std::string campaign)
      : campaign_(std::move(campaign)), stream_(stub->Session(&context_)) {
    reader_ = std::thread([this] { Read(); });
  }
  ~OwnerClient() {
    context_.TryCancel();
    reader_.join();
  }

  void Send(const Request& request) { stream_->Write(request); }
  void Hello(std::uint64_t token = 1) {
    Request request;
    auto* unit = request.mutable_hello()->add_units();
    SetUnit(unit->mutable_unit());
    unit->set_token(token);
    Send(request);
  }
  void DeclareEnd() {
    Request request;
    SetUnit(request.mutable_declare_end()->add_units());
    Send(request);
  }
  bool Join(std::uint64_t token = 1) {
    Hello(token);
    DeclareEnd();
    return Next([](const Response& r) { return r.has_ready(); }).has_value();
  }
  void Want(const std::string& id, std::uint64_t revision = 1) {
    Request request;
    auto* demand = request.mutable_demand();
    SetUnit(demand->mutable_unit());
    SetUnit(demand->mutable_audience());
    demand->set_demand_id(id);
    demand->set_revision(revision);
    demand->set_demand_class(agent_registry::v1::DEMAND_CLASS_WAITING);
    Send(request);
  }
  std::optional<agent_registry::v1::SessionResponse::Grant> Grant() {
    auto response = Next([](const Response& r) { return r.has_grant(); });
    if (!response) return std::nullopt;
    return response->grant();
  }
  void Take(std::uint64_t grant) {
    Request request;
    request.mutable_taken()->set_grant(grant);
    Send(request);
  }
  void Complete(const std::string& reservation, int wrap_up_seconds = 0) {
    Request request;
    request.mutable_complete()->set_reservation_id(reservation);
    request.mutable_complete()->set_outcome("completed");
    request.mutable_complete()->mutable_talk_time()->set_seconds(7);
    request.mutable_complete()->mutable_wrap_up()->set_seconds(wrap_up_seconds);
    Send(request);
  }
  void SetUnit(common::v1::Unit* unit) {
    unit->set_kind(common::v1::UNIT_KIND_CAMPAIGN);
    unit->set_id(campaign_);
  }
  // The first message that fits, within `limit`; others before it are dropped.
  std::optional<Response> Next(const std::function<bool(const Response&)>& fits,
                               std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + limit;
    while (true) {
      while (!heard_.empty()) {
        Response response = std::move(heard_.front());
        heard_.pop_front();
        if (fits(response)) return response;
      }
      if (ended_ || changed_.wait_until(lock, until) == std::cv_status::timeout)
        return std::nullopt;
    }
  }

 private:
  void Read() {
    Response response;
    while (stream_->Read(&response)) {
      const std::lock_guard lock(mutex_);
      heard_.push_back(std::move(response));
      changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  std::string campaign_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Response> heard_;
  bool ended_ = false;
  std::thread reader_;
};

}  // namespace callfleet::test
