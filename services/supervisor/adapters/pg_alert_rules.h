#pragma once
#include "common/pg/pool.h"
#include "services/supervisor/ports/alerts.h"

namespace callfleet::supervisor {

class PgAlertRules final : public AlertRuleStore {
 public:
  explicit PgAlertRules(pg::Pool* pool) : pool_(pool) {}
  void Load(std::vector<AlertRule> defaults,
            std::function<void(Result<std::vector<AlertRule>>)> reply) override;
  void Put(const AlertRule& rule, std::function<void(Status)> reply) override;
  void Delete(const std::string& id, std::function<void(Status)> reply) override;

 private:
  pg::Pool* pool_;
};

}  // namespace callfleet::supervisor
