// Who answers, told from packets on a socket.
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

constexpr double kFaxHz = 2100;

class WhoAnswers : public World, public testing::WithParamInterface<Codec> {};

TEST_P(WhoAnswers, AFaxIsKnownByItsToneInEachCodec) {
  Phone customer(GetParam());
  const auto c = OpenLeg(customer, GetParam());
  ASSERT_TRUE(engine_->Listen(c.id, {}).has_value());
  Run(milliseconds(700), {&customer}, [&] { customer.SendFrame(c.port, kFaxHz); });
  const auto told = EventsOf(MediaEventKind::kAmdDecision);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].amd.verdict, amd::Verdict::kFax);
  EXPECT_LE(told[0].amd.from_answer, milliseconds(600));
}

INSTANTIATE_TEST_SUITE_P(OfEachCodec, WhoAnswers,
                         testing::Values(Codec::kPcmu, Codec::kPcma, Codec::kG722),
                         [](const auto& codec) { return std::string(Name(codec.param)); });

TEST_F(World, AFaxIsKnownInEarlyMedia) {
  Phone customer;
  auto c = OpenLeg(customer);
  c.remote.answered = false;
  Update(c);
  ASSERT_TRUE(engine_->Listen(c.id, {}).has_value());
  Run(milliseconds(700), {&customer}, [&] { customer.SendFrame(c.port, kFaxHz); });
  const auto told = EventsOf(MediaEventKind::kAmdDecision);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].amd.verdict, amd::Verdict::kFax);
}

TEST_F(World, WhoSaysNothingAtAllIsAPersonInTimeEvenWhereTheLegOnlyRelays) {
  Phone agent;
  Phone customer;
  const auto a = OpenLeg(agent);
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Bridge(a.id, c.id).has_value());
  ASSERT_TRUE(engine_->Listen(c.id, {}).has_value());
  Run(milliseconds(1900), {&agent, &customer}, [&] { agent.SendFrame(a.port, 500); });
  const auto told = EventsOf(MediaEventKind::kAmdDecision);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].amd.verdict, amd::Verdict::kHuman);
  EXPECT_EQ(told[0].amd.reason, amd::Reason::kDeadline);
}

TEST_F(World, NobodyIsToldOfALegThatIsNoLongerListenedTo) {
  Phone customer;
  const auto c = OpenLeg(customer);
  ASSERT_TRUE(engine_->Listen(c.id, {}).has_value());
  EXPECT_FALSE(engine_->Listen(c.id, {}).has_value());
  ASSERT_TRUE(engine_->StopListening(c.id).has_value());
  Run(milliseconds(600), {&customer}, [&] { customer.SendFrame(c.port, kFaxHz); });
  EXPECT_TRUE(EventsOf(MediaEventKind::kAmdDecision).empty());
  EXPECT_EQ(StatsOf(c.id).malformed, 0U);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
