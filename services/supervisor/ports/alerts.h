#pragma once
// Driving: rules and alerts, for rpc/ and rest/. Thread safe.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/supervisor/domain/alert_rules.h"
#include "services/supervisor/ports/live_view.h"

namespace callfleet::supervisor {

class Alerts : public Watchable {
 public:
  using Reply = std::function<void(Result<AlertRule>)>;

  virtual std::vector<AlertRule> Rules() const = 0;  // By name.
  // Kept before the answer. ALREADY_EXISTS ALERT_RULE_NAME_TAKEN, RESOURCE_EXHAUSTED
  // TOO_MANY_ALERT_RULES (500), NOT_FOUND ALERT_RULE_NOT_FOUND, INVALID_ARGUMENT.
  virtual void Create(AlertRule rule, Reply reply) = 0;
  virtual void Update(AlertRule rule, Reply reply) = 0;
  virtual void Delete(const std::string& id, Reply reply) = 0;  // Answers what was deleted.
  // Newest first; those that are over for 24 h, at most 10,000, in memory only.
  virtual std::vector<Alert> List(bool include_ended) const = 0;
  // Watched: a snapshot of those raised comes first; updates hold `alerts`.
};

// Driven: where rules are kept.
class AlertRuleStore {
 public:
  virtual ~AlertRuleStore() = default;
  // All rules; built-in ones that were never there before are added first.
  virtual void Load(std::vector<AlertRule> defaults,
                    std::function<void(Result<std::vector<AlertRule>>)> reply) = 0;
  virtual void Put(const AlertRule& rule, std::function<void(Status)> reply) = 0;
  virtual void Delete(const std::string& id, std::function<void(Status)> reply) = 0;
};

}  // namespace callfleet::supervisor
