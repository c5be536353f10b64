#include "services/supervisor/rest/queue_json.h"

#include <array>

#include "services/supervisor/rest/body_check.h"
#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/destination_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/recording_policy.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;

constexpr std::array<std::string_view, 9> kQueueStrategies{
    "least_busy", "longest_idle", "round_robin", "fewest_calls", "least_talk_time",
    "random",     "sequential",   "skill_level", "ring_all"};
constexpr std::array<std::string_view, 3> kStaffing{"nobody", "member", "ready"};
constexpr std::array<FieldSpec, 7> kSound{{
    {.name = "music", .about = "Prompt played again and again; a ringback tone.", .max = 64},
    {.name = "firstAnnouncementSeconds",
     .type = JsonType::kNumber,
     .about = "Until the first announcement; as periodSeconds unless given.",
     .max = 3600},
    {.name = "periodSeconds",
     .type = JsonType::kNumber,
     .about = "Between announcements, 5 s or more; 0: none.",
     .max = 3600},
    {.name = "position", .type = JsonType::kBoolean, .about = "Tells the place."},
    {.name = "expectedWait", .type = JsonType::kBoolean, .about = "Tells the expected wait."},
    {.name = "prompt", .about = "Played with each announcement, before these.", .max = 64},
    {.name = "prefix", .about = "Put before the names of those prompts.", .max = 32},
}};
constexpr std::array<FieldSpec, 3> kRelaxation{{
    {.name = "afterSeconds",
     .type = JsonType::kNumber,
     .about = "From so much waiting on; not before that of the step before.",
     .required = true,
     .min = 1,
     .max = 86'400},
    {.name = "skill",
     .about = "Skill of the queue or of the caller; others are passed over.",
     .required = true,
     .min = 1,
     .max = 64},
    {.name = "minLevel",
     .type = JsonType::kInteger,
     .about = "Level that will do then; 0, unless given: the skill is no longer needed.",
     .max = 10},
}};
constexpr std::array<FieldSpec, 3> kExit{{
    {.name = "digit", .about = "One of 0-9 * #.", .required = true, .min = 1, .max = 1},
    {.name = "to",
     .type = JsonType::kObject,
     .about = "Where the caller goes.",
     .fields = kDestination},
    {.name = "callback",
     .type = JsonType::kBoolean,
     .about = "Instead: hung up, and called back when the turn comes."},
}};
constexpr std::array<FieldSpec, 6> kCallback{{
    {.name = "trunkId", .about = "Trunk that dials them.", .required = true, .min = 1, .max = 64},
    {.name = "maxAttempts",
     .type = JsonType::kInteger,
     .about = "3 unless given.",
     .min = 1,
     .max = 10},
    {.name = "retryAfterSeconds",
     .type = JsonType::kNumber,
     .about = "From one try to the next; 300 s unless given.",
     .min = 1,
     .max = 86'400},
    {.name = "ringTimeoutSeconds",
     .type = JsonType::kNumber,
     .about = "25 s unless given.",
     .min = 5,
     .max = 120},
    {.name = "maxAgeSeconds",
     .type = JsonType::kNumber,
     .about = "Given up after so long; a day unless given.",
     .min = 1,
     .max = 604'800},
    {.name = "confirmation", .about = "Prompt before the call is ended.", .max = 64},
}};

constexpr FieldSpec kQueueName{
    .name = "name", .about = "Unique name.", .required = true, .min = 1, .max = 64};
constexpr std::array<FieldSpec, 29> kSettings{{
    {.name = "description", .about = "For people.", .max = 1000},
    {.name = "poolId", .about = "Pool of its agents; default unless given.", .min = 1, .max = 64},
    {.name = "strategy",
     .about = "How agents are chosen; least_busy unless given.",
     .nullable = true,
     .one_of = kQueueStrategies},
    {.name = "maxSize",
     .type = JsonType::kInteger,
     .about = "Most callers waiting; 1000 unless given.",
     .min = 1,
     .max = 10'000},
    {.name = "maxWaitSeconds",
     .type = JsonType::kNumber,
     .about = "Longest wait before overflow; none unless given.",
     .max = 86'400},
    {.name = "ringTimeoutSeconds",
     .type = JsonType::kNumber,
     .about = "15 s unless given.",
     .min = 5,
     .max = 120},
    {.name = "serviceLevelSeconds",
     .type = JsonType::kNumber,
     .about = "T of the service level; 20 s unless given.",
     .min = 1,
     .max = 3600},
    {.name = "wrapUpSeconds",
     .type = JsonType::kNumber,
     .about = "The agent's own unless given.",
     .nullable = true,
     .max = 3600},
    {.name = "overflowQueueId",
     .about = "Queue that takes the overflow.",
     .nullable = true,
     .max = 64},
    {.name = "priorityBonusSeconds",
     .type = JsonType::kNumber,
     .about = "Wait that one step of priority may jump; 60 s unless given.",
     .max = 3600},
    {.name = "skills",
     .type = JsonType::kObjectList,
     .about = "Skills that every caller needs.",
     .max = 64,
     .fields = kRequiredSkill},
    {.name = "relaxations",
     .type = JsonType::kObjectList,
     .about = "Requirements that are lowered or dropped while a caller waits, in order.",
     .max = 16,
     .fields = kRelaxation},
    {.name = "stickyPatienceSeconds",
     .type = JsonType::kNumber,
     .about = "Only the agent of the caller's last talk is looked for so long; never unless given.",
     .max = 600},
    {.name = "stickyWindowSeconds",
     .type = JsonType::kNumber,
     .about = "A talk is the caller's last one for so long; 604800 s (7 d) unless given.",
     .min = 1,
     .max = 7'776'000},
    {.name = "shortAbandonSeconds",
     .type = JsonType::kNumber,
     .about = "Who leaves within so long is a short abandon, counted apart; 5 s unless given.",
     .max = 60},
    {.name = "callerId",
     .about = "Number that the queue presents, E.164.",
     .nullable = true,
     .max = 32},
    {.name = "sound",
     .type = JsonType::kObject,
     .about = "What waiting callers hear; a ringback tone unless given.",
     .fields = kSound},
    {.name = "exits",
     .type = JsonType::kObjectList,
     .about = "Digits that lead out of the queue.",
     .max = 12,
     .fields = kExit},
    {.name = "callback",
     .type = JsonType::kObject,
     .about = "Callbacks; none unless given.",
     .nullable = true,
     .fields = kCallback},
    {.name = "recording",
     .type = JsonType::kObject,
     .about = "Which calls are recorded; none unless given.",
     .nullable = true,
     .fields = kRecordingPolicy},
    {.name = "onMaxWait",
     .type = JsonType::kObject,
     .about = "Where a caller goes after maxWaitSeconds; overflowQueueId unless given.",
     .nullable = true,
     .fields = kDestination},
    {.name = "onFull",
     .type = JsonType::kObject,
     .about = "Where a caller goes who finds maxSize others; overflowQueueId, else 486.",
     .nullable = true,
     .fields = kDestination},
    {.name = "onNoAgents",
     .type = JsonType::kObject,
     .about = "Where a caller goes who has too few agents; overflowQueueId, else 480.",
     .nullable = true,
     .fields = kDestination},
    {.name = "onClosed",
     .type = JsonType::kObject,
     .about = "Where a caller goes who finds the queue closed; 480 unless given.",
     .nullable = true,
     .fields = kDestination},
    {.name = "joinNeeds",
     .about = "Who must be there to be let in.",
     .nullable = true,
     .one_of = kStaffing},
    {.name = "stayNeeds",
     .about = "Who must be there to stay.",
     .nullable = true,
     .one_of = kStaffing},
    {.name = "noAgentsGraceSeconds",
     .type = JsonType::kNumber,
     .about = "Agents may be missing so long before callers leave; 30 s unless given.",
     .max = 3600},
    {.name = "returnWindowSeconds",
     .type = JsonType::kNumber,
     .about = "A caller who drops and calls again within so long has the old place.",
     .max = 3600},
    {.name = "earlyMediaSeconds",
     .type = JsonType::kNumber,
     .about = "Music before the answer for at most so long; answered at once unless given.",
     .max = 60},
}};

// All fields with the name in front, required or not.
constexpr auto WithName(bool required) {
  std::array<FieldSpec, kSettings.size() + 1> all{};
  all[0] = kQueueName;
  all[0].required = required;
  for (std::size_t i = 0; i < kSettings.size(); ++i) all[i + 1] = kSettings[i];
  return all;
}
constexpr auto kNewQueue = WithName(true);
constexpr auto kChanged = WithName(false);

template <class Enum>
Enum EnumOf(const google::protobuf::EnumDescriptor& type, std::string_view prefix,
            const std::string& word) {
  const auto* value = type.FindValueByName(EnumName(prefix, word));
  return value == nullptr ? Enum{} : static_cast<Enum>(value->number());
}

void SetTimes(const Json& body, queue_pb::Queue* queue) {
  const auto set = [&body](const char* name, auto make) {
    if (auto v = Get<double>(body, name)) SetSeconds(*v, make());
  };
  set("maxWaitSeconds", [&] { return queue->mutable_max_wait(); });
  set("ringTimeoutSeconds", [&] { return queue->mutable_ring_timeout(); });
  set("serviceLevelSeconds", [&] { return queue->mutable_service_level_threshold(); });
  set("wrapUpSeconds", [&] { return queue->mutable_wrap_up(); });
  set("priorityBonusSeconds", [&] { return queue->mutable_priority_bonus(); });
  set("noAgentsGraceSeconds", [&] { return queue->mutable_no_agents_grace(); });
  set("returnWindowSeconds", [&] { return queue->mutable_return_window(); });
  set("earlyMediaSeconds", [&] { return queue->mutable_early_media(); });
  set("stickyPatienceSeconds", [&] { return queue->mutable_sticky_patience(); });
  set("stickyWindowSeconds", [&] { return queue->mutable_sticky_window(); });
  set("shortAbandonSeconds", [&] { return queue->mutable_short_abandon_threshold(); });
}

void SetSound(const Json& body, queue_pb::WaitingSound* sound) {
  sound->Clear();
  sound->set_music(Get<std::string>(body, "music").value_or(""));
  if (auto v = Get<double>(body, "firstAnnouncementSeconds")) {
    SetSeconds(*v, sound->mutable_first_announcement());
  }
  if (auto v = Get<double>(body, "periodSeconds")) SetSeconds(*v, sound->mutable_period());
  sound->set_position(Get<bool>(body, "position").value_or(false));
  sound->set_expected_wait(Get<bool>(body, "expectedWait").value_or(false));
  sound->set_prompt(Get<std::string>(body, "prompt").value_or(""));
  sound->set_prefix(Get<std::string>(body, "prefix").value_or(""));
}

void SetCallback(const Json& body, queue_pb::CallbackPolicy* callback) {
  callback->Clear();
  callback->set_trunk_id(body["trunkId"].get<std::string>());
  callback->set_max_attempts(Get<unsigned>(body, "maxAttempts").value_or(0));
  if (auto v = Get<double>(body, "retryAfterSeconds")) {
    SetSeconds(*v, callback->mutable_retry_after());
  }
  if (auto v = Get<double>(body, "ringTimeoutSeconds")) {
    SetSeconds(*v, callback->mutable_ring_timeout());
  }
  if (auto v = Get<double>(body, "maxAgeSeconds")) SetSeconds(*v, callback->mutable_max_age());
  callback->set_confirmation(Get<std::string>(body, "confirmation").value_or(""));
}

void SetSkills(const Json& skills, queue_pb::Queue* queue) {
  queue->clear_skills();
  for (const auto& item : skills) {
    auto* skill = queue->add_skills();
    skill->set_name(item["name"].get<std::string>());
    skill->set_min_level(Get<unsigned>(item, "minLevel").value_or(1));
  }
}

void SetRelaxations(const Json& steps, queue_pb::Queue* queue) {
  queue->clear_relaxations();
  for (const auto& item : steps) {
    auto* step = queue->add_relaxations();
    SetSeconds(item["afterSeconds"].get<double>(), step->mutable_after());
    step->set_skill(item["skill"].get<std::string>());
    step->set_min_level(Get<unsigned>(item, "minLevel").value_or(0));
  }
}

Status SetExits(const Json& exits, queue_pb::Queue* queue) {
  queue->clear_exits();
  for (const auto& item : exits) {
    const auto to = "exits[" + std::to_string(queue->exits_size()) + "].to";
    auto* exit = queue->add_exits();
    exit->set_digit(item["digit"].get<std::string>());
    const bool callback = Get<bool>(item, "callback").value_or(false);
    if (callback == item.contains("to")) {
      return InvalidField(to, "exactly one of to and callback is required");
    }
    if (callback) {
      exit->set_callback(true);
    } else if (auto ok = SetDestination(item["to"], to, exit->mutable_destination()); !ok) {
      return ok;
    }
  }
  return {};
}

Status SetRules(const Json& body, queue_pb::Queue* queue) {
  const auto rule = [&](const char* name, auto make) -> Status {
    const auto found = body.find(name);
    if (found == body.end()) return {};
    auto* to = make();
    to->Clear();
    return SetDestination(*found, name, to);
  };
  if (auto ok = rule("onMaxWait", [&] { return queue->mutable_on_max_wait(); }); !ok) return ok;
  if (auto ok = rule("onFull", [&] { return queue->mutable_on_full(); }); !ok) return ok;
  if (auto ok = rule("onNoAgents", [&] { return queue->mutable_on_no_agents(); }); !ok) return ok;
  if (auto ok = rule("onClosed", [&] { return queue->mutable_on_closed(); }); !ok) return ok;
  const auto& needs = *queue_pb::Staffing_descriptor();
  if (auto v = Get<std::string>(body, "joinNeeds")) {
    queue->set_join_needs(EnumOf<queue_pb::Staffing>(needs, "STAFFING_", *v));
  }
  if (auto v = Get<std::string>(body, "stayNeeds")) {
    queue->set_stay_needs(EnumOf<queue_pb::Staffing>(needs, "STAFFING_", *v));
  }
  return {};
}

constexpr auto kQueueClearings = std::to_array<Clearing<queue_pb::Queue>>({
    {"strategy", [](queue_pb::Queue& queue) { queue.clear_strategy(); }},
    {"joinNeeds", [](queue_pb::Queue& queue) { queue.clear_join_needs(); }},
    {"stayNeeds", [](queue_pb::Queue& queue) { queue.clear_stay_needs(); }},
    {"wrapUpSeconds", [](queue_pb::Queue& queue) { queue.clear_wrap_up(); }},
    {"overflowQueueId", [](queue_pb::Queue& queue) { queue.clear_overflow_queue_id(); }},
    {"callerId", [](queue_pb::Queue& queue) { queue.clear_caller_id(); }},
    {"callback", [](queue_pb::Queue& queue) { queue.clear_callback(); }},
    {"recording", [](queue_pb::Queue& queue) { queue.clear_recording(); }},
    {"onMaxWait", [](queue_pb::Queue& queue) { queue.clear_on_max_wait(); }},
    {"onFull", [](queue_pb::Queue& queue) { queue.clear_on_full(); }},
    {"onNoAgents", [](queue_pb::Queue& queue) { queue.clear_on_no_agents(); }},
    {"onClosed", [](queue_pb::Queue& queue) { queue.clear_on_closed(); }},
});

}  // namespace

Fields NewQueueFields() { return kNewQueue; }
Fields QueueFields() { return kChanged; }

Status ApplyQueue(Json body, queue_pb::Queue* queue) {
  TakeNulls<queue_pb::Queue>(kQueueClearings, &body, queue);
  if (auto v = Get<std::string>(body, "name")) queue->set_name(*v);
  if (auto v = Get<std::string>(body, "description")) queue->set_description(*v);
  if (auto v = Get<std::string>(body, "poolId")) queue->set_pool_id(*v);
  if (auto v = Get<unsigned>(body, "maxSize")) queue->set_max_size(*v);
  if (auto v = Get<std::string>(body, "overflowQueueId")) queue->set_overflow_queue_id(*v);
  if (auto v = Get<std::string>(body, "callerId")) queue->set_caller_id(*v);
  if (auto v = Get<std::string>(body, "strategy")) {
    queue->set_strategy(EnumOf<queue_pb::QueueStrategy>(*queue_pb::QueueStrategy_descriptor(),
                                                        "QUEUE_STRATEGY_", *v));
  }
  SetTimes(body, queue);
  if (const auto found = body.find("skills"); found != body.end()) SetSkills(*found, queue);
  if (const auto found = body.find("relaxations"); found != body.end()) {
    SetRelaxations(*found, queue);
  }
  if (const auto found = body.find("sound"); found != body.end()) {
    SetSound(*found, queue->mutable_sound());
  }
  if (const auto found = body.find("callback"); found != body.end()) {
    SetCallback(*found, queue->mutable_callback());
  }
  if (const auto found = body.find("recording"); found != body.end()) {
    SetRecordingPolicy(*found, queue->mutable_recording());
  }
  if (const auto found = body.find("exits"); found != body.end()) {
    if (auto ok = SetExits(*found, queue); !ok) return ok;
  }
  return SetRules(body, queue);
}

}  // namespace callfleet::supervisor::rest
