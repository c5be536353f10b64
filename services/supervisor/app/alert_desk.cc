#include "services/supervisor/app/alert_desk.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::hours kEndedFor{24};
constexpr std::chrono::milliseconds kLeastPause{500};  // Between two looks.
constexpr std::size_t kCallsASecond = 10'000;          // Of a window, looked at a second.

Error NoRule(const std::string& id) {
  Error error{.code = ErrorCode::kNotFound,
              .reason = "ALERT_RULE_NOT_FOUND",
              .message = "There is no such alert rule."};
  error.metadata["alertRuleId"] = id;
  return error;
}

Error NameTaken() {
  Error error{.code = ErrorCode::kAlreadyExists,
              .reason = "ALERT_RULE_NAME_TAKEN",
              .message = "Another rule has this name."};
  error.fields = {{"name", "is taken"}};
  return error;
}

}  // namespace

AlertDesk::AlertDesk(AlertRuleStore* store, const Clock* clock, IdSource* ids,
                     metrics::Registry* metrics)
    : store_(store),
      clock_(clock),
      ids_(ids),
      active_(metrics->NewGauges({.name = "callfleet_alert_active",
                                  .help = "Alerts of a rule that are raised now.",
                                  .labels = {"rule"},
                                  .max_series = kMaxRules + 1})) {}

void AlertDesk::Load(std::function<void(Status)> done) {
  store_->Load(DefaultRules(), [weak = weak_from_this(),
                                done = std::move(done)](Result<std::vector<AlertRule>> rules) {
    const auto self = weak.lock();
    if (!self) return;
    if (!rules) {
      done(Fail(std::move(rules.error())));
      return;
    }
    {
      const std::lock_guard lock(self->mutex_);
      for (auto& rule : *rules) self->rules_[rule.id] = std::move(rule);
      self->changed_ = self->calls_changed_ = true;
      self->SetGauges();
    }
    done({});
  });
}

void AlertDesk::Stop() {
  const std::lock_guard lock(mutex_);
  watching_.clear();
}

std::vector<AlertRule> AlertDesk::RulesLocked() const {
  std::vector<AlertRule> rules;
  for (const auto& [id, rule] : rules_) rules.push_back(rule);
  std::ranges::sort(rules, {}, &AlertRule::name);
  return rules;
}

std::vector<AlertRule> AlertDesk::Rules() const {
  const std::lock_guard lock(mutex_);
  return RulesLocked();
}

void AlertDesk::Look(const World& world, WallTime now) {
  const std::lock_guard lock(mutex_);
  const bool due = due_ && now >= *due_;
  if (now - last_look_ < kLeastPause || (!changed_ && seen_ == world.applied() && !due)) return;
  last_look_ = now;
  seen_ = world.applied();
  changed_ = false;
  const auto rules = RulesLocked();
  MakeWindow(rules, now);
  auto samples = LiveSamples(world, now);
  samples.insert(samples.end(), window_samples_.begin(), window_samples_.end());
  const auto changes = engine_.Judge(rules, samples, now);
  due_ = engine_.next_due();
  if (window_due_) due_ = due_ ? std::min(*due_, *window_due_) : window_due_;
  Keep(changes, now);
  TellAll(changes);
  if (!changes.empty()) SetGauges();
}

void AlertDesk::MakeWindow(const std::vector<AlertRule>& rules, WallTime now) {
  const bool due = calls_changed_ || (window_due_ && now >= *window_due_);
  if (!due) return;
  const auto pause = std::chrono::seconds(1 + static_cast<long>(window_.size() / kCallsASecond));
  if (now - window_made_ < pause) {
    window_due_ = window_made_ + pause;
    return;
  }
  window_made_ = now;
  calls_changed_ = false;
  window_.Drop(now);
  window_samples_ = window_.Samples(rules, now);
  window_due_ = window_.NextExit(rules, now);
}

void AlertDesk::Put(const std::vector<CallRow>& calls) {
  const std::lock_guard lock(mutex_);
  for (const auto& call : calls) window_.Put(call);
  if (calls.empty()) return;
  changed_ = true;
  calls_changed_ = true;
}

void AlertDesk::Keep(const std::vector<Alert>& changes, WallTime now) {
  for (const auto& alert : changes) {
    if (alert.end) ended_.push_back(alert);
  }
  while (!ended_.empty() && (ended_.size() > kMaxEnded || *ended_.front().end < now - kEndedFor)) {
    ended_.pop_front();
  }
}

void AlertDesk::SetGauges() {
  std::map<std::string, int> counts;  // By rule.
  for (const auto& alert : engine_.Raised()) ++counts[alert.rule_id];
  for (const auto& [id, rule] : rules_) active_.With({rule.name}).Set(counts[id]);
}

// A watcher that has no room gets a snapshot at the next change.
void AlertDesk::TellAll(const std::vector<Alert>& changes) {
  for (auto& one : watching_) {
    ViewUpdate update{.snapshot = one.needs_snapshot};
    for (const auto& alert : one.needs_snapshot ? engine_.Raised() : changes) {
      if (!one.rule.empty() && alert.rule_id != one.rule) continue;
      update.alerts.push_back(alert);
      if (alert.end) update.removed.push_back(alert.id);
    }
    if (!update.snapshot && update.empty()) continue;
    update.seq = ++seq_;
    one.needs_snapshot =
        !one.watcher->OnUpdate(std::make_shared<const ViewUpdate>(std::move(update)));
  }
}

std::vector<Alert> AlertDesk::List(bool include_ended) const {
  const std::lock_guard lock(mutex_);
  auto alerts = engine_.Raised();
  if (include_ended) alerts.insert(alerts.end(), ended_.begin(), ended_.end());
  std::ranges::sort(alerts, std::greater(), &Alert::start);
  return alerts;
}

void AlertDesk::Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) {
  const std::lock_guard lock(mutex_);
  watching_.push_back({std::move(watcher), topic.id});
  TellAll({});
}

void AlertDesk::Unwatch(const std::shared_ptr<Watcher>& watcher) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watching_, [&](const Watching& one) { return one.watcher == watcher; });
}

void AlertDesk::Create(AlertRule rule, Reply reply) {
  rule.id = ids_->Next();
  rule.built_in = false;
  Save(std::move(rule), std::move(reply));
}

void AlertDesk::Update(AlertRule rule, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = rules_.find(rule.id);
    if (known == rules_.end()) {
      reply(Fail(NoRule(rule.id)));
      return;
    }
    rule.built_in = known->second.built_in;
  }
  Save(std::move(rule), std::move(reply));
}

void AlertDesk::Save(AlertRule rule, Reply reply) {
  if (auto checked = CheckRule(rule); !checked) {
    reply(Fail(std::move(checked.error())));
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, other] : rules_) {
      if (id == rule.id || other.name != rule.name) continue;
      reply(Fail(NameTaken()));
      return;
    }
    if (!rules_.contains(rule.id) && rules_.size() >= kMaxRules) {
      reply(Fail({.code = ErrorCode::kResourceExhausted,
                  .reason = "TOO_MANY_ALERT_RULES",
                  .message = "There are 500 rules; remove one first."}));
      return;
    }
  }
  store_->Put(rule, [weak = weak_from_this(), rule, reply = std::move(reply)](const Status& kept) {
    if (!kept) {
      reply(kept.error().reason == "UNIQUE_VIOLATION" ? Fail(NameTaken()) : Fail(kept.error()));
      return;
    }
    if (const auto self = weak.lock()) {
      const std::lock_guard lock(self->mutex_);
      auto& known = self->rules_[rule.id];
      if (known.name != rule.name && !known.name.empty()) self->active_.With({known.name}).Set(0);
      known = rule;
      self->changed_ = self->calls_changed_ = true;
      self->SetGauges();
    }
    reply(rule);
  });
}

void AlertDesk::Delete(const std::string& id, Reply reply) {
  AlertRule gone;
  {
    const std::lock_guard lock(mutex_);
    const auto known = rules_.find(id);
    if (known == rules_.end()) {
      reply(Fail(NoRule(id)));
      return;
    }
    gone = known->second;
  }
  store_->Delete(id, [weak = weak_from_this(), gone, reply = std::move(reply)](const Status& kept) {
    if (!kept) {
      reply(Fail(kept.error()));
      return;
    }
    if (const auto self = weak.lock()) {
      const std::lock_guard lock(self->mutex_);
      self->rules_.erase(gone.id);
      self->changed_ = true;
      self->active_.With({gone.name}).Set(0);
    }
    reply(gone);
  });
}

}  // namespace callfleet::supervisor
