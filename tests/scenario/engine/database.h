#pragma once
// PostgreSQL as processes see it: transactions with a delay, a server that goes away and comes
// back, tokens of units, group commit.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "common/ids/ids.h"
#include "common/result/result.h"
#include "tests/scenario/engine/process.h"

namespace callfleet::engine {

struct DatabaseRates {
  MonoDuration least{300};
  MonoDuration most{3'000};
  double slow = 0;  // Share of transactions that take up to a second.
};

class Database {
 public:
  Database(Kernel* kernel, DatabaseRates rates) : kernel_(kernel), rates_(rates) {}

  // Runs `at_server` once and tells `done` in the process. While the server is away, or out of the
  // process's sight, it is tried again until `limit`: then `done` hears false.
  void Transact(const LifeRef& life, MonoDuration limit, Task at_server,
                std::function<void(bool)> done);
  void GoAway() { away_ = true; }
  void ComeBack() { away_ = false; }
  bool away() const { return away_; }

  Token Take(const Unit& unit) { return ++tokens_[unit]; }
  Token TokenOf(const Unit& unit) const {
    const auto found = tokens_.find(unit);
    return found == tokens_.end() ? 0 : found->second;
  }
  Status Check(const UnitToken& unit) const;
  const Host& host() const { return host_; }
  Host& host() { return host_; }

 private:
  void Try(const LifeRef& life, MonoDuration until, const std::shared_ptr<Task>& at_server,
           const std::shared_ptr<std::function<void(bool)>>& done);

  Kernel* kernel_;
  DatabaseRates rates_;
  Host host_{.name = "database"};
  bool away_ = false;
  std::map<Unit, Token> tokens_;
};

// The writer of one process: what has gathered goes in one transaction, in order; a lane whose
// batch fails for good is dead.
class GroupCommit : public std::enable_shared_from_this<GroupCommit> {
 public:
  struct Lane {
    UnitToken unit;
    bool failed = false;
  };
  using LaneRef = std::shared_ptr<Lane>;
  using Done = std::function<void(Status)>;

  GroupCommit(Database* database, LifeRef life) : database_(database), life_(std::move(life)) {}

  Status Submit(LaneRef lane, Task apply, Done done);

 private:
  static constexpr std::size_t kQueue = 20'000;
  static constexpr std::size_t kGroup = 256;
  static constexpr seconds kLimit{60};
  struct Batch {
    LaneRef lane;
    Task apply;
    Done done;
    Status status;
  };
  void Flush();

  Database* database_;
  LifeRef life_;
  std::deque<Batch> waiting_;
  bool busy_ = false;
};

}  // namespace callfleet::engine
