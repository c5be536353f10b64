#pragma once
// The audit log in PostgreSQL, written behind: a command does not wait for its entry, and none is
// lost while the database is away, as commands are refused before the room for entries is full.
#include <atomic>
#include <memory>

#include "common/logging/logger.h"
#include "common/pg/pool.h"
#include "services/supervisor/ports/audit_log.h"

namespace callfleet::supervisor {

class PgAuditLog final : public AuditLog {
 public:
  static constexpr std::size_t kMaxWaiting = 10'000;

  PgAuditLog(pg::Pool* pool, logging::Logger log) : pool_(pool), log_(std::move(log)) {}

  Status Ready() override;
  void Write(AuditEntry entry) override;
  std::size_t waiting() const { return waiting_->load(); }

 private:
  void Submit(std::shared_ptr<const AuditEntry> entry);

  pg::Pool* pool_;
  logging::Logger log_;
  std::shared_ptr<std::atomic<std::size_t>> waiting_ =
      std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace callfleet::supervisor
