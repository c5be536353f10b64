#include "services/queue/domain/arrivals.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

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

// Every zone shows 10:00 on a Monday.
class OneZone final : public ZoneRules {
 public:
  std::optional<LocalTime> LocalAt(const std::string& zone, WallTime) const override {
    if (zone != "Europe/Berlin") return std::nullopt;
    return LocalTime{.year = 2026, .month = 1, .day = 5, .weekday = 1, .minute = 600};
  }
};

class TestedArrivals : public Arrivals {
 public:
  ArrivalStep OnFact(const CallFact& fact) { return Arrivals::OnFact(fact, plan, zones, {}); }
  NumberPlan plan;
  OneZone zones;
};

TEST(Arrivals, AnArrivedCallIsClaimedOnce) {
  TestedArrivals arrivals;
  EXPECT_TRUE(IsOne<ClaimCall>(arrivals.OnFact(Fact(1))));
  EXPECT_TRUE(arrivals.OnFact(Fact(2)).acts.empty());
}

TEST(Arrivals, ANumberThatLeadsNowhereIsAnswered404) {
  TestedArrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto step = arrivals.OnFact(Fact(2, kRouting));
  ASSERT_TRUE(IsOne<HangUpCall>(step));
  EXPECT_EQ(std::get<HangUpCall>(step.acts.front()).sip_code, 404);
}

TEST(Arrivals, AnEndedCallIsRecordedBeforeItIsAcknowledged) {
  TestedArrivals arrivals;
  arrivals.OnFact(Fact(1));
  arrivals.OnFact(Fact(2, kRouting));
  const auto step = arrivals.OnFact(Ended(3, kRouting));
  EXPECT_TRUE(IsOne<AcknowledgeCall>(step));
  ASSERT_EQ(step.writes.size(), 1U);
  EXPECT_EQ(std::get<CallRefused>(step.writes.front()).sip_code, 404);
}

TEST(Arrivals, ACallerWhoLeavesBeforeTheClaimIsAcknowledged) {
  TestedArrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto step = arrivals.OnFact(Ended(2));
  EXPECT_TRUE(IsOne<AcknowledgeCall>(step));
  EXPECT_EQ(std::get<CallRefused>(step.writes.at(0)).sip_code, 0);
}

TEST(Arrivals, CallsOfOtherUnitsAreLeftAlone) {
  TestedArrivals arrivals;
  EXPECT_TRUE(arrivals.OnFact(Fact(1, kCampaign)).acts.empty());
  EXPECT_TRUE(arrivals.OnFact(Ended(2, kCampaign)).acts.empty());
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST(Arrivals, ASupervisorsLineIsNobodysToClaimOrToAcknowledge) {
  TestedArrivals arrivals;
  auto line = Fact(1);
  line.inbound = false;
  EXPECT_TRUE(arrivals.OnFact(line).acts.empty());
  line.version = 2;
  line.ended = true;
  const auto over = arrivals.OnFact(line);
  EXPECT_TRUE(over.acts.empty());
  EXPECT_TRUE(over.writes.empty());
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST(Arrivals, ACallOfOursFromBeforeARestartIsRefusedWithoutAClaim) {
  TestedArrivals arrivals;
  EXPECT_TRUE(IsOne<HangUpCall>(arrivals.OnFact(Fact(7, kRouting))));
}

// Its watch was opened anew, or whoever owned it has died: who talks there goes on talking.
TEST(Arrivals, ACallThatWasSentOnBeforeARestartIsLeftAlone) {
  for (const bool over : {false, true}) {
    TestedArrivals arrivals;
    auto fact = Fact(7, kRouting);
    fact.customer = LegFact{.leg = LegId("caller"), .answered = WallTime{} + 1s};
    fact.others = {{.leg = LegId("call-1-w"), .answered = WallTime{} + 2s, .over = over}};
    const auto step = arrivals.OnFact(fact);
    EXPECT_EQ(IsOne<HangUpCall>(step), over);
    EXPECT_EQ(step.acts.empty(), !over);
    if (over) continue;
    fact.version = 8;
    fact.others[0].over = true;
    EXPECT_TRUE(IsOne<HangUpCall>(arrivals.OnFact(fact)));
  }
}

TEST(Arrivals, AFailedClaimIsTriedAgainAfterAPause) {
  TestedArrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto failed = arrivals.OnCommandFailed(kCall);
  ASSERT_TRUE(IsOne<Pause>(failed));
  const auto pause = std::get<Pause>(failed.acts.front());
  EXPECT_EQ(pause.delay, 250ms);
  EXPECT_TRUE(IsOne<ClaimCall>(arrivals.OnRetryDue(kCall, pause.generation)));
}

TEST(Arrivals, APauseThatIsOvertakenByANewStateIsIgnored) {
  TestedArrivals arrivals;
  arrivals.OnFact(Fact(1));
  const auto pause = std::get<Pause>(arrivals.OnCommandFailed(kCall).acts.front());
  arrivals.OnFact(Fact(2, kRouting));
  EXPECT_TRUE(arrivals.OnRetryDue(kCall, pause.generation).acts.empty());
}

TEST(Arrivals, ARepeatedAcknowledgeRecordsNothingTwice) {
  TestedArrivals arrivals;
  arrivals.OnFact(Ended(1));
  const auto pause = std::get<Pause>(arrivals.OnCommandFailed(kCall).acts.front());
  const auto again = arrivals.OnRetryDue(kCall, pause.generation);
  EXPECT_TRUE(IsOne<AcknowledgeCall>(again));
  EXPECT_TRUE(again.writes.empty());
}

TEST(Arrivals, OldVersionsChangeNothing) {
  TestedArrivals arrivals;
  arrivals.OnFact(Fact(2, kRouting));
  EXPECT_TRUE(arrivals.OnFact(Fact(1)).acts.empty());
  EXPECT_EQ(arrivals.unlisted_events(), 0U);
}

TEST(Arrivals, AForgottenCallIsNoMore) {
  TestedArrivals arrivals;
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
  std::set<std::pair<Machine::State, Machine::Event>> pairs;
  for (const auto& row : kArrivalRows) pairs.insert({row.from, row.on});
  EXPECT_EQ(listed, pairs.size());
  TestedArrivals arrivals;
  arrivals.OnFact(Fact(1, kRouting));
  arrivals.OnFact(Fact(2));  // Ours once, nobody's now: the edge never does that.
  EXPECT_EQ(arrivals.unlisted_events(), 1U);
}

// --- Numbers that lead somewhere.

// Time is up for the queue that was to claim it.
ArrivalStep NobodyClaims(TestedArrivals* arrivals, const ArrivalStep& passed) {
  return arrivals->OnRetryDue(kCall, std::get<Pause>(passed.acts.back()).generation);
}

TestedArrivals Leading(Destination to) {
  TestedArrivals arrivals;
  arrivals.plan.Set({.number = "100",
                     .destination = std::move(to),
                     .priority = 3,
                     .customer_type = "gold",
                     .skills = {{.name = "german", .min_level = 2}}});
  const auto step = arrivals.OnFact(Fact(1));
  if (std::holds_alternative<PassCall>(step.acts.front())) NobodyClaims(&arrivals, step);
  return arrivals;
}

TEST(Arrivals, ACallOfAQueueIsPassedToItToClaimWithWhatTheRouteSays) {
  TestedArrivals arrivals;
  arrivals.plan.Set({.number = "100",
                     .destination = ToQueue{QueueId("sales")},
                     .priority = 3,
                     .customer_type = "gold",
                     .skills = {{.name = "german", .min_level = 2}}});
  const auto step = arrivals.OnFact(Fact(1));
  ASSERT_EQ(step.acts.size(), 2U);
  const auto& act = std::get<PassCall>(step.acts.front());
  EXPECT_EQ(act.call.call, kCall);
  EXPECT_EQ(act.to, QueueId("sales"));
  EXPECT_EQ(act.with.priority, 3);
  EXPECT_EQ(act.with.customer_type, "gold");
  EXPECT_EQ(act.with.skills.size(), 1U);
  EXPECT_TRUE(arrivals.OnFact(Fact(2, UnitToken{{UnitKind::kQueue, "sales"}, 1})).acts.empty());
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST(Arrivals, ACallThatItsQueueDoesNotClaimIsClaimedAndHandedOver) {
  TestedArrivals arrivals;
  arrivals.plan.Set({.number = "100", .destination = ToQueue{QueueId("sales")}});
  const auto passed = arrivals.OnFact(Fact(1));
  EXPECT_TRUE(arrivals.OnFact(Fact(2)).acts.empty());
  EXPECT_TRUE(IsOne<ClaimCall>(NobodyClaims(&arrivals, passed)));
  EXPECT_TRUE(IsOne<HandOver>(arrivals.OnFact(Fact(3, kRouting))));
}

TEST(Arrivals, ACallerWhoLeavesBeforeItsQueueClaimsIsTold) {
  TestedArrivals arrivals;
  arrivals.plan.Set({.number = "100", .destination = ToQueue{QueueId("sales")}});
  arrivals.OnFact(Fact(1));
  auto over = Fact(2);
  over.ended = true;
  const auto step = arrivals.OnFact(over);
  ASSERT_EQ(step.writes.size(), 1U);
  EXPECT_EQ(std::get<CallRefused>(step.writes.front()).reason, "caller_left");
  EXPECT_TRUE(IsOne<AcknowledgeCall>(step));
}

TEST(Arrivals, ANumberOfAQueueIsHandedToItWithWhatTheRouteSays) {
  auto arrivals = Leading(ToQueue{QueueId("sales")});
  const auto step = arrivals.OnFact(Fact(2, kRouting));
  ASSERT_TRUE(IsOne<HandOver>(step));
  const auto& act = std::get<HandOver>(step.acts.front());
  EXPECT_EQ(act.to, QueueId("sales"));
  EXPECT_EQ(act.with.priority, 3);
  EXPECT_EQ(act.with.customer_type, "gold");
  EXPECT_EQ(act.with.skills.size(), 1U);
}

TEST(Arrivals, ANumberOfAnAgentIsPassedToTheDirectQueueWithItsAlternative) {
  TestedArrivals arrivals;
  arrivals.plan.Set({.number = "100",
                     .destination = ToAgent{AgentId("zoe")},
                     .otherwise = ToQueue{QueueId("sales")}});
  const auto step = arrivals.OnFact(Fact(1));
  const auto& act = std::get<PassCall>(step.acts.front());
  EXPECT_EQ(act.to, DirectQueue());
  EXPECT_EQ(act.with.agent, AgentId("zoe"));
  EXPECT_EQ(act.with.otherwise, Destination(ToQueue{QueueId("sales")}));
}

// What a route "+1" to the outside does with a call.
ArrivalStep CallOutside(const std::string& number, const std::string& agent) {
  TestedArrivals arrivals;
  arrivals.plan.Set({.number = "+1",
                     .match = RouteMatch::kPrefix,
                     .destination = ToNumber{.trunk = TrunkId("carrier"), .number = ""}});
  auto fact = Fact(1, kRouting);
  fact.called = number;
  fact.from_agent = AgentId(agent);
  fact.customer = LegFact{.leg = LegId("caller")};
  return arrivals.OnFact(fact);
}

TEST(Arrivals, AnAgentsPhoneCallsTheNumberThatItDialled) {
  const auto step = CallOutside("+14155550100", "zoe");
  ASSERT_EQ(step.acts.size(), 2U);
  const auto& dial = std::get<DialOut>(step.acts.back());
  EXPECT_EQ(std::get<ToNumber>(dial.to).number, "+14155550100");
  EXPECT_EQ(dial.bridge_with, LegId("caller"));
}

TEST(Arrivals, NobodyElseIsPutThroughToTheOutside) {
  const auto stranger = CallOutside("+14155550100", "");
  ASSERT_TRUE(IsOne<HangUpCall>(stranger));
  EXPECT_EQ(std::get<HangUpCall>(stranger.acts.front()).sip_code, 403);
  const auto odd = CallOutside("+1x", "zoe");
  ASSERT_TRUE(IsOne<HangUpCall>(odd));
  EXPECT_EQ(std::get<HangUpCall>(odd.acts.front()).sip_code, 484);
}

TEST(Arrivals, ACodeThatThereIsNotIsToldAsSuch) {
  for (const auto& [dialled, sip_code] : {std::pair("*77", 404), std::pair("*04*", 484)}) {
    TestedArrivals arrivals;
    auto fact = Fact(1, kRouting);
    fact.called = dialled;
    fact.from_agent = AgentId("zoe");
    fact.customer = LegFact{.leg = LegId("phone")};
    ASSERT_TRUE(IsOne<HangUpCall>(arrivals.OnFact(fact)));
    fact.version = 2;
    fact.ended = true;
    const auto over = arrivals.OnFact(fact);
    ASSERT_EQ(over.writes.size(), 1U) << dialled;
    const auto& told = std::get<CallRefused>(over.writes.front());
    EXPECT_EQ(told.reason, "unknown_code");
    EXPECT_EQ(told.sip_code, sip_code);
  }
}

TEST(Arrivals, ACallThatNoQueueTakesComesBackAndIsAnswered480) {
  auto arrivals = Leading(ToQueue{QueueId("sales")});
  arrivals.OnFact(Fact(2, kRouting));
  auto offered = Fact(3, kRouting);
  offered.offered = Unit{UnitKind::kQueue, "sales"};
  EXPECT_TRUE(arrivals.OnFact(offered).acts.empty());
  const auto step = arrivals.OnFact(Fact(4, kRouting));
  ASSERT_TRUE(IsOne<HangUpCall>(step));
  EXPECT_EQ(std::get<HangUpCall>(step.acts.front()).sip_code, 480);
}

TEST(Arrivals, ACallThatAQueueHasTakenIsNoLongerRoutings) {
  auto arrivals = Leading(ToQueue{QueueId("sales")});
  arrivals.OnFact(Fact(2, kRouting));
  arrivals.OnFact(Fact(3, UnitToken{{UnitKind::kQueue, "sales"}, 1}));
  EXPECT_EQ(arrivals.size(), 0U);
}

TEST(Arrivals, ARejectionSaysItsCodeAndTheCauseThatFits) {
  auto arrivals = Leading(ToRejection{.sip_code = 486});
  const auto step = arrivals.OnFact(Fact(2, kRouting));
  ASSERT_TRUE(IsOne<HangUpCall>(step));
  EXPECT_EQ(std::get<HangUpCall>(step.acts.front()).sip_code, 486);
  EXPECT_EQ(std::get<HangUpCall>(step.acts.front()).q850, 17);
}

TEST(Arrivals, AnAnnouncementIsHeardAndThenTheCallEnds) {
  auto arrivals = Leading(ToAnnouncement{.prompt = "closed", .duration = 3s});
  const auto step = arrivals.OnFact(Fact(2, kRouting));
  ASSERT_EQ(step.acts.size(), 2U);
  EXPECT_EQ(std::get<AnswerCall>(step.acts[0]).sound.prompts.front(), "closed");
  const auto& pause = std::get<Pause>(step.acts[1]);
  EXPECT_EQ(pause.delay, 3s);
  EXPECT_TRUE(IsOne<HangUpCall>(arrivals.OnAnnouncementOver(kCall, pause.generation)));
}

TEST(Arrivals, ANumberElsewhereIsDialledAndTheCallEndsWithThatLeg) {
  auto arrivals = Leading(ToNumber{.trunk = TrunkId("t"), .number = "+4930123"});
  const auto step = arrivals.OnFact(Fact(2, kRouting));
  ASSERT_EQ(step.acts.size(), 2U);
  const auto& dial = std::get<DialOut>(step.acts[1]);
  auto failed = Fact(3, kRouting);
  failed.others.push_back({.leg = dial.leg, .over = true});
  EXPECT_TRUE(IsOne<HangUpCall>(arrivals.OnFact(failed)));
}

}  // namespace
}  // namespace callfleet::queue
