#pragma once
// Trunks where all edges have them. It decides which trunks there are; an edge uses what it says.
// Any thread. `done` may run on the store's own thread, in the order of the calls.
#include <functional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/trunk.h"

namespace callfleet::sip_edge {

class TrunkStore {
 public:
  using Done = std::function<void(Status)>;
  using Kept = std::function<void(Result<TrunkSettings>)>;  // As they stand now, with the secret.
  using All = std::function<void(Result<std::vector<TrunkSettings>>)>;
  virtual ~TrunkStore() = default;
  // The same `request` again, also at another edge: what the first one made.
  // TRUNK_EXISTS, TRUNK_LIMIT_REACHED.
  virtual void Create(const TrunkSettings& settings, const std::string& request, Kept done) = 0;
  // An empty secret keeps the old one. TRUNK_UNKNOWN.
  virtual void Replace(const TrunkSettings& settings, Kept done) = 0;
  virtual void Remove(const TrunkId& id, Done done) = 0;  // TRUNK_UNKNOWN
  // All of them, if any changed since the last time that they were told, by whichever edge; else
  // `changed` is not called.
  virtual void Refresh(All changed) = 0;
};

}  // namespace callfleet::sip_edge
