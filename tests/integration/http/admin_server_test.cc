#include "common/http/admin_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <sstream>

namespace callfleet::http {
namespace {

class AdminServerTest : public ::testing::Test {
 protected:
  httplib::Result Get(const char* path, const httplib::Headers& headers = {}) {
    return httplib::Client("127.0.0.1", server.port()).Get(path, headers);
  }
  auth::Tokens tokens = auth::Tokens::Open();
  std::vector<std::string> reasons;
  AdminServer server{{.metrics = [] { return std::string("up 1\n"); },
                      .unready_reasons = [this] { return reasons; }},
                     tokens};
};

TEST_F(AdminServerTest, AnUnreadyServiceLivesAndSaysWhy) {
  ASSERT_TRUE(server.Start("127.0.0.1:0"));
  EXPECT_EQ(Get("/readyz")->status, 200);
  reasons = {"database: away"};
  EXPECT_EQ(Get("/healthz")->status, 200);
  const auto answer = Get("/readyz");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "database: away\n");
}

TEST_F(AdminServerTest, MetricsAreTheCallbacksText) {
  ASSERT_TRUE(server.Start("127.0.0.1:0"));
  EXPECT_EQ(Get("/metrics")->body, "up 1\n");
  EXPECT_EQ(Get("/nothing")->status, 404);
}

TEST_F(AdminServerTest, MetricsNeedATokenWhereThereAreSome) {
  std::istringstream file("0123456789abcdef viewer");
  tokens = *auth::Tokens::Read(file);
  ASSERT_TRUE(server.Start("127.0.0.1:0"));
  EXPECT_EQ(Get("/metrics")->status, 401);
  EXPECT_EQ(Get("/metrics", {{"Authorization", "Bearer 0123456789abcdef"}})->status, 200);
  EXPECT_EQ(Get("/readyz")->status, 200);
}

TEST_F(AdminServerTest, ASecondServerOnTheSamePortIsRefused) {
  ASSERT_TRUE(server.Start("127.0.0.1:0"));
  AdminServer second({.metrics = {}, .unready_reasons = {}}, tokens);
  const auto started = second.Start("127.0.0.1:" + std::to_string(server.port()));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "LISTEN_FAILED");
}

TEST_F(AdminServerTest, AnAddressThatIsNoneIsATypedError) {
  for (const char* listen : {"127.0.0.1", "127.0.0.1:port", "127.0.0.1:70000"}) {
    const auto started = server.Start(listen);
    ASSERT_FALSE(started) << listen;
    EXPECT_EQ(started.error().code, ErrorCode::kInvalidArgument) << listen;
  }
}

TEST_F(AdminServerTest, BeyondLoopbackItNeedsTokens) {
  EXPECT_EQ(server.Start("0.0.0.0:0").error().reason, "TOKENS_REQUIRED");
}

}  // namespace
}  // namespace callfleet::http
