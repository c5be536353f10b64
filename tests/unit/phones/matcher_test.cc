#include "tests/phones/report/matcher.h"

#include <gtest/gtest.h>

#include <deque>

namespace callfleet::phones {
namespace {

constexpr int64_t kSecond = 1'000'000;

// Builds legs by hand: code number, answered from..to, in seconds.
class Scene {
 public:
  AnsweredLeg& Carrier(size_t code, double from, double to) {
    return Add(carriers_, Side::kCarrier, code, from, to);
  }
  AnsweredLeg& Agent(size_t code, double from, double to) {
    return Add(agents_, Side::kAgent, code, from, to);
  }
  Matching Match() { return MatchLegs(carriers_, agents_); }

 private:
  AnsweredLeg& Add(std::vector<AnsweredLeg>& legs, Side side, size_t code, double from, double to) {
    legs.reserve(10);  // References stay good.
    CallRecord& record = records_.emplace_back();
    record.side = side;
    record.code = CodesOf(side)[code];
    const auto us = [](double s) { return static_cast<int64_t>(s * kSecond); };
    return legs.emplace_back(AnsweredLeg{&record, {}, us(from), us(to), false});
  }
  std::deque<CallRecord> records_;
  std::vector<AnsweredLeg> carriers_, agents_;
};

void Hears(AnsweredLeg& listener, const AnsweredLeg& speaker) {
  const int64_t from = std::max(listener.from_us, speaker.from_us);
  const int64_t to = std::min(listener.to_us, speaker.to_us);
  listener.rtp.heard.push_back({speaker.record->code, from, to, 50});
}

void HearEachOther(AnsweredLeg& a, AnsweredLeg& b) {
  Hears(a, b);
  Hears(b, a);
}

TEST(Matcher, TwoLegsThatHearEachOtherAreABridgeWithTwoHeardLegs) {
  Scene scene;
  HearEachOther(scene.Carrier(0, 1, 5), scene.Agent(0, 0, 5));
  const Matching m = scene.Match();
  EXPECT_EQ(m.bridges.size(), 1u);
  EXPECT_EQ(m.legs_expected, 2u);
  EXPECT_EQ(m.legs_heard_peer, 2u);
}

TEST(Matcher, OneWayAudioCountsOnce) {
  Scene scene;
  Hears(scene.Carrier(0, 1, 5), scene.Agent(0, 0, 5));
  const Matching m = scene.Match();
  EXPECT_EQ(m.legs_expected, 2u);
  EXPECT_EQ(m.legs_heard_peer, 1u);
}

TEST(Matcher, ABridgeBelowASecondIsNotExpected) {
  Scene scene;
  HearEachOther(scene.Carrier(0, 1, 1.9), scene.Agent(0, 0, 5));
  EXPECT_EQ(scene.Match().legs_expected, 0u);
}

TEST(Matcher, ADeafBridgeIsFoundByItsCommonEnd) {
  Scene scene;
  scene.Carrier(0, 1, 5);
  scene.Agent(0, 0, 5.5);
  const Matching m = scene.Match();
  EXPECT_EQ(m.legs_expected, 2u);
  EXPECT_EQ(m.legs_heard_peer, 0u);
}

TEST(Matcher, AnAbandonedCustomerExpectsNobody) {
  Scene scene;
  scene.Carrier(0, 1, 4);
  scene.Agent(0, 0, 60);
  const Matching m = scene.Match();
  EXPECT_EQ(m.carrier_legs_alone, 1u);
  EXPECT_EQ(m.legs_expected, 0u);
}

TEST(Matcher, ADedicatedLineCarriesOneBridgeAfterTheOther) {
  Scene scene;
  AnsweredLeg& line = scene.Agent(0, 0, 60);
  HearEachOther(scene.Carrier(0, 1, 5), line);
  HearEachOther(scene.Carrier(1, 10, 15), line);
  const Matching m = scene.Match();
  EXPECT_EQ(m.bridges.size(), 2u);
  EXPECT_EQ(m.legs_heard_peer, 4u);
}

TEST(Matcher, ACodeUsedAgainBelongsToTheLegOfItsTime) {
  Scene scene;
  HearEachOther(scene.Carrier(0, 1, 5), scene.Agent(3, 0, 5));
  HearEachOther(scene.Carrier(1, 11, 15), scene.Agent(3, 10, 15));
  EXPECT_EQ(scene.Match().bridges.size(), 2u);
}

TEST(Matcher, SharedCodesAreToldApartByWhoHeardWhom) {
  Scene scene;
  AnsweredLeg& first = scene.Carrier(0, 1, 9);
  AnsweredLeg& second = scene.Carrier(1, 1, 9);
  AnsweredLeg& ann = scene.Agent(3, 0, 9);
  AnsweredLeg& bob = scene.Agent(3, 0, 9);
  HearEachOther(first, bob);
  HearEachOther(second, ann);
  const Matching m = scene.Match();
  ASSERT_EQ(m.bridges.size(), 2u);
  for (const Bridge& b : m.bridges) EXPECT_EQ(b.agent, b.carrier == &first ? &bob : &ann);
}

}  // namespace
}  // namespace callfleet::phones
