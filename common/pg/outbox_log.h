#pragma once
// The outbox of a schema, read by position. A token is "<epoch>-<position>".
#include <optional>
#include <string_view>

#include "common/events/event_log.h"
#include "common/pg/pool.h"

namespace callfleet::pg {

// Thread safe. The pool outlives it.
class OutboxLog final : public events::EventLog {
 public:
  explicit OutboxLog(Pool* pool) : pool_(pool) {}
  void Read(const std::string& after, int limit,
            std::function<void(Result<std::vector<events::LoggedEvent>>)> reply) override;
  void Register(const std::string& consumer, const std::string& after,
                std::function<void(Status)> reply) override;
  void Acknowledge(const std::string& consumer, const std::string& token,
                   std::function<void(Status)> reply) override;

 private:
  Pool* pool_;
};

struct OutboxToken {
  std::string epoch;  // Of the database's life; empty: from the oldest.
  std::int64_t pos = 0;
};
std::string ToText(const OutboxToken& token);
std::optional<OutboxToken> ParseOutboxToken(std::string_view text);  // "" is the oldest.

}  // namespace callfleet::pg
