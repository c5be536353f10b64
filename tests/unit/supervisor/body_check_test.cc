#include "services/supervisor/rest/body_check.h"

#include <gtest/gtest.h>

#include <array>

#include "services/supervisor/rest/http_error.h"
#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<std::string_view, 2> kColours{"red", "blue"};
constexpr std::array<FieldSpec, 1> kInner{{{.name = "level",
                                            .type = JsonType::kInteger,
                                            .about = "",
                                            .required = true,
                                            .min = 1,
                                            .max = 10}}};
constexpr std::array<FieldSpec, 6> kFields{
    {{.name = "name", .about = "", .required = true, .min = 1, .max = 4},
     {.name = "count", .type = JsonType::kInteger, .about = "", .min = 1, .max = 100},
     {.name = "on", .type = JsonType::kBoolean, .about = ""},
     {.name = "colour", .about = "", .one_of = kColours},
     {.name = "ids", .type = JsonType::kStringList, .about = "", .min = 1, .max = 2},
     {.name = "skills", .type = JsonType::kObjectList, .about = "", .max = 2, .fields = kInner}}};

std::vector<std::string> Faults(const std::string& text) {
  auto body = ParseBody(text);
  if (!body) return {body.error().reason};
  std::vector<std::string> names;
  std::vector<std::string> ignored;
  auto checked = CheckBody(kFields, &*body, &ignored);
  if (!checked) {
    for (const auto& field : checked.error().fields) names.push_back(field.field);
  }
  return names;
}
using Names = std::vector<std::string>;

TEST(BodyCheckTest, AGoodBodyPasses) {
  EXPECT_EQ(
      Faults(
          R"({"name":"äöüß","count":3,"on":true,"colour":"red","ids":["a"],"skills":[{"level":1}]})"),
      Names{});
}

TEST(BodyCheckTest, WhatIsNoJsonObjectIsRefused) {
  for (const char* text :
       {"", "nonsense", "[1]", "3", "{\"name\":", "{\"name\":\"\xff\"}", "{\"a\":1e999}"}) {
    EXPECT_EQ(Faults(text), Names{"NOT_JSON"}) << text;
  }
  EXPECT_EQ(Faults(std::string(100'000, '[')), Names{"JSON_TOO_DEEP"});
}

TEST(BodyCheckTest, EachFaultyFieldIsNamedAtOnce) {
  EXPECT_EQ(Faults(R"({"count":0,"on":1,"colour":"green","ids":[],"skills":[{}]})"),
            (Names{"name", "count", "on", "colour", "ids", "skills[0].level"}));
}

TEST(BodyCheckTest, NumbersOutOfRangeOrOfAnotherKindAreRefused) {
  for (const char* count :
       {"-1", "101", "1e30", "1.5", "\"7\"", "true", "[]", "1000000000000000000000000000000"}) {
    EXPECT_EQ(Faults(std::string(R"({"name":"a","count":)") + count + "}"), Names{"count"})
        << count;
  }
}

TEST(BodyCheckTest, LengthsAreCountedInCharacters) {
  EXPECT_EQ(Faults(R"({"name":""})"), Names{"name"});
  EXPECT_EQ(Faults(R"({"name":"abcde"})"), Names{"name"});
  EXPECT_EQ(Faults(R"({"name":"a\u0000"})"), Names{"name"});
}

TEST(BodyCheckTest, NullIsAbsentAndUnknownFieldsAreNamedAndIgnored) {
  auto body = *ParseBody(R"({"name":"a","count":null,"colr":"red"})");
  std::vector<std::string> ignored;
  ASSERT_TRUE(CheckBody(kFields, &body, &ignored));
  EXPECT_EQ(ignored, Names{"colr"});
  EXPECT_EQ(body, Json({{"name", "a"}}));
}

TEST(BodyCheckTest, AQueryIsCheckedLikeABody) {
  EXPECT_EQ((*CheckQuery(PageQuery(), {{"pageSize", "5"}}))["pageSize"], 5);
  for (const char* size : {"-1", "0", "1001", "x", "5x", "99999999999999999999", ""}) {
    const auto checked = CheckQuery(PageQuery(), {{"pageSize", size}});
    ASSERT_FALSE(checked) << size;
    EXPECT_EQ(checked.error().fields.front().field, "pageSize");
  }
  EXPECT_EQ(CheckQuery(PageQuery(), {{"page", "1"}}).error().fields.front().field, "page");
}

TEST(HttpErrorTest, CodesBecomeStatuses) {
  const auto code = [](ErrorCode from) { return HttpCode({.code = from}); };
  EXPECT_EQ(code(ErrorCode::kInvalidArgument), 400);
  EXPECT_EQ(code(ErrorCode::kUnauthenticated), 401);
  EXPECT_EQ(code(ErrorCode::kPermissionDenied), 403);
  EXPECT_EQ(code(ErrorCode::kNotFound), 404);
  EXPECT_EQ(code(ErrorCode::kAlreadyExists), 409);
  EXPECT_EQ(code(ErrorCode::kFailedPrecondition), 409);
  EXPECT_EQ(code(ErrorCode::kResourceExhausted), 429);
  EXPECT_EQ(code(ErrorCode::kUnimplemented), 501);
  EXPECT_EQ(code(ErrorCode::kUnavailable), 503);
  EXPECT_EQ(code(ErrorCode::kInternal), 500);
}

TEST(HttpErrorTest, FieldsAreNamedAsThisApiSpellsThem) {
  EXPECT_EQ(RestField("max_concurrent_calls"), "maxConcurrentCalls");
  EXPECT_EQ(RestField("campaign.max_concurrent_calls"), "maxConcurrent");
  EXPECT_EQ(RestField("campaign.trunk_id"), "sipTrunkId");
  EXPECT_EQ(RestField("trunk.routes"), "routes");
  EXPECT_EQ(RestField("route.number"), "number");
  EXPECT_EQ(RestField("route.otherwise.agent_id"), "otherwise.agentId");
  EXPECT_EQ(RestField("route.destination.number.caller_id_queue_id"), "to.dial.callerIdQueueId");
  EXPECT_EQ(RestField("route.schedule.closed.announcement.duration"),
            "schedule.closed.announcement.durationSeconds");
  EXPECT_EQ(RestField("queue.relaxations[2].after"), "relaxations[2].afterSeconds");
  EXPECT_EQ(RestField("queue.relaxations[2].min_level"), "relaxations[2].minLevel");
  EXPECT_EQ(RestField("queue.short_abandon_threshold"), "shortAbandonSeconds");
  EXPECT_EQ(RestField("queue.service_level_threshold"), "serviceLevelSeconds");
  EXPECT_EQ(RestField("queue.callback.max_age"), "callback.maxAgeSeconds");
  EXPECT_EQ(RestField("queue.exits[3].destination.number.trunk_id"), "exits[3].to.dial.trunkId");
  EXPECT_EQ(RestField("queue.overflow_queue_id"), "overflowQueueId");
  const Json body = ErrorBody(InvalidField("campaign.name", "is taken").value());
  EXPECT_EQ(body["error"]["field"], "name");
  EXPECT_EQ(body["success"], false);
}

}  // namespace
}  // namespace callfleet::supervisor::rest
