// Legs of unlike packet times, and sources that are silent, late or gone.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

class PacketTimes : public World, public testing::WithParamInterface<std::uint8_t> {};

TEST_P(PacketTimes, AreMadeToFitTheOther) {
  const std::uint8_t ms = GetParam();
  Phone agent;
  Phone customer(Codec::kPcma);
  agent.SetPacketTime(ms);
  auto a = OpenLeg(agent);
  a.remote.ptime_ms = ms;
  Update(a);
  const auto c = OpenLeg(customer, Codec::kPcma);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  std::uint32_t clock_ms = 0;
  std::uint32_t sent_ms = 0;
  const auto talk = [&] {
    customer.SendFrame(c.port, 1300);
    for (clock_ms += 20; sent_ms + ms <= clock_ms; sent_ms += ms) agent.SendFrame(a.port, 500);
  };
  Run(milliseconds(300), {&agent, &customer}, talk);
  agent.Forget();
  customer.Forget();
  Run(milliseconds(600), {&agent, &customer}, talk);
  EXPECT_GT(agent.ShareOf(1300), 0.85);
  EXPECT_GT(customer.ShareOf(500), 0.85);
  EXPECT_EQ(agent.Discontinuity(), "");
  EXPECT_EQ(customer.Discontinuity(), "");
  ASSERT_FALSE(agent.heard().empty());
  for (const auto& packet : agent.heard()) EXPECT_EQ(packet.payload.size(), std::size_t{ms} * 8);
}

INSTANTIATE_TEST_SUITE_P(FromTenToSixtyMs, PacketTimes, testing::Values(10, 20, 30, 40, 50, 60));

TEST_F(World, APacketTimeThatChangesTurnsARowMixedAndBack) {
  Phone agent;
  Phone customer;
  auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  const auto talk = [&] { customer.SendFrame(c.port, 1300); };
  Run(milliseconds(200), {&agent}, talk);
  EXPECT_EQ(engine_->Counters().frames_mixed, 0U);
  a.remote.ptime_ms = 40;
  Update(a);
  Run(milliseconds(200), {&agent}, talk);
  const auto mixed = engine_->Counters().frames_mixed;
  EXPECT_GE(mixed, 8U);
  a.remote.ptime_ms = 20;
  Update(a);
  Run(milliseconds(40), {&agent}, talk);
  agent.Forget();
  Run(milliseconds(200), {&agent}, talk);
  EXPECT_LE(engine_->Counters().frames_mixed, mixed + 3);
  EXPECT_GT(agent.ShareOf(1300), 0.9);
  EXPECT_EQ(agent.Discontinuity(), "");
}

TEST_F(World, OneWhoFallsSilentInAMixIsSilenceAndTheOtherIsHeardOn) {
  Phone agent;
  Phone customer;
  Phone third;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  const auto t = OpenLeg(third);
  const std::array row{RowSource::Leg(c.id), RowSource::Leg(t.id)};
  ASSERT_TRUE(engine_->SetRow(a.id, row).has_value());
  Run(milliseconds(200), {&agent}, [&] {
    customer.SendFrame(c.port, 1300);
    third.SendFrame(t.port, 2100);
  });
  Run(milliseconds(100), {&agent}, [&] { customer.SendFrame(c.port, 1300); });
  agent.Forget();
  Run(milliseconds(300), {&agent}, [&] { customer.SendFrame(c.port, 1300); });
  EXPECT_GT(agent.ShareOf(1300), 0.9);
  agent.Forget();
  Run(milliseconds(300), {&agent}, [&] { third.SendFrame(t.port, 2100); });  // Speaks again.
  EXPECT_GT(agent.ShareOf(2100), 0.6);
  EXPECT_EQ(agent.Discontinuity(), "");
}

TEST_F(World, ComfortNoiseOfASilentSourceIsSilenceAtOnceAndNoFault) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(200), {&agent}, [&] { customer.SendFrame(c.port, 1300); });
  agent.Forget();
  customer.SendComfortNoise(c.port);
  Run(milliseconds(160), {&agent}, [] {});
  EXPECT_GE(agent.heard().size(), 6U);  // Not only after the 200 ms that a lost source is given.
  Run(milliseconds(100), {&agent}, [&] { customer.SendFrame(c.port, 1300); });
  EXPECT_EQ(agent.Discontinuity(), "");
  const auto stats = CloseLeg(c.id);
  EXPECT_EQ(stats.malformed, 0U);
  EXPECT_EQ(stats.packets_lost, 0U);
}

TEST_F(World, ALegThatSendsNothingForFiveSecondsIsToldAndToldAgainWhenItDoes) {
  Phone agent;
  const auto a = OpenLeg(agent);
  Run(milliseconds(5300), {&agent}, [] {});
  auto told = EventsOf(MediaEventKind::kOneWay);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].one_way, OneWay::kNothingReceived);
  Run(milliseconds(300), {&agent}, [&] { agent.SendFrame(a.port, 500); });
  told = EventsOf(MediaEventKind::kOneWay);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].one_way, OneWay::kNo);
}

TEST_F(World, LegsOfSeveralThreadsAreMixedOnOne) {
  StartEngine({.threads = 3});
  Phone agent;
  Phone customer;
  Phone supervisor;
  const auto a = OpenLeg(agent, Codec::kPcmu, "a");
  const auto c = OpenLeg(customer, Codec::kPcmu, "b");
  const auto s = OpenLeg(supervisor, Codec::kPcmu, "c");
  const auto talk = [&] {
    agent.SendFrame(a.port, 500);
    customer.SendFrame(c.port, 1300);
  };
  Run(milliseconds(60), {&agent, &customer, &supervisor}, talk);
  const std::array row{RowSource::Leg(a.id), RowSource::Leg(c.id)};
  ASSERT_TRUE(engine_->SetRow(s.id, row).has_value());
  Run(milliseconds(200), {&agent, &customer, &supervisor}, talk);
  supervisor.Forget();
  Run(milliseconds(300), {&agent, &customer, &supervisor}, talk);
  EXPECT_GT(supervisor.ShareOf(500), 0.3);
  EXPECT_GT(supervisor.ShareOf(1300), 0.3);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
