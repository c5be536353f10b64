#include "services/sip_edge/adapters/memory_trunk_store.h"

#include <algorithm>
#include <utility>

namespace callfleet::sip_edge {

Result<TrunkSettings> MemoryTrunkStore::Add(const TrunkSettings& settings,
                                            const std::string& request) {
  const std::lock_guard lock(mutex_);
  const auto made =
      std::ranges::find_if(rows_, [&](const auto& row) { return row.second.request == request; });
  if (made != rows_.end()) return made->second.settings;
  if (rows_.contains(settings.id)) return Fail(TrunkExists(settings.id));
  if (rows_.size() >= kMaxTrunks) return Fail(TrunkLimitReached());
  rows_[settings.id] = {settings, request};
  return settings;
}

Result<TrunkSettings> MemoryTrunkStore::Change(TrunkSettings settings) {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(settings.id);
  if (found == rows_.end()) return Fail(TrunkUnknown(settings.id));
  TrunkSettings& kept = found->second.settings;
  if (settings.auth_secret.empty()) settings.auth_secret = kept.auth_secret;
  kept = std::move(settings);
  return kept;
}

void MemoryTrunkStore::Create(const TrunkSettings& settings, const std::string& request,
                              Kept done) {
  done(Add(settings, request));
}

void MemoryTrunkStore::Replace(const TrunkSettings& settings, Kept done) { done(Change(settings)); }

void MemoryTrunkStore::Remove(const TrunkId& id, Done done) {
  const bool removed = [&] {
    const std::lock_guard lock(mutex_);
    return rows_.erase(id) > 0;
  }();
  done(removed ? Status() : Fail(TrunkUnknown(id)));
}

}  // namespace callfleet::sip_edge
