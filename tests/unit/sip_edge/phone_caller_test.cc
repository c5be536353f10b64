// An agent's phone that calls: the caller where an agent serves it, the agent where it dials out.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::seconds;

class PhoneCallerTest : public ::testing::Test {
 protected:
  using Handles = std::set<LegHandle>;

  void SetUp() override { amy = Calls("amy", &call, &amys); }
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kQueue, "q"}, 1}};
  }
  // An agent's phone has called, and is answered.
  LegHandle Calls(const char* agent, CallId* id, LegId* leg) {
    const LegHandle handle =
        calls.Arrived({.caller = agent, .called = "600", .agent = AgentId(agent)}, now);
    const auto update = calls.TakeUpdates().back();
    *id = update.record->id;
    *leg = update.record->legs[0].id;
    EXPECT_TRUE(calls.Claim({.context = Context(), .call = *id}, now));
    EXPECT_TRUE(calls.Answer({.context = Context(), .call = *id}, now));
    calls.Acked(handle, now);
    Acts();
    return handle;
  }
  // The queue's agent, for the caller.
  LegHandle Bob() {
    RingCommand ring{.context = Context(), .call = call, .leg = LegId("bob")};
    ring.agent = AgentId("bob");
    ring.target.to = LegTarget::Uri{"sip:bob@192.0.2.2"};
    ring.follows.bridge_with = amys;
    ring.follows.recording = RecordingPolicy{.mode = RecordingMode::kAll};
    EXPECT_TRUE(calls.Ring(ring, now));
    return Up();
  }
  // Somebody outside, for the phone `with` in the call `in`.
  LegHandle DialOut(const CallId& in, const LegId& with, const char* leg = "outside") {
    OriginateCommand dial{.context = Context(), .call = in, .leg = LegId(leg)};
    dial.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    dial.follows.bridge_with = with;
    dial.follows.recording = RecordingPolicy{.mode = RecordingMode::kAll};
    EXPECT_TRUE(calls.Originate(dial, now));
    Acts();
    return placed_;
  }
  LegHandle Outside() {
    const LegHandle handle = DialOut(call, amys);
    calls.Answered(handle, now);
    Acts();
    return handle;
  }
  LegHandle Supervisor(SuperviseMode mode) {
    SuperviseCommand command{.context = Context(), .call = call, .leg = LegId("boss")};
    command.target = LegTarget{.to = LegTarget::Uri{"sip:boss@192.0.2.3"}};
    command.mode = mode;
    EXPECT_TRUE(calls.Supervise(command, now));
    return Up();
  }
  LegHandle Up() {
    Acts();
    calls.Answered(placed_, now);
    Acts();
    return placed_;
  }
  bool IsCaller(const LegId& leg) {
    const auto record = Record();
    const auto found = std::find_if(record->legs.begin(), record->legs.end(),
                                    [&](const LegRecord& each) { return each.id == leg; });
    return found != record->legs.end() && found->is_caller;
  }
  void Press(LegHandle leg, char digit) { calls.Digit(leg, digit, DigitWay::kRtp, now); }
  void Acts() {
    for (const auto& act : calls.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed_ = place->leg;
      if (const auto* tap = std::get_if<act::Tap>(&act)) taps[tap->leg] = *tap;
      if (const auto* bye = std::get_if<act::ByeLeg>(&act)) byes.insert(bye->leg);
      if (const auto* close = std::get_if<act::CloseLeg>(&act)) calls.SetQuality(close->leg, {});
      const auto* row = std::get_if<act::SetRow>(&act);
      if (row == nullptr) continue;
      rows[row->listener].clear();
      for (const auto& source : row->sources) rows[row->listener].insert(source.leg);
    }
  }
  bool IsTapped(LegHandle leg, RecordingSide side) const {
    const auto found = taps.find(leg);
    return found != taps.end() && found->second.recording != 0 && found->second.side == side;
  }
  std::shared_ptr<const CallRecord> Record() { return *calls.Get(call); }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.boot = BootId("boot"), .can_record = true}, trunks, locations,
                   ids};
  CallId call{};  // Amy's.
  LegId amys{};   // Her phone's leg.
  LegHandle amy = 0;
  std::map<LegHandle, Handles> rows;
  std::map<LegHandle, act::Tap> taps;
  Handles byes;

 private:
  LegHandle placed_ = 0;
  int request_ = 0;
};

TEST_F(PhoneCallerTest, BothVoicesAreRecordedAndTheCallersIsLeft) {
  const LegHandle bob = Bob();
  EXPECT_TRUE(IsTapped(amy, RecordingSide::kLeft));
  EXPECT_TRUE(IsTapped(bob, RecordingSide::kRight));
  const RecordingInfo info = Record()->recordings.back();
  EXPECT_EQ(info.left, std::vector<std::string>{amys.str()});
  EXPECT_EQ(info.agent, AgentId("bob"));
}

TEST_F(PhoneCallerTest, AWhisperIsNotForTheCaller) {
  const LegHandle bob = Bob();
  const LegHandle boss = Supervisor(SuperviseMode::kWhisper);
  EXPECT_EQ(rows[bob], (Handles{amy, boss}));
  EXPECT_EQ(rows[amy], Handles{bob});
}

TEST_F(PhoneCallerTest, TakeOverTakesThePlaceOfTheAgentWhoServes) {
  const LegHandle bob = Bob();
  const LegHandle boss = Supervisor(SuperviseMode::kTakeOver);
  EXPECT_EQ(byes, Handles{bob});
  EXPECT_EQ(rows[amy], Handles{boss});
}

TEST_F(PhoneCallerTest, DigitsOfTheCallerCountAndThoseOfTheAgentDoNot) {
  Press(amy, '1');  // While she waits: ways out of the queue.
  const LegHandle bob = Bob();
  Press(bob, '5');
  Press(amy, '2');
  EXPECT_EQ(Record()->digits, "12");
}

TEST_F(PhoneCallerTest, TheCallIsAnsweredAndEndsWithItsCaller) {
  EXPECT_TRUE(Record()->answered);
  const LegHandle bob = Bob();
  calls.RemoteEnd(amy, {.q850 = 16}, EdgeReason::kNone, now);
  calls.DialogOver(bob, now);
  EXPECT_EQ(Record()->state, CallState::kEnded);
  EXPECT_EQ(Record()->end.by, EndedBy::kRemote);
}

TEST_F(PhoneCallerTest, AnotherPhoneThatTakesItsPlaceIsTheCaller) {
  Bob();
  const LegHandle other = calls.Replacing({.caller = "amy", .agent = AgentId("amy")}, amy, now);
  ASSERT_NE(other, 0U);
  EXPECT_FALSE(IsCaller(Record()->legs.back().id));
  calls.TakePlace(other, amy, now);
  Acts();
  EXPECT_TRUE(IsCaller(Record()->legs.back().id));
  EXPECT_TRUE(IsTapped(other, RecordingSide::kLeft));
  Press(other, '7');
  EXPECT_EQ(Record()->digits, "7");
}

TEST_F(PhoneCallerTest, AnotherPhoneThatIsRefusedItsPlaceIsNotTheCaller) {
  const LegHandle bob = Bob();
  const LegHandle other = calls.Replacing({.caller = "amy", .agent = AgentId("amy")}, amy, now);
  calls.RemoteEnd(other, {.sip_code = 488}, EdgeReason::kNoCommonCodec, now);
  EXPECT_FALSE(IsCaller(Record()->legs.back().id));
  EXPECT_TRUE(IsCaller(amys));
  EXPECT_EQ(Record()->state, CallState::kBridged);
  calls.RemoteEnd(amy, {.q850 = 16}, EdgeReason::kNone, now);
  calls.DialogOver(bob, now);
  EXPECT_EQ(Record()->state, CallState::kEnded);
  EXPECT_EQ(Record()->end.by, EndedBy::kRemote);
  EXPECT_EQ(Record()->end.cause.sip_code, 0);
}

// Its attempt outside was in vain, an agent has served it and is gone.
TEST_F(PhoneCallerTest, AnotherPhoneThatTakesThePlaceOfOneThatWasServedWasServed) {
  calls.Rejected(DialOut(call, amys), {.sip_code = 486}, EdgeReason::kNone, true, now);
  Bob();
  ASSERT_TRUE(calls.HangUp(
      {.context = Context(), .call = call, .leg = LegId("bob"), .keep_peers = true}, now));
  const LegHandle other = calls.Replacing({.caller = "amy", .agent = AgentId("amy")}, amy, now);
  const LegId others = Record()->legs.back().id;
  calls.TakePlace(other, amy, now);
  calls.RemoteEnd(other, {.q850 = 16}, EdgeReason::kNone, now);
  EXPECT_TRUE(IsCaller(others));
}

TEST_F(PhoneCallerTest, ThePhoneThatDialsOutIsTheAgentOfItsCall) {
  const LegHandle outside = Outside();
  EXPECT_TRUE(IsTapped(amy, RecordingSide::kRight));
  EXPECT_TRUE(IsTapped(outside, RecordingSide::kLeft));
  Press(amy, '1');
  Press(outside, '2');
  EXPECT_EQ(Record()->digits, "2");
  const LegHandle boss = Supervisor(SuperviseMode::kWhisper);
  EXPECT_EQ(rows[amy], (Handles{outside, boss}));
  EXPECT_EQ(rows[outside], Handles{amy});
}

TEST_F(PhoneCallerTest, TakeOverOfACallThatWasDialledOutTakesThePlaceOfThePhone) {
  const LegHandle outside = Outside();
  const LegHandle boss = Supervisor(SuperviseMode::kTakeOver);
  EXPECT_EQ(byes, Handles{amy});
  EXPECT_EQ(rows[outside], Handles{boss});
}

TEST_F(PhoneCallerTest, ACallDialledOutIsAnsweredByWhoWasDialled) {
  const LegHandle outside = DialOut(call, amys);
  EXPECT_FALSE(Record()->answered);
  now.wall += seconds(3);
  calls.Answered(outside, now);
  EXPECT_EQ(Record()->answered, now.wall);
}

TEST_F(PhoneCallerTest, WhereNobodyOutsideAnswersAndAnAgentDoesItIsTheCallerAgain) {
  const WallTime called = now.wall;
  const LegHandle outside = DialOut(call, amys);
  now.wall += seconds(3);
  calls.Rejected(outside, {.sip_code = 486}, EdgeReason::kNone, true, now);
  Acts();
  EXPECT_EQ(Record()->answered, called);
  const LegHandle bob = Bob();
  EXPECT_TRUE(IsTapped(amy, RecordingSide::kLeft));
  EXPECT_TRUE(IsTapped(bob, RecordingSide::kRight));
}

TEST_F(PhoneCallerTest, TheRecordSaysWhoTheCallerIs) {
  EXPECT_TRUE(IsCaller(amys));
  Bob();
  EXPECT_TRUE(IsCaller(amys));
  EXPECT_FALSE(IsCaller(LegId("bob")));
}

TEST_F(PhoneCallerTest, ThatItDialsOutIsToldAndThatNobodyAnsweredToo) {
  calls.TakeUpdates();
  const LegHandle outside = DialOut(call, amys);
  const auto told = calls.TakeUpdates();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].record->legs[0].is_caller);
  EXPECT_FALSE(IsCaller(LegId("outside")));
  calls.Rejected(outside, {.sip_code = 486}, EdgeReason::kNone, true, now);
  EXPECT_TRUE(IsCaller(amys));  // The call may lead on.
}

TEST_F(PhoneCallerTest, WhoIsTheCallerIsToldOnlyWhereItChanges) {
  DialOut(call, amys);
  calls.TakeUpdates();
  DialOut(call, amys, "another");
  EXPECT_TRUE(calls.TakeUpdates().empty());
}

TEST_F(PhoneCallerTest, APhoneThatGoesWhereNobodyAnsweredWasTheAgentOfItsCall) {
  const LegHandle outside = DialOut(call, amys);
  calls.Rejected(outside, {.sip_code = 486}, EdgeReason::kNone, true, now);
  calls.RemoteEnd(amy, {.q850 = 16}, EdgeReason::kNone, now);
  EXPECT_EQ(Record()->state, CallState::kEnded);
  EXPECT_FALSE(IsCaller(amys));
  EXPECT_FALSE(Record()->answered);
  EXPECT_EQ(Record()->end.cause.sip_code, 486);
}

TEST_F(PhoneCallerTest, WhoWasServedStaysTheCallerToTheEnd) {
  calls.Rejected(DialOut(call, amys), {.sip_code = 486}, EdgeReason::kNone, true, now);
  const LegHandle bob = Bob();
  calls.RemoteEnd(amy, {.q850 = 16}, EdgeReason::kNone, now);
  calls.DialogOver(bob, now);
  EXPECT_EQ(Record()->state, CallState::kEnded);
  EXPECT_TRUE(IsCaller(amys));
  EXPECT_TRUE(Record()->answered);
  EXPECT_EQ(Record()->end.by, EndedBy::kRemote);
  EXPECT_EQ(Record()->end.cause.sip_code, 0);  // Hers, not that of the attempt.
  EXPECT_EQ(Record()->end.cause.q850, 16);
}

TEST_F(PhoneCallerTest, OfTwoAttemptsOneThatIsGivenUpMakesNoCaller) {
  const LegHandle first = DialOut(call, amys);
  const LegHandle second = DialOut(call, amys, "another");
  calls.Answered(first, now);
  Acts();
  calls.Rejected(second, {.sip_code = 487}, EdgeReason::kNone, true, now);
  EXPECT_EQ(Record()->state, CallState::kBridged);
  EXPECT_FALSE(IsCaller(amys));
  Press(first, '4');
  EXPECT_EQ(Record()->digits, "4");
}

TEST_F(PhoneCallerTest, WhileOneOfTwoAttemptsRingsThePhoneIsNoCaller) {
  DialOut(call, amys);
  const LegHandle second = DialOut(call, amys, "another");
  calls.Rejected(second, {.sip_code = 486}, EdgeReason::kNone, true, now);
  EXPECT_FALSE(IsCaller(amys));
  EXPECT_FALSE(Record()->answered);
}

// She puts the far ends of two calls that she made together: whom she dialled is in the other call,
// which is over and forgotten before her phone has let go of this one.
TEST_F(PhoneCallerTest, WhomItReachedMayBeForgottenElsewhere) {
  const LegHandle outside = Outside();
  CallId other;
  LegId hers;
  const LegHandle second = Calls("amy", &other, &hers);
  const LegHandle there = DialOut(other, hers, "there");
  calls.Answered(there, now);
  ASSERT_EQ(calls.Refer(second, {.replaces = true, .replaced = amy}, now), 202);
  Acts();
  calls.DialogOver(second, now);
  calls.RemoteEnd(there, {.q850 = 16}, EdgeReason::kNone, now);
  calls.DialogOver(outside, now);
  Acts();
  ASSERT_TRUE(calls.Acknowledge({.context = Context(), .calls = {other}}, now));
  ASSERT_FALSE(calls.Get(other));
  calls.DialogOver(amy, now);
  EXPECT_EQ(Record()->state, CallState::kEnded);
  EXPECT_FALSE(IsCaller(amys));
}

TEST_F(PhoneCallerTest, ThePartyFromOutsideIsTheCallerWhereItCalls) {
  ASSERT_NE(calls.Arrived({.caller = "+14155550100", .called = "600"}, now), 0U);
  EXPECT_TRUE(calls.TakeUpdates().back().record->legs[0].is_caller);
}

// As with any customer: what is passed on is the queue's call, not the one that its agent made.
TEST_F(PhoneCallerTest, AnAttendedTransferStaysInTheCallOfTheCaller) {
  const LegHandle bob = Bob();
  CallId other;
  LegId bobs;
  const LegHandle second = Calls("bob", &other, &bobs);
  calls.Answered(DialOut(other, bobs), now);
  Acts();
  ASSERT_EQ(calls.Refer(bob, {.replaces = true, .replaced = second}, now), 202);
  EXPECT_EQ(Record()->transfers.size(), 1U);
  EXPECT_TRUE(calls.Get(other).value()->transfers.empty());
}

// Carl's phone has called Bob's, who gives him the caller.
TEST_F(PhoneCallerTest, APhoneThatIsPutIntoAnothersCallServesThere) {
  const LegHandle bob = Bob();
  CallId other;
  LegId carls;
  const LegHandle carl = Calls("carl", &other, &carls);
  RingCommand ring{.context = Context(), .call = other, .leg = LegId("bob-2")};
  ring.agent = AgentId("bob");
  ring.target.to = LegTarget::Uri{"sip:bob@192.0.2.2"};
  ring.follows.bridge_with = carls;
  ASSERT_TRUE(calls.Ring(ring, now));
  const LegHandle second = Up();
  ASSERT_EQ(calls.Refer(bob, {.replaces = true, .replaced = second}, now), 202);
  Acts();
  EXPECT_EQ(Record()->legs.back().agent, AgentId("carl"));
  EXPECT_FALSE(Record()->legs.back().is_caller);
  EXPECT_TRUE(IsCaller(amys));
  EXPECT_TRUE(IsTapped(carl, RecordingSide::kRight));
}

// Who follows an agent does so in calls that it makes, too.
TEST_F(PhoneCallerTest, ALineThatFollowsTheCallerHearsItsCallAndWhispersToIt) {
  SuperviseCommand command{.context = Context(), .agent = AgentId("amy"), .leg = LegId("boss")};
  command.target = LegTarget{.to = LegTarget::Uri{"sip:boss@192.0.2.3"}};
  command.mode = SuperviseMode::kWhisper;
  ASSERT_TRUE(calls.SuperviseAgent(command, now));
  const LegHandle boss = Up();
  const LegHandle bob = Bob();
  EXPECT_EQ(rows[boss], (Handles{amy, bob}));
  EXPECT_EQ(rows[amy], (Handles{bob, boss}));
  EXPECT_EQ(rows[bob], Handles{amy});
  // But she serves nobody: there is nothing to take over from her.
  command.context = Context();
  command.mode = SuperviseMode::kTakeOver;
  const auto refused = calls.SuperviseAgent(command, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "NOT_BRIDGED");
  Acts();
  EXPECT_TRUE(byes.empty());
  EXPECT_EQ(rows[bob], Handles{amy});
}

}  // namespace
}  // namespace callfleet::sip_edge
