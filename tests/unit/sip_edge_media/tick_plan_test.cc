#include "services/sip_edge/domain/media/tick_plan.h"

#include <gtest/gtest.h>

#include "services/sip_edge/domain/media/tone.h"

namespace callfleet::sip_edge::media {
namespace {

TEST(TickPlan, ALateTickMakesUpTwoAtMostAndSkipsTheRest) {
  EXPECT_EQ(PlanTicks(0).run, 0U);
  EXPECT_EQ(PlanTicks(1).run, 1U);
  EXPECT_EQ(PlanTicks(3).run, 3U);
  EXPECT_EQ(PlanTicks(3).skipped, 0U);
  EXPECT_EQ(PlanTicks(10).run, 3U);
  EXPECT_EQ(PlanTicks(10).skipped, 7U);
}

TEST(Tone, EveryToneIsWholeFramesInBothLaws) {
  for (std::uint8_t tone = 0; tone < kTones; ++tone) {
    const auto mu = RenderTone(static_cast<Tone>(tone), Codec::kPcmu);
    const auto a = RenderTone(static_cast<Tone>(tone), Codec::kPcma);
    EXPECT_GT(mu.size(), 0U);
    EXPECT_EQ(mu.size() % 160, 0U);
    EXPECT_EQ(mu.size(), a.size());
  }
}

}  // namespace
}  // namespace callfleet::sip_edge::media
