#include "common/auth/tokens.h"

#include "services/supervisor/rest/rest_server.h"
#include "tests/integration/supervisor/house.h"

namespace callfleet::supervisor::test {
namespace {

constexpr const char* kThreeTokens =
    "viewer-token-0123456789 viewer vera\n"
    "supervisor-token-0123456789 supervisor sue\n"
    "admin-token-0123456789 admin adam\n";

class TokensTest : public House {
 protected:
  void SetUp() override {
    House::SetUp();
    StartSupervisor(kThreeTokens);
  }
  int Status(const std::string& token, const std::string& method, const std::string& path,
             const std::string& body = "") const {
    httplib::Headers headers;
    if (!token.empty()) headers.emplace("Authorization", "Bearer " + token);
    return Ask(method, path, body, headers).status;
  }
};

TEST_F(TokensTest, WithoutOrWithAnUnknownTokenNothingIsServed) {
  const auto answer = Get("/agents");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.reason(), "TOKEN_MISSING");
  EXPECT_EQ(answer.headers.find("WWW-Authenticate")->second, "Bearer");
  EXPECT_EQ(Status("wrong-token-0123456789", "GET", "/agents"), 401);
  EXPECT_EQ(Status("", "GET", "/openapi.json"), 401);
  EXPECT_EQ(Status("", "GET", "/stats/watch"), 401);
}

TEST_F(TokensTest, EachRoleMayDoItsOwnAndLess) {
  const std::string agent = R"({"name":"Ann"})";
  EXPECT_EQ(Status("viewer-token-0123456789", "GET", "/agents"), 200);
  EXPECT_EQ(Status("viewer-token-0123456789", "POST", "/agents", agent), 403);
  EXPECT_EQ(Status("supervisor-token-0123456789", "POST", "/agents", agent), 201);
  EXPECT_EQ(Status("supervisor-token-0123456789", "DELETE", "/agents/Ann"), 403);
  EXPECT_EQ(Status("admin-token-0123456789", "DELETE", "/agents/Ann"), 200);
}

TEST_F(TokensTest, BeyondLoopbackTheServerStartsOnlyWithTokens) {
  const auto open = auth::Tokens::Open();
  rest::RestServer server({.listen = "0.0.0.0:0"}, rest::Context{}, open, [](const auto&) {});
  const auto started = server.Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "TOKENS_REQUIRED");
}

}  // namespace
}  // namespace callfleet::supervisor::test
