#pragma once
// Driven: the outbox as its readers see it: all streams of this service, each in its order.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/result/result.h"

namespace callfleet::dialer {

struct LoggedEvent {
  std::string id;
  std::string source;
  std::string type;
  WallTime time{};
  std::string subject;
  std::string stream;
  std::int64_t seq = 0;
  std::string payload;
  std::string token;  // Where a reader stands after it.
};

// Thread safe, never blocks; replies come once, on any thread.
class EventLog {
 public:
  virtual ~EventLog() = default;
  // Up to `limit` events after a token ("": from the oldest). OUT_OF_RANGE with the oldest token;
  // INVALID_ARGUMENT for a token that no answer gave.
  virtual void Read(const std::string& token, int limit,
                    std::function<void(Result<std::vector<LoggedEvent>>)> reply) = 0;
  virtual void Acknowledge(const std::string& consumer, const std::string& token,
                           std::function<void(Status)> reply) = 0;
};

}  // namespace callfleet::dialer
