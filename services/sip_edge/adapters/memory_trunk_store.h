#pragma once
// Trunks of an edge without a database: gone with the process.
#include <map>
#include <mutex>
#include <string>

#include "services/sip_edge/ports/trunk_store.h"

namespace callfleet::sip_edge {

class MemoryTrunkStore final : public TrunkStore {
 public:
  void Create(const TrunkSettings& settings, const std::string& request, Kept done) override;
  void Replace(const TrunkSettings& settings, Kept done) override;
  void Remove(const TrunkId& id, Done done) override;
  void Refresh(All) override {}  // Nobody else changes them.

 private:
  struct Row {
    TrunkSettings settings;
    std::string request;
  };
  Result<TrunkSettings> Add(const TrunkSettings& settings, const std::string& request);
  Result<TrunkSettings> Change(TrunkSettings settings);

  std::mutex mutex_;
  std::map<TrunkId, Row> rows_;
};

}  // namespace callfleet::sip_edge
