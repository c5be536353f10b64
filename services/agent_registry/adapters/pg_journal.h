#pragma once
// Agents in PostgreSQL, schema `agent_registry`: writing.
#include <map>

#include "common/pg/committer.h"
#include "services/agent_registry/ports/journal.h"

namespace callfleet::agent_registry {

// Told of what is written, to be counted. Any thread.
struct JournalCounts {
  std::function<void(const Repair&)> on_repair;
  std::function<void(const PoolId&, const OfferEnded&)> on_offer;
};

// Thread safe. A batch is written in its pool's name and fenced by its token.
class PgJournal final : public Journal {
 public:
  // `on_lost`: a write that nobody waits for could not be kept; any thread.
  PgJournal(pg::Committer* writer, const std::vector<UnitToken>& pools,
            std::function<void(const Error&)> on_lost, JournalCounts counts);
  void Commit(const PoolId& pool, RegistryWrites writes, Done done) override;

 private:
  pg::Committer* writer_;
  std::function<void(const Error&)> on_lost_;
  JournalCounts counts_;
  std::map<PoolId, std::shared_ptr<pg::Lane>> lanes_;
};

}  // namespace callfleet::agent_registry
