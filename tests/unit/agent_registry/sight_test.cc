#include "services/agent_registry/adapters/sight.h"

#include <gtest/gtest.h>

namespace callfleet::agent_registry {
namespace {

using namespace std::chrono_literals;

TEST(Sight, AWatchThatIsSilentForTooLongIsOutOfSightOnce) {
  Sight sight;
  MonoTime now(10s);
  sight.Opened(now);
  EXPECT_EQ(sight.Left(now), Sight::kSilence);
  EXPECT_FALSE(sight.Silent(now + 1s));
  EXPECT_FALSE(sight.Heard(now + 1s));
  EXPECT_FALSE(sight.Silent(now + Sight::kSilence));
  EXPECT_TRUE(sight.Silent(now + 1s + Sight::kSilence));
  EXPECT_FALSE(sight.Silent(now + 2s + Sight::kSilence));
}

// What was held on the way comes in a burst; its end is the news of now.
TEST(Sight, AWatchIsBackInSightOnceItWasHeardForAsLongAsItMayBeSilent) {
  Sight sight;
  sight.Opened(MonoTime(10s));
  EXPECT_TRUE(sight.Silent(MonoTime(20s)));
  for (int n = 0; n < 100; ++n) EXPECT_FALSE(sight.Heard(MonoTime(30s)));
  EXPECT_FALSE(sight.Heard(MonoTime(31s)));
  EXPECT_TRUE(sight.Heard(MonoTime(32s)));
  EXPECT_FALSE(sight.Heard(MonoTime(33s)));
}

TEST(Sight, AnotherSilenceBeginsAnew) {
  Sight sight;
  sight.Opened(MonoTime(10s));
  EXPECT_TRUE(sight.Silent(MonoTime(20s)));
  EXPECT_FALSE(sight.Heard(MonoTime(30s)));
  EXPECT_FALSE(sight.Heard(MonoTime(40s)));
  EXPECT_FALSE(sight.Heard(MonoTime(41s)));
  EXPECT_TRUE(sight.Heard(MonoTime(42s)));
}

TEST(Sight, AWatchThatHasEndedIsBackWithItsSnapshotOnly) {
  Sight sight;
  EXPECT_FALSE(sight.Closed()) << "it never was in sight";
  sight.Opened(MonoTime(10s));
  EXPECT_TRUE(sight.Closed());
  EXPECT_FALSE(sight.Closed());
  EXPECT_FALSE(sight.Heard(MonoTime(11s))) << "the next one's snapshot is on its way";
  EXPECT_FALSE(sight.Silent(MonoTime(30s)));
}

}  // namespace
}  // namespace callfleet::agent_registry
