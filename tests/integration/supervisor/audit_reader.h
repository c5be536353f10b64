#pragma once
// What stands in the audit log of the shared database. Tests share it: ask by words of your own.
#include <optional>
#include <string>

#include "common/pg/session.h"
#include "tests/support/private_postgres.h"

namespace callfleet::supervisor::test {

struct Audited {
  std::string who{};
  std::string what{};
  std::string target{};
  std::string result{};
};

class AuditReader {
 public:
  // The newest entry of the request; nullopt: there is none yet.
  std::optional<Audited> OfRequest(const std::string& request_id) {
    static constexpr pg::Statement kFind{
        "find_audit",
        "SELECT who, what, target, result FROM audit_log WHERE request_id = $1"
        " ORDER BY at DESC LIMIT 1"};
    return First(kFind, request_id);
  }
  std::optional<Audited> OfTarget(const std::string& target) {
    static constexpr pg::Statement kFind{
        "find_target",
        "SELECT who, what, target, result FROM audit_log WHERE target = $1"
        " ORDER BY at DESC LIMIT 1"};
    return First(kFind, target);
  }

 private:
  std::optional<Audited> First(const pg::Statement& statement, const std::string& key) {
    std::optional<Audited> found;
    static_cast<void>(database_.Transact(
        [&](pg::Transaction& transaction) -> Status {
          const auto rows = transaction.Exec(statement, {key});
          if (rows.empty()) return {};
          found = {.who = rows[0].Text("who"),
                   .what = rows[0].Text("what"),
                   .target = rows[0].Text("target"),
                   .result = rows[0].Text("result")};
          return {};
        },
        std::chrono::steady_clock::now() + std::chrono::seconds(5)));
    return found;
  }

  pg::Session database_{
      {.conninfo = callfleet::test::PrivatePostgres::Shared().conninfo(), .schema = "supervisor"}};
};

}  // namespace callfleet::supervisor::test
