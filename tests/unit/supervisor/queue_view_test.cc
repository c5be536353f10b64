#include "services/supervisor/domain/queue_view.h"

#include <gtest/gtest.h>

#include "services/supervisor/domain/view_update.h"
#include "tests/unit/supervisor/facts.h"

namespace callfleet::supervisor {
namespace {

using namespace std::chrono_literals;  // NOLINT: literals only.
using test::At;

const Source kQueueSource{SourceKind::kQueues, "queue:1"};
const Topic kSalesCalls{TopicKind::kQueueCalls, "sales"};

class QueueWorldTest : public ::testing::Test {
 protected:
  QueueWorldTest() {
    Tell(SnapshotBegin{});
    Tell(QueueFact{.id = QueueId("sales"), .name = "Sales"});
    Tell(SnapshotEnd{});
  }
  void Tell(Fact fact) { world.Apply({kQueueSource, At(0s), std::move(fact)}); }
  static TicketFact Ticket(const std::string& id, std::chrono::seconds since, int priority = 0) {
    return {.id = TicketId(id),
            .queue = QueueId("sales"),
            .call = CallId("call-" + id),
            .state = "waiting",
            .priority = priority,
            .since = At(since)};
  }
  std::vector<std::string> Order() const {
    std::vector<std::string> ids;
    const auto places = PlacesIn(world, QueueId("sales"));
    for (const TicketFact* ticket : *places) ids.push_back(ticket->id.str());
    return ids;
  }
  World world{{}, {kQueueSource}, test::kStart};
};

using Ids = std::vector<std::string>;

TEST_F(QueueWorldTest, CallersStandByWaitLessTheBonusOfTheirPriorityThenById) {
  Tell(Ticket("b", 10s));
  Tell(Ticket("a", 10s));
  Tell(Ticket("first", 0s));
  Tell(Ticket("vip", 65s, 1));
  Tell(Ticket("low", 0s, -1));
  EXPECT_EQ(Order(), (Ids{"first", "vip", "a", "b", "low"}));
}

TEST_F(QueueWorldTest, ANewBonusOfTheQueueChangesTheOrderAndIsTold) {
  Tell(Ticket("first", 0s));
  Tell(Ticket("vip", 65s, 1));
  world.TakeChanges();
  Tell(QueueFact{.id = QueueId("sales"), .name = "Sales", .priority_bonus = 90s});
  EXPECT_EQ(Order(), (Ids{"vip", "first"}));
  EXPECT_FALSE(Delta(world, kSalesCalls, world.TakeChanges(), At(70s)).empty());
}

TEST_F(QueueWorldTest, WhoTalksHasNoPlaceAndWhoIsOverIsForgotten) {
  auto talks = Ticket("talks", 0s);
  Tell(talks);
  Tell(Ticket("gone", 1s));
  Tell(Ticket("stays", 2s));
  talks.waits = false;
  Tell(talks);
  auto gone = Ticket("gone", 1s);
  gone.over = true;
  Tell(gone);
  EXPECT_EQ(Order(), (Ids{"stays"}));
  EXPECT_NE(world.TicketOf(CallId("call-talks")), nullptr);
  EXPECT_EQ(world.TicketOf(CallId("call-gone")), nullptr);
  EXPECT_EQ(world.TicketOf(CallId("")), nullptr);
}

TEST_F(QueueWorldTest, ASnapshotReplacesWhoWaits) {
  Tell(Ticket("old", 0s));
  Tell(SnapshotBegin{});
  Tell(QueueFact{.id = QueueId("sales"), .name = "Sales"});
  Tell(Ticket("new", 1s));
  Tell(SnapshotEnd{});
  EXPECT_EQ(Order(), (Ids{"new"}));
}

TEST_F(QueueWorldTest, APlaceTellsPositionWaitAndWhatTheQueueKnows) {
  auto ticket = Ticket("t", 5s, 3);
  ticket.customer_type = "gold";
  ticket.caller = "+14155550001";
  const auto place = ViewPlace(world, ticket, 4, At(65s));
  EXPECT_EQ(place.position, 4U);
  EXPECT_EQ(place.call.wait, 60s);
  EXPECT_EQ(place.call.id, CallId("call-t"));
  EXPECT_EQ(place.call.queue, QueueId("sales"));
  EXPECT_EQ(place.call.priority, 3);
  EXPECT_EQ(place.call.customer_type, "gold");
  EXPECT_EQ(place.call.caller, "+14155550001");
  EXPECT_EQ(place.call.state, CallViewState::kWaiting);
  EXPECT_EQ(ViewPlace(world, ticket, 1, At(0s)).call.wait, 0s);  // Clocks may differ.
}

TEST_F(QueueWorldTest, AWatchTellsAllWhoWaitWheneverOneChangesAndTheEmptyQueueToo) {
  Tell(Ticket("a", 0s));
  world.TakeChanges();
  EXPECT_TRUE(Delta(world, kSalesCalls, world.TakeChanges(), At(1s)).empty());
  Tell(Ticket("b", 1s));
  auto update = Delta(world, kSalesCalls, world.TakeChanges(), At(1s));
  ASSERT_TRUE(update.queue_calls);
  EXPECT_TRUE(update.snapshot);
  EXPECT_EQ(update.queue_calls->size(), 2U);
  for (auto ticket : {Ticket("a", 0s), Ticket("b", 1s)}) {
    ticket.over = true;
    Tell(ticket);
  }
  update = Delta(world, kSalesCalls, world.TakeChanges(), At(2s));
  EXPECT_FALSE(update.empty());
  EXPECT_TRUE(update.queue_calls->empty());
}

TEST_F(QueueWorldTest, AWatchEndsWithItsQueue) {
  Tell(QueueGone{QueueId("sales")});
  const auto update = Delta(world, kSalesCalls, world.TakeChanges(), At(1s));
  ASSERT_TRUE(update.end);
  EXPECT_EQ(update.end->reason, "QUEUE_NOT_FOUND");
  EXPECT_FALSE(PlacesIn(world, QueueId("nope")));
}

TEST_F(QueueWorldTest, AWatchTellsTheFirstThousand) {
  for (int i = 0; i < 1'100; ++i) Tell(Ticket(std::to_string(i), std::chrono::seconds(i)));
  const auto update = Snapshot(world, kSalesCalls, At(2'000s));
  ASSERT_EQ(update.queue_calls->size(), kMostWatchedPlaces);
  EXPECT_EQ(update.queue_calls->back().position, 1'000U);
}

TEST(QueueFiguresTest, RatiosAreAbsentWhereTheyHaveNoDenominator) {
  QueueFigures figures;
  EXPECT_FALSE(AverageWait(figures));
  EXPECT_FALSE(DefaultServiceLevel(figures));
  EXPECT_FALSE(ExpectedWait(figures));
  figures.offered = 13;
  figures.abandoned = 2;
  figures.threshold = 20;
  figures.abandoned_in_threshold = 2;
  figures.answered_in_threshold = 6;
  figures.answered = 8;
  figures.answered_wait = 40;
  figures.expected_wait_low = 60;
  figures.expected_wait_high = 120;
  figures.agents_ready = 3;
  figures.agents_available = 4;  // Told a moment apart.
  EXPECT_EQ(DefaultServiceLevel(figures), 0.75);
  const auto levels = ServiceLevels(figures);  // Three wait: they are not judged yet.
  EXPECT_EQ(levels[0].value, 0.75);
  EXPECT_EQ(levels[1].value, 0.8);
  EXPECT_EQ(levels[2].value, 0.6);
  EXPECT_EQ(levels[0].words, "answered in 20 s / answered");
  EXPECT_EQ(AverageWait(figures), 5.0);
  EXPECT_EQ(ExpectedWait(figures), 90.0);
  EXPECT_EQ(AgentsBusy(figures), 0U);
}

}  // namespace
}  // namespace callfleet::supervisor
