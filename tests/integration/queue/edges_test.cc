// Orders go to the edge of their call; what is waited for at the start.
#include "services/queue/adapters/edges.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "common/actor_runtime/real_timers.h"
#include "common/grpc_server/channel.h"
#include "tests/integration/queue/fake_edge.h"
#include "tests/support/counted_ids.h"

namespace callfleet::queue {
namespace {

using Words = std::vector<std::string>;

// What was told, in one word each.
class Told final : public CallFacts {
 public:
  void OnSnapshot(const EdgeId& edge, const BootId&) override { Add("snapshot " + edge.str()); }
  void OnFact(CallFact fact) override { Add("fact " + fact.call.str() + " " + fact.edge.str()); }
  void OnWhole(const EdgeId& edge) override { Add("whole " + edge.str()); }
  void OnDown(const EdgeId& edge) override {
    if (!edge.empty()) Add("down " + edge.str());
  }
  void OnAllHeard() override { Add("all heard"); }
  void OnForgotten(CallId) override {}
  void OnRefused(const Unit&, CommandRefused) override {}
  bool Waits(const std::string& word, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(
        lock, limit, [&] { return std::find(words_.begin(), words_.end(), word) != words_.end(); });
  }

 private:
  void Add(std::string word) {
    const std::lock_guard lock(mutex_);
    words_.push_back(std::move(word));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  Words words_;
};

class EdgesTest : public ::testing::Test {
 protected:
  std::unique_ptr<Edges> Watch(const std::vector<std::string>& targets) {
    std::vector<EdgeLinkOptions> links;
    for (const auto& target : targets) {
      links.push_back({.channel = grpc_server::MakeChannel({.target = target}),
                       .timers = &timers,
                       .ids = &ids});
    }
    auto edges = std::make_unique<Edges>(std::move(links), &timers, logging::Logger("queue"));
    edges->Start(&told);
    return edges;
  }
  static ClaimCall ClaimAt(const char* edge, const char* call) {
    return {{.call = CallId(call), .edge = EdgeId(edge), .boot = BootId("boot")}};
  }

  UnitToken unit{.unit = {UnitKind::kRouting, ""}, .token = 1};
  RealTimers timers;
  test::CountedIds ids;
  Told told;
  test::FakeEdge one{"one"};
  test::FakeEdge two{"two"};
};

TEST_F(EdgesTest, EachOrderGoesToTheEdgeOfItsCall) {
  const auto edges = Watch({one.target(), two.target()});
  ASSERT_TRUE(told.Waits("all heard"));
  EXPECT_EQ(edges->connected(), 2U);
  one.CallArrives("a");
  two.CallArrives("b");
  ASSERT_TRUE(told.Waits("fact a one"));
  ASSERT_TRUE(told.Waits("fact b two"));
  edges->Do(unit, ClaimAt("two", "b"));
  edges->Do(unit, ClaimAt("one", "a"));
  EXPECT_EQ(one.WaitForCommands(1), Words{"claim a"});
  EXPECT_EQ(two.WaitForCommands(1), Words{"claim b"});
}

TEST_F(EdgesTest, AnEdgeThatCannotBeReachedIsNotWaitedFor) {
  const auto edges = Watch({one.target(), "127.0.0.1:1"});
  EXPECT_TRUE(told.Waits("all heard"));
  EXPECT_EQ(edges->connected(), 1U);
}

TEST_F(EdgesTest, AnOrderForAnEdgeThatWasNeverHeardWaitsForIt) {
  auto late = std::make_unique<test::FakeEdge>("late");
  const std::string target = late->target();
  late.reset();
  const auto edges = Watch({one.target(), target});
  ASSERT_TRUE(told.Waits("all heard"));
  edges->Do(unit, ClaimAt("late", "c"));
  late = std::make_unique<test::FakeEdge>("late", std::stoi(target.substr(target.find(':') + 1)));
  EXPECT_TRUE(told.Waits("whole late"));
  EXPECT_EQ(late->WaitForCommands(1), Words{"claim c"});
  EXPECT_TRUE(one.WaitForCommands(0).empty());
}

TEST_F(EdgesTest, AnEdgeThatGoesIsToldByItsName) {
  auto brief = std::make_unique<test::FakeEdge>("brief");
  const auto edges = Watch({one.target(), brief->target()});
  ASSERT_TRUE(told.Waits("whole brief"));
  brief.reset();
  EXPECT_TRUE(told.Waits("down brief"));
  EXPECT_FALSE(told.Waits("down one", std::chrono::milliseconds(100)));
}

}  // namespace
}  // namespace callfleet::queue
