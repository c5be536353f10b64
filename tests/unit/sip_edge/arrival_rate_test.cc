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

}  // namespace
}  // namespace callfleet::sip_edge
