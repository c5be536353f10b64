#include <array>

#include "services/supervisor/rest/agent_words.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<std::string_view, 5> kActivities{"offline", "not_ready", "available", "busy",
                                                      "wrap_up"};
constexpr std::array<std::string_view, 3> kCoachingOutcomes{"delivered", "failed", "no_device"};
constexpr std::array<std::string_view, 6> kSlotStates{"reserved", "ringing", "connected",
                                                      "held",     "wrap_up", "orphaned"};

constexpr auto kAgentCallRows = std::to_array<Row<AgentCallView>>(
    {{"id", kText.OrNull(), "Id of the call; null where only a slot is taken so far.",
      [](const AgentCallView& c) { return TextOrNull(c.call.str()); }},
     {"number", kText.OrNull(), "Of the other side.",
      [](const AgentCallView& c) { return TextOrNull(c.number); }},
     {"state",
      {.choices = Words<kSlotStates>},
      "What the slot does.",
      [](const AgentCallView& c) { return Json(Name(c.state)); }},
     {"unit", kText.OrNull(), "Whose work it is, campaign:<id>; null for a manual call.",
      [](const AgentCallView& c) { return TextOrNull(c.unit); }},
     {"durationSeconds", kNumber, "Since the slot was taken.",
      [](const AgentCallView& c) { return Seconds(c.duration); }}});

const Table<AgentCallView>& AgentCallTable() {
  static const Table<AgentCallView> kTable("AgentCall", kAgentCallRows);
  return kTable;
}

constexpr auto kCoachingRows = std::to_array<Row<CoachingNote>>(
    {{"id", kText, "Id.", [](const CoachingNote& n) { return Json(n.id); }},
     {"time", kTime, "When it was said.", [](const CoachingNote& n) { return TimeJson(n.at); }},
     {"author", kText, "Who said it.", [](const CoachingNote& n) { return Json(n.author); }},
     {"text", kText, "What.", [](const CoachingNote& n) { return Json(n.text); }},
     {"outcome",
      {.choices = Words<kCoachingOutcomes>},
      "What became of it at the phone.",
      [](const CoachingNote& n) { return Json(Name(n.outcome)); }}});

const Table<CoachingNote>& CoachingTable() {
  static const Table<CoachingNote> kTable("CoachingNote", kCoachingRows);
  return kTable;
}

constexpr auto kMembershipRows = std::to_array<Row<MembershipFact>>(
    {{"queueId", kText.OrNull(), "Queue that the agent serves.",
      [](const MembershipFact& m) {
        return m.unit.kind == UnitKind::kQueue ? Json(m.unit.id) : Json();
      }},
     {"campaignId", kText.OrNull(), "Campaign that the agent serves.",
      [](const MembershipFact& m) {
        return m.unit.kind == UnitKind::kQueue ? Json() : Json(m.unit.id);
      }},
     {"isPrimary", kBoolean, "Preferred there.",
      [](const MembershipFact& m) { return Json(m.primary); }}});

const Table<MembershipFact>& MembershipTable() {
  static const Table<MembershipFact> kTable("Membership", kMembershipRows);
  return kTable;
}

constexpr auto kScoreRows = std::to_array<Row<AgentView>>(
    {{"answerRate", kNumber.OrNull(), "Answered / (answered + missed) offers.",
      [](const AgentView& a) { return rest::OrNull(a.answer_rate); }},
     {"handleTime", kNumber.OrNull(), "Against the queue's median.",
      [](const AgentView& /*a*/) { return Json(); }},
     {"wrapUpAdherence", kNumber.OrNull(), "Wrap-up within its limit.",
      [](const AgentView& /*a*/) { return Json(); }}});

const Table<AgentView>& ScoreTable() {
  static const Table<AgentView> kTable("ScoreParts", kScoreRows);
  return kTable;
}

}  // namespace

constexpr auto kSkillRows = std::to_array<Row<SkillLevel>>(
    {{"name", kText, "Name of the skill.", [](const SkillLevel& s) { return Json(s.name); }},
     {"level", kInteger, "1 to 10.", [](const SkillLevel& s) { return Json(s.level); }}});

const Table<SkillLevel>& SkillTable() {
  static const Table<SkillLevel> kTable("Skill", kSkillRows);
  return kTable;
}

constexpr auto kAgentRows = std::to_array<Row<AgentView>>(
    {{"id", kText, "Id.", [](const AgentView& a) { return Json(a.fact.id.str()); }},
     {"name", kText, "Unique name.", [](const AgentView& a) { return Json(a.fact.name); }},
     {"description", kText, "For people.",
      [](const AgentView& a) { return Json(a.fact.description); }},
     {"isActive", kBoolean, "Inactive agents get no offer.",
      [](const AgentView& a) { return Json(a.fact.active); }},
     {"kind",
      {.choices = Words<kKinds>},
      "Decided at creation.",
      [](const AgentView& a) { return Json(Name(a.fact.kind)); }},
     {"lineMode",
      {.choices = Words<kLineModes>},
      "How work reaches the phone.",
      [](const AgentView& a) { return Json(a.fact.line_mode); }},
     {"mediaSecurity",
      {.choices = Words<kMediaSecurities>},
      "SRTP with the phone.",
      [](const AgentView& a) { return Json(a.fact.media_security); }},
     {"poolId", kText, "Pool.", [](const AgentView& a) { return Json(a.fact.pool); }},
     {"autoReady", kBoolean, "A reachable phone makes the agent ready.",
      [](const AgentView& a) { return Json(a.fact.auto_ready); }},
     {"tier", kInteger, "Order in sequential tiers, lower first.",
      [](const AgentView& a) { return Json(a.fact.tier); }},
     {"wrapUpSeconds", kNumber, "Time for after-work.",
      [](const AgentView& a) { return Seconds(a.fact.wrap_up); }},
     {"memberships", kObject<MembershipTable>.List(), "What the agent serves.",
      [](const AgentView& a) { return MembershipTable().Each(a.fact.memberships); }},
     {"sipUser", kText.OrNull(), "User of the SIP account; null with a fixed contact.",
      [](const AgentView& a) { return TextOrNull(a.fact.sip_user); }},
     {"sipUri", kText.OrNull(), "Address of the agent.",
      [](const AgentView& a) { return TextOrNull(a.sip_uri); }},
     {"contact", kText.OrNull(), "Where the phone is now; null: not reachable.",
      [](const AgentView& a) { return TextOrNull(a.fact.contact); }},
     {"presence",
      {.choices = Words<kPresences>},
      "What the agent wishes.",
      [](const AgentView& a) { return Json(Name(a.fact.presence)); }},
     {"presenceReason", kText.OrNull(), "Why not ready.",
      [](const AgentView& a) { return TextOrNull(a.fact.presence_reason); }},
     {"presenceSince", kTime.OrNull(), "Since when.",
      [](const AgentView& a) { return TimeJson(a.fact.presence_since); }},
     {"pendingPresence",
      {.nullable = true, .choices = Words<kPresences>},
      "Presence that takes effect when the last call is over; null: none.",
      [](const AgentView& a) {
        return a.fact.pending_presence ? Json(Name(*a.fact.pending_presence)) : Json();
      }},
     {"pendingPresenceReason", kText.OrNull(), "Why not ready then.",
      [](const AgentView& a) { return TextOrNull(a.fact.pending_presence_reason); }},
     {"state",
      {.choices = Words<kActivities>},
      "Derived from presence and calls.",
      [](const AgentView& a) { return Json(Name(a.fact.activity)); }},
     {"activeCalls", kInteger, "Calls that count as load, over all campaigns and queues.",
      [](const AgentView& a) { return Json(ActiveCalls(a.fact)); }},
     {"currentCalls", kObject<AgentCallTable>.List(), "One item a slot in use.",
      [](const AgentView& a) { return AgentCallTable().Each(a.calls); }},
     {"coaching", kObject<CoachingTable>.List(), "What supervisors wrote during its calls.",
      [](const AgentView& a) { return CoachingTable().Each(a.coaching); }},
     {"maxConcurrentCalls", kInteger, "Most calls at once.",
      [](const AgentView& a) { return Json(a.fact.max_calls); }},
     {"skills", kObject<SkillTable>.List(), "Skills with levels.",
      [](const AgentView& a) { return SkillTable().Each(a.fact.skills); }},
     {"performanceScore", kNumber.OrNull(), "0 to 1, mean of its parts; null until 20 offers.",
      [](const AgentView& a) { return rest::OrNull(a.score); }},
     {"samples", kInteger, "Offers that the score rests on.",
      [](const AgentView& a) { return Json(a.samples); }},
     {"scoreParts", kObject<ScoreTable>, "Parts of the score, each 0 to 1.",
      [](const AgentView& a) { return ScoreTable()(a); }},
     {"callsHandled", kInteger, "Since the agent's creation.",
      [](const AgentView& a) { return Json(a.fact.calls); }},
     {"createdAt", kTime.OrNull(), "Created.",
      [](const AgentView& a) { return TimeJson(a.fact.created); }},
     {"lastActivity", kTime.OrNull(), "Last change of presence or work.",
      [](const AgentView& a) { return TimeJson(a.fact.last_activity); }},
     {"version", kInteger, "Rises with each change.",
      [](const AgentView& a) { return Json(a.fact.version); }}});
constexpr auto kAgentLater = std::to_array<MemberShape>(
    {{"sipSecret", kText, "Secret of the account; in the answer of its creation alone.", true}});

const Table<AgentView>& AgentTable() {
  static const Table<AgentView> kTable("Agent", kAgentRows, kAgentLater);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
