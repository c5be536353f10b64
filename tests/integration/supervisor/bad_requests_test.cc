// What is wrong gets a typed answer at once and changes nothing.
#include <unistd.h>

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

TEST_F(BadRequestsTest, JsonThatIsTooDeepOrHoldsImpossibleNumbersIs400AndNamesTheField) {
  StartSupervisor();
  const std::string deep = R"({"name":)" + std::string(100'000, '[');
  EXPECT_EQ(Ask("POST", "/agents", deep).reason(), "JSON_TOO_DEEP");
  EXPECT_EQ(Ask("POST", "/agents", R"({"x":"[[[[\"[[[","name":"Ann"})").status, 201);
  for (const char* number : {"1e400", "-1", "1e18", "123456789012345678901234567890", "1.5", "0"}) {
    const auto answer =
        Ask("POST", "/agents", std::string(R"({"name":"a","maxConcurrentCalls":)") + number + "}");
    EXPECT_EQ(answer.status, 400) << number;
    EXPECT_FALSE(answer.field().empty()) << number;
  }
  EXPECT_EQ(Ask("POST", "/agents", "[]").field(), "body");
}

TEST_F(BadRequestsTest, CallingWindowsThatAreNoneNameTheFieldAndItsRange) {
  StartSupervisor();
  const auto fault = [&](const Json& window) {
    const auto answer =
        Post("/campaigns", {{"name", "a"}, {"maxConcurrent", 1}, {"callingWindow", window}});
    EXPECT_EQ(answer.status, 400) << window;
    return answer.field() + " " + answer.body["error"]["message"].get<std::string>();
  };
  const auto bad_end = fault({{"end", "24:01"}});
  EXPECT_TRUE(bad_end.starts_with("callingWindow.end")) << bad_end;
  EXPECT_NE(bad_end.find("00:00 to 24:00"), std::string::npos) << bad_end;
  EXPECT_TRUE(fault({{"start", "20:00"}, {"end", "08:00"}}).starts_with("callingWindow.end"));
  EXPECT_TRUE(fault({{"start", "21:00"}}).starts_with("callingWindow.end"));
  EXPECT_TRUE(fault({{"weekdays", {8}}}).starts_with("callingWindow.weekdays[0]"));
  EXPECT_TRUE(fault("always").starts_with("callingWindow"));
}

TEST_F(BadRequestsTest, WhatIsNotUtf8InThePathOrQueryIs400AndNamesTheParameter) {
  StartSupervisor();
  struct Case {
    const char* method;
    std::string path;
    const char* field;
  };
  for (const char* bad : {"%ff", "a%00b", "%c3%28"}) {
    const std::string b = bad;
    for (const auto& [method, path, field] :
         {Case{"GET", "/recordings/" + b + "/audio", "id"}, Case{"GET", "/queues/" + b, "id"},
          Case{"GET", "/campaigns/" + b, "id"}, Case{"GET", "/leads/" + b, "id"},
          Case{"GET", "/trunks/" + b, "id"}, Case{"GET", "/prompts/" + b + "/audio", "id"},
          Case{"GET", "/calls/" + b, "id"}, Case{"GET", "/calls/" + b + "/watch", "id"},
          Case{"DELETE", "/queues/" + b, "id"}, Case{"DELETE", "/queues/q/agents/" + b, "agentId"},
          Case{"DELETE", "/queues/q/calls/" + b, "callId"},
          Case{"POST", "/campaigns/" + b + "/leads/upload", "id"},
          Case{"GET", "/past-recordings?callId=" + b, "callId"},
          Case{"POST", "/prompts?name=" + b, "name"}}) {
      const auto answer = Ask(method, path);
      EXPECT_EQ(answer.status, 400) << method << path;
      EXPECT_EQ(answer.reason(), "INVALID_ARGUMENT") << method << path;
      EXPECT_EQ(answer.field(), field) << method << path;
    }
  }
}

TEST_F(BadRequestsTest, AHeadOrALineOfItThatIsTooLargeIs431) {
  StartSupervisor();
  for (const std::size_t size : {9'000U, 20'000U, 40'000U}) {
    const auto answer = Ask("GET", "/agents", "", {{"X-Long", std::string(size, 'x')}});
    EXPECT_EQ(answer.status, 431) << size;
    EXPECT_EQ(answer.reason(), "HEAD_TOO_LARGE") << size;
  }
  EXPECT_EQ(Ask("GET", "/agents", "", {{"X-Long", std::string(8'000, 'x')}}).status, 200);
  const auto path = Get("/agents/" + std::string(9'000, 'x'));
  EXPECT_EQ(path.status, 414);
  EXPECT_EQ(path.reason(), "URI_TOO_LONG");
}

TEST_F(BadRequestsTest, AnAgentThatIsUnknownIsNamedAsTheBodySpellsIt) {
  StartSupervisor();
  const auto made = Post("/queues", {{"name", "sales"}}).data()["id"].get<std::string>();
  const auto answer = Post("/queues/" + made + "/agents", {{"agentIds", {"nobody"}}});
  EXPECT_EQ(answer.reason(), "AGENT_NOT_FOUND");
  EXPECT_EQ(answer.field(), "agentIds");
}

TEST_F(BadRequestsTest, APageTokenThatIsNoneOfOursIs400) {
  StartSupervisor();
  for (const char* name : {"Ann", "Ben", "Cid"}) Post("/agents", {{"name", name}});
  for (const char* path : {"/agents", "/calls", "/bridges"}) {
    const auto answer = Get(std::string(path) + "?pageToken=nonsense");
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(answer.field(), "pageToken") << path;
  }
  const auto first = Get("/agents?pageSize=2");
  const auto token = first.body["nextPageToken"].get<std::string>();
  const auto second = Get("/agents?pageSize=2&pageToken=" + token);
  ASSERT_EQ(second.data().size(), 1U);
  EXPECT_EQ(second.data()[0]["name"], "Cid");
}

TEST_F(BadRequestsTest, ManyHalfSentRequestsHoldNobodyUp) {
  StartSupervisor();
  std::vector<int> sockets;
  for (int i = 0; i < 300; ++i) {
    sockets.push_back(SendRaw("POST /api/v1/agents HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n"));
  }
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Get("/agents").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
  for (const int socket : sockets) ::close(socket);
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
  EXPECT_EQ(Ask("TRACE", "/agents").headers.find("Allow")->second, "GET, POST");
  EXPECT_EQ(Ask("POST", "/openapi.json").headers.find("Allow")->second, "GET");
}

TEST_F(BadRequestsTest, UnknownPathsAndIdsAre404) {
  StartSupervisor();
  for (const char* path : {"/nothing", "/agents/", "/api/v2/agents", "/agents/a/b"}) {
    EXPECT_EQ(Get(path).reason(), "PATH_NOT_FOUND") << path;
  }
  EXPECT_EQ(Get("/agents/unknown").reason(), "AGENT_NOT_FOUND");
  EXPECT_EQ(Get("/calls/unknown").reason(), "CALL_NOT_FOUND");
  EXPECT_EQ(Get("/calls/unknown/recordings").reason(), "CALL_NOT_FOUND");
  EXPECT_EQ(Get("/queues/nope/calls").reason(), "QUEUE_NOT_FOUND");
  EXPECT_EQ(Get("/queues/nope/calls/watch").reason(), "QUEUE_NOT_FOUND");
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
