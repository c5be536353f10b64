#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/destination_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/queue_json.h"
#include "services/supervisor/rest/recording_policy.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;

constexpr auto kSoundRows = std::to_array<Row<queue_pb::WaitingSound>>({
    {"music", kText.OrNull(), "Prompt played again and again; null: a ringback tone.",
     [](const queue_pb::WaitingSound& m) { return TextOrNull(m.music()); }},
    {"firstAnnouncementSeconds", kNumber, "Until the first announcement; 0: as periodSeconds.",
     [](const queue_pb::WaitingSound& m) { return Seconds(m.first_announcement()); }},
    {"periodSeconds", kNumber, "Between announcements; 0: none.",
     [](const queue_pb::WaitingSound& m) { return Seconds(m.period()); }},
    {"position", kBoolean, "Tells the place.",
     [](const queue_pb::WaitingSound& m) { return Json(m.position()); }},
    {"expectedWait", kBoolean, "Tells the expected wait.",
     [](const queue_pb::WaitingSound& m) { return Json(m.expected_wait()); }},
    {"prompt", kText.OrNull(), "Played with each announcement.",
     [](const queue_pb::WaitingSound& m) { return TextOrNull(m.prompt()); }},
    {"prefix", kText.OrNull(), "Before the names of those prompts.",
     [](const queue_pb::WaitingSound& m) { return TextOrNull(m.prefix()); }},
});
const Table<queue_pb::WaitingSound>& SoundTable() {
  static const Table<queue_pb::WaitingSound> kTable("WaitingSound", kSoundRows);
  return kTable;
}

constexpr auto kRelaxationRows = std::to_array<Row<queue_pb::Relaxation>>({
    {"afterSeconds", kNumber, "From so much waiting on.",
     [](const queue_pb::Relaxation& m) { return Seconds(m.after()); }},
    {"skill", kText, "Skill of the queue or of the caller.",
     [](const queue_pb::Relaxation& m) { return Json(m.skill()); }},
    {"minLevel", kInteger, "Level that will do then; 0: the skill is no longer needed.",
     [](const queue_pb::Relaxation& m) { return Json(m.min_level()); }},
});
const Table<queue_pb::Relaxation>& RelaxationTable() {
  static const Table<queue_pb::Relaxation> kTable("QueueRelaxation", kRelaxationRows);
  return kTable;
}

constexpr auto kExitRows = std::to_array<Row<queue_pb::DigitExit>>({
    {"digit", kText, "One of 0-9 * #.",
     [](const queue_pb::DigitExit& m) { return Json(m.digit()); }},
    {"to", kObject<DestinationTable>.OrNull(), "Where the caller goes.",
     [](const queue_pb::DigitExit& m) {
       return m.has_destination() ? DestinationTable()(m.destination()) : Json();
     }},
    {"callback", kBoolean, "Instead: called back when the turn comes.",
     [](const queue_pb::DigitExit& m) { return Json(m.callback()); }},
});
const Table<queue_pb::DigitExit>& ExitTable() {
  static const Table<queue_pb::DigitExit> kTable("QueueExit", kExitRows);
  return kTable;
}

constexpr auto kCallbackRows = std::to_array<Row<queue_pb::CallbackPolicy>>({
    {"trunkId", kText, "Trunk that dials them.",
     [](const queue_pb::CallbackPolicy& m) { return Json(m.trunk_id()); }},
    {"maxAttempts", kInteger, "Tries until it is given up.",
     [](const queue_pb::CallbackPolicy& m) { return Json(m.max_attempts()); }},
    {"retryAfterSeconds", kNumber, "From one try to the next.",
     [](const queue_pb::CallbackPolicy& m) { return Seconds(m.retry_after()); }},
    {"ringTimeoutSeconds", kNumber, "The customer's phone rings so long.",
     [](const queue_pb::CallbackPolicy& m) { return Seconds(m.ring_timeout()); }},
    {"maxAgeSeconds", kNumber, "Given up after so long.",
     [](const queue_pb::CallbackPolicy& m) { return Seconds(m.max_age()); }},
    {"confirmation", kText.OrNull(), "Prompt before the call is ended.",
     [](const queue_pb::CallbackPolicy& m) { return TextOrNull(m.confirmation()); }},
});
const Table<queue_pb::CallbackPolicy>& CallbackTable() {
  static const Table<queue_pb::CallbackPolicy> kTable("CallbackPolicy", kCallbackRows);
  return kTable;
}

constexpr auto kQueueRows = std::to_array<Row<queue_pb::Queue>>({
    {"id", kText, "Id.", [](const queue_pb::Queue& m) { return Json(m.queue_id()); }},
    {"name", kText, "Unique name.", [](const queue_pb::Queue& m) { return Json(m.name()); }},
    {"description", kText, "For people.",
     [](const queue_pb::Queue& m) { return Json(m.description()); }},
    {"poolId", kText, "Pool of its agents.",
     [](const queue_pb::Queue& m) { return Json(m.pool_id()); }},
    {"strategy", kEnum<queue_pb::QueueStrategy_descriptor>, "How agents are chosen.",
     [](const queue_pb::Queue& m) {
       return EnumWord(*queue_pb::QueueStrategy_descriptor(), m.strategy());
     }},
    {"maxSize", kInteger, "Most callers waiting.",
     [](const queue_pb::Queue& m) { return Json(m.max_size()); }},
    {"maxWaitSeconds", kNumber, "Longest wait before overflow; 0: none.",
     [](const queue_pb::Queue& m) { return Seconds(m.max_wait()); }},
    {"ringTimeoutSeconds", kNumber, "How long an agent is rung.",
     [](const queue_pb::Queue& m) { return Seconds(m.ring_timeout()); }},
    {"serviceLevelSeconds", kNumber, "T of the service level.",
     [](const queue_pb::Queue& m) { return Seconds(m.service_level_threshold()); }},
    {"wrapUpSeconds", kNumber.OrNull(), "Time for after-work; null: the agent's own.",
     [](const queue_pb::Queue& m) { return m.has_wrap_up() ? Seconds(m.wrap_up()) : Json(); }},
    {"overflowQueueId", kText.OrNull(), "Queue that takes the overflow.",
     [](const queue_pb::Queue& m) { return TextOrNull(m.overflow_queue_id()); }},
    {"priorityBonusSeconds", kNumber, "Wait that one step of priority may jump.",
     [](const queue_pb::Queue& m) { return Seconds(m.priority_bonus()); }},
    {"skills", kObject<RequiredSkillTable>.List(), "Skills that every caller needs.",
     [](const queue_pb::Queue& m) { return RequiredSkillTable().Each(m.skills()); }},
    {"relaxations", kObject<RelaxationTable>.List(), "Requirements given up while a caller waits.",
     [](const queue_pb::Queue& m) { return RelaxationTable().Each(m.relaxations()); }},
    {"stickyPatienceSeconds", kNumber,
     "Only the agent of the caller's last talk is looked for so long; 0: never.",
     [](const queue_pb::Queue& m) { return Seconds(m.sticky_patience()); }},
    {"stickyWindowSeconds", kNumber, "A talk is the caller's last one for so long.",
     [](const queue_pb::Queue& m) { return Seconds(m.sticky_window()); }},
    {"shortAbandonSeconds", kNumber, "Who leaves within so long is a short abandon.",
     [](const queue_pb::Queue& m) { return Seconds(m.short_abandon_threshold()); }},
    {"callerId", kText.OrNull(), "Number presented; null: the trunk's own.",
     [](const queue_pb::Queue& m) { return TextOrNull(m.caller_id()); }},
    {"sound", kObject<SoundTable>, "What waiting callers hear.",
     [](const queue_pb::Queue& m) { return SoundTable()(m.sound()); }},
    {"exits", kObject<ExitTable>.List(), "Digits that lead out of the queue.",
     [](const queue_pb::Queue& m) { return ExitTable().Each(m.exits()); }},
    {"callback", kObject<CallbackTable>.OrNull(), "Callbacks; null: none.",
     [](const queue_pb::Queue& m) {
       return m.has_callback() ? CallbackTable()(m.callback()) : Json();
     }},
    {"recording", kObject<RecordingPolicyTable>.OrNull(), "What is recorded; null: nothing.",
     [](const queue_pb::Queue& m) {
       return m.has_recording() ? RecordingPolicyTable()(m.recording()) : Json();
     }},
    {"onMaxWait", kObject<DestinationTable>.OrNull(),
     "After maxWaitSeconds; null: overflowQueueId.",
     [](const queue_pb::Queue&
            m) { return m.has_on_max_wait() ? DestinationTable()(m.on_max_wait()) : Json(); }},
    {"onFull", kObject<DestinationTable>.OrNull(),
     "With maxSize others; null: overflowQueueId, else 486.",
     [](const queue_pb::Queue&
            m) { return m.has_on_full() ? DestinationTable()(m.on_full()) : Json(); }},
    {"onNoAgents", kObject<DestinationTable>.OrNull(),
     "With too few agents; null: overflowQueueId, else 480.",
     [](const queue_pb::Queue&
            m) { return m.has_on_no_agents() ? DestinationTable()(m.on_no_agents()) : Json(); }},
    {"onClosed", kObject<DestinationTable>.OrNull(), "While closed; null: 480.",
     [](const queue_pb::Queue& m) {
       return m.has_on_closed() ? DestinationTable()(m.on_closed()) : Json();
     }},
    {"joinNeeds", kEnum<queue_pb::Staffing_descriptor>, "Who must be there to be let in.",
     [](const queue_pb::Queue& m) {
       return EnumWord(*queue_pb::Staffing_descriptor(), m.join_needs());
     }},
    {"stayNeeds", kEnum<queue_pb::Staffing_descriptor>, "Who must be there to stay.",
     [](const queue_pb::Queue& m) {
       return EnumWord(*queue_pb::Staffing_descriptor(), m.stay_needs());
     }},
    {"noAgentsGraceSeconds", kNumber, "Agents may be missing so long.",
     [](const queue_pb::Queue& m) { return Seconds(m.no_agents_grace()); }},
    {"returnWindowSeconds", kNumber, "Who calls again within so long has the old place.",
     [](const queue_pb::Queue& m) { return Seconds(m.return_window()); }},
    {"earlyMediaSeconds", kNumber, "Music before the answer for at most so long.",
     [](const queue_pb::Queue& m) { return Seconds(m.early_media()); }},
    {"state", kEnum<queue_pb::QueueState_descriptor>, "Whether it takes callers.",
     [](const queue_pb::Queue& m) {
       return EnumWord(*queue_pb::QueueState_descriptor(), m.state());
     }},
    {"createdAt", kTime.OrNull(), "Created.",
     [](const queue_pb::Queue& m) { return TimeJson(m.create_time()); }},
});

}  // namespace

const Table<queue_pb::Queue>& QueueTable() {
  static const Table<queue_pb::Queue> kTable("Queue", kQueueRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
