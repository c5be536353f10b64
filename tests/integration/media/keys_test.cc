// RFC 4733 keys: told, passed on, sent.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

TEST_F(World, KeysAreToldOnceAndPassedOnUnderThePeersNumber) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(100), {&agent}, [&] { customer.SendFrame(c.port, 1500); });
  std::uint16_t duration = 0;
  Run(milliseconds(100), {&agent}, [&] {
    duration += 160;
    customer.SendKeyPacket(c.port, 101, {.event = 5, .end = duration == 800, .duration = duration});
  });
  customer.SkipKeyTime();
  Run(milliseconds(100), {&agent}, [&] { customer.SendFrame(c.port, 1500); });

  const auto keys = EventsOf(MediaEventKind::kDtmf);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].digit, '5');
  EXPECT_EQ(keys[0].endpoint, c.id);
  std::vector<Heard> passed;
  for (const auto& packet : agent.heard()) {
    if (packet.header.payload_type == 96) passed.push_back(packet);
  }
  ASSERT_EQ(passed.size(), 5U);
  for (const auto& packet : passed) {
    EXPECT_EQ(packet.header.timestamp, passed[0].header.timestamp);
  }
  EXPECT_TRUE(ParseTelephoneEvent(passed.back().payload)->end);
}

TEST_F(World, KeysOfAPeerWithoutTelephoneEventAreFoundInItsAudio) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  auto c = OpenLeg(customer);
  c.remote.dtmf_send = kNotNegotiated;
  c.remote.dtmf_receive = kNotNegotiated;
  c.remote.inband_keys = true;
  Update(c);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  const auto press = [&](double low, double high) {
    Run(milliseconds(100), {&agent}, [&] { customer.SendPair(c.port, low, high); });
    Run(milliseconds(100), {&agent}, [&] { customer.SendFrame(c.port, 0); });
  };
  press(770, 1336);
  press(770, 1336);
  press(941, 1477);

  std::string digits;
  for (const auto& key : EventsOf(MediaEventKind::kDtmf)) {
    EXPECT_EQ(key.endpoint, c.id);
    digits += key.digit;
  }
  EXPECT_EQ(digits, "55#");
  EXPECT_EQ(StatsOf(c.id).digits_received, 3U);
}

TEST_F(World, KeysAreSentAsAskedAndReportedWhenDone) {
  Phone agent;
  const auto a = OpenLeg(agent);
  ASSERT_TRUE(engine_->SendDtmf(a.id, "1#", milliseconds(100), milliseconds(60)).has_value());
  EXPECT_EQ(engine_->SendDtmf(a.id, "2", milliseconds(100), milliseconds(60)).error().reason,
            "DTMF_BUSY");
  Run(milliseconds(500), {&agent}, [] {});
  EXPECT_EQ(EventsOf(MediaEventKind::kDtmfSent).size(), 1U);
  DtmfReceiver receiver;
  std::string digits;
  int ends = 0;
  for (const auto& packet : agent.heard()) {
    if (packet.header.payload_type != 96) continue;
    const auto event = ParseTelephoneEvent(packet.payload);
    ASSERT_TRUE(event.has_value());
    ends += event->end ? 1 : 0;
    if (const auto digit = receiver.OnPacket(packet.header.timestamp, *event)) digits += *digit;
  }
  EXPECT_EQ(digits, "1#");
  EXPECT_EQ(ends, 6);
  EXPECT_TRUE(engine_->SendDtmf(a.id, "2", milliseconds(100), milliseconds(60)).has_value());
}

TEST_F(World, KeysThatCannotBeSentAreRefused) {
  Phone agent;
  auto a = OpenLeg(agent);
  const milliseconds ms(100);
  EXPECT_EQ(engine_->SendDtmf(a.id, "1x", ms, ms).error().fields.at(0).field, "digits");
  EXPECT_EQ(engine_->SendDtmf(a.id, "", ms, ms).error().fields.at(0).field, "digits");
  EXPECT_EQ(engine_->SendDtmf(a.id, "1", milliseconds(5), ms).error().fields.at(0).field,
            "duration");
  a.remote.dtmf_send = kNotNegotiated;
  Update(a);
  EXPECT_EQ(engine_->SendDtmf(a.id, "1", ms, ms).error().reason, "DTMF_NOT_NEGOTIATED");
}

}  // namespace
}  // namespace callfleet::sip_edge::media
