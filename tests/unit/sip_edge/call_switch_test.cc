#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SwitchTest : public ::testing::Test {
 protected:
  CommandContext Context(Token token = 1) {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kCampaign, "c"}, token}};
  }
  OriginateCommand Place(const char* call, const char* leg, const char* bridge_with = "") {
    OriginateCommand command{.context = Context(), .call = CallId(call), .leg = LegId(leg)};
    command.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    command.follows.bridge_with = LegId(bridge_with);
    return command;
  }
  // Runs the acts asked for so far and remembers their names; the leg of the last PlaceLeg.
  LegHandle Acts() {
    LegHandle placed = 0;
    for (const auto& act : calls.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed = place->leg;
      if (const auto* timer = std::get_if<act::StartTimer>(&act)) timers.push_back(timer->key);
      if (std::get_if<act::ByeLeg>(&act)) ++byes;
      if (std::get_if<act::CancelLeg>(&act)) ++cancels;
      const auto* row = std::get_if<act::SetRow>(&act);
      if (row != nullptr && !row->sources.empty()) ++listens;
      if (const auto* close = std::get_if<act::CloseLeg>(&act)) calls.SetQuality(close->leg, {});
    }
    return placed;
  }
  LegHandle PlaceAndAnswer(const char* call, const char* leg, const char* with = "") {
    EXPECT_TRUE(calls.Originate(Place(call, leg, with), now));
    const LegHandle handle = Acts();
    calls.Placed(handle, "sip", now);
    calls.Answered(handle, now);
    return handle;
  }
  void FireLast(SwitchTimer timer) {
    for (auto it = timers.rbegin(); it != timers.rend(); ++it) {
      if (it->timer == timer) return calls.OnTimer(*it, now);
    }
    FAIL() << "no such timer";
  }
  std::shared_ptr<const CallRecord> Record(const char* call) { return *calls.Get(CallId(call)); }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.boot = BootId("boot")}, trunks, locations, ids};
  std::vector<SwitchTimerKey> timers;
  int byes = 0;
  int cancels = 0;
  int listens = 0;
  int request_ = 0;
};

TEST_F(SwitchTest, RepeatedRequestIsAnsweredAndDoneOnce) {
  const auto command = Place("call", "leg");
  ASSERT_TRUE(calls.Originate(command, now));
  EXPECT_NE(Acts(), 0u);
  ASSERT_TRUE(calls.Originate(command, now));
  EXPECT_EQ(Acts(), 0u);
}

TEST_F(SwitchTest, LegIsBridgedAtItsAnswerWithTheLegItNamed) {
  PlaceAndAnswer("call", "a");
  PlaceAndAnswer("call", "b", "a");
  EXPECT_EQ(Record("call")->state, CallState::kBridged);
  Acts();
  EXPECT_EQ(listens, 2);  // The agent hears the customer from dial, the customer at the 200.
}

TEST_F(SwitchTest, BothAnsweredInEitherOrderAreBridged) {
  ASSERT_TRUE(calls.Originate(Place("call", "a"), now));
  const LegHandle a = Acts();
  PlaceAndAnswer("call", "b", "a");
  EXPECT_EQ(Record("call")->state, CallState::kWaiting);
  calls.Answered(a, now);
  EXPECT_EQ(Record("call")->state, CallState::kBridged);
}

TEST_F(SwitchTest, WhoeverHangsUpTakesThePeerAlong) {
  const LegHandle a = PlaceAndAnswer("call", "a");
  const LegHandle b = PlaceAndAnswer("call", "b", "a");
  calls.RemoteEnd(a, {.q850 = 16}, EdgeReason::kNone, now);
  Acts();
  EXPECT_EQ(byes, 1);
  EXPECT_TRUE(calls.DialogOver(b, now));
  EXPECT_EQ(Record("call")->state, CallState::kEnded);
  EXPECT_EQ(Record("call")->legs[1].end.by, EndedBy::kPeerLeg);
}

// Else its agent would be offered the next call while the phone is still in this one.
TEST_F(SwitchTest, LegThatWeHangUpEndsWhenItsByeIsAnswered) {
  const LegHandle a = PlaceAndAnswer("call", "a");
  PlaceAndAnswer("call", "b", "a");
  calls.RemoteEnd(a, {.q850 = 16}, EdgeReason::kNone, now);
  Acts();
  EXPECT_EQ(Record("call")->legs[1].phase, LegPhase::kClosing);
  EXPECT_NE(Record("call")->state, CallState::kEnded);
}

TEST_F(SwitchTest, LegWhosePhoneDoesNotAnswerTheByeEndsAtTheLimit) {
  const LegHandle a = PlaceAndAnswer("call", "a");
  PlaceAndAnswer("call", "b", "a");
  calls.RemoteEnd(a, {.q850 = 16}, EdgeReason::kNone, now);
  Acts();
  for (const auto& timer : timers) {
    if (timer.timer == SwitchTimer::kClosing) calls.OnTimer(timer, now);
  }
  EXPECT_EQ(Record("call")->state, CallState::kEnded);
}

TEST_F(SwitchTest, PeerIsKeptWhereThatWasAsked) {
  const LegHandle a = PlaceAndAnswer("call", "a");
  auto command = Place("call", "b", "a");
  command.follows.on_peer_end = OnPeerEnd::kKeepWithMusic;
  ASSERT_TRUE(calls.Originate(command, now));
  calls.Answered(Acts(), now);
  calls.RemoteEnd(a, {}, EdgeReason::kNone, now);
  EXPECT_EQ(Record("call")->state, CallState::kWaiting);
}

TEST_F(SwitchTest, OfPhonesRungForOneLegTheFirstThatAnswersHasIt) {
  PlaceAndAnswer("call", "caller");
  ASSERT_TRUE(calls.Originate(Place("call", "slow", "caller"), now));
  const LegHandle slow = Acts();
  calls.Placed(slow, "sip", now);
  calls.Progress(slow, now);
  PlaceAndAnswer("call", "fast", "caller");
  Acts();
  EXPECT_EQ(cancels, 1);
  calls.Answered(slow, now);  // Its 200 has crossed our CANCEL.
  Acts();
  EXPECT_EQ(byes, 1);
  const auto record = Record("call");
  EXPECT_EQ(record->state, CallState::kBridged);
  ASSERT_EQ(record->bridges.size(), 1u);
  EXPECT_EQ(record->bridges[0].legs[0], LegId("fast"));
}

TEST_F(SwitchTest, LegInSetUpEndsWithTheLegItWasToBeBridgedWith) {
  const LegHandle a = PlaceAndAnswer("call", "a");
  ASSERT_TRUE(calls.Originate(Place("call", "b", "a"), now));
  const LegHandle b = Acts();
  calls.Placed(b, "sip", now);
  calls.RemoteEnd(a, {}, EdgeReason::kNone, now);
  Acts();
  EXPECT_EQ(cancels, 1);
  calls.Rejected(b, {.sip_code = 487}, EdgeReason::kNone, true, now);
  EXPECT_EQ(Record("call")->legs[1].end.edge_reason, EdgeReason::kPeerEnded);
}

TEST_F(SwitchTest, LateAnswerAfterCancelIsMarkedAndEnded) {
  ASSERT_TRUE(calls.Originate(Place("call", "a"), now));
  const LegHandle a = Acts();
  calls.Progress(a, now);
  ASSERT_TRUE(calls.HangUp({.context = Context(), .call = CallId("call")}, now));
  calls.Answered(a, now);
  Acts();
  EXPECT_EQ(byes, 1);
  EXPECT_TRUE(calls.DialogOver(a, now));
  EXPECT_EQ(Record("call")->end.edge_reason, EdgeReason::kAnsweredAfterCancel);
  EXPECT_TRUE(Record("call")->legs[0].answered);
}

TEST_F(SwitchTest, OldTimersAreIgnored) {
  ASSERT_TRUE(calls.Originate(Place("call", "a"), now));
  const LegHandle a = Acts();
  const auto setup = timers.back();
  calls.Progress(a, now);
  calls.OnTimer(setup, now);
  EXPECT_EQ(Record("call")->legs[0].phase, LegPhase::kRinging);
}

TEST_F(SwitchTest, RingTimeoutCancelsAndTellsWhy) {
  ASSERT_TRUE(calls.Originate(Place("call", "a"), now));
  const LegHandle a = Acts();
  calls.Progress(a, now);
  Acts();
  FireLast(SwitchTimer::kRing);
  calls.Rejected(a, {.sip_code = 487}, EdgeReason::kNone, true, now);
  EXPECT_EQ(Record("call")->end.edge_reason, EdgeReason::kRingTimeout);
}

TEST_F(SwitchTest, BridgeWithAnEndedLegIsTooLate) {
  PlaceAndAnswer("call", "a");
  const LegHandle b = PlaceAndAnswer("call", "b");
  calls.RemoteEnd(b, {}, EdgeReason::kNone, now);
  const auto late = calls.Bridge(
      {.context = Context(), .call = CallId("call"), .leg = LegId("a"), .with = LegId("b")}, now);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, "TOO_LATE");
}

TEST_F(SwitchTest, OnlyTheControllerIsObeyedAndOldTokensAreFenced) {
  PlaceAndAnswer("call", "a");
  HangUpCommand other{.context = Context(), .call = CallId("call")};
  other.context.unit.unit.id = "another";
  EXPECT_EQ(calls.HangUp(other, now).error().reason, "NOT_CONTROLLER");
  HangUpCommand newer{.context = Context(5), .call = CallId("call"), .leg = LegId("none")};
  EXPECT_EQ(calls.HangUp(newer, now).error().reason, "LEG_NOT_FOUND");
  HangUpCommand older{.context = Context(4), .call = CallId("call")};
  EXPECT_EQ(calls.HangUp(older, now).error().reason, "FENCED");
}

// Its answer was lost, and the caller asks again two seconds later: nobody is rung for a call that
// is over.
TEST_F(SwitchTest, ARequestRepeatedAfterTheAcknowledgementPlacesNothing) {
  const auto command = Place("call", "a");
  ASSERT_TRUE(calls.Originate(command, now));
  const LegHandle a = Acts();
  calls.Answered(a, now);
  calls.RemoteEnd(a, {}, EdgeReason::kNone, now);
  Acts();
  ASSERT_TRUE(calls.Acknowledge({.context = Context(), .calls = {CallId("call")}}, now));
  Acts();
  EXPECT_EQ(calls.Originate(command, now).error().reason, "TOO_LATE");
  EXPECT_EQ(Acts(), 0u);
  EXPECT_FALSE(calls.Get(CallId("call")));
  EXPECT_TRUE(calls.Originate(Place("call", "b"), now)) << "the next leg is another request";
}

// Its owner gave the line up while the way was cut; the first to arrive again is the hang-up.
TEST_F(SwitchTest, AHangUpThatOvertakesItsLegKeepsItFromBeingPlaced) {
  const auto late_call = Place("call", "a");
  HangUpCommand call{.context = Context(), .call = CallId("call")};
  EXPECT_EQ(calls.HangUp(call, now).error().reason, "CALL_NOT_FOUND");
  EXPECT_EQ(calls.Originate(late_call, now).error().reason, "TOO_LATE");
  ASSERT_TRUE(calls.Originate(Place("other", "b"), now));
  Acts();
  HangUpCommand leg{.context = Context(), .call = CallId("other"), .leg = LegId("c")};
  EXPECT_EQ(calls.HangUp(leg, now).error().reason, "LEG_NOT_FOUND");
  EXPECT_EQ(calls.Originate(Place("other", "c"), now).error().reason, "TOO_LATE");
  EXPECT_TRUE(calls.Originate(Place("other", "d"), now));
  EXPECT_NE(Acts(), 0u);
}

TEST_F(SwitchTest, OnlySoManyRequestsOfAcknowledgedCallsAreKept) {
  CallSwitch small{SwitchConfig{.boot = BootId("boot"), .kept_requests = 1}, trunks, locations,
                   ids};
  const auto first = Place("call1", "a");
  const auto second = Place("call2", "b");
  for (const auto* command : {&first, &second}) {
    ASSERT_TRUE(small.Originate(*command, now));
    small.EndAll(EdgeReason::kNone, now);
    for (const auto& act : small.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) {
        small.Rejected(place->leg, {}, EdgeReason::kNone, true, now);
      }
      if (const auto* close = std::get_if<act::CloseLeg>(&act)) small.SetQuality(close->leg, {});
    }
    ASSERT_TRUE(small.Acknowledge({.context = Context(), .calls = {command->call}}, now));
  }
  EXPECT_EQ(small.Originate(second, now).error().reason, "TOO_LATE");
  EXPECT_TRUE(small.Originate(first, now));
}

TEST_F(SwitchTest, AcknowledgedCallIsForgotten) {
  const LegHandle a = PlaceAndAnswer("call", "a");
  calls.RemoteEnd(a, {}, EdgeReason::kNone, now);
  Acts();
  calls.TakeUpdates();
  EXPECT_EQ(calls.counts().unacknowledged, 1u);
  ASSERT_TRUE(calls.Acknowledge({.context = Context(), .calls = {CallId("call")}}, now));
  EXPECT_FALSE(calls.Get(CallId("call")));
  const auto updates = calls.TakeUpdates();
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_TRUE(updates[0].forgotten);
}

// Many are acknowledged at once: one that is not its own holds up no other.
TEST_F(SwitchTest, ACallOfAnotherIsRefusedAndTheOthersAreForgotten) {
  OriginateCommand anothers = Place("anothers", "a");
  anothers.context.unit.unit.id = "another";
  for (const auto& place : {anothers, Place("own", "b")}) {
    ASSERT_TRUE(calls.Originate(place, now));
    const LegHandle leg = Acts();
    calls.Answered(leg, now);
    calls.RemoteEnd(leg, {}, EdgeReason::kNone, now);
    Acts();
  }
  const AcknowledgeCommand both{.context = Context(), .calls = {CallId("anothers"), CallId("own")}};
  EXPECT_EQ(calls.Acknowledge(both, now).error().reason, "NOT_CONTROLLER");
  EXPECT_TRUE(calls.Get(CallId("anothers")));
  EXPECT_FALSE(calls.Get(CallId("own")));
}

// Who acknowledges has read it in a snapshot; the other watchers have not heard of the end yet.
TEST_F(SwitchTest, ACallAcknowledgedBeforeItsEndWasToldIsToldFirst) {
  const LegHandle a = PlaceAndAnswer("call", "a");
  calls.TakeUpdates();
  calls.RemoteEnd(a, {}, EdgeReason::kNone, now);
  ASSERT_TRUE(calls.Acknowledge({.context = Context(), .calls = {CallId("call")}}, now));
  const auto updates = calls.TakeUpdates();
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[0].record->state, CallState::kEnded);
  EXPECT_TRUE(updates[1].forgotten);
}

TEST_F(SwitchTest, BurstOfEventsIsOneRecordWithAllItsChanges) {
  PlaceAndAnswer("call", "a");
  const auto updates = calls.TakeUpdates();
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_GE(updates[0].changes.size(), 3u);
  EXPECT_TRUE(calls.TakeUpdates().empty());
}

TEST_F(SwitchTest, DedicatedLineOutlivesTheCallsItServes) {
  RingCommand dial{.context = Context(), .leg = LegId("line"), .agent = AgentId("amy")};
  dial.target.to = LegTarget::Uri{"sip:amy@192.0.2.2"};
  ASSERT_TRUE(calls.Ring(dial, now));
  calls.Answered(Acts(), now);
  RingCommand attach{.context = Context(),
                     .call = CallId("call"),
                     .leg = LegId("view"),
                     .agent = AgentId("amy"),
                     .reservation = ReservationId("r")};
  attach.target.to = LegTarget::DedicatedLeg{LegId("line")};
  ASSERT_TRUE(calls.Ring(attach, now));
  RingCommand second = attach;
  second.context = Context();
  second.leg = LegId("view2");
  EXPECT_EQ(calls.Ring(second, now).error().reason, "LINE_BUSY");
  const LegHandle customer = PlaceAndAnswer("call", "customer", "view");
  EXPECT_EQ(Record("call")->state, CallState::kBridged);
  calls.RemoteEnd(customer, {}, EdgeReason::kNone, now);
  Acts();
  EXPECT_EQ(byes, 0);
  EXPECT_EQ(Record("call")->state, CallState::kEnded);
  EXPECT_EQ(Record("line")->state, CallState::kWaiting);
}

TEST_F(SwitchTest, ADrainWaitsForCallsButNotForIdleLines) {
  RingCommand line{.context = Context(), .leg = LegId("line"), .agent = AgentId("amy")};
  line.target.to = LegTarget::Uri{"sip:amy@192.0.2.2"};
  ASSERT_TRUE(calls.Ring(line, now));
  const LegHandle line_leg = Acts();
  EXPECT_EQ(calls.CallsAtWork(), 1u);  // It rings: the agent may be about to pick up.
  calls.Answered(line_leg, now);
  EXPECT_EQ(calls.CallsAtWork(), 0u);
  RingCommand view{.context = Context(), .call = CallId("call"), .leg = LegId("view")};
  view.target.to = LegTarget::DedicatedLeg{LegId("line")};
  ASSERT_TRUE(calls.Ring(view, now));
  EXPECT_EQ(calls.CallsAtWork(), 2u);
}

TEST_F(SwitchTest, LostDedicatedLineEndsItsView) {
  RingCommand dial{.context = Context(), .leg = LegId("line"), .agent = AgentId("amy")};
  dial.target.to = LegTarget::Uri{"sip:amy@192.0.2.2"};
  ASSERT_TRUE(calls.Ring(dial, now));
  const LegHandle line = Acts();
  calls.Answered(line, now);
  RingCommand attach{
      .context = Context(), .call = CallId("call"), .leg = LegId("view"), .agent = AgentId("amy")};
  attach.target.to = LegTarget::DedicatedLeg{LegId("line")};
  ASSERT_TRUE(calls.Ring(attach, now));
  calls.RemoteEnd(line, {}, EdgeReason::kNone, now);
  EXPECT_EQ(Record("call")->state, CallState::kEnded);
}

TEST_F(SwitchTest, UnclaimedArrivalGetsTheFallbackAndAnOfferGoesBack) {
  const LegHandle leg = calls.Arrived({.caller = "+1", .called = "+2"}, now);
  const CallId id = calls.Snapshot()[0]->id;
  Acts();
  FireLast(SwitchTimer::kUnclaimed);
  EXPECT_EQ((*calls.Get(id))->end.edge_reason, EdgeReason::kUnclaimed);
  EXPECT_NE(leg, 0u);

  PlaceAndAnswer("call", "a");
  ASSERT_TRUE(calls.Handover(
      {.context = Context(), .call = CallId("call"), .to = {UnitKind::kQueue, "q"}}, now));
  Acts();
  FireLast(SwitchTimer::kOffer);
  EXPECT_FALSE(Record("call")->offered);
  EXPECT_EQ(Record("call")->controller->unit.kind, UnitKind::kCampaign);
}

TEST_F(SwitchTest, ClaimOfAnOfferChangesTheController) {
  PlaceAndAnswer("call", "a");
  ASSERT_TRUE(calls.Handover(
      {.context = Context(), .call = CallId("call"), .to = {UnitKind::kQueue, "q"}}, now));
  ClaimCommand claim{.context = Context(), .call = CallId("call")};
  claim.context.unit.unit = {UnitKind::kQueue, "q"};
  ASSERT_TRUE(calls.Claim(claim, now));
  EXPECT_EQ(Record("call")->controller->unit.id, "q");
  EXPECT_FALSE(Record("call")->offered);
}

}  // namespace
}  // namespace callfleet::sip_edge
