#include "services/supervisor/adapters/pg_alert_rules.h"

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::seconds kPatience{5};

// A built-in rule that an operator has removed does not come back with the next start.
constexpr pg::Statement kSeed{
    "alert_rules_seed", "INSERT INTO alert_rules_seeded (name) VALUES ($1) ON CONFLICT DO NOTHING"};
constexpr pg::Statement kPut{
    "alert_rules_put",
    "INSERT INTO alert_rules (rule_id, name, figure, threshold, below, hold_for_ms, disabled, "
    "subject, customer_type, window_ms, min_samples, severity, built_in) VALUES ($1, $2, $3, $4, "
    "$5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (rule_id) DO UPDATE SET "
    "name = excluded.name, figure = excluded.figure, threshold = excluded.threshold, "
    "below = excluded.below, hold_for_ms = excluded.hold_for_ms, disabled = excluded.disabled, "
    "subject = excluded.subject, customer_type = excluded.customer_type, "
    "window_ms = excluded.window_ms, min_samples = excluded.min_samples, "
    "severity = excluded.severity"};
constexpr pg::Statement kAll{
    "alert_rules_all",
    "SELECT rule_id, name, figure, threshold, below, hold_for_ms, disabled, subject, "
    "customer_type, window_ms, min_samples, severity, built_in FROM alert_rules ORDER BY name"};
constexpr pg::Statement kDelete{"alert_rules_delete", "DELETE FROM alert_rules WHERE rule_id = $1"};

pg::Params ToParams(const AlertRule& rule) {
  return {rule.id,
          rule.name,
          rule.figure,
          rule.threshold,
          rule.below,
          rule.hold_for.count(),
          rule.disabled,
          rule.subject,
          rule.customer_type,
          rule.window.count(),
          rule.min_samples,
          rule.severity,
          rule.built_in};
}

AlertRule ToRule(const pg::Rows::Row& row) {
  return {.id = row.Text("rule_id"),
          .name = row.Text("name"),
          .figure = row.Text("figure"),
          .threshold = row.Double("threshold"),
          .below = row.Bool("below"),
          .hold_for = std::chrono::milliseconds(row.Int("hold_for_ms")),
          .disabled = row.Bool("disabled"),
          .subject = row.Text("subject"),
          .customer_type = row.Text("customer_type"),
          .window = std::chrono::milliseconds(row.Int("window_ms")),
          .min_samples = static_cast<unsigned>(row.Int("min_samples")),
          .severity = row.Text("severity"),
          .built_in = row.Bool("built_in")};
}

}  // namespace

void PgAlertRules::Load(std::vector<AlertRule> defaults,
                        std::function<void(Result<std::vector<AlertRule>>)> reply) {
  pool_->Run<std::vector<AlertRule>>(
      kPatience,
      [defaults =
           std::move(defaults)](pg::Transaction& transaction) -> Result<std::vector<AlertRule>> {
        for (const auto& rule : defaults) {
          if (transaction.Exec(kSeed, {rule.name}).affected() == 0) continue;
          transaction.Exec(kPut, ToParams(rule));
        }
        std::vector<AlertRule> rules;
        for (const auto row : transaction.Exec(kAll)) rules.push_back(ToRule(row));
        return rules;
      },
      std::move(reply));
}

void PgAlertRules::Put(const AlertRule& rule, std::function<void(Status)> reply) {
  pool_->Submit(
      kPatience,
      [rule](pg::Transaction& transaction) -> Status {
        transaction.Exec(kPut, ToParams(rule));
        return {};
      },
      std::move(reply));
}

void PgAlertRules::Delete(const std::string& id, std::function<void(Status)> reply) {
  pool_->Submit(
      kPatience,
      [id](pg::Transaction& transaction) -> Status {
        transaction.Exec(kDelete, {id});
        return {};
      },
      std::move(reply));
}

}  // namespace callfleet::supervisor
