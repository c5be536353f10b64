#include "services/supervisor/rest/destination_json.h"

#include <algorithm>

#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;
using Dial = queue_pb::Destination::TrunkNumber;
using Announcement = queue_pb::Destination::Announcement;
using Rejection = queue_pb::Destination::Rejection;

constexpr auto kDialAnswer = std::to_array<Row<Dial>>({
    {"trunkId", kText, "Trunk that dials it.", [](const Dial& m) { return Json(m.trunk_id()); }},
    {"number", kText.OrNull(), "E.164 with +; null: what an agent's phone has dialled.",
     [](const Dial& m) { return TextOrNull(m.number()); }},
    {"callerId", kText.OrNull(),
     "Presented; null: the queue's of callerIdQueueId or the trunk's own.",
     [](const Dial& m) { return TextOrNull(m.caller_id()); }},
    {"callerIdQueueId", kText.OrNull(), "Queue whose callerId is presented.",
     [](const Dial& m) { return TextOrNull(m.caller_id_queue_id()); }},
    {"callerIdCampaignId", kText.OrNull(), "Campaign whose callerIdNumber is presented.",
     [](const Dial& m) { return TextOrNull(m.caller_id_campaign_id()); }},
});
const Table<Dial>& DialTable() {
  static const Table<Dial> kTable("NumberDial", kDialAnswer);
  return kTable;
}

constexpr auto kAnnouncementAnswer = std::to_array<Row<Announcement>>({
    {"prompt", kText.OrNull(), "Prompt that is played; null: a busy tone.",
     [](const Announcement& m) { return TextOrNull(m.prompt()); }},
    {"durationSeconds", kNumber, "The call ends so long after the answer.",
     [](const Announcement& m) { return Seconds(m.duration()); }},
});
const Table<Announcement>& AnnouncementTable() {
  static const Table<Announcement> kTable("NumberAnnouncement", kAnnouncementAnswer);
  return kTable;
}

constexpr auto kRejectionAnswer = std::to_array<Row<Rejection>>({
    {"sipCode", kInteger, "Final response.", [](const Rejection& m) { return Json(m.sip_code()); }},
    {"q850Cause", kInteger, "Of its Reason; 0: the one that fits.",
     [](const Rejection& m) { return Json(m.q850_cause()); }},
});
const Table<Rejection>& RejectionTable() {
  static const Table<Rejection> kTable("NumberRejection", kRejectionAnswer);
  return kTable;
}

// All members are there; all but one are null.
constexpr auto kDestinationAnswer = std::to_array<Row<queue_pb::Destination>>({
    {"queueId", kText.OrNull(), "A queue.",
     [](const queue_pb::Destination& m) { return TextOrNull(m.queue_id()); }},
    {"agentId", kText.OrNull(), "An agent.",
     [](const queue_pb::Destination& m) { return TextOrNull(m.agent_id()); }},
    {"sipUri", kText.OrNull(), "A fixed SIP URI.",
     [](const queue_pb::Destination& m) { return TextOrNull(m.sip_uri()); }},
    {"dial", kObject<DialTable>.OrNull(), "A number.",
     [](const queue_pb::Destination& m) {
       return m.has_number() ? DialTable()(m.number()) : Json();
     }},
    {"announcement", kObject<AnnouncementTable>.OrNull(), "A prompt, then the end of the call.",
     [](const queue_pb::Destination& m) {
       return m.has_announcement() ? AnnouncementTable()(m.announcement()) : Json();
     }},
    {"rejection", kObject<RejectionTable>.OrNull(), "A refusal.",
     [](const queue_pb::Destination& m) {
       return m.has_rejection() ? RejectionTable()(m.rejection()) : Json();
     }},
});
constexpr std::array<std::string_view, 6> kKinds{"queueId", "agentId",      "sipUri",
                                                 "dial",    "announcement", "rejection"};

}  // namespace

const Table<queue_pb::Destination>& DestinationTable() {
  static const Table<queue_pb::Destination> kTable("NumberDestination", kDestinationAnswer);
  return kTable;
}

Status SetDestination(const Json& body, const std::string& field, queue_pb::Destination* to) {
  const auto given =
      std::ranges::count_if(kKinds, [&](auto kind) { return body.contains(std::string(kind)); });
  if (given != 1) {
    return InvalidField(field,
                        "must have exactly one of queueId, agentId, sipUri, dial, "
                        "announcement, rejection");
  }
  if (auto v = Get<std::string>(body, "queueId")) to->set_queue_id(*v);
  if (auto v = Get<std::string>(body, "agentId")) to->set_agent_id(*v);
  if (auto v = Get<std::string>(body, "sipUri")) to->set_sip_uri(*v);
  if (const auto found = body.find("dial"); found != body.end()) {
    auto* number = to->mutable_number();
    number->set_trunk_id((*found)["trunkId"].get<std::string>());
    number->set_number(Get<std::string>(*found, "number").value_or(""));
    number->set_caller_id(Get<std::string>(*found, "callerId").value_or(""));
    number->set_caller_id_queue_id(Get<std::string>(*found, "callerIdQueueId").value_or(""));
    number->set_caller_id_campaign_id(Get<std::string>(*found, "callerIdCampaignId").value_or(""));
  }
  if (const auto found = body.find("announcement"); found != body.end()) {
    auto* announcement = to->mutable_announcement();
    announcement->set_prompt(Get<std::string>(*found, "prompt").value_or(""));
    if (auto v = Get<double>(*found, "durationSeconds")) {
      SetSeconds(*v, announcement->mutable_duration());
    }
  }
  if (const auto found = body.find("rejection"); found != body.end()) {
    to->mutable_rejection()->set_sip_code(Get<unsigned>(*found, "sipCode").value_or(0));
    to->mutable_rejection()->set_q850_cause(Get<unsigned>(*found, "q850Cause").value_or(0));
  }
  return {};
}

}  // namespace callfleet::supervisor::rest
