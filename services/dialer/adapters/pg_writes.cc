#include "services/dialer/adapters/pg_writes.h"

#include "services/dialer/adapters/column_text.h"
#include "services/dialer/domain/attempt_record.h"

namespace callfleet::dialer {

namespace {

constexpr pg::Statement kSetState{"dialer_set_state",
                                  "UPDATE campaigns SET state = $2::smallint, start_time = CASE "
                                  "WHEN $2::smallint = 1 AND state IN (0, 4) "
                                  "THEN now() ELSE start_time END WHERE campaign_id = $1"};
constexpr pg::Statement kPutAttempt{
    "dialer_put_attempt",
    "INSERT INTO attempts (attempt_id, campaign_id, lead_id, number, trunk_id, agent_first, "
    "agent_id, agent_name, reservation_id, agent_legs, edge_id, boot_id, gate_decision, "
    "create_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
    "ON CONFLICT (attempt_id) DO UPDATE SET agent_id = EXCLUDED.agent_id, agent_name = "
    "EXCLUDED.agent_name, reservation_id = EXCLUDED.reservation_id, agent_legs = "
    "EXCLUDED.agent_legs, edge_id = EXCLUDED.edge_id, boot_id = EXCLUDED.boot_id"};
constexpr pg::Statement kToldRevision{
    "dialer_told_revision",
    "UPDATE campaigns SET told_revision = greatest(told_revision, $2) WHERE campaign_id = $1"};
constexpr pg::Statement kLeadDialing{
    "dialer_lead_dialing", "UPDATE leads SET state = 1, due_time = NULL WHERE lead_id = $1"};
constexpr pg::Statement kCloseAttempt{
    "dialer_close_attempt",
    "UPDATE attempts SET outcome = $2, counted = $3, sip_code = $4, q850_cause = $5, place_time = "
    "$6, ring_time = $7, answer_time = $8, bridge_time = $9, end_time = $10, agent_id = $11, "
    "agent_name = $12, amd_verdict = $13, amd = $14 WHERE attempt_id = $1"};
constexpr pg::Statement kSettleLead{
    "dialer_settle_lead",
    "UPDATE leads SET state = $2, due_time = $3, tries = $4, attempts = $5, outcome = $6, "
    "reason = $7 WHERE lead_id = $1"};
constexpr pg::Statement kUnlockNumber{"dialer_unlock_number",
                                      "DELETE FROM number_locks WHERE attempt_id = $1"};
constexpr pg::Statement kRefuseLead{"dialer_refuse_lead",
                                    "UPDATE leads SET state = $2::smallint, due_time = $3, "
                                    "gate_reason = $4, outcome = CASE WHEN $2::smallint = 4 "
                                    "THEN $5::smallint ELSE outcome END WHERE lead_id = $1"};
constexpr pg::Statement kAddDecision{
    "dialer_add_decision",
    "INSERT INTO decisions (campaign_id, lead_id, attempt_id, number, reason, rules_version, "
    "decide_time, retry_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};

std::optional<WallTime> Given(WallTime time) {
  return time == WallTime{} ? std::nullopt : std::optional(time);
}

// One statement list a kind of write.
struct Adder {
  const UnitToken& unit;
  const std::string& trunk;
  const EventParts& parts;
  pg::Batch* batch;

  void Add(const pg::Statement& statement, pg::Params params) const {
    batch->writes.push_back({&statement, std::move(params)});
  }

  void operator()(const SaveCampaignState& write) const {
    Add(kSetState, {unit.unit.id, static_cast<int>(write.state)});
  }
  void operator()(const WriteAttempt& write) const {
    const Line& line = write.line;
    const AgentOffer agent = line.NamedAgent();
    Add(kPutAttempt, {line.id, unit.unit.id, line.lead.id, line.lead.number, trunk,
                      line.agent_first, agent.agent, agent.agent_name, agent.reservation,
                      line.agent_legs, line.edge, line.boot, DecisionText(line.gate), line.dialed});
    Add(kLeadDialing, {line.lead.id});
    // Written again when it has its agent, which its next event tells.
    if (write.first) {
      Tell(line.dialed, Subject(line), parts.codec->Encode(write, Campaign(), TrunkId(trunk)));
    }
  }
  void operator()(const CloseAttempt& write) const {
    const Line& line = write.line;
    const CustomerLegFacts& customer = line.facts.customer;
    const AgentOffer agent = line.NamedAgent();
    Add(kCloseAttempt,
        {line.id, static_cast<int>(write.outcome), write.counted, customer.end.sip_code,
         customer.end.q850, Given(customer.placed), Given(customer.progressed),
         Given(customer.answered), Given(line.facts.bridged), write.ended, agent.agent,
         agent.agent_name, static_cast<int>(customer.amd.value_or(AmdFacts{}).verdict),
         ToJson(customer.amd)});
    // What was not tried leaves no outcome on the lead, unless it is final with it.
    const bool told = write.counted || LeadMachine::IsTerminal(write.lead_state);
    const Outcome last = told ? write.outcome : Outcome::kNone;
    Add(kSettleLead,
        {line.lead.id, static_cast<int>(write.lead_state), Given(write.lead_due),
         ToText(write.tries), write.tries.Total(), static_cast<int>(last), write.lead_reason});
    Add(kUnlockNumber, {line.id});
    Tell(write.ended, Subject(line), parts.codec->Encode(write, Campaign(), TrunkId(trunk)));
  }
  void operator()(const SettleLead& write) const {
    const GateDecision& gate = write.decision;
    Add(kRefuseLead, {write.lead.id, static_cast<int>(write.state), Given(gate.retry_at),
                      Name(gate.reason), static_cast<int>(write.outcome)});
    Add(kAddDecision, {unit.unit.id, write.lead.id, write.attempt, write.lead.number,
                       Name(gate.reason), kGateVersion, write.at, Given(gate.retry_at)});
    Tell(write.at, "lead:" + write.lead.id.str(), parts.codec->Encode(write, Campaign()));
  }
  void operator()(const NoteDecision& write) const {
    const GateDecision& gate = write.decision;
    Add(kAddDecision, {unit.unit.id, write.lead.id, AttemptId(), write.lead.number,
                       Name(gate.reason), kGateVersion, write.at, Given(gate.retry_at)});
  }
  void operator()(const ReleaseNumber& write) const { Add(kUnlockNumber, {write.attempt}); }
  void operator()(const News& news) const {
    auto payload = parts.codec->Encode(news, Campaign(), TrunkId(trunk));
    if (!payload) return;
    if (news.revision > 0) Add(kToldRevision, {unit.unit.id, news.revision});
    Tell(news.at, news.line ? Subject(*news.line) : ToString(unit.unit), std::move(*payload));
  }

  CampaignId Campaign() const { return CampaignId(unit.unit.id); }
  static std::string Subject(const Line& line) { return "call:" + line.id.str(); }
  void Tell(WallTime at, std::string subject, EventPayload payload) const {
    batch->events.push_back({.stream = ToString(unit.unit),
                             .event_id = parts.ids->Next(),
                             .source = "callfleet/dialer",
                             .type = std::move(payload.type),
                             .time = at,
                             .subject = std::move(subject),
                             .payload = std::move(payload.bytes)});
  }
};

}  // namespace

void AddWrite(const Write& write, const std::string& trunk, const EventParts& parts,
              pg::Batch* batch) {
  std::visit(Adder{batch->lane->unit(), trunk, parts, batch}, write);
}

}  // namespace callfleet::dialer
