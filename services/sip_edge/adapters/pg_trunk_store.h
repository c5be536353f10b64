#pragma once
// Trunks in PostgreSQL: one table for all edges.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/pg/pool.h"
#include "services/sip_edge/ports/trunk_store.h"

namespace callfleet::sip_edge {

// `pool` has one thread: so what this edge changes and what it reads have one order.
class PgTrunkStore final : public TrunkStore {
 public:
  explicit PgTrunkStore(pg::Pool& pool) : pool_(pool) {}
  void Create(const TrunkSettings& settings, const std::string& request, Kept done) override;
  void Replace(const TrunkSettings& settings, Kept done) override;
  void Remove(const TrunkId& id, Done done) override;
  void Refresh(All changed) override;
  // Blocks: for the start.
  Result<std::vector<TrunkSettings>> Load();

 private:
  using Rows = std::vector<TrunkSettings>;
  using Stamps = std::vector<std::pair<std::string, WallTime>>;  // By id.
  struct News {
    Rows rows;
    Stamps stamps;
  };
  using MaybeNews = std::optional<News>;
  Result<MaybeNews> Read(pg::Transaction& transaction) const;

  pg::Pool& pool_;
  Stamps told_;  // The pool's thread only.
};

}  // namespace callfleet::sip_edge
