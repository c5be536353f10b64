#pragma once
// Readers of the outbox: woken by commits, fed from the table, never faster than they read.
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "common/clock/timers.h"
#include "common/grpc_server/streams.h"
#include "services/dialer/ports/event_log.h"

namespace callfleet::dialer {

class EventReader;

// Thread safe. The timers outlive it.
class EventWakes {
 public:
  explicit EventWakes(Timers* timers) : timers_(timers) {}
  void Add(const std::shared_ptr<EventReader>& reader);
  void WakeAll();  // After a commit.
  Timers* timers() const { return timers_; }

 private:
  Timers* timers_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<EventReader>> readers_;
};

grpc::ServerWriteReactor<callfleet::dialer::v1::WatchEventsResponse>* OpenEventReader(
    EventLog* log, EventWakes* wakes, grpc_server::Streams* streams, const std::string& after);

}  // namespace callfleet::dialer
