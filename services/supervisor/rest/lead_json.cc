#include <map>

#include "services/supervisor/rest/amd_json.h"
#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/upload_reply.h"

namespace callfleet::supervisor::rest {

namespace dialer_pb = callfleet::dialer::v1;

constexpr auto kAttemptRows = std::to_array<Row<dialer_pb::Attempt>>({
    {"id", kText, "Id.", [](const dialer_pb::Attempt& m) { return Json(m.attempt_id()); }},
    {"dispatchId", kText.OrNull(), "Dispatch.",
     [](const dialer_pb::Attempt& m) { return TextOrNull(m.dispatch_id()); }},
    {"campaignId", kText, "Campaign.",
     [](const dialer_pb::Attempt& m) { return Json(m.campaign_id()); }},
    {"leadId", kText, "Lead.", [](const dialer_pb::Attempt& m) { return Json(m.lead_id()); }},
    {"number", kText, "E.164.", [](const dialer_pb::Attempt& m) { return Json(m.number()); }},
    {"callId", kText.OrNull(), "Call.",
     [](const dialer_pb::Attempt& m) { return TextOrNull(m.call_id()); }},
    {"agentId", kText.OrNull(), "Agent.",
     [](const dialer_pb::Attempt& m) { return TextOrNull(m.agent_id()); }},
    {"agentName", kText.OrNull(), "Name of the agent.",
     [](const dialer_pb::Attempt& m) { return TextOrNull(m.agent_name()); }},
    {"sipTrunkId", kText.OrNull(), "Trunk.",
     [](const dialer_pb::Attempt& m) { return TextOrNull(m.trunk_id()); }},
    {"outcome", kEnum<dialer_pb::Outcome_descriptor>, "null: not over.",
     [](const dialer_pb::Attempt& m) {
       return EnumWord(*dialer_pb::Outcome_descriptor(), m.outcome());
     }},
    {"sipCode", kInteger.OrNull(), "Final SIP response code.",
     [](const dialer_pb::Attempt& m) { return NotZero(m.sip_code()); }},
    {"q850Cause", kInteger.OrNull(), "Q.850 cause.",
     [](const dialer_pb::Attempt& m) { return NotZero(m.q850_cause()); }},
    {"counted", kBoolean, "Really placed.",
     [](const dialer_pb::Attempt& m) { return Json(m.counted()); }},
    {"gateDecision", kText.OrNull(), "What allowed it.",
     [](const dialer_pb::Attempt& m) { return TextOrNull(m.gate_decision()); }},
    {"createdAt", kTime.OrNull(), "Written.",
     [](const dialer_pb::Attempt& m) { return TimeJson(m.create_time()); }},
    {"placedAt", kTime.OrNull(), "The INVITE left.",
     [](const dialer_pb::Attempt& m) { return TimeJson(m.place_time()); }},
    {"rangAt", kTime.OrNull(), "The far end rang.",
     [](const dialer_pb::Attempt& m) { return TimeJson(m.ring_time()); }},
    {"answeredAt", kTime.OrNull(), "The far end answered.",
     [](const dialer_pb::Attempt& m) { return TimeJson(m.answer_time()); }},
    {"connectedAt", kTime.OrNull(), "Agent and customer heard each other.",
     [](const dialer_pb::Attempt& m) { return TimeJson(m.bridge_time()); }},
    {"endedAt", kTime.OrNull(), "Over.",
     [](const dialer_pb::Attempt& m) { return TimeJson(m.end_time()); }},
    {"amd", kObject<AmdResultTable>.OrNull(), "Who answered; null: nobody has asked.",
     [](const dialer_pb::Attempt& m) { return m.has_amd() ? AmdResultTable()(m.amd()) : Json(); }},
});

const Table<dialer_pb::Attempt>& AttemptTable() {
  static const Table<dialer_pb::Attempt> kTable("Attempt", kAttemptRows);
  return kTable;
}

constexpr auto
    kLeadRows =
        std::
            to_array<Row<dialer_pb::Lead>>(
                {
                    {"id", kText, "Id.",
                     [](const dialer_pb::Lead& m) { return Json(m.lead_id()); }},
                    {"campaignId", kText, "Campaign.",
                     [](const dialer_pb::Lead& m) { return Json(m.campaign_id()); }},
                    {"name", kText, "Name.",
                     [](const dialer_pb::Lead& m) { return Json(m.name()); }},
                    {"number", kText, "E.164.",
                     [](const dialer_pb::Lead& m) { return Json(m.number()); }},
                    {"timezone", kText.OrNull(), "Of the lead.",
                     [](const dialer_pb::Lead& m) { return TextOrNull(m.time_zone()); }},
                    {"priority", kInteger, "Higher goes first.",
                     [](const dialer_pb::Lead& m) { return Json(m.priority()); }},
                    {"skills", kObject<RequiredSkillTable>.List(), "What the agent must know.",
                     [](const dialer_pb::Lead& m) {
                       return RequiredSkillTable().Each(m.skills());
                     }},
                    {"extra", kText.Map(), "Other columns of the file.",
                     [](const dialer_pb::Lead& m) {
                       return Json(
                           std::map<std::string, std::string>(m.extra().begin(), m.extra().end()));
                     }},
                    {"state", kEnum<dialer_pb::LeadState_descriptor>, "Where it stands.",
                     [](const dialer_pb::Lead& m) {
                       return EnumWord(*dialer_pb::LeadState_descriptor(), m.state());
                     }},
                    {"outcome", kEnum<dialer_pb::Outcome_descriptor>,
                     "Last outcome; of a final lead its own.",
                     [](const dialer_pb::Lead&
                            m) { return EnumWord(*dialer_pb::Outcome_descriptor(), m.outcome()); }},
                    {"attempts", kInteger, "Calls really placed.",
                     [](const dialer_pb::Lead& m) { return Json(m.attempts()); }},
                    {"retryAt", kTime.OrNull(), "Not before.",
                     [](const dialer_pb::Lead& m) { return TimeJson(m.retry_time()); }},
                    {"gateReason", kText.OrNull(), "Why it may not be dialled now.",
                     [](const dialer_pb::Lead& m) { return TextOrNull(m.gate_reason()); }},
                    {"line", kInteger, "Line in its file.",
                     [](const dialer_pb::Lead& m) { return Json(m.line()); }},
                });
constexpr auto kLeadLater = std::to_array<MemberShape>({
    {"attemptLog", kObject<AttemptTable>.List(), "Newest first; of one lead alone.", true},
});

const Table<dialer_pb::Lead>& LeadTable() {
  static const Table<dialer_pb::Lead> kTable("Lead", kLeadRows, kLeadLater);
  return kTable;
}

constexpr auto kSuppressionRows = std::to_array<Row<dialer_pb::Suppression>>({
    {"number", kText, "E.164.", [](const dialer_pb::Suppression& m) { return Json(m.number()); }},
    {"campaignId", kText.OrNull(), "null: the global list.",
     [](const dialer_pb::Suppression& m) { return TextOrNull(m.campaign_id()); }},
    {"reason", kText, "Why, for people.",
     [](const dialer_pb::Suppression& m) { return Json(m.reason()); }},
    {"createdAt", kTime.OrNull(), "Added.",
     [](const dialer_pb::Suppression& m) { return TimeJson(m.create_time()); }},
});

const Table<dialer_pb::Suppression>& SuppressionTable() {
  static const Table<dialer_pb::Suppression> kTable("Suppression", kSuppressionRows);
  return kTable;
}

constexpr auto kRejectedRowRows = std::to_array<Row<dialer_pb::RejectedRow>>({
    {"line", kInteger, "In the file, from 1.",
     [](const dialer_pb::RejectedRow& r) { return Json(r.line()); }},
    {"reason", kText, "Why, for people; starts with the column.",
     [](const dialer_pb::RejectedRow& r) { return Json(r.reason()); }},
});
const Table<dialer_pb::RejectedRow>& RejectedRowTable() {
  static const Table<dialer_pb::RejectedRow> kTable("RejectedRow", kRejectedRowRows);
  return kTable;
}

constexpr auto kUploadRows = std::to_array<Row<UploadAnswer>>({
    {"accepted", kInteger, "Rows taken.", [](const UploadAnswer& u) { return Json(u.accepted); }},
    {"duplicates", kInteger, "Rows whose number is there already.",
     [](const UploadAnswer& u) { return Json(u.duplicates); }},
    {"rejected", kObject<RejectedRowTable>.List(), "Rows not taken; the first 1,000.",
     [](const UploadAnswer& u) { return RejectedRowTable().Each(u.rejected); }},
    {"rejectedCount", kInteger, "All rows not taken.",
     [](const UploadAnswer& u) { return Json(u.rejected_count); }},
});
const Table<UploadAnswer>& UploadTable() {
  static const Table<UploadAnswer> kTable("Upload", kUploadRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
