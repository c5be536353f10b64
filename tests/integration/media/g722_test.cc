// G.722 beside G.711: passed through to its like, mixed for the others.
#include "services/sip_edge/media/clip_encoder.h"
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

class Transcoding : public World, public testing::WithParamInterface<Codec> {};

TEST_P(Transcoding, EachHearsTheOther) {
  Phone agent(Codec::kG722);
  Phone customer(GetParam());
  const auto a = OpenLeg(agent, Codec::kG722);
  const auto c = OpenLeg(customer, GetParam());
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  const auto talk = [&] {
    agent.SendFrame(a.port, 500);
    customer.SendFrame(c.port, 1300);
  };
  Run(milliseconds(300), {&agent, &customer}, talk);
  agent.Forget();
  customer.Forget();
  Run(milliseconds(600), {&agent, &customer}, talk);
  EXPECT_GT(agent.ShareOf(1300), 0.85);
  EXPECT_GT(customer.ShareOf(500), 0.85);
  EXPECT_EQ(agent.Discontinuity(), "");
  EXPECT_EQ(customer.Discontinuity(), "");
  const auto like = GetParam() == Codec::kG722;
  EXPECT_EQ(engine_->Counters().frames_mixed == 0, like);
}

INSTANTIATE_TEST_SUITE_P(OfEachCodec, Transcoding,
                         testing::Values(Codec::kPcmu, Codec::kPcma, Codec::kG722),
                         [](const auto& codec) { return std::string(Name(codec.param)); });

TEST_F(World, WhatIsPassedThroughBetweenG722LegsIsUnchanged) {
  Phone agent(Codec::kG722);
  Phone customer(Codec::kG722);
  const auto a = OpenLeg(agent, Codec::kG722);
  const auto c = OpenLeg(customer, Codec::kG722);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(200), {&agent, &customer}, [&] { customer.SendFrame(c.port, 1300); });
  std::size_t same = 0;
  for (const auto& packet : agent.heard()) {
    const auto& sent = customer.sent();
    same += static_cast<std::size_t>(std::count(sent.begin(), sent.end(), packet.payload));
  }
  EXPECT_GE(same, 8U);
}

TEST_F(World, AG722LegIsListenedToWhisperedToAndHearsMusic) {
  Phone agent(Codec::kG722);
  Phone customer;
  Phone supervisor(Codec::kPcma);
  const auto a = OpenLeg(agent, Codec::kG722);
  const auto c = OpenLeg(customer);
  const auto s = OpenLeg(supervisor, Codec::kPcma);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  ASSERT_TRUE(
      engine_->SetRow(s.id, std::array{RowSource::Leg(a.id), RowSource::Leg(c.id)}).has_value());
  ASSERT_TRUE(
      engine_->SetRow(a.id, std::array{RowSource::Leg(c.id), RowSource::Leg(s.id)}).has_value());
  const auto talk = [&] {
    agent.SendFrame(a.port, 500);
    customer.SendFrame(c.port, 1300);
    supervisor.SendFrame(s.port, 2100);
  };
  Run(milliseconds(300), {&agent, &customer, &supervisor}, talk);
  for (Phone* phone : {&agent, &customer, &supervisor}) phone->Forget();
  Run(milliseconds(600), {&agent, &customer, &supervisor}, talk);
  EXPECT_GT(supervisor.ShareOf(500), 0.3);
  EXPECT_GT(supervisor.ShareOf(1300), 0.3);
  EXPECT_GT(agent.ShareOf(1300), 0.3);
  EXPECT_GT(agent.ShareOf(2100), 0.3);
  EXPECT_GT(customer.ShareOf(500), 0.85);

  ASSERT_TRUE(engine_->SetRow(a.id, std::array{RowSource::Player(Tone::kBeep)}).has_value());
  Run(milliseconds(100), {&agent}, [] {});
  agent.Forget();
  Run(milliseconds(300), {&agent}, [] {});
  EXPECT_EQ(agent.Discontinuity(), "");
  EXPECT_GE(agent.heard().size(), 12U);
}

TEST_F(World, KeysInTheAudioOfAG722LegAreFound) {
  Phone customer(Codec::kG722);
  auto c = OpenLeg(customer, Codec::kG722);
  c.remote.inband_keys = true;
  c.remote.dtmf_receive = kNotNegotiated;
  Update(c);
  Run(milliseconds(200), {&customer}, [&] { customer.SendPair(c.port, 770, 1336); });  // 5.
  Run(milliseconds(100), {&customer}, [&] { customer.SendFrame(c.port, 0); });
  const auto keys = EventsOf(MediaEventKind::kDtmf);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].digit, '5');
}

}  // namespace
}  // namespace callfleet::sip_edge::media
