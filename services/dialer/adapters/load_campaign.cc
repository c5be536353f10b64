#include "services/dialer/adapters/load_campaign.h"

#include <chrono>
#include <utility>

#include "common/pg/unit_tokens.h"
#include "services/dialer/adapters/campaign_rows.h"

namespace callfleet::dialer {

namespace {

constexpr pg::Statement kCampaign{
    "dialer_load_campaign",
    "SELECT campaign_id, name, description, pool_id, trunk_id, caller_id, strategy, "
    "max_concurrent, pacing, ratio, window_from, window_to, window_days, time_zone, "
    "default_region, retry_rules, max_attempts, cap_calls, cap_within_s, ring_timeout_s, "
    "wrap_up_s, skills, safe_message, recording, amd, state, create_time, start_time, revision, "
    "told_revision FROM campaigns "
    "WHERE campaign_id = $1"};
// A gate that said yes to an owner that died before it dialled.
constexpr pg::Statement kDropLocks{
    "dialer_drop_locks",
    "DELETE FROM number_locks WHERE campaign_id = $1 AND NOT EXISTS (SELECT 1 FROM attempts WHERE "
    "attempts.attempt_id = number_locks.attempt_id AND attempts.end_time IS NULL)"};
constexpr pg::Statement kOpenAttempts{
    "dialer_open_attempts",
    "SELECT a.attempt_id, a.agent_first, a.agent_id, a.agent_name, a.reservation_id, "
    "a.agent_legs, a.edge_id, a.boot_id, a.create_time, l.lead_id, l.position, l.priority, "
    "l.number, l.name, l.zone, l.region, l.skills, l.tries, l.extra FROM "
    "attempts a JOIN leads l ON l.lead_id = a.lead_id WHERE a.campaign_id = $1 AND a.end_time IS "
    "NULL"};
constexpr pg::Statement kLeadCounts{
    "dialer_lead_counts",
    "SELECT state, outcome, count(*) AS leads FROM leads WHERE campaign_id = $1 GROUP BY state, "
    "outcome"};
// Verdicts as IsMachine has them. Each talk in whole milliseconds, as they are counted live: the
// sum is the same after a restart.
constexpr pg::Statement kAttemptCounts{
    "dialer_attempt_counts",
    "SELECT outcome, count(*) AS attempts, count(*) FILTER (WHERE counted) AS counted, count(*) "
    "FILTER (WHERE answer_time IS NOT NULL AND amd_verdict NOT IN (2, 3, 4, 5)) AS answered, "
    "count(*) FILTER (WHERE answer_time IS NOT NULL AND amd_verdict IN (2, 3, 4, 5)) AS machines, "
    "coalesce(sum(floor(extract(epoch FROM "
    "end_time - bridge_time) * 1000)), 0)::bigint AS talk_ms FROM attempts WHERE campaign_id = $1 "
    "AND end_time IS NOT NULL GROUP BY outcome"};
constexpr pg::Statement kDenied{"dialer_denied",
                                "SELECT count(*) AS denied FROM decisions WHERE campaign_id = $1"};

Line ReadLine(const pg::Rows::Row& row) {
  Line line;
  line.id = AttemptId(row.Text("attempt_id"));
  line.state = AttemptState::kDialing;
  line.lead = ReadLead(row);
  line.agent_first = row.Bool("agent_first");
  line.agent_legs = static_cast<int>(row.Int("agent_legs"));
  AgentOffer agent{.reservation = ReservationId(row.Text("reservation_id")),
                   .agent = AgentId(row.Text("agent_id")),
                   .agent_name = row.Text("agent_name")};
  if (agent.reservation.empty()) {
    line.relieved = std::move(agent);
  } else {
    line.agent = std::move(agent);
  }
  line.number_reserved = true;
  line.row_written = true;
  line.adopted = true;
  line.edge = EdgeId(row.Text("edge_id"));
  line.boot = BootId(row.Text("boot_id"));
  line.opened = line.dialed = row.Time("create_time");
  return line;
}

void CountLeads(const pg::Rows& rows, Counters* counters) {
  for (const auto row : rows) {
    const auto state = static_cast<LeadState>(row.Int("state"));
    counters->Leads(state) += row.Int("leads");
    if (LeadMachine::IsTerminal(state)) {
      counters->leads_ended[static_cast<std::size_t>(row.Int("outcome"))] += row.Int("leads");
    }
  }
}

void CountAttempts(const pg::Rows& rows, Counters* counters) {
  for (const auto row : rows) {
    counters->attempts[static_cast<std::size_t>(row.Int("outcome"))] += row.Int("attempts");
    counters->counted += row.Int("counted");
    counters->answered += row.Int("answered");
    counters->machines += row.Int("machines");
    counters->talk += std::chrono::milliseconds(row.Int("talk_ms"));
  }
}

}  // namespace

Result<CampaignModel> LoadCampaign(pg::Transaction& transaction, const CampaignId& id) {
  const auto campaigns = transaction.Exec(kCampaign, {id});
  if (campaigns.empty()) {
    return NotFound("CAMPAIGN_NOT_FOUND", "There is no campaign with this id.");
  }
  const auto taken = pg::TakeUnit(transaction, {UnitKind::kCampaign, id.str()});
  if (!taken) return Fail(taken.error());
  CampaignModel model;
  model.id = id;
  model.token = taken->token;
  model.settings = ReadSettings(campaigns[0]);
  model.state = static_cast<CampaignState>(campaigns[0].Int("state"));
  const auto told = campaigns[0].Int("told_revision");
  const auto revision = campaigns[0].Int("revision");
  if (revision > told) model.untold_revision = static_cast<int>(revision);
  model.untold_creation = told == 0;
  transaction.Exec(kDropLocks, {id});
  for (const auto row : transaction.Exec(kOpenAttempts, {id})) {
    Line line = ReadLine(row);
    line.heir_of = std::to_string(taken->token) + ".";
    model.lines.emplace(line.id, std::move(line));
  }
  CountLeads(transaction.Exec(kLeadCounts, {id}), &model.counters);
  CountAttempts(transaction.Exec(kAttemptCounts, {id}), &model.counters);
  model.counters.denied = transaction.Exec(kDenied, {id})[0].Int("denied");
  return model;
}

}  // namespace callfleet::dialer
