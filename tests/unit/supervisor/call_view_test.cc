#include "services/supervisor/domain/call_view.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/facts.h"

namespace callfleet::supervisor {
namespace {

using namespace std::chrono_literals;  // NOLINT: literals only.
using test::At;
using test::CallStory;

CallHistory Told(CallStory* story, WallTime at) {
  CallHistory history;
  Absorb(story->Record(), at, &history);
  return history;
}

CallStory Inbound() {
  CallStory story("c1", CallDirection::kInbound, At(0s));
  story.ControlledBy(UnitKind::kQueue, "sales").Leg("cust", LegRole::kCustomer, At(0s));
  return story;
}

TEST(CallViewTest, AWaitingCallerIsSeenWithItsQueueAndWait) {
  auto story = Inbound();
  story.Answered("cust", At(1s));
  const auto view = ViewCall(Told(&story, At(1s)), At(30s));
  EXPECT_EQ(view.state, CallViewState::kWaiting);
  EXPECT_EQ(view.queue, QueueId("sales"));
  EXPECT_EQ(view.wait, 30s);
  EXPECT_EQ(view.duration, 30s);
  EXPECT_EQ(view.talk, 0s);
  EXPECT_FALSE(view.connected.has_value());
}

TEST(CallViewTest, TheWaitEndsWhenAgentAndCallerHearEachOther) {
  auto story = Inbound();
  story.Answered("cust", At(1s)).Leg("ag", LegRole::kAgent, At(10s), "a1").Answered("ag", At(12s));
  story.Bridged("cust", "ag", At(12s));
  const auto view = ViewCall(Told(&story, At(12s)), At(60s));
  EXPECT_EQ(view.state, CallViewState::kConnected);
  EXPECT_EQ(view.agent, AgentId("a1"));
  EXPECT_EQ(view.wait, 12s);
  EXPECT_EQ(view.talk, 48s);
  EXPECT_EQ(view.bridge, BridgeId("c1-bridge-1"));
}

TEST(CallViewTest, HoldIsTakenOutOfTheTalkAndCounted) {
  auto story = Inbound();
  story.Leg("ag", LegRole::kAgent, At(0s), "a1").Answered("cust", At(0s)).Answered("ag", At(0s));
  story.Bridged("cust", "ag", At(0s));
  auto history = Told(&story, At(0s));
  Absorb(story.Held("cust", true).Record(), At(10s), &history);
  EXPECT_EQ(ViewCall(history, At(15s)).state, CallViewState::kHeld);
  EXPECT_EQ(ViewCall(history, At(15s)).hold, 5s);
  Absorb(story.Held("cust", false).Record(), At(20s), &history);
  const auto view = ViewCall(history, At(30s));
  EXPECT_EQ(view.state, CallViewState::kConnected);
  EXPECT_EQ(view.hold, 10s);
  EXPECT_EQ(view.talk, 20s);
  EXPECT_EQ(view.holds, 1U);
}

TEST(CallViewTest, ASecondAgentIsATransfer) {
  auto story = Inbound();
  story.Leg("ag1", LegRole::kAgent, At(0s), "a1").Answered("cust", At(0s)).Answered("ag1", At(0s));
  story.Bridged("cust", "ag1", At(0s)).Unbridged(At(5s)).LegEnded("ag1", At(5s), "normal");
  story.Leg("ag2", LegRole::kAgent, At(6s), "a2").Answered("ag2", At(8s));
  story.Bridged("cust", "ag2", At(8s));
  const auto view = ViewCall(Told(&story, At(8s)), At(10s));
  EXPECT_EQ(view.transfers, 1U);
  EXPECT_EQ(view.agent, AgentId("a2"));
  EXPECT_EQ(view.talk, 7s);
}

TEST(CallViewTest, AnAgentFirstCallMakesNobodyWait) {
  CallStory story("c2", CallDirection::kOutbound, At(0s));
  story.ControlledBy(UnitKind::kCampaign, "camp").Label("Lead-Id", "lead-7");
  story.Leg("ag", LegRole::kAgent, At(0s), "a1").Answered("ag", At(2s));
  story.Leg("cust", LegRole::kCustomer, At(2s))
      .Answered("cust", At(6s))
      .Bridged("ag", "cust", At(6s));
  const auto view = ViewCall(Told(&story, At(6s)), At(8s));
  EXPECT_EQ(view.campaign, CampaignId("camp"));
  EXPECT_EQ(view.lead, "lead-7");
  EXPECT_FALSE(view.queued.has_value());
  EXPECT_EQ(view.wait, 0s);
}

TEST(CallViewTest, ACallThatWePlacedShowsTheNumbersOfItsCustomersLeg) {
  CallFact call{.id = CallId("c3"), .version = 1, .direction = CallDirection::kOutbound};
  call.legs.push_back({.id = LegId("cust"), .remote = "+14155550100", .caller_id = "+14155550000"});
  CallHistory history;
  Absorb(call, At(0s), &history);
  const auto view = ViewCall(history, At(1s));
  EXPECT_EQ(view.caller, "+14155550000");
  EXPECT_EQ(view.called, "+14155550100");
}

TEST(CallViewTest, EachLegShowsItsCodec) {
  CallFact call{.id = CallId("c3"), .version = 1, .direction = CallDirection::kOutbound};
  call.legs.push_back({.id = LegId("cust"), .remote = "+14155550100", .codec = "PCMU"});
  call.legs.push_back({.id = LegId("agent"), .role = LegRole::kAgent, .agent = AgentId("ann")});
  CallHistory history;
  Absorb(call, At(0s), &history);
  const auto view = ViewCall(history, At(1s));
  ASSERT_EQ(view.legs.size(), 2U);
  EXPECT_EQ(view.legs[0].codec, "PCMU");
  EXPECT_EQ(view.legs[1].codec, "");
  EXPECT_EQ(view.legs[1].agent, AgentId("ann"));
}

TEST(CallViewTest, ATalkThatIsOnlyOfferedToAQueueIsStillTheCampaigns) {
  CallFact call{.id = CallId("c3"), .version = 1, .direction = CallDirection::kOutbound};
  call.controller = Unit{UnitKind::kCampaign, "spring"};
  call.offered = Unit{UnitKind::kQueue, "sales"};
  CallHistory history;
  Absorb(call, At(0s), &history);
  EXPECT_EQ(ViewCall(history, At(1s)).queue, QueueId());
  EXPECT_EQ(ViewCall(history, At(1s)).campaign, CampaignId("spring"));
}

TEST(CallViewTest, TheRoutingHistoryTellsWhoWhenAndWhyInOrder) {
  auto story = Inbound();
  story.Leg("ag1", LegRole::kAgent, At(1s), "a1").LegEnded("ag1", At(20s), "ring_timeout");
  auto history = Told(&story, At(20s));
  Absorb(story.Ended(At(25s), "normal").Record(), At(25s), &history);
  const auto steps = ViewCall(history, At(30s)).steps;
  ASSERT_GE(steps.size(), 4U);
  EXPECT_EQ(steps.front().what, "arrived");
  EXPECT_EQ(steps.back().what, "ended");
  EXPECT_TRUE(std::ranges::is_sorted(steps, {}, &RoutingStep::time));
  const auto missed = std::ranges::find(steps, "ring_timeout", &RoutingStep::why);
  ASSERT_NE(missed, steps.end());
  EXPECT_EQ(missed->who, "agent:a1");
}

TEST(CallViewTest, ADoubledOrLateRecordChangesNothing) {
  auto story = Inbound();
  auto history = Told(&story, At(0s));
  const CallFact old = history.fact;
  ASSERT_TRUE(Absorb(story.Answered("cust", At(1s)).Record(), At(1s), &history));
  EXPECT_FALSE(Absorb(old, At(2s), &history));
  EXPECT_FALSE(Absorb(history.fact, At(2s), &history));
  EXPECT_EQ(history.fact.state, EdgeCallState::kWaiting);
}

TEST(CallViewTest, ABridgeIsSeenWithItsParticipantsAndOnlyWhileItLasts) {
  auto story = Inbound();
  story.Leg("ag", LegRole::kAgent, At(0s), "a1").Answered("cust", At(0s)).Answered("ag", At(0s));
  story.Bridged("cust", "ag", At(1s));
  auto history = Told(&story, At(1s));
  const auto bridge = ViewBridge(history, At(4s));
  ASSERT_TRUE(bridge.has_value());
  ASSERT_EQ(bridge->participants.size(), 2U);
  EXPECT_EQ(bridge->participants[1].agent, AgentId("a1"));
  EXPECT_EQ(bridge->duration, 3s);
  Absorb(story.Ended(At(5s)).Record(), At(5s), &history);
  EXPECT_FALSE(ViewBridge(history, At(6s)).has_value());
}

// Ann's phone calls a queue.
CallStory PhoneCalls() {
  CallStory story("c1", CallDirection::kInbound, At(0s));
  story.ControlledBy(UnitKind::kQueue, "sales").Leg("ann", LegRole::kAgent, At(0s), "a1");
  story.IsCaller("ann", true).Answered("ann", At(1s));
  return story;
}

TEST(CallViewTest, AnAgentsPhoneThatCallsWaitsAsACustomerAndTheAgentIsWhoServesIt) {
  auto story = PhoneCalls();
  EXPECT_TRUE(ViewCall(Told(&story, At(1s)), At(2s)).agent.empty());
  story.Leg("ben", LegRole::kAgent, At(5s), "a2").Answered("ben", At(7s));
  const auto view = ViewCall(Told(&story.Bridged("ann", "ben", At(7s)), At(7s)), At(60s));
  EXPECT_EQ(view.agent, AgentId("a2"));
  EXPECT_EQ(view.connected, At(7s));
  EXPECT_EQ(view.wait, 7s);
  EXPECT_EQ(view.talk, 53s);
  EXPECT_EQ(view.transfers, 0U);
  ASSERT_EQ(view.legs.size(), 2U);
  EXPECT_EQ(view.legs[0].role, LegRole::kCustomer);
  EXPECT_EQ(view.legs[0].agent, AgentId("a1"));
  EXPECT_EQ(view.legs[1].role, LegRole::kAgent);
  const auto bridged = std::ranges::find(view.steps, "bridged", &RoutingStep::what);
  ASSERT_NE(bridged, view.steps.end());
  EXPECT_EQ(bridged->who, "customer, agent:a2");
}

TEST(CallViewTest, ABridgeShowsThePhoneThatCallsAsItsCustomer) {
  auto story = PhoneCalls();
  story.Leg("ben", LegRole::kAgent, At(5s), "a2").Answered("ben", At(7s));
  const auto bridge = ViewBridge(Told(&story.Bridged("ann", "ben", At(7s)), At(7s)), At(8s));
  ASSERT_TRUE(bridge.has_value());
  ASSERT_EQ(bridge->participants.size(), 2U);
  EXPECT_EQ(bridge->participants[0].role, LegRole::kCustomer);
  EXPECT_EQ(bridge->participants[1].role, LegRole::kAgent);
}

TEST(CallViewTest, APhoneForWhichSomebodyIsDialledIsTheAgentOfItsCall) {
  auto story = PhoneCalls();
  story.IsCaller("ann", false).Leg("out", LegRole::kCustomer, At(2s)).Answered("out", At(9s));
  const auto view = ViewCall(Told(&story.Bridged("out", "ann", At(9s)), At(9s)), At(10s));
  EXPECT_EQ(view.agent, AgentId("a1"));
  EXPECT_EQ(view.connected, At(9s));
  EXPECT_EQ(view.legs.at(0).role, LegRole::kAgent);
}

TEST(CallViewTest, SkillsOfALabelAreRead) {
  const auto skills = ParseSkills("german:4,sales,x:99,,:3");
  ASSERT_EQ(skills.size(), 3U);
  EXPECT_EQ(skills[0], (SkillLevel{"german", 4}));
  EXPECT_EQ(skills[1], (SkillLevel{"sales", 1}));
  EXPECT_EQ(skills[2], (SkillLevel{"x", 10}));
}

}  // namespace
}  // namespace callfleet::supervisor
