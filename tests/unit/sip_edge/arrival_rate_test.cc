#include "services/sip_edge/domain/arrival_rate.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge {
namespace {

using namespace std::chrono_literals;

int LetInOf(ArrivalRate* rate, int offered, std::chrono::microseconds apart, MonoTime* now) {
  int let_in = 0;
  for (int i = 0; i < offered; ++i, *now += apart) let_in += rate->Admit(*now) ? 1 : 0;
  return let_in;
}

TEST(ArrivalRate, AtItsRateEverybodyIsLetIn) {
  ArrivalRate rate(100);
  MonoTime now{1'000s};
  EXPECT_EQ(LetInOf(&rate, 1'000, 10ms, &now), 1'000);
}

TEST(ArrivalRate, AboveItTheRateIsLetInAndAQuarterOfASecondMoreAtFirst) {
  ArrivalRate rate(100);
  MonoTime now{1'000s};
  EXPECT_NEAR(LetInOf(&rate, 4'000, 2'500us, &now), 1'000 + 25, 2);
}

TEST(ArrivalRate, ABurstAfterAPauseIsAQuarterOfASecondsCalls) {
  ArrivalRate rate(100);
  MonoTime now{1'000s};
  EXPECT_EQ(LetInOf(&rate, 100, 0us, &now), 26);
  now += 10s;
  EXPECT_EQ(LetInOf(&rate, 100, 0us, &now), 26);
}

TEST(SourceRates, TenSecondsWorthAtOnceThenTheRateAndOthersAreNotConcerned) {
  SourceRates rates(20);
  MonoTime now{1'000s};
  int let_in = 0;
  for (int i = 0; i < 1'000; ++i) let_in += rates.Admit("192.0.2.1", now) ? 1 : 0;
  EXPECT_EQ(let_in, 201);
  EXPECT_TRUE(rates.Admit("192.0.2.2", now));
  now += 1s;
  let_in = 0;
  for (int i = 0; i < 1'000; ++i) let_in += rates.Admit("192.0.2.1", now) ? 1 : 0;
  EXPECT_EQ(let_in, 20);
}

TEST(SourceRates, RemembersNoMoreThanItsMostAndForgetsTheLongestSilent) {
  SourceRates rates(1);
  MonoTime now{1'000s};
  for (int i = 0; i < 11; ++i) rates.Admit("busy", now);
  EXPECT_FALSE(rates.Admit("busy", now));
  for (std::size_t i = 0; i < 3 * SourceRates::kMost; ++i) {
    rates.Admit("s" + std::to_string(i), now);
    if (i % 100 == 0) EXPECT_FALSE(rates.Admit("busy", now));
  }
  EXPECT_EQ(rates.size(), SourceRates::kMost);
}

}  // namespace
}  // namespace callfleet::sip_edge
