#include "services/supervisor/actors/live_view_actor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "tests/support/deterministic_actors.h"
#include "tests/unit/supervisor/facts.h"

namespace callfleet::supervisor {
namespace {

using test::At;
using test::CallStory;
using test::kEdge;
using test::kStart;

class Reader final : public Watcher {
 public:
  bool OnUpdate(const std::shared_ptr<const ViewUpdate>& update) override {
    if (full) return false;
    updates.push_back(update);
    return true;
  }
  bool full = false;
  std::vector<std::shared_ptr<const ViewUpdate>> updates;
};

class LiveViewActorTest : public callfleet::test::DeterministicActors {
 protected:
  void TearDown() override {
    view.Stop();
    Settle();
  }
  void Tell(Fact fact) { view.Push({kEdge, kStart, std::move(fact)}); }
  void TellCall(int n) {
    Tell(CallStory("c" + std::to_string(n), CallDirection::kInbound, At({})).Record());
  }
  void GetInStep() {
    Tell(SnapshotBegin{});
    Tell(SnapshotEnd{});
  }
  void Turn() {
    view.Tick(At(now += std::chrono::milliseconds(100)));
    Settle();
  }

  LiveViewActor view{system, World({}, {kEdge}, kStart)};
  std::shared_ptr<Reader> reader = std::make_shared<Reader>();
  std::chrono::milliseconds now{0};
};

TEST_F(LiveViewActorTest, FactsWakeNobodyAndAreSeenByWhoLooks) {
  GetInStep();
  Settle();  // The actor begins.
  for (int n = 0; n < 30; ++n) TellCall(n);
  EXPECT_FALSE(actors.scheduler.has_job());
  std::size_t seen = 0;
  view.Read([&](const World& world) { seen = world.live_calls().size(); });
  Settle();
  EXPECT_EQ(seen, 30U);
}

TEST_F(LiveViewActorTest, WhoTellsWaitsWhileTooMuchWasNotTakenAndLosesNothing) {
  constexpr int kCalls = 2 * kMaxFactsUnderWay + 1;
  GetInStep();
  std::atomic<bool> told{false};
  std::thread teller([&] {
    for (int n = 0; n < kCalls; ++n) TellCall(n);
    told = true;
  });
  while (!told) Settle();
  teller.join();
  std::size_t seen = 0;
  view.Read([&](const World& world) { seen = world.live_calls().size(); });
  Settle();
  EXPECT_EQ(seen, kCalls);
}

TEST_F(LiveViewActorTest, AWatcherGetsASnapshotThenWhatChanges) {
  GetInStep();
  view.Watch({TopicKind::kCalls}, reader);
  Turn();
  Tell(CallStory("c1", CallDirection::kInbound, At({})).Record());
  Turn();
  Turn();
  ASSERT_EQ(reader->updates.size(), 2U);
  EXPECT_TRUE(reader->updates[0]->snapshot);
  EXPECT_FALSE(reader->updates[1]->snapshot);
  EXPECT_EQ(reader->updates[1]->calls.size(), 1U);
  EXPECT_GT(reader->updates[1]->seq, reader->updates[0]->seq);
}

TEST_F(LiveViewActorTest, NoSnapshotIsToldBeforeTheSourceIsInStep) {
  view.Watch({TopicKind::kCalls}, reader);
  Turn();
  EXPECT_TRUE(reader->updates.empty());
  GetInStep();
  Turn();
  EXPECT_EQ(reader->updates.size(), 1U);
}

TEST_F(LiveViewActorTest, AWatcherThatWasTooSlowGetsANewSnapshot) {
  GetInStep();
  view.Watch({TopicKind::kCalls}, reader);
  Turn();
  reader->full = true;
  Tell(CallStory("c1", CallDirection::kInbound, At({})).Record());
  Turn();
  reader->full = false;
  Turn();
  ASSERT_EQ(reader->updates.size(), 2U);
  EXPECT_TRUE(reader->updates[1]->snapshot);
  EXPECT_EQ(reader->updates[1]->calls.size(), 1U);
}

TEST_F(LiveViewActorTest, AWatcherThatLeftIsToldNothing) {
  GetInStep();
  view.Watch({TopicKind::kCalls}, reader);
  view.Unwatch(reader);
  Turn();
  EXPECT_TRUE(reader->updates.empty());
  EXPECT_EQ(reader.use_count(), 1);
}

TEST_F(LiveViewActorTest, AReadSeesTheFactsToldBefore) {
  GetInStep();
  Tell(CallStory("c1", CallDirection::kInbound, At({})).Record());
  std::size_t seen = 0;
  view.Read([&](const World& world) { seen = world.live_calls().size(); });
  Settle();
  EXPECT_EQ(seen, 1U);
}

}  // namespace
}  // namespace callfleet::supervisor
