#pragma once
// Repairs as they are told: the newest are at hand, watchers hear of each when history has it.
#include <deque>
#include <mutex>
#include <vector>

#include "services/supervisor/ports/live_view.h"

namespace callfleet::supervisor {

// Thread safe.
class RepairDesk final : public Watchable {
 public:
  void Put(const std::vector<RepairRow>& repairs);  // Told again they count once.
  void Stop();
  void Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) override;
  void Unwatch(const std::shared_ptr<Watcher>& watcher) override;

 private:
  static constexpr std::size_t kAtHand = 100;
  struct Watching {
    std::shared_ptr<Watcher> watcher;
    bool needs_snapshot = true;
  };
  void TellAll(const std::vector<RepairRow>& news);

  std::mutex mutex_;
  std::deque<RepairRow> newest_;  // Oldest first.
  std::vector<Watching> watching_;
  std::uint64_t seq_ = 0;
};

}  // namespace callfleet::supervisor
