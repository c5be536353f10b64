#include "services/supervisor/rest/number_json.h"

#include <gtest/gtest.h>

#include "services/supervisor/rest/body_check.h"
#include "services/supervisor/rest/openapi.h"

namespace callfleet::supervisor::rest {
namespace {

Result<callfleet::queue::v1::Route> RouteOf(const std::string& text) {
  auto body = ParseBody(text);
  if (!body) return Fail(std::move(body.error()));
  std::vector<std::string> ignored;
  if (auto checked = CheckBody(NumberRouteFields(), &*body, &ignored); !checked) {
    return Fail(std::move(checked.error()));
  }
  EXPECT_TRUE(ignored.empty()) << ignored.front();
  return ToNumberRoute(*body);
}

std::string FaultOf(const std::string& text) {
  const auto route = RouteOf(text);
  return route ? "none" : route.error().fields.at(0).field;
}

TEST(NumberJsonTest, AnAgentsNumberHasAnAlternativeAndShowsIt) {
  const auto route =
      RouteOf(R"({"number":"+49","to":{"agentId":"zoe"},"otherwise":{"queueId":"sales"}})");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->destination().agent_id(), "zoe");
  EXPECT_EQ(route->otherwise().queue_id(), "sales");
  const Json shown = NumberRouteTable()(*route);
  EXPECT_EQ(shown["otherwise"]["queueId"], "sales");
  EXPECT_EQ(shown["otherwise"]["agentId"], nullptr);
}

TEST(NumberJsonTest, WithoutAnAlternativeNoneIsSetOrShown) {
  const auto route = RouteOf(R"({"number":"+49","to":{"agentId":"zoe"},"otherwise":null})");
  ASSERT_TRUE(route);
  EXPECT_FALSE(route->has_otherwise());
  EXPECT_EQ(NumberRouteTable()(*route)["otherwise"], nullptr);
}

TEST(NumberJsonTest, AnAlternativeIsExactlyOneDestination) {
  for (const char* otherwise : {"{}", R"({"queueId":"a","sipUri":"sip:a@b"})"}) {
    EXPECT_EQ(FaultOf(std::string(R"({"number":"+49","to":{"agentId":"zoe"},"otherwise":)") +
                      otherwise + "}"),
              "otherwise");
  }
  EXPECT_EQ(FaultOf(R"({"number":"+49","to":{"agentId":"zoe"},"otherwise":{"dial":{}}})"),
            "otherwise.dial.trunkId");
}

TEST(NumberJsonTest, AgentsDialThroughATrunkWhatTheyLikeWithAQueuesCallerId) {
  const auto route = RouteOf(
      R"({"number":"+1","match":"prefix","to":{"dial":{"trunkId":"t","callerIdQueueId":"sales"}}})");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->destination().number().number(), "");
  EXPECT_EQ(route->destination().number().caller_id(), "");
  EXPECT_EQ(route->destination().number().caller_id_queue_id(), "sales");
  EXPECT_EQ(NumberRouteTable()(*route)["to"]["dial"], Json({{"trunkId", "t"},
                                                            {"number", nullptr},
                                                            {"callerId", nullptr},
                                                            {"callerIdQueueId", "sales"},
                                                            {"callerIdCampaignId", nullptr}}));
}

TEST(NumberJsonTest, TheDescriptionHasWhatIsReadAndShown) {
  const Json api = OpenApi(RouteTable());
  const Json& body = api["paths"]["/api/v1/routes"]["post"]["requestBody"]["content"]
                        ["application/json"]["schema"]["properties"];
  for (const char* place : {"to", "otherwise"}) {
    const Json& dial = body[place]["properties"]["dial"];
    EXPECT_EQ(dial["required"], Json::array({"trunkId"})) << place;
    EXPECT_EQ(dial["properties"]["callerIdQueueId"]["maxLength"], 64) << place;
  }
  const Json& schemas = api["components"]["schemas"];
  EXPECT_TRUE(schemas["NumberRoute"]["properties"].contains("otherwise"));
  EXPECT_EQ(schemas["NumberDial"]["properties"]["number"]["type"], Json::array({"string", "null"}));
}

}  // namespace
}  // namespace callfleet::supervisor::rest
