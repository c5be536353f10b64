#pragma once
// Trunks in PostgreSQL.
#include "common/pg/pool.h"
#include "services/sip_edge/ports/trunk_store.h"

namespace callfleet::sip_edge {

class PgTrunkStore final : public TrunkStore {
 public:
  explicit PgTrunkStore(pg::Pool& pool) : pool_(pool) {}
  void Save(const TrunkSettings& settings, Done done) override;
  void Remove(const TrunkId& id, Done done) override;
  // Blocks: for the start.
  Result<std::vector<TrunkSettings>> Load();

 private:
  pg::Pool& pool_;
};

}  // namespace callfleet::sip_edge
