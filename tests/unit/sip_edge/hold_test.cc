// Whoever holds and whoever is silent: what a line's hold means to its call, and which leg is dead.
#include <algorithm>

#include "tests/unit/sip_edge/recording_story.h"

namespace callfleet::sip_edge {
namespace {

class HoldTest : public RecordingsTest {
 protected:
  using RecordingsTest::RecordingsTest;

  // An agent's line that is up, and work for it.
  LegHandle Line() {
    RingCommand ring{.context = Context(), .leg = LegId("line"), .agent = AgentId("ann")};
    ring.target.to = LegTarget::Uri{"sip:ann@192.0.2.2"};
    EXPECT_TRUE(calls.Ring(ring, now));
    return Up();
  }
  void Serve() {
    RingCommand work{.context = Context(), .call = CallId("call"), .leg = LegId("view")};
    work.agent = AgentId("ann");
    work.target.to = LegTarget::DedicatedLeg{LegId("line")};
    work.follows.bridge_with = LegId("customer");
    ASSERT_TRUE(calls.Ring(work, now));
    Acts();
  }
  void HeldBy(LegHandle leg, bool held) {
    calls.HeldByPeer(leg, held, now);
    Acts();
  }
  std::string HeardLast(LegHandle leg) const {
    const auto found = std::find_if(played.rbegin(), played.rend(),
                                    [&](const act::Play& play) { return play.leg == leg; });
    return found == played.rend() ? "" : found->sound.parts.at(0).prompt;
  }
  LegRecord Leg(const char* id) {
    const auto record = *calls.Get(CallId("call"));
    return *std::find_if(record->legs.begin(), record->legs.end(),
                         [&](const LegRecord& leg) { return leg.id == LegId(id); });
  }
};

TEST_F(HoldTest, AHoldOfALinesPhoneIsOneOfTheCallThatItServes) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  const LegHandle line = Line();
  Serve();
  HeldBy(line, true);
  EXPECT_TRUE(Leg("view").held_by_far_end);
  EXPECT_TRUE(calls.Get(CallId("line")).value()->legs[0].held_by_far_end);
  EXPECT_EQ(HeardLast(customer), "music");
  EXPECT_FALSE(IsTapped(customer) || IsTapped(line));
  HeldBy(line, false);
  EXPECT_FALSE(Leg("view").held_by_far_end);
  EXPECT_TRUE(IsTapped(customer) && IsTapped(line));
}

TEST_F(HoldTest, ALineThatHoldsAlreadyHoldsTheCallThatComes) {
  const LegHandle customer = Customer();
  HeldBy(Line(), true);
  Serve();
  EXPECT_TRUE(Leg("view").held_by_far_end);
  EXPECT_EQ(HeardLast(customer), "music");
}

TEST_F(HoldTest, NothingAtAllOfALegForTheLimitEndsIt) {
  const LegHandle customer = Customer();
  Agent();
  Bridge();
  calls.NoRtp(customer, now);
  Acts();
  calls.DialogOver(customer, now);
  EXPECT_EQ(Leg("customer").end.edge_reason, EdgeReason::kNoRtp);
}

// Most phones send nothing while they hold.
TEST_F(HoldTest, APhoneThatHoldsMayBeSilentUntilItGoesOn) {
  Customer();
  const LegHandle agent = Agent();
  Bridge();
  HeldBy(agent, true);
  calls.NoRtp(agent, now);
  EXPECT_EQ(Leg("agent").phase, LegPhase::kUp);
  HeldBy(agent, false);
  calls.NoRtp(agent, now);  // Found while it held.
  EXPECT_EQ(Leg("agent").phase, LegPhase::kUp);
  now.mono += seconds(1);
  calls.NoRtp(agent, now);
  EXPECT_EQ(Leg("agent").phase, LegPhase::kClosing);
}

TEST_F(HoldTest, OfTwoPhonesThatHoldEachOtherTheOneThatGoesOnHearsMusic) {
  Customer();
  const LegHandle agent = Agent();
  const LegHandle other = Agent("other");
  ASSERT_TRUE(calls.Bridge(
      {.context = Context(), .call = CallId("call"), .leg = LegId("agent"), .with = LegId("other")},
      now));
  Acts();
  HeldBy(agent, true);
  EXPECT_EQ(HeardLast(other), "music");
  HeldBy(other, true);
  EXPECT_EQ(HeardLast(agent), "");
  played.clear();
  HeldBy(agent, false);
  EXPECT_EQ(HeardLast(agent), "music");
  EXPECT_EQ(HeardLast(other), "");  // It hears it already.
}

TEST_F(HoldTest, ASupervisorWhoTookOverHoldsAsAnAgent) {
  const LegHandle customer = Customer();
  Agent();
  Bridge();
  SuperviseCommand command{.context = Context(), .call = CallId("call"), .leg = LegId("boss")};
  command.target = LegTarget{.to = LegTarget::Uri{"sip:boss@192.0.2.3"}};
  command.mode = SuperviseMode::kTakeOver;
  ASSERT_TRUE(calls.Supervise(command, now));
  HeldBy(Up(), true);
  EXPECT_EQ(HeardLast(customer), "music");
}

class KeptSilentTest : public HoldTest {
 protected:
  KeptSilentTest() : HoldTest(SwitchConfig{.ends_silent_legs = false}) {}
};

TEST_F(KeptSilentTest, WithoutALimitASilentLegIsLeftAlone) {
  const LegHandle customer = Customer();
  Agent();
  Bridge();
  calls.OneWay(customer, OneWayAudio::kNothingReceived);
  calls.NoRtp(customer, now);
  EXPECT_EQ(Leg("customer").phase, LegPhase::kUp);
  EXPECT_EQ(Leg("customer").one_way_audio, OneWayAudio::kNothingReceived);
}

}  // namespace
}  // namespace callfleet::sip_edge
