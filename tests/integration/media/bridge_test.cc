// Two legs, one bridge: what each end hears and what the figures say.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;
constexpr double kAgentHz = 500;
constexpr double kCustomerHz = 1300;

TEST_F(World, TwoBridgedLegsHearEachOther) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(1000), {&agent, &customer}, [&] {
    agent.SendFrame(a.port, kAgentHz);
    customer.SendFrame(c.port, kCustomerHz);
  });
  EXPECT_GT(agent.ShareOf(kCustomerHz), 0.9);
  EXPECT_GT(customer.ShareOf(kAgentHz), 0.9);
  EXPECT_EQ(agent.Discontinuity(), "");
  EXPECT_EQ(customer.Discontinuity(), "");
}

TEST_F(World, EachLegHasAnSsrcOfItsOwn) {
  Phone agent(Codec::kPcmu, "127.0.0.1", 0xA);
  Phone customer(Codec::kPcmu, "127.0.0.1", 0xC);
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(200), {&agent, &customer}, [&] {
    agent.SendFrame(a.port, kAgentHz);
    customer.SendFrame(c.port, kCustomerHz);
  });
  ASSERT_FALSE(agent.heard().empty());
  ASSERT_FALSE(customer.heard().empty());
  EXPECT_NE(agent.heard().back().header.ssrc, 0xCU);
  EXPECT_NE(agent.heard().back().header.ssrc, customer.heard().back().header.ssrc);
}

TEST_F(World, LawsAreConvertedBetweenTheLegs) {
  Phone agent(Codec::kPcma);
  Phone customer(Codec::kPcmu);
  const auto a = OpenLeg(agent, Codec::kPcma);
  const auto c = OpenLeg(customer, Codec::kPcmu);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(1000), {&agent, &customer}, [&] {
    agent.SendFrame(a.port, kAgentHz);
    customer.SendFrame(c.port, kCustomerHz);
  });
  for (const auto& packet : agent.heard()) EXPECT_EQ(packet.header.payload_type, 8);
  for (const auto& packet : customer.heard()) EXPECT_EQ(packet.header.payload_type, 0);
  EXPECT_GT(agent.ShareOf(kCustomerHz), 0.9);
  EXPECT_GT(customer.ShareOf(kAgentHz), 0.9);
}

TEST_F(World, PayloadTypesAreRewrittenToThoseOfThePeer) {
  Phone agent;
  Phone customer;
  auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  a.remote.payload_type = 111;  // The agent's phone gave PCMU a dynamic number.
  Update(a);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(200), {&agent, &customer}, [&] { customer.SendFrame(c.port, kCustomerHz); });
  ASSERT_FALSE(agent.heard().empty());
  for (const auto& packet : agent.heard()) EXPECT_EQ(packet.header.payload_type, 111);
}

TEST_F(World, TheCallsRecordGetsTheFinalFigures) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  int sent = 0;
  Run(milliseconds(40), {&agent, &customer}, [] {});  // What comes before the SDP is dropped.
  Run(milliseconds(1000), {&agent, &customer}, [&] {
    agent.SendFrame(a.port, kAgentHz);
    customer.SendFrame(c.port, kCustomerHz);
    ++sent;
  });
  const auto stats = CloseLeg(c.id);
  EXPECT_EQ(stats.packets_received, static_cast<std::uint64_t>(sent));
  EXPECT_EQ(stats.bytes_received, static_cast<std::uint64_t>(sent) * 160);
  EXPECT_EQ(stats.packets_lost, 0U);
  EXPECT_EQ(stats.packets_sent, customer.heard().size());
  EXPECT_EQ(stats.source, customer.address());
  EXPECT_GT(stats.mos, 4.0);
  ASSERT_TRUE(stats.first_rtp && stats.last_rtp);
  EXPECT_GT(stats.last_rtp->mono - stats.first_rtp->mono, milliseconds(900));
}

TEST_F(World, TheFirstPacketIsAnEventWithItsTimeAndSource) {
  Phone agent;
  const auto a = OpenLeg(agent);
  const auto before = clock_.Now().mono;
  Run(milliseconds(100), {&agent}, [&] { agent.SendFrame(a.port, kAgentHz); });
  const auto first = EventsOf(MediaEventKind::kFirstRtp);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].source, agent.address());
  EXPECT_EQ(first[0].endpoint, a.id);
  EXPECT_LT(first[0].at.mono - before, milliseconds(80));
}

TEST_F(World, NothingIsSentToALegThatHasNotAnswered) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  auto c = OpenLeg(customer);
  c.remote.answered = false;
  Update(c);
  Run(milliseconds(60), {&agent, &customer}, [] {});  // Silence frames of before the update.
  agent.Forget();
  customer.Forget();
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(300), {&agent, &customer}, [&] {
    agent.SendFrame(a.port, kAgentHz);
    customer.SendFrame(c.port, kCustomerHz);  // Early media.
  });
  EXPECT_TRUE(customer.heard().empty());
  EXPECT_GT(agent.ShareOf(kCustomerHz), 0.8);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
