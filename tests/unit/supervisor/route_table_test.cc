#include "services/supervisor/rest/route_table.h"

#include <gtest/gtest.h>

namespace callfleet::supervisor::rest {
namespace {

TEST(RouteTableTest, PathsAreFoundWithTheirValues) {
  const RouteTable table;
  const auto match = table.Find("POST", "/api/v1/campaigns/c 1/leads/upload");
  ASSERT_NE(match.route, nullptr);
  EXPECT_NE(match.route->upload, nullptr);
  EXPECT_EQ(match.path.at("id"), "c 1");
}

TEST(RouteTableTest, AnExactWordIsNoId) {
  const RouteTable table;
  EXPECT_NE(table.Find("GET", "/api/v1/agents/watch").route->events, nullptr);
  EXPECT_NE(table.Find("GET", "/api/v1/agents/watcher").route->handle, nullptr);
}

TEST(RouteTableTest, AWrongMethodTellsTheRightOnes) {
  const RouteTable table;
  const auto match = table.Find("DELETE", "/api/v1/agents");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, POST");
}

TEST(RouteTableTest, UnknownPathsAllowNothing) {
  const RouteTable table;
  for (const char* path : {"/", "", "/api/v1", "/api/v1/agents/", "/api/v1/agents//calls",
                           "/api/v1/agents/a/b/c", "/api/v2/agents", "//api/v1/agents"}) {
    const auto match = table.Find("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_EQ(match.allowed, "") << path;
  }
}

TEST(RouteTableTest, EveryRouteIsFoundAsItselfAndDoesOneThing) {
  const RouteTable table;
  for (const Route* route : table.routes()) {
    EXPECT_EQ(table.Find(Name(route->method), route->path).route, route) << route->path;
    const int kinds = (route->handle != nullptr) + (route->upload != nullptr) +
                      (route->events != nullptr) + (route->download != nullptr);
    EXPECT_EQ(kinds, 1) << route->path;
    EXPECT_FALSE(route->summary.empty());
  }
}

TEST(RouteTableTest, EveryCallOfTheGuideIsServed) {
  const RouteTable table;
  for (const auto& [method, path] : std::vector<std::pair<const char*, const char*>>{
           {"POST", "/api/v1/agents"},
           {"POST", "/api/v1/agents/1/deactivate"},
           {"POST", "/api/v1/campaigns"},
           {"POST", "/api/v1/campaigns/1/agents"},
           {"POST", "/api/v1/campaigns/1/leads/upload"},
           {"POST", "/api/v1/campaigns/1/start"},
           {"GET", "/api/v1/campaigns/1/agent-stats"},
           {"GET", "/api/v1/campaigns/1/stats"},
           {"GET", "/api/v1/stats"},
           {"GET", "/api/v1/agents"},
           {"GET", "/api/v1/agents/1"},
           {"GET", "/api/v1/agents/1/calls"},
           {"GET", "/api/v1/calls"},
           {"GET", "/api/v1/calls/1"},
           {"GET", "/api/v1/queues"},
           {"GET", "/api/v1/queues/1/calls"},
           {"GET", "/api/v1/bridges"},
           {"GET", "/api/v1/trunks"}}) {
    EXPECT_NE(table.Find(method, path).route, nullptr) << method << " " << path;
    if (std::string_view(method) == "GET" && !std::string_view(path).ends_with("agent-stats")) {
      EXPECT_NE(table.Find(method, std::string(path) + "/watch").route, nullptr) << path;
    }
  }
}

// What people said is for supervisors, also to read.
TEST(RouteTableTest, OnlyReadingIsOpenToViewersAndRecordingsAreNot) {
  const RouteTable table;
  for (const Route* route : table.routes()) {
    const bool reads =
        route->method == Method::kGet && route->path.find("recordings") == std::string_view::npos;
    EXPECT_EQ(route->role == auth::Role::kViewer, reads) << route->path;
  }
}

}  // namespace
}  // namespace callfleet::supervisor::rest
