#pragma once
// S15 at work: judges the rules when something changed, or when a wait crosses a threshold by
// itself; never on a clock alone.
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "common/ids/id_source.h"
#include "common/metrics/registry.h"
#include "services/supervisor/domain/alert_figures.h"
#include "services/supervisor/ports/alerts.h"

namespace callfleet::supervisor {

// Thread safe. Store, clock and ids outlive it.
class AlertDesk final : public Alerts, public std::enable_shared_from_this<AlertDesk> {
 public:
  AlertDesk(AlertRuleStore* store, const Clock* clock, IdSource* ids, metrics::Registry* metrics);

  void Load(std::function<void(Status)> done);
  // Where the world lives; cheap where nothing changed.
  void Look(const World& world, WallTime now);
  void Put(const std::vector<CallRow>& calls);  // Calls that history has.
  void Stop();                                  // What is answered later reaches nobody.

  std::vector<AlertRule> Rules() const override;
  void Create(AlertRule rule, Reply reply) override;
  void Update(AlertRule rule, Reply reply) override;
  void Delete(const std::string& id, Reply reply) override;
  std::vector<Alert> List(bool include_ended) const override;
  void Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) override;
  void Unwatch(const std::shared_ptr<Watcher>& watcher) override;

 private:
  static constexpr std::size_t kMaxRules = 500;
  static constexpr std::size_t kMaxEnded = 10'000;
  struct Watching {
    std::shared_ptr<Watcher> watcher;
    std::string rule;
    bool needs_snapshot = true;
  };

  void Save(AlertRule rule, Reply reply);
  std::vector<AlertRule> RulesLocked() const;
  void MakeWindow(const std::vector<AlertRule>& rules, WallTime now);
  void Keep(const std::vector<Alert>& changes, WallTime now);
  void TellAll(const std::vector<Alert>& changes);
  void SetGauges();

  AlertRuleStore* store_;
  const Clock* clock_;
  IdSource* ids_;
  metrics::Family<metrics::Gauge> active_;
  mutable std::mutex mutex_;
  std::map<std::string, AlertRule> rules_;  // By id.
  AlertEngine engine_;
  CallWindow window_;
  std::deque<Alert> ended_;
  std::vector<Watching> watching_;
  std::uint64_t seq_ = 0;
  std::uint64_t seen_ = 0;  // World::applied() at the last look.
  bool changed_ = true;     // Rules or calls, since the last look.
  std::optional<WallTime> due_;
  WallTime last_look_{};
  // Figures over time cost a pass over all calls of the window: made anew only now and then.
  bool calls_changed_ = true;
  WallTime window_made_{};
  std::optional<WallTime> window_due_;
  std::vector<AlertSample> window_samples_;
};

}  // namespace callfleet::supervisor
