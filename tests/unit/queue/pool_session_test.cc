// Our side of the session with a pool.
#include "services/queue/domain/pool_session.h"

#include <gtest/gtest.h>

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

const QueueId kQueue{"q"};

class PoolSessionTest : public ::testing::Test {
 protected:
  PoolStep Apply(const PoolInput& input) { return session.Apply(input, now); }
  void Pass(std::chrono::milliseconds time) {
    now.mono += time;
    now.wall += time;
  }
  void Begin() {
    Apply(LinkUp{});
    Apply(QueueJoins{kQueue, 7, {}});
    Apply(PoolReady{{kQueue}});
  }
  PoolStep Demand(const char* ticket) {
    return Apply(WishOf{kQueue, SendDemand{.demand = TicketId(ticket), .revision = 1}});
  }
  template <class Message>
  static int Count(const PoolStep& step) {
    int count = 0;
    for (const auto& message : step.messages) count += std::holds_alternative<Message>(message);
    return count;
  }
  template <class Event>
  static const Event* Told(const PoolStep& step) {
    for (const auto& out : step.events) {
      if (const auto* event = std::get_if<Event>(&out.event)) return event;
    }
    return nullptr;
  }
  AgentOffer Offer(const char* reservation) {
    return {.reservation = ReservationId(reservation), .agent = AgentId("a")};
  }
  // A grant of two phones, taken.
  void TakeTwo() {
    Demand("t");
    const auto step = Apply(PoolGrant{kQueue, 1, TicketId("t"), 1, {Offer("r1"), Offer("r2")}});
    const auto* granted = Told<Granted>(step);
    ASSERT_NE(granted, nullptr);
    Apply(WishOf{kQueue, TakeGrant{.grant = granted->grant,
                                   .demand = TicketId("t"),
                                   .held = {{.reservation = ReservationId("r1")},
                                            {.reservation = ReservationId("r2")}}}});
  }

  PoolSession session;
  Instant now{MonoTime(1h), WallTime(1h)};
};

TEST_F(PoolSessionTest, AfterAReconnectAllIsSaidAgain) {
  Begin();
  TakeTwo();
  Demand("t2");
  Apply(LinkDown{});
  const auto step = Apply(LinkUp{});
  EXPECT_EQ(Count<SayHello>(step), 1);
  EXPECT_EQ(Count<SayHeld>(step), 2);
  EXPECT_EQ(Count<SayDemand>(step), 1);
  EXPECT_EQ(Count<SayDeclareEnd>(step), 1);
}

TEST_F(PoolSessionTest, AGrantThatCrossedACancelIsReturned) {
  Begin();
  Demand("t");
  Apply(WishOf{kQueue, CancelDemand{TicketId("t")}});
  const auto step = Apply(PoolGrant{kQueue, 1, TicketId("t"), 1, {Offer("r1")}});
  EXPECT_EQ(Count<SayReturned>(step), 1);
  EXPECT_EQ(Told<Granted>(step), nullptr);
}

TEST_F(PoolSessionTest, AllPhonesOfAGrantAreHeldUntilEachHasEnded) {
  Begin();
  TakeTwo();
  EXPECT_EQ(session.held(), 2U);
  Apply(WishOf{kQueue, ReportOffer{ReservationId("r1"), OfferEnd::kAnswered}});
  Apply(WishOf{kQueue, ReportOffer{ReservationId("r2"), OfferEnd::kWithdrawn}});
  EXPECT_EQ(session.held(), 1U);
  Apply(WishOf{kQueue, CompleteWork{ReservationId("r1"), "answered"}});
  EXPECT_EQ(session.held(), 0U);
}

TEST_F(PoolSessionTest, EightSecondsWithoutAnAnswerNothingMayBeActedOn) {
  Begin();
  TakeTwo();
  PoolStep step;
  for (int i = 0; i < 9; ++i) {
    Pass(1s);
    step = Apply(PoolTick{});
    if (Told<ReservationLost>(step) != nullptr) break;
  }
  EXPECT_NE(Told<ReservationLost>(step), nullptr);
}

TEST_F(PoolSessionTest, AnAcknowledgedHeartbeatKeepsTheRightToAct) {
  Begin();
  TakeTwo();
  for (int i = 1; i < 30; ++i) {
    Pass(1s);
    const auto step = Apply(PoolTick{});
    EXPECT_EQ(Told<ReservationLost>(step), nullptr);
    Apply(PoolAck{static_cast<std::uint64_t>(i)});
  }
}

TEST_F(PoolSessionTest, ASeizedAgentIsHeldFromItsAnswerOn) {
  Begin();
  Apply(WishOf{kQueue, SeizeAgent{.seize = "s", .agent = AgentId("a"), .ticket = TicketId("t")}});
  const auto step = Apply(PoolSeized{"s", Offer("r9"), {}});
  EXPECT_NE(Told<SeizeAnswered>(step), nullptr);
  EXPECT_EQ(session.held(), 1U);
}

TEST_F(PoolSessionTest, ASeizureIsAnsweredAlsoWhenTheLinkBreaks) {
  Begin();
  Apply(WishOf{kQueue, SeizeAgent{.seize = "s", .agent = AgentId("a"), .ticket = TicketId("t")}});
  const auto step = Apply(LinkDown{});
  ASSERT_NE(Told<SeizeAnswered>(step), nullptr);
  EXPECT_EQ(Told<SeizeAnswered>(step)->reason, "REGISTRY_UNAVAILABLE");
}

TEST_F(PoolSessionTest, AFencedQueueIsTold) {
  Begin();
  EXPECT_NE(Told<Fenced>(Apply(PoolFenced{{kQueue}})), nullptr);
}

}  // namespace
}  // namespace callfleet::queue
