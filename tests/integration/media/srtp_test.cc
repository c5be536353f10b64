// SRTP on one leg or both: what is heard, what a stranger can do, what a new key does.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;
constexpr double kAgentHz = 500;
constexpr double kCustomerHz = 1300;

SrtpKey Key(SrtpSuite suite, std::uint8_t first) {
  SrtpKey key{.suite = suite};
  for (std::size_t i = 0; i < KeyBytes(suite); ++i) {
    key.octets[i] = static_cast<std::uint8_t>(first + i * 11);
  }
  return key;
}

struct BothSides {
  SrtpKeys ours;
  SrtpKeys theirs;
};
BothSides KeysOf(SrtpSuite suite, std::uint8_t first) {
  const auto out = Key(suite, first);
  const auto in = Key(suite, static_cast<std::uint8_t>(first + 100));
  return {{.send = out, .receive = in}, {.send = in, .receive = out}};
}

class Srtp : public World {
 protected:
  Leg OpenSecure(Phone& phone, const BothSides& keys, Codec codec = Codec::kPcmu) {
    auto leg = OpenLeg(phone, codec);
    Encrypt(leg, phone, keys);
    return leg;
  }
  void Encrypt(Leg& leg, Phone& phone, const BothSides& keys) {
    leg.remote.srtp = keys.ours;
    Update(leg);
    phone.Encrypt(keys.theirs);
  }
  void Talk(Phone& agent, const Leg& a, Phone& customer, const Leg& c, milliseconds time) {
    Run(time, {&agent, &customer}, [&] {
      agent.SendFrame(a.port, kAgentHz);
      customer.SendFrame(c.port, kCustomerHz);
    });
  }
};

TEST_F(Srtp, AnEncryptedLegAndAPlainOneHearEachOtherInEachSuite) {
  for (const auto suite : {SrtpSuite::kAesCm128HmacSha1_80, SrtpSuite::kAesCm128HmacSha1_32,
                           SrtpSuite::kAeadAes128Gcm, SrtpSuite::kAeadAes256Gcm}) {
    Phone agent;
    Phone customer;
    const auto a = OpenSecure(agent, KeysOf(suite, 1));
    const auto c = OpenLeg(customer);
    ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
    Talk(agent, a, customer, c, milliseconds(400));
    EXPECT_GT(agent.ShareOf(kCustomerHz), 0.9);
    EXPECT_GT(customer.ShareOf(kAgentHz), 0.9);
    EXPECT_EQ(agent.Discontinuity(), "");
    EXPECT_EQ(agent.unauthentic(), 0U);
    CloseLeg(a.id);
    CloseLeg(c.id);
  }
}

TEST_F(Srtp, TwoEncryptedLegsOfOtherKeysAndLawsHearEachOther) {
  Phone agent(Codec::kPcma);
  Phone customer;
  const auto a = OpenSecure(agent, KeysOf(SrtpSuite::kAeadAes128Gcm, 1), Codec::kPcma);
  const auto c = OpenSecure(customer, KeysOf(SrtpSuite::kAesCm128HmacSha1_80, 2));
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Talk(agent, a, customer, c, milliseconds(600));
  EXPECT_GT(agent.ShareOf(kCustomerHz), 0.9);
  EXPECT_GT(customer.ShareOf(kAgentHz), 0.9);
}

TEST_F(Srtp, TwoListenersOfOneSourceGetItEachUnderTheirOwnKey) {
  Phone customer;
  Phone first;
  Phone second;
  const auto c = OpenLeg(customer);
  const auto one = OpenSecure(first, KeysOf(SrtpSuite::kAesCm128HmacSha1_80, 1));
  const auto two = OpenSecure(second, KeysOf(SrtpSuite::kAesCm128HmacSha1_80, 2));
  for (const auto& leg : {one, two}) {
    ASSERT_TRUE(engine_->SetRow(leg.id, std::vector{RowSource::Leg(c.id)}).has_value());
  }
  Run(milliseconds(400), {&customer, &first, &second},
      [&] { customer.SendFrame(c.port, kCustomerHz); });
  EXPECT_GT(first.ShareOf(kCustomerHz), 0.9);
  EXPECT_GT(second.ShareOf(kCustomerHz), 0.9);
}

TEST_F(Srtp, WhoHasNotTheKeyIsNeitherHeardNorLearned) {
  Phone agent;
  Phone customer;
  Phone stranger;  // From the same address, in the clear.
  const auto a = OpenSecure(agent, KeysOf(SrtpSuite::kAeadAes128Gcm, 1));
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Run(milliseconds(300), {&customer, &stranger}, [&] { stranger.SendFrame(a.port, 2100); });
  EXPECT_LT(customer.ShareOf(2100), 0.1);
  EXPECT_GT(engine_->Counters().unauthentic, 5U);
  EXPECT_EQ(StatsOf(a.id).packets_received, 0U);
  customer.Forget();
  Talk(agent, a, customer, c, milliseconds(400));
  EXPECT_GT(customer.ShareOf(kAgentHz), 0.9);
  EXPECT_TRUE(stranger.heard().empty());
}

TEST_F(Srtp, APacketHeardBeforeIsNotHeardAgain) {
  Phone agent;
  Phone customer;
  const auto a = OpenSecure(agent, KeysOf(SrtpSuite::kAesCm128HmacSha1_80, 1));
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Talk(agent, a, customer, c, milliseconds(100));
  const auto before = engine_->Counters().unauthentic;
  agent.RepeatLast(a.port);
  Run(milliseconds(60), {&agent, &customer}, [] {});
  EXPECT_EQ(engine_->Counters().unauthentic, before + 1);
}

TEST_F(Srtp, ANewKeyOfThePeerTakesOverAndOursGoesOn) {
  Phone agent;
  Phone customer;
  auto keys = KeysOf(SrtpSuite::kAesCm128HmacSha1_80, 1);
  auto a = OpenSecure(agent, keys);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  Talk(agent, a, customer, c, milliseconds(200));
  const auto fresh = Key(SrtpSuite::kAesCm128HmacSha1_80, 77);
  keys.ours.receive = fresh;
  keys.theirs.send = fresh;
  a.remote.srtp = keys.ours;
  Update(a);
  agent.SendUnder(fresh);
  agent.Forget();
  customer.Forget();
  Talk(agent, a, customer, c, milliseconds(400));
  EXPECT_GT(customer.ShareOf(kAgentHz), 0.9);
  EXPECT_GT(agent.ShareOf(kCustomerHz), 0.9);
  EXPECT_EQ(agent.unauthentic(), 0U);
}

TEST_F(Srtp, ARowOfTwoIsMixedForAnEncryptedListener) {
  Phone agent;
  Phone customer;
  Phone supervisor;
  const auto a = OpenSecure(agent, KeysOf(SrtpSuite::kAeadAes256Gcm, 1));
  const auto c = OpenLeg(customer);
  const auto s = OpenSecure(supervisor, KeysOf(SrtpSuite::kAeadAes128Gcm, 2));
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  ASSERT_TRUE(
      engine_->SetRow(s.id, std::vector{RowSource::Leg(a.id), RowSource::Leg(c.id)}).has_value());
  Run(milliseconds(600), {&agent, &customer, &supervisor}, [&] {
    agent.SendFrame(a.port, kAgentHz);
    customer.SendFrame(c.port, kCustomerHz);
  });
  EXPECT_GT(supervisor.ShareOf(kAgentHz), 0.3);
  EXPECT_GT(supervisor.ShareOf(kCustomerHz), 0.3);
}

TEST_F(Srtp, WhoAnswersIsHeardUnderTheKeyAndNotFromWhoHasItNot) {
  constexpr double kFaxHz = 2100;
  Phone customer;
  Phone stranger;  // From the same address, in the clear.
  const auto c = OpenSecure(customer, KeysOf(SrtpSuite::kAeadAes128Gcm, 1));
  ASSERT_TRUE(engine_->Listen(c.id, {}).has_value());
  Run(milliseconds(700), {&customer, &stranger}, [&] { stranger.SendFrame(c.port, kFaxHz); });
  EXPECT_TRUE(EventsOf(MediaEventKind::kAmdDecision).empty());
  Run(milliseconds(700), {&customer, &stranger}, [&] { customer.SendFrame(c.port, kFaxHz); });
  const auto told = EventsOf(MediaEventKind::kAmdDecision);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].amd.verdict, amd::Verdict::kFax);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
