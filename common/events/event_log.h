#pragma once
// A service's outbox as its readers see it: every event once, in one order for all.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/result/result.h"

namespace callfleet::events {

struct LoggedEvent {
  std::string id;
  std::string source;
  std::string type;
  WallTime time{};
  std::string subject;
  std::string stream;
  std::int64_t seq = 0;
  std::string payload;
  std::string token;  // Where a reader stands after it; opaque.
};

// Events dropped before a registered consumer had kept them.
struct HistoryGap {
  std::string consumer;
  std::int64_t events = 0;
  WallTime first{};
  WallTime last{};
  std::string reason;  // "age" or "rows".
};

// Thread safe, never blocks; replies come once, on any thread. A token that no answer gave is
// INVALID_ARGUMENT; one older than what is kept, or of another database, is OUT_OF_RANGE
// EVENTS_GONE (metadata: oldest). UNAVAILABLE while the database is away.
class EventLog {
 public:
  virtual ~EventLog() = default;
  // Up to `limit` events after a token ("": from the oldest), up to the first gap.
  virtual void Read(const std::string& after, int limit,
                    std::function<void(Result<std::vector<LoggedEvent>>)> reply) = 0;
  // What a registered consumer has not kept yet stays, within hard limits. `consumer`: 1 to 64
  // characters; at most 100 of them, beyond that RESOURCE_EXHAUSTED TOO_MANY_CONSUMERS.
  virtual void Register(const std::string& consumer, const std::string& after,
                        std::function<void(Status)> reply) = 0;
  virtual void Acknowledge(const std::string& consumer, const std::string& token,
                           std::function<void(Status)> reply) = 0;
};

}  // namespace callfleet::events
