#include "services/supervisor/adapters/pg_audit_log.h"

#include <initializer_list>

#include "common/text/utf8.h"

namespace callfleet::supervisor {
namespace {

// A repeat after a commit in doubt changes nothing.
constexpr pg::Statement kInsert{
    "insert_audit",
    "INSERT INTO audit_log (entry_id, at, who, role, what, target, request_id, result)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (entry_id) DO NOTHING"};
constexpr std::chrono::hours kAuditPatience{24};

// PostgreSQL refuses a row with bytes that are not UTF-8, and the command is done already: whatever
// the words hold, their entry is kept (pg::Param does the same for the character 0).
AuditEntry Writable(AuditEntry entry) {
  for (std::string* text : {&entry.entry_id, &entry.who, &entry.role, &entry.what, &entry.target,
                            &entry.request_id, &entry.result}) {
    *text = MadeUtf8(*text);
  }
  return entry;
}

}  // namespace

Status PgAuditLog::Ready() {
  if (waiting_->load() < kMaxWaiting) return {};
  Error error{.code = ErrorCode::kUnavailable,
              .reason = "AUDIT_FULL",
              .message = "Commands are refused: the audit log cannot be written now."};
  error.retry_after = std::chrono::seconds(5);
  return Fail(std::move(error));
}

void PgAuditLog::Write(AuditEntry entry) {
  waiting_->fetch_add(1);
  Submit(std::make_shared<const AuditEntry>(Writable(std::move(entry))));
}

void PgAuditLog::Submit(std::shared_ptr<const AuditEntry> entry) {
  pool_->Submit(
      kAuditPatience,
      [entry](pg::Transaction& transaction) -> Status {
        transaction.Exec(kInsert, {entry->entry_id, entry->at, entry->who, entry->role, entry->what,
                                   entry->target, entry->request_id, entry->result});
        return {};
      },
      [entry, waiting = waiting_, log = log_](const Status& status) {
        waiting->fetch_sub(1);
        if (status) return;
        // The last place where it can be kept.
        log.Error("audit entry not written", {{"reason", status.error().reason},
                                              {"who", entry->who},
                                              {"what", entry->what},
                                              {"target", entry->target},
                                              {"result", entry->result}});
      });
}

}  // namespace callfleet::supervisor
