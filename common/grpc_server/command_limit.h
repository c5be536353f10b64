#pragma once
// How long commands that must be durable wait for a database that is away.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "common/clock/timers.h"
#include "common/grpc_server/pending.h"

namespace callfleet::grpc_server {

// Thread safe. The timers outlive it. UNAVAILABLE DATABASE_UNAVAILABLE either way: at once and with
// nothing done where writes have waited that long already, or after the limit; what was asked for
// is then done as soon as the database is back.
class CommandLimit {
 public:
  // `behind`: how long the oldest write has waited.
  CommandLimit(Timers* timers, std::chrono::milliseconds limit,
               std::function<std::chrono::milliseconds()> behind)
      : timers_(timers), limit_(limit), behind_(std::move(behind)) {}

  std::optional<Error> Refusal() const {
    if (behind_() < limit_) return std::nullopt;
    return Away("The database is away; nothing was done.");
  }
  template <class Response>
  void Bound(const std::shared_ptr<Pending<Response>>& pending) const {
    timers_->Start(limit_, [weak = std::weak_ptr(pending)] {
      const auto call = weak.lock();
      if (call) call->Fail(Away("The database is away; this is done when it is back."));
    });
  }

 private:
  static Error Away(const char* message) {
    Error error{
        .code = ErrorCode::kUnavailable, .reason = "DATABASE_UNAVAILABLE", .message = message};
    error.retry_after = std::chrono::milliseconds(1000);
    return error;
  }
  Timers* timers_;
  std::chrono::milliseconds limit_;
  std::function<std::chrono::milliseconds()> behind_;
};

}  // namespace callfleet::grpc_server
