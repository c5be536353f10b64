#pragma once
// Trunks on disk. Any thread; `done` runs on the store's own thread.
#include <functional>
#include <vector>

#include "common/result/result.h"
#include "services/sip_edge/domain/trunk.h"

namespace callfleet::sip_edge {

class TrunkStore {
 public:
  using Done = std::function<void(Status)>;
  virtual ~TrunkStore() = default;
  virtual void Save(const TrunkSettings& settings, Done done) = 0;
  virtual void Remove(const TrunkId& id, Done done) = 0;
};

// Keeps nothing: an edge without a database.
class NoTrunkStore final : public TrunkStore {
 public:
  void Save(const TrunkSettings&, Done done) override { done({}); }
  void Remove(const TrunkId&, Done done) override { done({}); }
};

}  // namespace callfleet::sip_edge
