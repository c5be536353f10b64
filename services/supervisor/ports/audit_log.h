#pragma once
// Driven: who commanded what. Kept for ever, written behind.
#include <string>

#include "common/clock/clock.h"
#include "common/result/result.h"

namespace callfleet::supervisor {

struct AuditEntry {
  std::string entry_id;
  WallTime at{};
  std::string who;   // Name of the token; its role where it has none.
  std::string role;  // "supervisor", …
  std::string what;  // "POST /api/v1/campaigns/:id/start".
  std::string target{};
  std::string request_id{};
  std::string result{};  // "OK" or the reason of the refusal.
};

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  // RESOURCE_EXHAUSTED AUDIT_FULL: commands must be refused. Asked before a command is passed on.
  virtual Status Ready() = 0;
  virtual void Write(AuditEntry entry) = 0;  // Does not wait.
};

}  // namespace callfleet::supervisor
