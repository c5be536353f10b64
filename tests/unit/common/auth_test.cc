#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "common/auth/listen_address.h"
#include "common/auth/tokens.h"

namespace callfleet::auth {
namespace {

Result<Tokens> Read(const std::string& text) {
  std::istringstream file(text);
  return Tokens::Read(file);
}

TEST(TokensTest, ATokenGivesItsRoleAndName) {
  const auto tokens = Read("# people\n0123456789abcdef admin alice\n");
  const auto caller = tokens->Check("Bearer 0123456789abcdef", Role::kSupervisor);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->name, "alice");
  EXPECT_EQ(caller->role, Role::kAdmin);
}

TEST(TokensTest, MissingUnknownAndLowAreToldApart) {
  const auto tokens = Read("0123456789abcdef viewer");
  EXPECT_EQ(tokens->Check(std::nullopt, Role::kViewer).error().reason, "TOKEN_MISSING");
  EXPECT_EQ(tokens->Check("Basic abc", Role::kViewer).error().reason, "TOKEN_MISSING");
  EXPECT_EQ(tokens->Check("bearer 0123456789abcdeX", Role::kViewer).error().reason,
            "TOKEN_UNKNOWN");
  EXPECT_EQ(tokens->Check("bearer 0123456789abcdef", Role::kAgent).error().code,
            ErrorCode::kPermissionDenied);
}

TEST(TokensTest, AFaultNamesTheLineAndNeverTheToken) {
  const auto faulty = Read("0123456789abcdef viewer\nsecretsecretsecret king\n");
  ASSERT_FALSE(faulty);
  EXPECT_THAT(faulty.error().message, ::testing::HasSubstr("line 2"));
  EXPECT_THAT(faulty.error().message, ::testing::Not(::testing::HasSubstr("secret")));
  EXPECT_FALSE(Read("short viewer"));
  EXPECT_FALSE(Read("# nothing\n"));
}

TEST(ListenTest, OnlyLoopbackIsServedWithoutTokens) {
  for (const char* loopback : {"127.0.0.1:0", "127.1.2.3:80", "[::1]:80", "localhost:1"}) {
    EXPECT_TRUE(CheckListen(loopback, Tokens::Open())) << loopback;
  }
  for (const char* open : {"0.0.0.0:80", "[::]:80", "10.0.0.1:80", "127.evil.example:80", ":80"}) {
    EXPECT_FALSE(CheckListen(open, Tokens::Open())) << open;
    EXPECT_TRUE(CheckListen(open, *Read("0123456789abcdef viewer"))) << open;
  }
}

}  // namespace
}  // namespace callfleet::auth
