#include "services/supervisor/rest/same_site.h"

#include <gtest/gtest.h>

#include <string>

namespace callfleet::supervisor::rest {
namespace {

std::string Reason(const Site& site, bool open = true) {
  const auto checked = CheckSite(site, open);
  return checked ? "" : checked.error().reason;
}

TEST(SameSite, ProgramsAndPagesOfOurOwnAreServed) {
  EXPECT_EQ(Reason({.method = "POST", .host = "127.0.0.1:3000"}), "");
  EXPECT_EQ(Reason({.method = "POST", .host = "LocalHost:3000", .origin = "http://localhost:3000"}),
            "");
  EXPECT_EQ(Reason({.method = "POST", .host = "[::1]:3000", .origin = "http://[::1]:3000"}), "");
  EXPECT_EQ(Reason({.method = "POST", .host = "localhost", .fetch_site = "same-origin"}), "");
  EXPECT_EQ(Reason({.method = "DELETE"}), "");
}

TEST(SameSite, APageOfAnotherSiteMayNotAskForChanges) {
  for (const char* origin : {"http://evil.example", "null", "https://localhost.evil.example"}) {
    for (const bool open : {true, false}) {
      EXPECT_EQ(Reason({.method = "POST", .host = "localhost:3000", .origin = origin}, open),
                "CROSS_SITE")
          << origin;
    }
  }
  EXPECT_EQ(Reason({.method = "PUT", .host = "localhost", .fetch_site = "cross-site"}),
            "CROSS_SITE");
  EXPECT_EQ(Reason({.method = "GET", .host = "localhost", .origin = "http://evil.example"}), "");
}

TEST(SameSite, WithoutTokensANameOfSomebodyElseIsNotServed) {
  const Site rebound{.method = "GET", .host = "evil.example:3000"};
  EXPECT_EQ(Reason(rebound), "HOST_NOT_ALLOWED");
  EXPECT_EQ(Reason(rebound, false), "");
  EXPECT_EQ(Reason({.method = "GET", .host = "127.0.0.1.evil.example"}), "HOST_NOT_ALLOWED");
}

}  // namespace
}  // namespace callfleet::supervisor::rest
