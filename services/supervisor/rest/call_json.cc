#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<std::string_view, 2> kDirections{"inbound", "outbound"};
constexpr std::array<std::string_view, 6> kStates{"arrived",   "setup", "waiting",
                                                  "connected", "held",  "ended"};
constexpr std::array<std::string_view, 3> kRoles{"customer", "agent", "supervisor"};

const char* RoleName(LegRole role) {
  if (role == LegRole::kAgent) return "agent";
  return role == LegRole::kSupervisor ? "supervisor" : "customer";
}

constexpr auto kStepRows = std::to_array<Row<RoutingStep>>(
    {{"time", kTime.OrNull(), "When.", [](const RoutingStep& s) { return TimeJson(s.time); }},
     {"who", kText, "agent:<id>, queue:<id>, campaign:<id>, routing: or customer.",
      [](const RoutingStep& s) { return Json(s.who); }},
     {"what", kText, "arrived, placed, ringing, answered, bridged, …",
      [](const RoutingStep& s) { return Json(s.what); }},
     {"why", kText.OrNull(), "Cause.", [](const RoutingStep& s) { return TextOrNull(s.why); }}});

const Table<RoutingStep>& StepTable() {
  static const Table<RoutingStep> kTable("RoutingStep", kStepRows);
  return kTable;
}

constexpr auto kParticipantRows = std::to_array<Row<ParticipantView>>(
    {{"legId", kText, "Leg.", [](const ParticipantView& p) { return Json(p.leg.str()); }},
     {"role",
      {.choices = Words<kRoles>},
      "Who it is; an agent's phone that calls is the customer.",
      [](const ParticipantView& p) { return Json(RoleName(p.role)); }},
     {"mode", kText, "talk, hold, listen.", [](const ParticipantView& p) { return Json(p.mode); }},
     {"agentId", kText.OrNull(), "Agent.",
      [](const ParticipantView& p) { return TextOrNull(p.agent.str()); }},
     {"remote", kText.OrNull(), "The other end's address.",
      [](const ParticipantView& p) { return TextOrNull(p.remote); }}});

constexpr std::array<std::string_view, 2> kOneWay{"nothing_received", "nothing_heard"};

// Not rounded to milliseconds, as jitter is a few of them.
Json ExactSeconds(const std::optional<std::chrono::microseconds>& time) {
  return time ? Json(static_cast<double>(time->count()) / 1e6) : Json();
}

constexpr auto kQualityRows = std::to_array<Row<LegQuality>>(
    {{"packetsReceived", kInteger, "RTP packets from the far end.",
      [](const LegQuality& q) { return Json(q.packets_received); }},
     {"packetsSent", kInteger, "RTP packets to the far end.",
      [](const LegQuality& q) { return Json(q.packets_sent); }},
     {"packetsLost", kInteger, "Sent by the far end and never received.",
      [](const LegQuality& q) { return Json(q.packets_lost); }},
     {"lossRatio", kNumber.OrNull(), "lost / (received + lost), 0 to 1; null: nothing came.",
      [](const LegQuality& q) { return rest::OrNull(LossRatio(q)); }},
     {"jitterSeconds", kNumber.OrNull(), "Interarrival jitter; null: nothing came.",
      [](const LegQuality& q) { return ExactSeconds(q.jitter); }},
     {"roundTripSeconds", kNumber.OrNull(), "From RTCP; null: no report came.",
      [](const LegQuality& q) { return ExactSeconds(q.round_trip); }},
     {"mos", kNumber.OrNull(), "Listening quality, 1.0 to 4.5 (ITU-T G.107); null: nothing came.",
      [](const LegQuality& q) { return rest::OrNull(q.mos); }},
     {"firstRtpSeconds", kNumber.OrNull(), "From the answer to the first packet; null: none came.",
      [](const LegQuality& q) { return ExactSeconds(q.first_rtp); }}});

const Table<LegQuality>& QualityTable() {
  static const Table<LegQuality> kTable("LegQuality", kQualityRows);
  return kTable;
}

constexpr auto kLegRows = std::to_array<Row<LegView>>(
    {{"legId", kText, "Leg.", [](const LegView& l) { return Json(l.leg.str()); }},
     {"role",
      {.choices = Words<kRoles>},
      "Who it is; an agent's phone that calls is the customer.",
      [](const LegView& l) { return Json(RoleName(l.role)); }},
     {"agentId", kText.OrNull(), "Agent.",
      [](const LegView& l) { return TextOrNull(l.agent.str()); }},
     {"remote", kText.OrNull(), "The other end's address.",
      [](const LegView& l) { return TextOrNull(l.remote); }},
     {"codec", kText.OrNull(), "PCMU, PCMA or G722 as agreed on; null before any answer.",
      [](const LegView& l) { return TextOrNull(l.codec); }},
     {"answeredBy", kText.OrNull(),
      "person, machine, beep, fax, sit or silence; null: nobody has asked, or it is not known.",
      [](const LegView& l) { return TextOrNull(l.answered_by); }},
     {"ended", kBoolean, "It is over.", [](const LegView& l) { return Json(l.ended); }},
     {"oneWayAudio",
      {.nullable = true, .choices = Words<kOneWay>},
      "What is wrong with its audio now, or was at its end; null: nothing that is known.",
      [](const LegView& l) { return TextOrNull(Name(l.one_way)); }},
     {"quality", kObject<QualityTable>.OrNull(),
      "Measured over its whole life, told with the call's first change after its end; null before, "
      "and of a leg without media of its own.",
      [](const LegView& l) { return l.quality ? QualityTable()(*l.quality) : Json(); }}});

const Table<ParticipantView>& ParticipantTable() {
  static const Table<ParticipantView> kTable("Participant", kParticipantRows);
  return kTable;
}

}  // namespace

const Table<LegView>& LegTable() {
  static const Table<LegView> kTable("Leg", kLegRows);
  return kTable;
}

constexpr auto kCallRows = std::to_array<Row<CallView>>(
    {{"id", kText, "Id.", [](const CallView& c) { return Json(c.id.str()); }},
     {"edgeId", kText, "Edge that holds it.", [](const CallView& c) { return Json(c.edge.str()); }},
     {"caller", kText, "Number of the caller.", [](const CallView& c) { return Json(c.caller); }},
     {"called", kText, "Number called.", [](const CallView& c) { return Json(c.called); }},
     {"direction",
      {.choices = Words<kDirections>},
      "Seen from the house.",
      [](const CallView& c) { return Json(Name(c.direction)); }},
     {"state",
      {.choices = Words<kStates>},
      "Where it is now.",
      [](const CallView& c) { return Json(Name(c.state)); }},
     {"agentId", kText.OrNull(), "Agent.",
      [](const CallView& c) { return TextOrNull(c.agent.str()); }},
     {"agentName", kText.OrNull(), "Name of the agent.",
      [](const CallView& c) { return TextOrNull(c.agent_name); }},
     {"queueId", kText.OrNull(), "Queue.",
      [](const CallView& c) { return TextOrNull(c.queue.str()); }},
     {"campaignId", kText.OrNull(), "Campaign.",
      [](const CallView& c) { return TextOrNull(c.campaign.str()); }},
     {"leadId", kText.OrNull(), "Lead.", [](const CallView& c) { return TextOrNull(c.lead); }},
     {"dispatchId", kText.OrNull(), "Dispatch, the attempt's.",
      [](const CallView& c) { return TextOrNull(c.dispatch); }},
     {"bridgeId", kText.OrNull(), "Open bridge, else the last.",
      [](const CallView& c) { return TextOrNull(c.bridge.str()); }},
     {"priority", kInteger, "Higher goes first.",
      [](const CallView& c) { return Json(c.priority); }},
     {"customerType", kText.OrNull(), "As its owner labels it: vip, …",
      [](const CallView& c) { return TextOrNull(c.customer_type); }},
     {"requiredSkills", kObject<SkillTable>.List(), "What the agent must know.",
      [](const CallView& c) { return SkillTable().Each(c.required_skills); }},
     {"createdAt", kTime.OrNull(), "Began.", [](const CallView& c) { return TimeJson(c.created); }},
     {"queuedAt", kTime.OrNull(), "A person began to wait for an agent.",
      [](const CallView& c) { return TimeJson(c.queued); }},
     {"answeredAt", kTime.OrNull(), "The outside party was connected.",
      [](const CallView& c) { return TimeJson(c.answered); }},
     {"connectedAt", kTime.OrNull(), "Agent and customer first heard each other.",
      [](const CallView& c) { return TimeJson(c.connected); }},
     {"endedAt", kTime.OrNull(), "Ended.", [](const CallView& c) { return TimeJson(c.ended); }},
     {"durationSeconds", kNumber, "Age.", [](const CallView& c) { return Seconds(c.duration); }},
     {"waitSeconds", kNumber, "Waited for an agent.",
      [](const CallView& c) { return Seconds(c.wait); }},
     {"talkSeconds", kNumber, "Bridged, holds taken out.",
      [](const CallView& c) { return Seconds(c.talk); }},
     {"holdSeconds", kNumber, "Held.", [](const CallView& c) { return Seconds(c.hold); }},
     {"transfers", kInteger, "Agents after the first who were connected.",
      [](const CallView& c) { return Json(c.transfers); }},
     {"holds", kInteger, "Times that it was held.",
      [](const CallView& c) { return Json(c.holds); }},
     {"routingHistory", kObject<StepTable>.List(), "Oldest first.",
      [](const CallView& c) { return StepTable().Each(c.steps); }},
     {"legs", kObject<LegTable>.List(), "In order: the first and the newest 63.",
      [](const CallView& c) { return LegTable().Each(c.legs); }},
     {"recordings", kText.List(), "Ids of its recordings.",
      [](const CallView& c) { return Json(c.recordings); }},
     {"endReason", kText.OrNull(), "Why it ended.",
      [](const CallView& c) { return TextOrNull(c.end_reason); }},
     {"sipCode", kInteger.OrNull(), "Last SIP response code.",
      [](const CallView& c) { return NotZero(c.sip_code); }},
     {"q850Cause", kInteger.OrNull(), "Q.850 cause.",
      [](const CallView& c) { return NotZero(c.q850_cause); }},
     {"version", kInteger, "Rises with each change.",
      [](const CallView& c) { return Json(c.version); }}});

const Table<CallView>& CallTable() {
  static const Table<CallView> kTable("Call", kCallRows);
  return kTable;
}

constexpr auto kBridgeRows = std::to_array<Row<BridgeView>>(
    {{"id", kText, "Id.", [](const BridgeView& b) { return Json(b.id.str()); }},
     {"callId", kText, "Call.", [](const BridgeView& b) { return Json(b.call.str()); }},
     {"edgeId", kText, "Edge that mixes it.",
      [](const BridgeView& b) { return Json(b.edge.str()); }},
     {"participants", kObject<ParticipantTable>.List(), "Who hears whom.",
      [](const BridgeView& b) { return ParticipantTable().Each(b.participants); }},
     {"since", kTime.OrNull(), "Opened.", [](const BridgeView& b) { return TimeJson(b.since); }},
     {"durationSeconds", kNumber, "Open for so long.",
      [](const BridgeView& b) { return Seconds(b.duration); }}});

const Table<BridgeView>& BridgeTable() {
  static const Table<BridgeView> kTable("Bridge", kBridgeRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
