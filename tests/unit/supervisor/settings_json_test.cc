// Settings over REST and in the messages of the services that keep them: every field has a name
// here, and what is shown can be sent back.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <set>

#include "services/supervisor/rest/body_check.h"
#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/number_json.h"
#include "services/supervisor/rest/openapi.h"
#include "services/supervisor/rest/queue_json.h"
#include "services/supervisor/rest/trunk_json.h"

namespace callfleet::supervisor::rest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using FieldNames = std::set<std::string>;

std::string NameOf(const FieldDescriptor& field) {
  return std::string(field.containing_type()->name()) + "." + std::string(field.name());
}

// "Queue.name", "DigitExit.digit", …: of a message and of all that it may hold.
void AddFieldsOf(const Descriptor& type, const FieldNames& no_settings, FieldNames* names) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (no_settings.contains(NameOf(field)) || !names->insert(NameOf(field)).second) continue;
    const Descriptor* held = field.message_type();
    if (held == nullptr || std::string(held->full_name()).starts_with("google.")) continue;
    AddFieldsOf(*held, no_settings, names);
  }
}

FieldNames FieldsOf(const Message& message, const FieldNames& no_settings) {
  FieldNames names;
  AddFieldsOf(*message.GetDescriptor(), no_settings, &names);
  return names;
}

// Takes those out that are set somewhere in it.
void TakeSet(const Message& message, FieldNames* names) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    names->erase(NameOf(*field));
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) TakeSet(reflection.GetMessage(message, field), names);
    for (int i = 0; field->is_repeated() && i < reflection.FieldSize(message, field); ++i) {
      TakeSet(reflection.GetRepeatedMessage(message, field, i), names);
    }
  }
}

FieldNames NeverSet(const Message& message, const FieldNames& no_settings) {
  FieldNames names = FieldsOf(message, no_settings);
  TakeSet(message, &names);
  return names;
}

// As a route takes it; what it does not know is a fault here.
Json Given(Fields fields, const std::string& text) {
  Json body = Json::parse(text);
  std::vector<std::string> ignored;
  const auto checked = CheckBody(fields, &body, &ignored);
  EXPECT_TRUE(checked) << checked.error().message;
  EXPECT_TRUE(ignored.empty()) << ignored.front();
  return body;
}

// What an answer shows, sent as it is.
Json SentBack(Fields fields, Json shown) {
  std::vector<std::string> ignored;  // State, time of creation and the like.
  const auto checked = CheckBody(fields, &shown, &ignored);
  EXPECT_TRUE(checked) << checked.error().message;
  return shown;
}

std::vector<std::string> FaultsOf(Fields fields, const std::string& text) {
  Json body = Json::parse(text);
  std::vector<std::string> ignored;
  std::vector<std::string> names;
  const auto checked = CheckBody(fields, &body, &ignored);
  if (checked) return names;
  for (const auto& fault : checked.error().fields) names.push_back(fault.field);
  return names;
}

constexpr const char* kWholeQueue = R"({
  "name": "sales", "description": "d", "poolId": "p", "strategy": "ring_all", "maxSize": 7,
  "maxWaitSeconds": 600, "ringTimeoutSeconds": 12.5, "serviceLevelSeconds": 30,
  "wrapUpSeconds": 9, "overflowQueueId": "other", "priorityBonusSeconds": 45,
  "skills": [{"name": "german", "minLevel": 3}],
  "relaxations": [{"afterSeconds": 20, "skill": "german", "minLevel": 2},
                  {"afterSeconds": 40.5, "skill": "german"}],
  "stickyPatienceSeconds": 15, "stickyWindowSeconds": 86400, "shortAbandonSeconds": 2.5,
  "callerId": "+14155550100",
  "sound": {"music": "waltz", "firstAnnouncementSeconds": 10, "periodSeconds": 30,
            "position": true, "expectedWait": true, "prompt": "busy", "prefix": "de-"},
  "exits": [{"digit": "1", "callback": true}, {"digit": "2", "to": {"agentId": "zoe"}},
            {"digit": "3", "to": {"sipUri": "sip:desk@example.com"}}],
  "callback": {"trunkId": "t", "maxAttempts": 2, "retryAfterSeconds": 60,
               "ringTimeoutSeconds": 20, "maxAgeSeconds": 3600, "confirmation": "we-call"},
  "recording": {"mode": "sampled", "samplePercent": 12.5, "consentPrompt": "ask",
                "includeWhisper": true, "keepDays": 30},
  "onMaxWait": {"queueId": "other"},
  "onFull": {"rejection": {"sipCode": 600, "q850Cause": 17}},
  "onNoAgents": {"dial": {"trunkId": "t", "number": "+14155550199", "callerId": "+14155550198",
                          "callerIdQueueId": "other", "callerIdCampaignId": "spring"}},
  "onClosed": {"announcement": {"prompt": "closed", "durationSeconds": 5}},
  "joinNeeds": "ready", "stayNeeds": "member", "noAgentsGraceSeconds": 20,
  "returnWindowSeconds": 60, "earlyMediaSeconds": 5})";

TEST(SettingsJsonTest, EveryFieldOfAQueueIsSetShownAndTakenBack) {
  callfleet::queue::v1::Queue queue;
  ASSERT_TRUE(ApplyQueue(Given(NewQueueFields(), kWholeQueue), &queue));
  EXPECT_EQ(NeverSet(queue, {"Queue.queue_id", "Queue.state", "Queue.create_time"}), FieldNames());
  callfleet::queue::v1::Queue again;
  ASSERT_TRUE(ApplyQueue(SentBack(NewQueueFields(), QueueTable()(queue)), &again));
  EXPECT_EQ(again.DebugString(), queue.DebugString());
}

TEST(SettingsJsonTest, PatchOfAQueueChangesAndClearsWhatRelaxesAndSticks) {
  callfleet::queue::v1::Queue queue;
  ASSERT_TRUE(ApplyQueue(Given(NewQueueFields(), kWholeQueue), &queue));
  const auto patched = [&](const char* text) {
    EXPECT_TRUE(ApplyQueue(Given(QueueFields(), text), &queue));
    return QueueTable()(queue);
  };
  Json shown = patched(R"({"relaxations": [{"afterSeconds": 7, "skill": "vip"}]})");
  EXPECT_EQ(shown["relaxations"],
            Json::array({{{"afterSeconds", 7}, {"skill", "vip"}, {"minLevel", 0}}}));
  EXPECT_EQ(shown["stickyPatienceSeconds"], 15);
  shown = patched(R"({"relaxations": [], "stickyPatienceSeconds": 0, "shortAbandonSeconds": 0})");
  EXPECT_EQ(shown["relaxations"], Json::array());
  EXPECT_EQ(shown["stickyPatienceSeconds"], 0);
  EXPECT_EQ(shown["stickyWindowSeconds"], 86'400);
  EXPECT_EQ(shown["shortAbandonSeconds"], 0);
  EXPECT_TRUE(queue.has_short_abandon_threshold());  // Nobody is short, not: as by default.
  EXPECT_EQ(shown["maxSize"], 7);
}

TEST(SettingsJsonTest, AFaultInAListNamesItsPlace) {
  EXPECT_EQ(FaultsOf(QueueFields(), R"({"relaxations": [
                {"afterSeconds": 5, "skill": "a"}, {"afterSeconds": 6},
                {"afterSeconds": 0.5, "skill": "a", "minLevel": 11}]})"),
            (std::vector<std::string>{"relaxations[1].skill", "relaxations[2].afterSeconds",
                                      "relaxations[2].minLevel"}));
  EXPECT_EQ(FaultsOf(QueueFields(), R"({"stickyPatienceSeconds": 601, "stickyWindowSeconds": 0,
                                        "shortAbandonSeconds": 61})"),
            (std::vector<std::string>{"stickyPatienceSeconds", "stickyWindowSeconds",
                                      "shortAbandonSeconds"}));
  callfleet::queue::v1::Queue queue;
  const auto exits = R"({"exits": [{"digit": "1", "to": {"queueId": "a"}}, {"digit": "2"}]})";
  const auto applied = ApplyQueue(Given(QueueFields(), exits), &queue);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().fields.front().field, "exits[1].to");
}

TEST(SettingsJsonTest, EveryFieldOfACampaignIsSetShownAndTakenBack) {
  callfleet::dialer::v1::Campaign campaign;
  ASSERT_TRUE(ApplyCampaign(Given(NewCampaignFields(), R"({
    "name": "Spring", "maxConcurrent": 5, "description": "d", "sipTrunkId": "t",
    "callerIdNumber": "+14155550100", "strategy": "random", "pacingMode": "ratio", "ratio": 1.5,
    "retryPolicy": {"maxAttempts": 4, "rules": [
        {"outcome": "busy", "delaySeconds": 60, "maxAttempts": 2}]},
    "callingWindow": {"start": "08:30", "end": "21:00", "weekdays": [1, 5]},
    "defaultRegion": "DE", "timezone": "Europe/Berlin", "numberCap": 2,
    "numberCapWindowSeconds": 3600, "skills": [{"name": "german", "minLevel": 3}], "poolId": "p",
    "ringTimeoutSeconds": 30, "wrapUpSeconds": 9, "safeMessage": "sorry",
    "recording": {"mode": "sampled", "samplePercent": 12.5, "consentPrompt": "ask",
                  "includeWhisper": true, "keepDays": 30},
    "amd": {"enabled": true, "maxAfterRtpMs": 1200, "silenceMs": 1300, "afterGreetingMs": 500,
            "longestRunMs": 1100, "wordGapMs": 100, "maxWords": 5, "minLevelDbm0": -40,
            "overFloorDb": 9, "underPeakDb": 21, "onMachine": "leave_message",
            "onFax": "hang_up", "onSit": "hand_to_agent", "onSilence": "connect",
            "message": "sorry", "messageSilenceMs": 1700, "messageWaitMs": 20000,
            "agentWaitMs": 10000}})"),
                            &campaign));
  EXPECT_EQ(NeverSet(campaign, {"Campaign.campaign_id", "Campaign.state", "Campaign.create_time",
                                "Campaign.start_time"}),
            FieldNames());
  callfleet::dialer::v1::Campaign again;
  ASSERT_TRUE(ApplyCampaign(SentBack(NewCampaignFields(), CampaignTable()(campaign)), &again));
  EXPECT_EQ(again.DebugString(), campaign.DebugString());
}

TEST(SettingsJsonTest, EveryFieldOfATrunkIsSetShownAndTakenBackButForItsSecret) {
  const auto trunk = ToTrunk(Given(NewTrunkFields(), R"({
    "id": "carrier", "name": "Carrier", "authUser": "u", "authSecret": "s",
    "routes": [{"host": "sip.example.com", "port": 5061, "transport": "tls", "priority": 1,
                "weight": 2}],
    "trustedNetworks": ["192.0.2.0/24"], "mediaNetworks": ["198.51.100.0/24"],
    "fromDomain": "example.com", "callerId": "+14155550100", "numberFormat": "e164",
    "codecs": ["PCMA"], "packetTimeMs": 30, "mediaSecurity": "required",
    "reliableProvisional": "off", "maxChannels": 5, "maxCallsPerSecond": 2,
    "optionsIntervalSeconds": 45, "isActive": false, "retryAfterOnOverload": true,
    "assertIdentity": true, "outboundRegistration": true})"));
  ASSERT_TRUE(trunk);
  EXPECT_EQ(NeverSet(*trunk, {"Trunk.state", "Trunk.active_channels", "Trunk.free_channels",
                              "Trunk.next_probe_time", "Trunk.figures", "Trunk.registration_state",
                              "Trunk.registration_sip_code"}),
            FieldNames());
  auto again = ToTrunk(SentBack(NewTrunkFields(), TrunkTable()(*trunk)));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->auth_secret(), "");
  again->set_auth_secret("s");
  EXPECT_EQ(again->DebugString(), trunk->DebugString());
}

TEST(SettingsJsonTest, EveryFieldOfANumberIsSetShownAndTakenBack) {
  FieldNames names = FieldsOf(callfleet::queue::v1::Route(), {"Route.create_time"});
  for (const char* text : {
           R"({"number": "+49", "match": "prefix", "to": {"agentId": "zoe"},
               "otherwise": {"queueId": "sales"}, "priority": 5, "customerType": "gold",
               "skills": [{"name": "german", "minLevel": 3}], "description": "d",
               "schedule": {"timeZone": "Europe/Berlin",
                 "hours": [{"days": [1, 7], "openMinute": 60, "closeMinute": 600}],
                 "holidays": [{"date": "12-25", "name": "x", "openMinute": 1, "closeMinute": 2}],
                 "closed": {"rejection": {"sipCode": 486, "q850Cause": 17}}}})",
           R"({"number": "+1", "otherwise": {"sipUri": "sip:desk@example.com"},
               "to": {"dial": {"trunkId": "t", "number": "+14155550199", "callerId": "+1415",
                               "callerIdQueueId": "q", "callerIdCampaignId": "c"}},
               "schedule": {"timeZone": "UTC",
                 "closed": {"announcement": {"prompt": "closed", "durationSeconds": 5}}}})"}) {
    const auto route = ToNumberRoute(Given(NumberRouteFields(), text));
    ASSERT_TRUE(route);
    TakeSet(*route, &names);
    const auto again = ToNumberRoute(SentBack(NumberRouteFields(), NumberRouteTable()(*route)));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->DebugString(), route->DebugString());
  }
  EXPECT_EQ(names, FieldNames());
}

TEST(SettingsJsonTest, TheDescriptionKnowsTheSettingsOfAQueueAndOfATrunk) {
  const Json api = OpenApi(RouteTable());
  const Json& body = api["paths"]["/api/v1/queues/{id}"]["patch"]["requestBody"]["content"]
                        ["application/json"]["schema"]["properties"];
  EXPECT_EQ(body["relaxations"]["maxItems"], 16);
  EXPECT_EQ(body["relaxations"]["items"]["required"], Json::array({"afterSeconds", "skill"}));
  EXPECT_EQ(body["stickyWindowSeconds"]["maximum"], 7'776'000);
  const Json& schemas = api["components"]["schemas"];
  for (const char* name : {"relaxations", "stickyPatienceSeconds", "shortAbandonSeconds"}) {
    EXPECT_TRUE(schemas["Queue"]["properties"].contains(name)) << name;
  }
  EXPECT_EQ(schemas["RecordingPolicy"]["properties"]["samplePercent"]["type"], "number");
  EXPECT_TRUE(schemas["Trunk"]["properties"].contains("packetTimeMs"));
}

}  // namespace
}  // namespace callfleet::supervisor::rest
