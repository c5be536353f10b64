// What is wrong gets a typed answer at once and changes nothing.
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

class BadRequestsTest : public House {};

TEST_F(BadRequestsTest, ABodyThatIsNoJsonIs400) {
  StartSupervisor();
  for (const char* body : {"nonsense", "{", "[]", "\"name\"", "{\"name\":\"\xc3\x28\"}"}) {
    const auto answer = Ask("POST", "/agents", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.reason(), "NOT_JSON");
  }
  EXPECT_EQ(Get("/agents").data().size(), 0U);
}

TEST_F(BadRequestsTest, FaultyFieldsAreNamed) {
  StartSupervisor();
  const auto field = [&](const char* path, const Json& body) {
    const auto answer = Post(path, body);
    EXPECT_EQ(answer.status, 400) << body;
    return answer.field();
  };
  EXPECT_EQ(field("/agents", Json::object()), "name");
  EXPECT_EQ(field("/agents", {{"name", std::string(65, 'x')}}), "name");
  EXPECT_EQ(field("/agents", {{"name", "a"}, {"maxConcurrentCalls", -1}}), "maxConcurrentCalls");
  EXPECT_EQ(field("/agents", {{"name", "a"}, {"maxConcurrentCalls", 1e30}}), "maxConcurrentCalls");
  EXPECT_EQ(field("/agents", {{"name", "a"}, {"isActive", "yes"}}), "isActive");
  EXPECT_EQ(field("/campaigns", {{"name", "a"}, {"maxConcurrent", 0}}), "maxConcurrent");
  EXPECT_EQ(field("/campaigns", {{"name", "a"}, {"maxConcurrent", 1}, {"strategy", "best"}}),
            "strategy");
  EXPECT_EQ(field("/campaigns",
                  {{"name", "a"}, {"maxConcurrent", 1}, {"callingWindow", {{"start", "25:99"}}}}),
            "callingWindow.start");
  EXPECT_EQ(field("/trunks", {{"id", "t"}}), "host");
  EXPECT_EQ(field("/trunks", {{"host", "h"}, {"port", 99999}}), "port");
  EXPECT_EQ(Get("/calls?pageSize=-1").field(), "pageSize");
  EXPECT_EQ(Get("/calls?colour=red").field(), "colour");
}

TEST_F(BadRequestsTest, ANameThatIsTakenIs409AndNamesTheField) {
  StartSupervisor();
  EXPECT_EQ(Post("/agents", {{"name", "Ann"}}).status, 201);
  const auto again = Post("/agents", {{"name", "Ann"}});
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.reason(), "AGENT_NAME_TAKEN");
  EXPECT_EQ(again.field(), "name");
}

TEST_F(BadRequestsTest, JsonAboveOneMebibyteIs413) {
  StartSupervisor();
  const std::string huge = R"({"name":")" + std::string(3 * 1024 * 1024, 'x') + "\"}";
  EXPECT_EQ(Ask("POST", "/agents", huge).status, 413);
  // Also under curl's own content type for -d, where httplib would stop at 8 KiB.
  const std::string large = R"({"name":"a","description":")" + std::string(20'000, 'x') + "\"}";
  const auto answer =
      Ask("POST", "/agents", large, {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(answer.field(), "description");
}

TEST_F(BadRequestsTest, WrongMethodsAre405WithAllow) {
  StartSupervisor();
  const auto answer = Ask("DELETE", "/agents");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.find("Allow")->second, "GET, POST");
  EXPECT_EQ(Ask("PATCH", "/campaigns", "{}").status, 405);
  EXPECT_EQ(Ask("OPTIONS", "/agents").status, 405);
  EXPECT_EQ(Ask("POST", "/openapi.json").headers.find("Allow")->second, "GET");
}

TEST_F(BadRequestsTest, UnknownPathsAndIdsAre404) {
  StartSupervisor();
  for (const char* path : {"/nothing", "/agents/", "/api/v2/agents", "/agents/a/b"}) {
    EXPECT_EQ(Get(path).reason(), "PATH_NOT_FOUND") << path;
  }
  EXPECT_EQ(Get("/agents/unknown").reason(), "AGENT_NOT_FOUND");
  EXPECT_EQ(Get("/calls/unknown").reason(), "CALL_NOT_FOUND");
  EXPECT_EQ(Get("/calls/unknown/watch").status, 404);
  EXPECT_EQ(Post("/agents/unknown/deactivate").reason(), "AGENT_NOT_FOUND");
  EXPECT_EQ(Post("/campaigns/unknown/start").reason(), "CAMPAIGN_NOT_FOUND");
  EXPECT_EQ(Get("/agents/" + std::string(5000, 'x')).status, 404);
}

TEST_F(BadRequestsTest, AServiceThatIsAwayIs503WithRetryAfterAndNothingHangs) {
  StartSupervisor();
  StopBackends();
  ASSERT_TRUE(Eventually([&] { return app->UnreadyReasons().size() == 5; }));
  for (const auto& answer :
       {Post("/agents", {{"name", "a"}}), Get("/agents"), Get("/stats"), Get("/campaigns"),
        Post("/campaigns/c/start"), Get("/trunks"), Get("/calls/watch")}) {
    EXPECT_EQ(answer.status, 503);
    EXPECT_TRUE(answer.headers.contains("Retry-After"));
  }
  StartBackends();
  EXPECT_TRUE(Eventually([&] { return Get("/stats").status == 200; }));
  EXPECT_TRUE(Eventually([&] { return Post("/agents", {{"name", "a"}}).status == 201; }));
}

TEST_F(BadRequestsTest, AFormWhereJsonIsWantedIs400) {
  StartSupervisor();
  const auto answer = Curl("-X POST {url}/agents -F name=Ann");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.reason(), "NOT_JSON");
}

TEST_F(BadRequestsTest, UnknownFieldsAreIgnoredAndNamed) {
  StartSupervisor();
  const auto answer = Post("/agents", {{"name", "Ann"}, {"colour", "red"}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body["ignored"], Json::array({"colour"}));
}

TEST_F(BadRequestsTest, OpenApiIsServed) {
  StartSupervisor();
  const auto answer = Get("/openapi.json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body["paths"].contains("/api/v1/agents/{id}"));
}

}  // namespace
}  // namespace callfleet::supervisor::test
