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

TEST(Tone, EveryToneIsWholeFrames) {
  for (std::uint8_t tone = 0; tone < kTones; ++tone) {
    const auto samples = RenderToneSamples(static_cast<Tone>(tone));
    EXPECT_GT(samples.size(), 0U);
    EXPECT_EQ(samples.size() % 160, 0U);
  }
}

}  // namespace
}  // namespace callfleet::sip_edge::media
