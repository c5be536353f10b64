#pragma once
// A service's outbox in memory, whose streams break where a test says.
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "callfleet/agent_registry/v1/event.pb.h"
#include "callfleet/dialer/v1/event.pb.h"
#include "callfleet/queue/v1/queue_service.pb.h"
#include "callfleet/sip_edge/v1/event.pb.h"
#include "services/supervisor/adapters/event_consumer.h"

namespace callfleet::supervisor::test {

class Outbox {
 public:
  void Add(callfleet::common::v1::Event event);
  void Drop(std::size_t count);                           // The oldest are no longer kept.
  void BreakAfter(int events) { break_after_ = events; }  // Each stream; -1: never.
  std::string acknowledged() const;
  std::size_t size() const;

  grpc::Status Watch(grpc::ClientContext* context, const std::string& after,
                     const EventFeed::Take& take);
  void Acknowledge(const std::string& token);
  void Close();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<callfleet::common::v1::Event> events_;
  std::size_t dropped_ = 0;
  std::string acknowledged_;
  std::atomic<int> break_after_{-1};
  bool closed_ = false;
};

class RecordedFeed final : public EventFeed {
 public:
  explicit RecordedFeed(std::shared_ptr<Outbox> outbox) : outbox_(std::move(outbox)) {}
  ~RecordedFeed() override;
  grpc::Status Watch(grpc::ClientContext* context, const std::string& after,
                     const Take& take) override {
    return outbox_->Watch(context, after, take);
  }
  grpc::Status Acknowledge(const std::string& token) override {
    outbox_->Acknowledge(token);
    return grpc::Status::OK;
  }

 private:
  std::shared_ptr<Outbox> outbox_;
};

// Seconds since an hour of its own.
WallTime At(double second);

// An attempt's ended event: picked up, bridged and over so many seconds after its start; -1: never.
callfleet::common::v1::Event Attempt(int number, double start, double up, double bridged,
                                     double over);
// A slot of agent-1 that went from one state to another; FREE is UNSPECIFIED.
callfleet::common::v1::Event Slot(const std::string& reservation,
                                  callfleet::agent_registry::v1::SlotState from, double from_time,
                                  callfleet::agent_registry::v1::SlotState to, double time);
callfleet::common::v1::Event WorkDone(const std::string& reservation, const std::string& outcome,
                                      double time);
// A recording of "call-<number>" of 60 s; `reason`: why it ended early.
callfleet::common::v1::Event Recording(int number, double start, const std::string& reason = {});
callfleet::common::v1::Event Presence(int number, const std::string& agent, double from, double to);
// A call that a queue did not let in; over so many seconds after its start.
callfleet::common::v1::Event Refusal(const std::string& call, const std::string& queue,
                                     double start, double over);
// A caller's last record in a queue: answered and over so many seconds after the start; -1: never.
callfleet::common::v1::Event TicketOver(const std::string& call, const std::string& queue,
                                        callfleet::queue::v1::TicketEnd end, double start,
                                        double answered, double over);

}  // namespace callfleet::supervisor::test
