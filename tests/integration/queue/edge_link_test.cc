// A Ring goes to the edge while its lease is sure, and not otherwise.
#include "services/queue/adapters/edge_link.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "common/actor_runtime/real_timers.h"
#include "common/grpc_server/channel.h"
#include "tests/integration/queue/fake_edge.h"
#include "tests/support/counted_ids.h"

namespace callfleet::queue {
namespace {

using agent_pool::Lease;

class Refusals final : public CallFacts {
 public:
  void OnSnapshot(const EdgeId&, const BootId&) override {}
  void OnFact(CallFact) override {}
  void OnWhole(const EdgeId&) override {}
  void OnDown(const EdgeId&) override {}
  void OnAllHeard() override {}
  void OnForgotten(CallId) override {}
  void OnRefused(const Unit&, CommandRefused refused) override { first.set_value(refused); }
  std::promise<CommandRefused> first;
};

class EdgeLinkTest : public ::testing::Test {
 protected:
  EdgeLinkTest() { link.Start(&refusals); }
  // Says in turn what the lease is; the last goes on.
  void Ring(std::vector<Lease> leases) {
    link.Ring({.unit = {UnitKind::kQueue, "q"}, .token = 1},
              {.call = {.call = CallId("c"), .boot = BootId("boot")}, .leg = LegId("l")},
              [this, leases = std::move(leases)] {
                const std::size_t now = asked++;
                return leases[std::min(now, leases.size() - 1)];
              });
  }

  test::FakeEdge edge;
  RealTimers timers;
  test::CountedIds ids;
  Refusals refusals;
  std::atomic<std::size_t> asked = 0;
  EdgeLink link{{.channel = grpc_server::MakeChannel({.target = edge.target()}),
                 .timers = &timers,
                 .ids = &ids},
                logging::Logger("queue")};
};

TEST_F(EdgeLinkTest, ARingWaitsWhileItsLeaseIsUnsure) {
  Ring({Lease::kUnsure, Lease::kUnsure, Lease::kSure});
  EXPECT_EQ(edge.WaitForCommands(1), std::vector<std::string>{"ring l"});
  EXPECT_EQ(asked, 3U);
}

TEST_F(EdgeLinkTest, ARingWhoseLeaseIsLostIsRefusedAndNeverSent) {
  Ring({Lease::kUnsure, Lease::kLost});
  const CommandRefused refused = refusals.first.get_future().get();
  EXPECT_EQ(refused.leg, LegId("l"));
  EXPECT_EQ(refused.command, Command::kRing);
  EXPECT_EQ(refused.reason, "TOO_LATE");
  EXPECT_TRUE(edge.WaitForCommands(0).empty());
}

TEST_F(EdgeLinkTest, ARingIsNotRepeatedWhenItsLeaseIsLostMeanwhile) {
  edge.LoseRingAnswers(2);
  Ring({Lease::kSure, Lease::kSure, Lease::kLost});
  EXPECT_EQ(refusals.first.get_future().get().reason, "TOO_LATE");
  EXPECT_EQ(edge.WaitForCommands(2), (std::vector<std::string>{"ring l", "ring l"}));
}

}  // namespace
}  // namespace callfleet::queue
