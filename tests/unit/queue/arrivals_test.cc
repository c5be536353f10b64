#include "services/queue/domain/arrivals.h"

#include <gtest/gtest.h>

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

const CallId kCall{"call-1"};
const UnitToken kRouting{{UnitKind::kRouting, ""}, 1};
const UnitToken kCampaign{{UnitKind::kCampaign, "c"}, 1};

CallFact Fact(std::uint64_t version, std::optional<UnitToken> controller = {}) {
  CallFact fact;
  fact.call = kCall;
  fact.version = version;
  fact.controller = std::move(controller);
  fact.called = "100";
  return fact;
}
CallFact Ended(std::uint64_t version, std::optional<UnitToken> controller = {}) {
  auto fact = Fact(version, std::move(controller));
  fact.ended = true;
  return fact;
}
template <class T>
bool IsOne(const ArrivalStep& step) {
  return step.acts.size() == 1 && std::holds_alternative<T>(step.acts.front());
}

TEST(Arrivals, AnArrivedCallIsClaimedOnce) {
  Arrivals arrivals;
  EXPECT_TRUE(IsOne<Claim>(arrivals.OnFact(Fact(1))));
  EXPECT_TRUE(arrivals.OnFact(Fact(2)).acts.empty());
}

TEST(Arrivals, ANumberThatLeadsNowhereIsAnswered404) {
  Arrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto step = arrivals.OnFact(Fact(2, kRouting));
  ASSERT_TRUE(IsOne<Refuse>(step));
  EXPECT_EQ(std::get<Refuse>(step.acts.front()).sip_code, 404);
}

TEST(Arrivals, AnEndedCallIsRecordedBeforeItIsAcknowledged) {
  Arrivals arrivals;
  arrivals.OnFact(Fact(1));
  arrivals.OnFact(Fact(2, kRouting));
  const auto step = arrivals.OnFact(Ended(3, kRouting));
  EXPECT_TRUE(IsOne<Acknowledge>(step));
  ASSERT_EQ(step.writes.size(), 1U);
  EXPECT_EQ(std::get<CallRefused>(step.writes.front()).sip_code, 404);
}

TEST(Arrivals, ACallerWhoLeavesBeforeTheClaimIsAcknowledged) {
  Arrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto step = arrivals.OnFact(Ended(2));
  EXPECT_TRUE(IsOne<Acknowledge>(step));
  EXPECT_EQ(std::get<CallRefused>(step.writes.at(0)).sip_code, 0);
}

TEST(Arrivals, CallsOfOtherUnitsAreLeftAlone) {
  Arrivals arrivals;
  EXPECT_TRUE(arrivals.OnFact(Fact(1, kCampaign)).acts.empty());
  EXPECT_TRUE(arrivals.OnFact(Ended(2, kCampaign)).acts.empty());
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST(Arrivals, ACallOfOursFromBeforeARestartIsRefusedWithoutAClaim) {
  Arrivals arrivals;
  EXPECT_TRUE(IsOne<Refuse>(arrivals.OnFact(Fact(7, kRouting))));
}

TEST(Arrivals, AFailedClaimIsTriedAgainAfterAPause) {
  Arrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto failed = arrivals.OnCommandFailed(kCall);
  ASSERT_TRUE(IsOne<Pause>(failed));
  const auto pause = std::get<Pause>(failed.acts.front());
  EXPECT_EQ(pause.delay, 250ms);
  EXPECT_TRUE(IsOne<Claim>(arrivals.OnRetryDue(kCall, pause.generation)));
}

TEST(Arrivals, APauseThatIsOvertakenByANewStateIsIgnored) {
  Arrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto pause = std::get<Pause>(arrivals.OnCommandFailed(kCall).acts.front());
  arrivals.OnFact(Fact(2, kRouting));
  EXPECT_TRUE(arrivals.OnRetryDue(kCall, pause.generation).acts.empty());
}

TEST(Arrivals, ARepeatedAcknowledgeRecordsNothingTwice) {
  Arrivals arrivals;
  arrivals.OnFact(Ended(1));
  const auto pause = std::get<Pause>(arrivals.OnCommandFailed(kCall).acts.front());
  const auto again = arrivals.OnRetryDue(kCall, pause.generation);
  EXPECT_TRUE(IsOne<Acknowledge>(again));
  EXPECT_TRUE(again.writes.empty());
}

TEST(Arrivals, OldVersionsChangeNothing) {
  Arrivals arrivals;
  arrivals.OnFact(Fact(2, kRouting));
  EXPECT_TRUE(arrivals.OnFact(Fact(1)).acts.empty());
  EXPECT_EQ(arrivals.unlisted_events(), 0U);
}

TEST(Arrivals, AForgottenCallIsNoMore) {
  Arrivals arrivals;
  arrivals.OnFact(Ended(1));
  arrivals.OnForgotten(kCall);
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST(ArrivalMachine, EveryUnlistedPairIsRefusedAndCounted) {
  using Machine = ArrivalMachine;
  std::size_t listed = 0;
  for (auto state : Machine::kStates) {
    for (auto event : Machine::kEvents) {
      const auto* row =
          fsm::Find<Machine>(kArrivalRows, state, event, [](Machine::Guard) { return true; });
      listed += row != nullptr ? 1 : 0;
      if (Machine::IsTerminal(state)) {
        EXPECT_EQ(row, nullptr);
      }
    }
  }
  EXPECT_EQ(listed, kArrivalRows.size());
  Arrivals arrivals;
  arrivals.OnFact(Fact(1, kRouting));
  arrivals.OnFact(Fact(2));  // Ours once, nobody's now: the edge never does that.
  EXPECT_EQ(arrivals.unlisted_events(), 1U);
}

}  // namespace
}  // namespace callfleet::queue
