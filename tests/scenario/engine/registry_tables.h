#pragma once
// agent_registry's tables, and the journal that one process writes them by.
#include <map>
#include <memory>
#include <string>

#include "services/agent_registry/domain/agent_record.h"
#include "services/agent_registry/ports/journal.h"
#include "tests/scenario/engine/database.h"

namespace callfleet::engine {

class RegistryTables {
 public:
  // Takes the pool: in one transaction.
  agent_registry::KeptPool Take(Database* database, const PoolId& pool) const;
  void Write(const agent_registry::RegistryWrites& writes);
  std::uint64_t work_done() const { return work_done_; }
  // Presence and wrap-up are kept as they were shown. Wrap-up that was to end before `until` may
  // have ended.
  bool Has(const agent_registry::AgentRecord& shown, WallTime until) const;

 private:
  std::map<AgentId, agent_registry::KeptAgent> agents_;
  std::map<std::pair<std::string, EdgeId>, std::vector<agent_registry::ContactRow>> contacts_;
  std::map<Unit, agent_registry::SaveUnit> units_;
  std::uint64_t work_done_ = 0;
};

class RegistryJournal final : public agent_registry::Journal {
 public:
  RegistryJournal(RegistryTables* tables, Database* database, const LifeRef& life, UnitToken pool,
                  std::function<void(const Error&)> on_lost)
      : tables_(tables),
        writer_(std::make_shared<GroupCommit>(database, life)),
        lane_(std::make_shared<GroupCommit::Lane>(GroupCommit::Lane{std::move(pool)})),
        on_lost_(std::move(on_lost)) {}
  void Commit(const PoolId& pool, agent_registry::RegistryWrites writes, Done done) override;

 private:
  RegistryTables* tables_;
  std::shared_ptr<GroupCommit> writer_;
  GroupCommit::LaneRef lane_;
  std::function<void(const Error&)> on_lost_;
};

}  // namespace callfleet::engine
