#pragma once
// S11 as it goes on: a watched report is made anew when history has got events, never on a clock.
#include <map>
#include <memory>
#include <mutex>

#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "services/supervisor/ports/performances.h"
#include "services/supervisor/ports/reports.h"

namespace callfleet::supervisor {

// Thread safe. Reports, timers and clock outlive it.
class PerformanceDesk final : public Performances,
                              public std::enable_shared_from_this<PerformanceDesk> {
 public:
  static constexpr std::size_t kMaxWatches = 50;

  PerformanceDesk(Reports* reports, Timers* timers, const Clock* clock)
      : reports_(reports), timers_(timers), clock_(clock) {}

  void Committed();  // History has got events.
  void Stop();
  Status Check(const PerformanceQuery& query) const override;
  void Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) override;
  void Unwatch(const std::shared_ptr<Watcher>& watcher) override;

 private:
  // Between two reports of a stream, and that many times as long as the last one took.
  static constexpr std::chrono::seconds kLeastPause{1};
  static constexpr int kPauseFactor = 10;
  struct Watching {
    std::shared_ptr<Watcher> watcher;
    PerformanceQuery query;
    std::map<std::pair<std::string, WallTime>, PerformanceRow> told{};
    bool needs_snapshot = true;
    bool changed = false;  // Events since the last report was asked for.
    bool at_work = false;  // A report is being made, or the pause after it is not over.
  };
  using WatchingPtr = std::shared_ptr<Watching>;

  void Ask(const WatchingPtr& one);  // Under the lock no longer: the answer may come at once.
  void OnReport(const WatchingPtr& one, WallTime asked, Result<Report> report);
  void OnPauseOver(const WatchingPtr& one);
  void Tell(Watching* one, Report report);

  Reports* reports_;
  Timers* timers_;
  const Clock* clock_;
  mutable std::mutex mutex_;
  std::map<const Watcher*, WatchingPtr> watching_;
  std::uint64_t seq_ = 0;
};

}  // namespace callfleet::supervisor
