#include "services/dialer/adapters/campaign_rows.h"

#include "services/dialer/adapters/column_text.h"

namespace callfleet::dialer {

using std::chrono::seconds;

pg::Params SettingsParams(const CampaignId& id, const CampaignSettings& s) {
  int days = 0;
  for (std::size_t day = 0; day < s.window.days.size(); ++day) days |= s.window.days[day] << day;
  std::optional<std::int64_t> wrap_up;
  if (s.wrap_up) wrap_up = s.wrap_up->count();
  return {id,
          s.name,
          s.description,
          s.pool,
          s.trunk,
          s.caller_id,
          static_cast<int>(s.strategy),
          s.max_concurrent,
          static_cast<int>(s.pacing),
          s.ratio,
          s.window.from_minute,
          s.window.to_minute,
          days,
          s.time_zone,
          s.default_region,
          ToText(s.retry),
          s.retry.max_attempts,
          s.cap.calls,
          s.cap.within.count(),
          s.ring_timeout.count(),
          wrap_up,
          ToText(s.skills),
          s.safe_message,
          ToJson(s.recording),
          ToJson(s.amd)};
}

CampaignSettings ReadSettings(const pg::Rows::Row& row) {
  CampaignSettings s;
  s.name = row.Text("name");
  s.description = row.Text("description");
  s.pool = PoolId(row.Text("pool_id"));
  s.trunk = TrunkId(row.Text("trunk_id"));
  s.caller_id = row.Text("caller_id");
  s.strategy = static_cast<Strategy>(row.Int("strategy"));
  s.max_concurrent = static_cast<int>(row.Int("max_concurrent"));
  s.pacing = static_cast<PacingMode>(row.Int("pacing"));
  s.ratio = row.Double("ratio");
  s.window.from_minute = static_cast<int>(row.Int("window_from"));
  s.window.to_minute = static_cast<int>(row.Int("window_to"));
  const auto days = row.Int("window_days");
  for (std::size_t day = 0; day < s.window.days.size(); ++day) {
    s.window.days[day] = (days >> day) & 1;
  }
  s.time_zone = row.Text("time_zone");
  s.default_region = row.Text("default_region");
  s.retry = RulesOf(row.Text("retry_rules"), static_cast<int>(row.Int("max_attempts")));
  s.cap = {.calls = static_cast<int>(row.Int("cap_calls")),
           .within = seconds(row.Int("cap_within_s"))};
  s.ring_timeout = seconds(row.Int("ring_timeout_s"));
  if (const auto wrap_up = row.OptionalInt("wrap_up_s")) s.wrap_up = seconds(*wrap_up);
  s.skills = SkillsOf(row.Text("skills"));
  s.safe_message = row.Text("safe_message");
  s.recording = RecordingOf(row.Text("recording"));
  s.amd = AmdSettingsOf(row.Text("amd"));
  return s;
}

CampaignRecord ReadCampaign(const pg::Rows::Row& row) {
  return {.id = CampaignId(row.Text("campaign_id")),
          .settings = ReadSettings(row),
          .state = static_cast<CampaignState>(row.Int("state")),
          .created = row.Time("create_time"),
          .started = row.OptionalTime("start_time"),
          .revision = static_cast<int>(row.Int("revision"))};
}

Lead ReadLead(const pg::Rows::Row& row) {
  Lead lead;
  lead.id = LeadId(row.Text("lead_id"));
  lead.position = row.Int("position");
  lead.priority = static_cast<int>(row.Int("priority"));
  lead.number = row.Text("number");
  lead.name = row.Text("name");
  lead.zone = row.Text("zone");
  lead.region = row.Text("region");
  lead.skills = SkillsOf(row.Text("skills"));
  lead.tries = TriesOf(row.Text("tries"));
  lead.metadata = MetadataOf(row.Text("extra"));
  return lead;
}

LeadRecord ReadLeadRecord(const pg::Rows::Row& row) {
  return {.lead = ReadLead(row),
          .campaign = CampaignId(row.Text("campaign_id")),
          .state = static_cast<LeadState>(row.Int("state")),
          .outcome = static_cast<Outcome>(row.Int("outcome")),
          .attempts = static_cast<int>(row.Int("attempts")),
          .due = row.OptionalTime("due_time"),
          .gate_reason = row.Text("gate_reason"),
          .line = static_cast<int>(row.Int("line"))};
}

AttemptRecord ReadAttempt(const pg::Rows::Row& row) {
  return {.id = AttemptId(row.Text("attempt_id")),
          .campaign = CampaignId(row.Text("campaign_id")),
          .lead = LeadId(row.Text("lead_id")),
          .number = row.Text("number"),
          .agent = AgentId(row.Text("agent_id")),
          .agent_name = row.Text("agent_name"),
          .trunk = TrunkId(row.Text("trunk_id")),
          .outcome = static_cast<Outcome>(row.Int("outcome")),
          .counted = row.Bool("counted"),
          .sip_code = static_cast<int>(row.Int("sip_code")),
          .q850 = static_cast<int>(row.Int("q850_cause")),
          .gate_decision = row.Text("gate_decision"),
          .created = row.Time("create_time"),
          .placed = row.OptionalTime("place_time"),
          .ringing = row.OptionalTime("ring_time"),
          .answered = row.OptionalTime("answer_time"),
          .bridged = row.OptionalTime("bridge_time"),
          .ended = row.OptionalTime("end_time"),
          .amd = AmdFactsOf(row.Text("amd"))};
}

}  // namespace callfleet::dialer
