#pragma once
// Agents in PostgreSQL, schema `agent_registry`: writing.
#include <map>

#include "common/pg/committer.h"
#include "services/agent_registry/ports/journal.h"

namespace callfleet::agent_registry {

// Thread safe. A batch is written in its pool's name and fenced by its token.
class PgJournal final : public Journal {
 public:
  // `on_lost`: a write that nobody waits for could not be kept. `on_repair`: to count it. Any
  // thread.
  PgJournal(pg::Committer* writer, const std::vector<UnitToken>& pools,
            std::function<void(const Error&)> on_lost,
            std::function<void(const Repair&)> on_repair);
  void Commit(const PoolId& pool, RegistryWrites writes, Done done) override;

 private:
  pg::Committer* writer_;
  std::function<void(const Error&)> on_lost_;
  std::function<void(const Repair&)> on_repair_;
  std::map<PoolId, std::shared_ptr<pg::Lane>> lanes_;
};

}  // namespace callfleet::agent_registry
