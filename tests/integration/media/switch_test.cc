// One stream towards the far end, whatever feeds it.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

TEST_F(World, ThroughToneAgentsAndSilenceTheCustomerSeesOneStream) {
  Phone customer(Codec::kPcma);
  Phone first(Codec::kPcmu, "127.0.0.1", 1);
  Phone second(Codec::kPcma, "127.0.0.1", 2);
  const auto c = OpenLeg(customer, Codec::kPcma);
  const auto a = OpenLeg(first);
  const auto b = OpenLeg(second, Codec::kPcma);
  const auto talk = [&] {
    first.SendFrame(a.port, 600);
    second.SendFrame(b.port, 900);
    customer.SendFrame(c.port, 1200);
  };
  const auto hear = [&](const RowSource& source) {
    ASSERT_TRUE(engine_->SetRow(c.id, {&source, 1}).has_value());
    Run(milliseconds(300), {&customer, &first, &second}, talk);
  };
  Run(milliseconds(100), {&customer}, talk);
  hear(RowSource::Player(Tone::kRingback));
  hear(RowSource::Leg(a.id));
  hear(RowSource::Leg(b.id));
  hear(RowSource::Player(Tone::kSilence));
  hear(RowSource::Leg(a.id));
  EXPECT_EQ(customer.Discontinuity(), "");
  EXPECT_GE(customer.heard().size(), 74U);
}

TEST_F(World, ASwitchLeavesNoGapOverOneFrame) {
  Phone customer;
  Phone first;
  Phone second;
  const auto c = OpenLeg(customer);
  const auto a = OpenLeg(first);
  const auto b = OpenLeg(second);
  const auto talk = [&] {
    first.SendFrame(a.port, 600);
    second.SendFrame(b.port, 900);
  };
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(300), {&customer}, talk);
  ASSERT_TRUE(engine_->Bridge(b.id, c.id).has_value());
  Run(milliseconds(300), {&customer}, talk);
  std::uint32_t widest = 0;
  for (std::size_t i = 1; i < customer.heard().size(); ++i) {
    const auto& heard = customer.heard();
    widest = std::max(widest, heard[i].header.timestamp - heard[i - 1].header.timestamp);
  }
  EXPECT_LE(widest, 3 * 160U);  // 1 frame of gap, and the scheduling of a loaded test machine.
}

TEST_F(World, AZipToneComesBeforeTheCustomerIsHeard) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  ASSERT_TRUE(engine_->Play(a.id, Tone::kZip, 1).has_value());
  const auto talk = [&] { customer.SendFrame(c.port, 1500); };
  Run(milliseconds(180), {&agent}, talk);
  EXPECT_GT(agent.ShareOf(800), 0.9);
  Run(milliseconds(100), {&agent}, talk);
  EXPECT_EQ(EventsOf(MediaEventKind::kSoundDone).size(), 1U);
  agent.Forget();
  Run(milliseconds(200), {&agent}, talk);
  EXPECT_GT(agent.ShareOf(1500), 0.9);
  EXPECT_EQ(agent.Discontinuity(), "");
}

TEST_F(World, ClosingOneLegLeavesTheOtherWithSilence) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  const auto talk = [&] { customer.SendFrame(c.port, 1500); };
  Run(milliseconds(200), {&agent}, talk);
  CloseLeg(c.id);
  Run(milliseconds(300), {&agent}, talk);
  EXPECT_GE(agent.heard().size(), 22U);
  EXPECT_EQ(agent.Discontinuity(), "");
}

}  // namespace
}  // namespace callfleet::sip_edge::media
