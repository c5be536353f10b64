#include "services/supervisor/adapters/history_partitions.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace callfleet::supervisor {
namespace {

constexpr std::array kTables{"history_calls",      "history_offers",  "history_work",
                             "history_outcomes",   "history_repairs", "history_spans",
                             "history_recordings", "history_legs"};

// One number for all processes that make partitions of this schema.
constexpr pg::Statement kLock{"history_lock", "SELECT pg_advisory_xact_lock(7250114)"};
constexpr pg::Statement kList{
    "history_partitions",
    "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace "
    "WHERE n.nspname = current_schema() AND p.relname LIKE 'history\\_%'"};

std::string FirstDay(int year, int month) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-01 00:00:00+00", year, month);
  return text.data();
}

std::string MakeSql(const std::string& month) {
  const int year = std::atoi(month.substr(0, 4).c_str());
  const int number = std::atoi(month.substr(4).c_str());
  const std::string from = FirstDay(year, number);
  const std::string to = number == 12 ? FirstDay(year + 1, 1) : FirstDay(year, number + 1);
  std::string sql;
  for (const char* table : kTables) {
    sql += std::string("CREATE TABLE IF NOT EXISTS ") + table + "_" + month + " PARTITION OF " +
           table + " FOR VALUES FROM ('" + from + "') TO ('" + to + "');";
  }
  return sql;
}

}  // namespace

std::string HistoryPartitions::MonthOf(WallTime time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()));
  return text.data();
}

Status HistoryPartitions::Make(pg::Session* session, const std::set<std::string>& months,
                               pg::Deadline deadline) {
  std::string sql;
  for (const auto& month : months) {
    if (!made_.contains(month)) sql += MakeSql(month);
  }
  if (sql.empty()) return {};
  auto made = session->Transact(
      [&](pg::Transaction& transaction) -> Status {
        transaction.Exec(kLock);
        transaction.Script(sql);
        return {};
      },
      deadline);
  if (made) made_.insert(months.begin(), months.end());
  return made;
}

Status HistoryPartitions::DropOld(pg::Session* session, WallTime now, pg::Deadline deadline) const {
  const std::string oldest = MonthOf(now - retention_);
  return session->Transact(
      [&](pg::Transaction& transaction) -> Status {
        transaction.Exec(kLock);
        std::string sql;
        for (const auto row : transaction.Exec(kList)) {
          const std::string name = row.Text("name");
          if (name.substr(name.rfind('_') + 1) < oldest) sql += "DROP TABLE " + name + ";";
        }
        if (!sql.empty()) transaction.Script(sql);
        return {};
      },
      deadline);
}

}  // namespace callfleet::supervisor
