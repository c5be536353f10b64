// Every party leaves at every step of a transfer; what phones and controllers may ask for.
#include <gtest/gtest.h>

#include <ostream>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::seconds;

class CountedIds final : public IdSource {
 public:
  std::string Next() override { return "id-" + std::to_string(++last_); }

 private:
  int last_ = 0;
};

// A customer c on the line, an agent a who talks to it, and a target t.
class TransferTest : public ::testing::Test {
 protected:
  void SetUp() override {
    customer = Place("x", "c", LegRole::kCustomer, {});
    calls.Answered(customer, now);
    agent = Place("x", "a", LegRole::kAgent, {.bridge_with = LegId("c")});
    calls.Answered(agent, now);
    Run();
  }
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kQueue, "q"}, 1}};
  }
  LegHandle Place(const char* call, const char* leg, LegRole role, WhatFollows follows,
                  const char* who = "ann") {
    LegTarget target;
    target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    if (role == LegRole::kCustomer) {
      EXPECT_TRUE(calls.Originate({.context = Context(),
                                   .call = CallId(call),
                                   .leg = LegId(leg),
                                   .target = target,
                                   .follows = follows},
                                  now));
    } else {
      EXPECT_TRUE(calls.Ring({.context = Context(),
                              .call = CallId(call),
                              .leg = LegId(leg),
                              .agent = AgentId(who),
                              .target = target,
                              .follows = follows},
                             now));
    }
    return Run();
  }
  LegHandle PlaceTarget(TransferKind kind, const char* id = "t1") {
    target = Place("x", "t", LegRole::kAgent,
                   {.transfer = TransferTo{.id = id, .kind = kind, .referrer = LegId("a")}}, "bob");
    return target;
  }
  Status Steer(TransferVerb verb, const std::string& id = "t1") {
    auto done = calls.SteerTransfer(
        {.context = Context(), .call = CallId("x"), .transfer = id, .verb = verb}, now);
    Run();
    if (!done) return Fail(done.error());
    return {};
  }
  void Leave(LegHandle leg) {
    calls.RemoteEnd(leg, {.q850 = 16}, EdgeReason::kNone, now);
    Run();
  }
  // Performs what was asked: BYE and CANCEL are answered at once. The leg of the last PlaceLeg.
  LegHandle Run() {
    LegHandle placed = 0;
    for (auto acts = calls.TakeActs(); !acts.empty(); acts = calls.TakeActs()) {
      for (const auto& act : acts) {
        if (const auto* place = std::get_if<act::PlaceLeg>(&act)) {
          placed = place->leg;
          calls.Placed(placed, "sip", now);
        } else if (const auto* row = std::get_if<act::SetRow>(&act)) {
          rows[row->listener] = row->sources;
          music[row->listener] = false;
        } else if (const auto* deaf = std::get_if<act::Deafen>(&act)) {
          rows[deaf->listener].clear();
          music[deaf->listener] = false;
        } else if (const auto* play = std::get_if<act::Play>(&act)) {
          music[play->leg] = true;
        } else if (const auto* bye = std::get_if<act::ByeLeg>(&act)) {
          calls.DialogOver(bye->leg, now);
        } else if (const auto* cancel = std::get_if<act::CancelLeg>(&act)) {
          calls.Rejected(cancel->leg, {.sip_code = 487}, EdgeReason::kNone, true, now);
        } else if (const auto* close = std::get_if<act::CloseLeg>(&act)) {
          calls.SetQuality(close->leg, {});
        } else if (const auto* timer = std::get_if<act::StartTimer>(&act)) {
          timers.push_back(timer->key);
        } else if (const auto* notify = std::get_if<act::Notify>(&act)) {
          notified.push_back(notify->sip_code);
        }
      }
    }
    return placed;
  }
  std::shared_ptr<const CallRecord> Record(const char* call = "x") {
    return *calls.Get(CallId(call));
  }
  const TransferRecord& Transfer() { return (record_ = Record())->transfers.back(); }
  bool Live(LegHandle leg) {
    const auto call = Record();
    for (const auto& record : call->legs) {
      const char* id = leg == customer ? "c" : leg == agent ? "a" : "t";
      if (record.id == LegId(id)) return record.phase != LegPhase::kEnded;
    }
    return false;
  }
  bool Hears(LegHandle listener, LegHandle source) {
    for (const auto& heard : rows[listener]) {
      if (heard.leg == source) return true;
    }
    return false;
  }
  bool Talk(LegHandle a, LegHandle b) { return Hears(a, b) && Hears(b, a); }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  CountedIds ids;
  CallSwitch calls{SwitchConfig{.boot = BootId("boot")}, trunks, locations, ids};
  LegHandle customer = 0, agent = 0, target = 0;
  std::map<LegHandle, std::vector<HeardLeg>> rows;
  std::map<LegHandle, bool> music;
  std::vector<int> notified;
  std::vector<SwitchTimerKey> timers;
  std::shared_ptr<const CallRecord> record_;
  int request_ = 0;
};

TEST_F(TransferTest, BlindTransferGivesTheCustomerToTheTargetAndEndsTheReferrer) {
  PlaceTarget(TransferKind::kBlind);
  EXPECT_TRUE(music[customer]);
  EXPECT_TRUE(Live(agent));  // Stays until the target answers.
  calls.Progress(target, now);
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_FALSE(Live(agent));
  EXPECT_EQ(Transfer().end, TransferEnd::kCompleted);
  EXPECT_EQ(Record()->legs[1].end.edge_reason, EdgeReason::kTransferred);
  EXPECT_EQ(Record()->state, CallState::kBridged);
}

TEST_F(TransferTest, ReferrerHasTheCustomerBackWhenTheTargetFails) {
  PlaceTarget(TransferKind::kBlind);
  calls.Rejected(target, {.sip_code = 486}, EdgeReason::kNone, true, now);
  Run();
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_FALSE(music[customer]);
  EXPECT_EQ(Transfer().end, TransferEnd::kFailed);
  EXPECT_EQ(Transfer().sip_code, 486);
}

TEST_F(TransferTest, ConsultationIsPrivateAndCompleteGivesTheCustomerAway) {
  PlaceTarget(TransferKind::kConsult);
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(agent, target));
  EXPECT_TRUE(rows[customer].empty());
  EXPECT_TRUE(music[customer]);
  ASSERT_TRUE(Steer(TransferVerb::kComplete));
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_FALSE(Live(agent));
}

TEST_F(TransferTest, CompleteBeforeTheAnswerIsABlindTransferFromThenOn) {
  PlaceTarget(TransferKind::kConsult);
  ASSERT_TRUE(Steer(TransferVerb::kComplete));
  EXPECT_TRUE(Live(agent));
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_FALSE(Live(agent));
}

TEST_F(TransferTest, CancelGivesTheCustomerBack) {
  PlaceTarget(TransferKind::kConsult);
  calls.Answered(target, now);
  Run();
  ASSERT_TRUE(Steer(TransferVerb::kCancel));
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_FALSE(Live(target));
}

TEST_F(TransferTest, AllThreeHearEachOtherInAConferenceAndItsSpanIsItsOwn) {
  PlaceTarget(TransferKind::kConsult);
  calls.Answered(target, now);
  Run();
  ASSERT_TRUE(Steer(TransferVerb::kConference));
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_TRUE(Talk(agent, target));
  EXPECT_EQ(Record()->bridges.back().legs.size(), 3u);
  EXPECT_EQ(calls.counts().active_bridges, 1u);
}

// What is left when `who` hangs up at `step`.
enum class Step { kBlindCalling, kConsultCalling, kConsulting, kConference };
enum class Who { kCustomer, kAgent, kTarget };
struct Leaving {
  Step step;
  Who who;
  bool customer, agent, target;  // Live afterwards.
  TransferEnd end;
};
std::ostream& operator<<(std::ostream& out, const Leaving& l) {
  return out << "step " << static_cast<int>(l.step) << " leaver " << static_cast<int>(l.who);
}
class EachPartyLeaves : public TransferTest, public ::testing::WithParamInterface<Leaving> {};

TEST_P(EachPartyLeaves, TheOthersAreWhereTheTableSays) {
  const Leaving& p = GetParam();
  PlaceTarget(p.step == Step::kBlindCalling ? TransferKind::kBlind : TransferKind::kConsult);
  calls.Progress(target, now);
  if (p.step == Step::kConsulting || p.step == Step::kConference) calls.Answered(target, now);
  Run();
  if (p.step == Step::kConference) {
    ASSERT_TRUE(Steer(TransferVerb::kConference));
  }
  const LegHandle leaver = p.who == Who::kCustomer ? customer
                           : p.who == Who::kAgent  ? agent
                                                   : target;
  if (leaver == target && p.step <= Step::kConsultCalling) {
    calls.Rejected(target, {.sip_code = 603}, EdgeReason::kNone, true, now);
    Run();
  } else {
    Leave(leaver);
  }
  EXPECT_EQ(Live(customer), p.customer);
  EXPECT_EQ(Live(agent), p.agent);
  EXPECT_EQ(Live(target), p.target);
  EXPECT_EQ(Transfer().end, p.end);
  if (p.customer && p.agent) {
    EXPECT_TRUE(Talk(customer, agent));
  } else if (p.customer && p.target && p.end == TransferEnd::kCompleted) {
    EXPECT_TRUE(Talk(customer, target));
  } else if (p.customer) {
    EXPECT_TRUE(music[customer]);
  }
  if (!p.customer) {
    EXPECT_EQ(Record()->state, CallState::kEnded);  // No leg stays behind.
  }
  EXPECT_EQ(calls.counts().active_bridges, Record()->state == CallState::kBridged ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Transfers, EachPartyLeaves,
    ::testing::Values(
        Leaving{Step::kBlindCalling, Who::kCustomer, false, false, false,
                TransferEnd::kCustomerLeft},
        Leaving{Step::kBlindCalling, Who::kAgent, true, false, true, TransferEnd::kNone},
        Leaving{Step::kBlindCalling, Who::kTarget, true, true, false, TransferEnd::kFailed},
        Leaving{Step::kConsultCalling, Who::kCustomer, false, false, false,
                TransferEnd::kCustomerLeft},
        Leaving{Step::kConsultCalling, Who::kAgent, true, false, true, TransferEnd::kNone},
        Leaving{Step::kConsultCalling, Who::kTarget, true, true, false, TransferEnd::kFailed},
        Leaving{Step::kConsulting, Who::kCustomer, false, false, false, TransferEnd::kCustomerLeft},
        Leaving{Step::kConsulting, Who::kAgent, true, false, true, TransferEnd::kCompleted},
        Leaving{Step::kConsulting, Who::kTarget, true, true, false, TransferEnd::kFailed},
        Leaving{Step::kConference, Who::kCustomer, false, false, false, TransferEnd::kCustomerLeft},
        Leaving{Step::kConference, Who::kAgent, true, false, true, TransferEnd::kCompleted},
        Leaving{Step::kConference, Who::kTarget, true, true, false, TransferEnd::kFailed}));

TEST_F(TransferTest, CustomerOfAReferrerWhoLeftGetsTheTargetAtItsAnswer) {
  PlaceTarget(TransferKind::kConsult);
  Leave(agent);
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
  EXPECT_EQ(Transfer().end, TransferEnd::kCompleted);
}

TEST_F(TransferTest, CustomerOfAReferrerWhoLeftKeepsMusicWhenTheTargetFails) {
  PlaceTarget(TransferKind::kBlind);
  Leave(agent);
  calls.Rejected(target, {.sip_code = 480}, EdgeReason::kNone, true, now);
  Run();
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
  EXPECT_EQ(Record()->state, CallState::kWaiting);
}

TEST_F(TransferTest, SecondTransferIsRefusedWhileOneIsUnderWay) {
  PlaceTarget(TransferKind::kConsult);
  LegTarget to;
  to.to = LegTarget::Uri{"sip:x@192.0.2.1"};
  const auto second =
      calls.Ring({.context = Context(),
                  .call = CallId("x"),
                  .leg = LegId("t2"),
                  .agent = AgentId("eve"),
                  .target = to,
                  .follows = {.transfer = TransferTo{.id = "t2", .referrer = LegId("a")}}},
                 now);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "TRANSFER_PENDING");
  EXPECT_EQ(Steer(TransferVerb::kConference).error().reason, "WRONG_STATE");
  EXPECT_EQ(Steer(TransferVerb::kCancel, "t9").error().reason, "TRANSFER_NOT_FOUND");
}

// --- By the phone

TEST_F(TransferTest, ReferAsksTheControllerAndTellsTheReferrer) {
  EXPECT_EQ(calls.Refer(agent, {.dialled = "bob"}, now), 202);
  Run();
  EXPECT_EQ(Transfer().state, TransferState::kAsked);
  EXPECT_EQ(Transfer().dialled, "bob");
  EXPECT_TRUE(Talk(customer, agent));
  PlaceTarget(TransferKind::kBlind, Transfer().id.c_str());
  calls.Progress(target, now);
  calls.Answered(target, now);
  Run();
  EXPECT_EQ(notified, (std::vector<int>{100, 180, 200}));
  EXPECT_TRUE(Talk(customer, target));
}

TEST_F(TransferTest, ReferThatNobodyDecidesIsRefusedAndTheCallGoesOn) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "bob"}, now), 202);
  Run();
  for (const auto& key : timers) {
    if (key.timer == SwitchTimer::kVerdict) calls.OnTimer(key, now);
  }
  Run();
  EXPECT_EQ(notified, (std::vector<int>{100, 503}));
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_EQ(Transfer().end, TransferEnd::kRefused);
}

TEST_F(TransferTest, ReferIsReleasedToAQueueAndTheCustomerWaitsWithMusic) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "4711"}, now), 202);
  ASSERT_TRUE(Steer(TransferVerb::kRelease, Transfer().id));
  EXPECT_FALSE(Live(agent));
  EXPECT_TRUE(music[customer]);
  EXPECT_EQ(notified.back(), 200);
}

TEST_F(TransferTest, ReferrerMayHangUpRightAfterItsReferAndTheCustomerIsKept) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "bob"}, now), 202);
  const std::string id = Transfer().id;
  Leave(agent);
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
  PlaceTarget(TransferKind::kBlind, id.c_str());
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
}

TEST_F(TransferTest, ReferIsHeldAgainstTheListOfItsRole) {
  EXPECT_EQ(calls.Refer(agent, {.dialled = "+390612345"}, now), 403);
  EXPECT_EQ(calls.Refer(customer, {.dialled = "bob"}, now), 403);
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = 0}, now), 481);
  EXPECT_TRUE(Record()->transfers.empty());
}

TEST(DialRulesTest, FirstPatternThatFitsDecides) {
  const DialList list = DialListOf("!+1900*,+1*,4711");
  EXPECT_TRUE(MayDial(list, "+14155550100"));
  EXPECT_FALSE(MayDial(list, "+19005550100"));
  EXPECT_TRUE(MayDial(list, "4711"));
  EXPECT_FALSE(MayDial(list, "47110"));
}

// The agent's phone has a second call y with the target t and asks to put the far ends together.
TEST_F(TransferTest, ReferWithReplacesMovesTheTargetIntoTheCustomersCall) {
  const LegHandle second = Place("y", "a2", LegRole::kAgent, {});
  calls.Answered(second, now);
  const LegHandle there = Place("y", "t", LegRole::kAgent, {.bridge_with = LegId("a2")}, "bob");
  calls.Answered(there, now);
  Run();
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = second}, now), 202);
  Run();
  EXPECT_TRUE(Talk(customer, there));
  EXPECT_EQ(Record("y")->state, CallState::kEnded);
  EXPECT_EQ(Record("y")->legs[1].end.edge_reason, EdgeReason::kTransferred);
  const auto& moved = Record()->legs.back();
  EXPECT_EQ(moved.replaces, LegId("t"));
  EXPECT_EQ(moved.agent, AgentId("bob"));
  EXPECT_EQ(Record()->legs[1].phase, LegPhase::kEnded);
  EXPECT_EQ(notified, std::vector<int>{200});
}

TEST_F(TransferTest, ReferWithReplacesOfATargetThatStillRingsWaitsForItsAnswer) {
  const LegHandle second = Place("y", "a2", LegRole::kAgent, {});
  calls.Answered(second, now);
  const LegHandle there = Place("y", "t", LegRole::kAgent, {.bridge_with = LegId("a2")}, "bob");
  calls.Progress(there, now);
  Run();
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = second}, now), 202);
  Run();
  EXPECT_TRUE(music[customer]);
  EXPECT_TRUE(Live(agent));
  calls.Answered(there, now);
  Run();
  EXPECT_TRUE(Talk(customer, there));
  EXPECT_FALSE(Live(agent));
}

TEST_F(TransferTest, ReplacesOfADialogOfSomebodyElseIsForbidden) {
  const LegHandle second = Place("y", "a2", LegRole::kAgent, {}, "eve");
  calls.Answered(second, now);
  Run();
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = second}, now), 403);
  EXPECT_EQ(calls.Replacing({.agent = AgentId("ann")}, customer, now), 0u);
}

TEST_F(TransferTest, InviteWithReplacesTakesThePlaceOfTheAgentsLeg) {
  const LegHandle other = calls.Replacing({.caller = "ann", .agent = AgentId("ann")}, agent, now);
  ASSERT_NE(other, 0u);
  calls.TakePlace(other, agent, now);
  Run();
  EXPECT_TRUE(Talk(customer, other));
  EXPECT_FALSE(Live(agent));
  EXPECT_EQ(Record()->legs[1].end.edge_reason, EdgeReason::kReplaced);
  EXPECT_EQ(Record()->legs[2].replaces, LegId("a"));
}

// --- Hold and digits

TEST_F(TransferTest, CustomerHearsMusicWhileTheAgentsPhoneHolds) {
  calls.HeldByPeer(agent, true, now);
  Run();
  EXPECT_TRUE(music[customer]);
  EXPECT_FALSE(Hears(customer, agent));
  calls.HeldByPeer(agent, false, now);
  Run();
  EXPECT_FALSE(music[customer]);
  EXPECT_TRUE(Talk(customer, agent));
}

TEST_F(TransferTest, AgentWhoIsHungUpMayLeaveTheCustomerWithMusic) {
  ASSERT_TRUE(calls.HangUp(
      {.context = Context(), .call = CallId("x"), .leg = LegId("a"), .keep_peers = true}, now));
  Run();
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
}

TEST_F(TransferTest, DigitsAreCountedSoThatAReaderMissesNone) {
  for (int i = 0; i < 70; ++i) calls.Digit(customer, '5', DigitWay::kRtp, now);
  EXPECT_EQ(Record()->digit_count, 70u);
  EXPECT_EQ(Record()->digits.size(), 64u);
}

TEST_F(TransferTest, DigitSentBothWaysIsHeardOnce) {
  calls.Digit(customer, '1', DigitWay::kRtp, now);
  calls.Digit(customer, '1', DigitWay::kInfo, now);
  calls.Digit(customer, '2', DigitWay::kInfo, now);
  calls.Digit(customer, '2', DigitWay::kRtp, now);
  EXPECT_EQ(Record()->digits, "12");
}

}  // namespace
}  // namespace callfleet::sip_edge
