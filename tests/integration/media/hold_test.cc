// Every answered leg gets RTP always; directions are obeyed; a dead peer is told.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;
constexpr double kHz = 700;

TEST_F(World, AnAnsweredLegWithoutASourceHearsSilenceFrames) {
  Phone agent;
  OpenLeg(agent);
  Run(milliseconds(500), {&agent}, [] {});
  EXPECT_GE(agent.heard().size(), 20U);
  EXPECT_LE(agent.heard().size(), 27U);
  EXPECT_EQ(agent.Discontinuity(), "");
  for (const auto& packet : agent.heard()) {
    EXPECT_EQ(packet.payload, std::vector<std::uint8_t>(160, 0xFF));
  }
}

TEST_F(World, ALegOnHoldIsSentNothingAndItsPeerHearsSilence) {
  Phone agent;
  Phone customer;
  auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  const auto talk = [&] {
    agent.SendFrame(a.port, kHz);
    customer.SendFrame(c.port, 1500);
  };
  Run(milliseconds(200), {&agent, &customer}, talk);
  a.remote.direction = Direction::kInactive;
  Update(a);
  Run(milliseconds(100), {&agent, &customer}, talk);
  agent.Forget();
  Run(milliseconds(500), {&agent, &customer}, talk);
  EXPECT_TRUE(agent.heard().empty());
  customer.Forget();
  Run(milliseconds(300), {&agent, &customer}, talk);
  EXPECT_GE(customer.heard().size(), 13U);
  EXPECT_EQ(customer.ShareOf(kHz), 0);
  EXPECT_EQ(customer.Discontinuity(), "");
}

TEST_F(World, AfterHoldBothHearEachOtherAgain) {
  Phone agent;
  Phone customer;
  auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  const auto talk = [&] {
    agent.SendFrame(a.port, kHz);
    customer.SendFrame(c.port, 1500);
  };
  const auto address = a.remote.rules.signalled;
  a.remote.rules.signalled = {IpAddress::V4(0, 0, 0, 0), address.port};  // The old hold.
  Update(a);
  Run(milliseconds(300), {&agent, &customer}, talk);
  a.remote.rules.signalled = address;
  Update(a);
  Run(milliseconds(100), {&agent, &customer}, talk);
  agent.Forget();
  Run(milliseconds(300), {&agent, &customer}, talk);
  EXPECT_GT(agent.ShareOf(1500), 0.8);
  EXPECT_EQ(customer.Discontinuity(), "");
}

TEST_F(World, APeerThatOnlySendsIsSentNothing) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  c.remote.direction = Direction::kRecvOnly;
  Update(c);
  Run(milliseconds(60), {&customer}, [] {});
  customer.Forget();
  Run(milliseconds(300), {&agent, &customer}, [&] {
    agent.SendFrame(a.port, kHz);
    customer.SendFrame(c.port, 1500);
  });
  EXPECT_TRUE(customer.heard().empty());
  EXPECT_GT(agent.ShareOf(1500), 0.8);
}

TEST_F(World, ASilentPeerIsToldOnceAndTheOtherEndHearsSilenceFrames) {
  StartEngine({.relearn_after = milliseconds(200), .no_rtp_after = milliseconds(400)});
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(1200), {&agent, &customer}, [&] { agent.SendFrame(a.port, kHz); });
  const auto told = EventsOf(MediaEventKind::kNoRtp);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].endpoint, c.id);
  EXPECT_GE(agent.heard().size(), 50U);
}

TEST_F(World, TheOldHoldIsNotToldAsDead) {
  StartEngine({.relearn_after = milliseconds(200), .no_rtp_after = milliseconds(400)});
  Phone agent;
  auto a = OpenLeg(agent);
  a.remote.rules.signalled.ip = IpAddress::V4(0, 0, 0, 0);
  Update(a);
  Run(milliseconds(800), {&agent}, [] {});
  EXPECT_TRUE(EventsOf(MediaEventKind::kNoRtp).empty());
}

TEST_F(World, APeerThatGoesOnAfterItsHoldIsWaitedForAnew) {
  StartEngine({.relearn_after = milliseconds(200), .no_rtp_after = milliseconds(400)});
  Phone agent;
  auto a = OpenLeg(agent);
  a.remote.direction = Direction::kRecvOnly;  // It says that it sends, and does not.
  Update(a);
  Run(milliseconds(800), {&agent}, [] {});
  EXPECT_EQ(EventsOf(MediaEventKind::kNoRtp).size(), 1U);
  a.remote.direction = Direction::kSendRecv;
  Update(a);
  Run(milliseconds(200), {&agent}, [] {});
  EXPECT_EQ(EventsOf(MediaEventKind::kNoRtp).size(), 1U);
  Run(milliseconds(600), {&agent}, [] {});
  EXPECT_EQ(EventsOf(MediaEventKind::kNoRtp).size(), 2U);
}

TEST_F(World, APeerOnHoldIsNotToldAsDead) {
  StartEngine({.relearn_after = milliseconds(200), .no_rtp_after = milliseconds(400)});
  Phone agent;
  auto a = OpenLeg(agent);
  a.remote.direction = Direction::kSendOnly;
  Update(a);
  Run(milliseconds(800), {&agent}, [] {});
  EXPECT_TRUE(EventsOf(MediaEventKind::kNoRtp).empty());
}

}  // namespace
}  // namespace callfleet::sip_edge::media
