#pragma once
#include "common/pg/pool.h"
#include "services/dialer/ports/event_log.h"

namespace callfleet::dialer {

// The outbox of schema `dialer`. A token names the last seq read of each stream. Thread safe.
class PgEventLog final : public EventLog {
 public:
  explicit PgEventLog(pg::Pool* pool) : pool_(pool) {}
  void Read(const std::string& token, int limit,
            std::function<void(Result<std::vector<LoggedEvent>>)> reply) override;
  void Acknowledge(const std::string& consumer, const std::string& token,
                   std::function<void(Status)> reply) override;

 private:
  pg::Pool* pool_;
};

}  // namespace callfleet::dialer
