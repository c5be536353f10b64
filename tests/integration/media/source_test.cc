// Where a leg's packets may come from, over its life.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;
constexpr double kHz = 700;

class Source : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    a_ = OpenLeg(agent_);
    c_ = OpenLeg(customer_);
    ASSERT_TRUE(engine_->Bridge(a_.id, c_.id).has_value());
  }
  // `from` talks towards the customer's leg while the agent talks towards it, too.
  void Talk(Phone& from, milliseconds time) {
    Run(time, {&agent_, &customer_, &from}, [&] {
      from.SendFrame(c_.port, kHz);
      agent_.SendFrame(a_.port, 1500);
    });
  }
  Phone agent_;
  Phone customer_;
  Leg a_;
  Leg c_;
};

TEST_F(Source, EarlyMediaFromOnePlaceAndTheAnswerFromAnotherAreBothHeard) {
  c_.remote.answered = false;
  Update(c_);
  Talk(customer_, milliseconds(300));
  Phone answerer;
  c_.remote.answered = true;
  c_.remote.rules.signalled = answerer.address();
  Update(c_);
  agent_.Forget();
  Talk(answerer, milliseconds(300));
  EXPECT_GT(agent_.ShareOf(kHz), 0.8);
  EXPECT_GT(answerer.ShareOf(1500), 0.8);
  const auto changed = EventsOf(MediaEventKind::kSourceChanged);
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].source, answerer.address());
}

TEST_F(Source, AReInviteMovesTheStreamOfALockedSocket) {
  Talk(customer_, milliseconds(300));
  Phone moved;
  c_.remote.rules.signalled = moved.address();
  Update(c_);
  Talk(moved, milliseconds(300));
  EXPECT_GT(moved.ShareOf(1500), 0.8);
  EXPECT_EQ(StatsOf(c_.id).source, moved.address());
  EXPECT_EQ(agent_.Discontinuity(), "");
}

TEST_F(Source, AnUnsignalledMoveIsFollowedAfterASecondOfSilence) {
  c_.remote.rules.symmetric = true;
  c_.remote.rules.networks[0] = {IpAddress::V4(127, 0, 0, 2), 128};
  c_.remote.rules.network_count = 1;
  Update(c_);
  Talk(customer_, milliseconds(300));
  Phone moved(Codec::kPcmu, "127.0.0.2");
  Talk(moved, milliseconds(1600));
  EXPECT_EQ(StatsOf(c_.id).source, moved.address());
  moved.Forget();
  Talk(moved, milliseconds(200));
  EXPECT_GT(moved.ShareOf(1500), 0.8);
}

TEST_F(Source, AStrangerChangesNothingButACounter) {
  Phone stranger(Codec::kPcmu, "127.0.0.9");
  c_.remote.rules.symmetric = true;
  Update(c_);
  Talk(stranger, milliseconds(200));
  EXPECT_TRUE(EventsOf(MediaEventKind::kFirstRtp).empty() ||
              EventsOf(MediaEventKind::kFirstRtp)[0].endpoint == a_.id);
  EXPECT_EQ(agent_.ShareOf(kHz), 0);
  const auto stats = StatsOf(c_.id);
  EXPECT_GE(stats.strangers, 9U);
  EXPECT_EQ(stats.packets_received, 0U);
  EXPECT_TRUE(stranger.heard().empty());
}

TEST_F(Source, OnceLockedTheKernelDropsStrangers) {
  Talk(customer_, milliseconds(300));
  const auto before = StatsOf(c_.id).strangers;
  Phone stranger(Codec::kPcmu, "127.0.0.9");
  Run(milliseconds(200), {&agent_, &customer_}, [&] {
    customer_.SendFrame(c_.port, kHz);
    stranger.SendFrame(c_.port, 2000);
  });
  EXPECT_EQ(StatsOf(c_.id).strangers, before);
  EXPECT_LT(agent_.ShareOf(2000), 0.1);
}

TEST_F(Source, ANewSsrcFromTheLearnedAddressIsHeardAtOnce) {
  Talk(customer_, milliseconds(300));
  customer_.NewSsrc(0x77);
  agent_.Forget();
  Talk(customer_, milliseconds(200));
  EXPECT_GE(agent_.heard().size(), 9U);
  EXPECT_GT(agent_.ShareOf(kHz), 0.8);
  EXPECT_EQ(agent_.Discontinuity(), "");
  EXPECT_EQ(StatsOf(c_.id).ssrc_changes, 1U);
}

TEST_F(Source, WhatIsNoRtpOrOfAnotherPayloadTypeIsCountedAndDropped) {
  Run(milliseconds(100), {&agent_}, [&] {
    customer_.SendRaw(c_.port, {1, 2, 3});
    customer_.SendRaw(c_.port, std::vector<std::uint8_t>(172, 0x00));
    std::vector<std::uint8_t> other(172, 0);
    other[0] = 0x80;
    other[1] = 77;
    customer_.SendRaw(c_.port, other);
  });
  const auto stats = StatsOf(c_.id);
  EXPECT_EQ(stats.packets_received, 0U);
  EXPECT_GE(stats.malformed, 12U);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
