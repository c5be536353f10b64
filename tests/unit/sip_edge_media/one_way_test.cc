#include "services/sip_edge/domain/media/one_way.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::seconds;

TEST(OneWayWatch, FiveSecondsWithoutAPacketWhileWeSendIsOneWayUntilOneComes) {
  OneWayWatch watch;
  EXPECT_FALSE(watch.Look(seconds(4), true));
  EXPECT_EQ(watch.Look(seconds(5), true), OneWay::kNothingReceived);
  EXPECT_FALSE(watch.Look(seconds(6), true));  // Told once.
  EXPECT_EQ(watch.Look(seconds(0), true), OneWay::kNo);
}

TEST(OneWayWatch, WhoShouldNotSendOrIsSentNothingIsNotOneWay) {
  OneWayWatch watch;
  EXPECT_FALSE(watch.Look(std::nullopt, true));
  EXPECT_FALSE(watch.Look(seconds(60), false));
}

TEST(OneWayWatch, TwoReportsThatCountNothingOfOursAreOneWay) {
  OneWayWatch watch;
  watch.OnReport(ReportBlock{.highest_sequence = 100}, 250);
  EXPECT_FALSE(watch.Look(seconds(0), true));
  watch.OnReport(ReportBlock{.highest_sequence = 100}, 500);
  EXPECT_FALSE(watch.Look(seconds(0), true));
  watch.OnReport(ReportBlock{.highest_sequence = 100}, 750);
  EXPECT_EQ(watch.Look(seconds(0), true), OneWay::kNothingHeard);
  watch.OnReport(ReportBlock{.highest_sequence = 350}, 1000);
  EXPECT_EQ(watch.Look(seconds(0), true), OneWay::kNo);
}

TEST(OneWayWatch, ReportsWithoutABlockAboutUsSayThatNothingWasHeard) {
  OneWayWatch watch;
  watch.OnReport(std::nullopt, 10);  // Hardly anything was sent.
  watch.OnReport(std::nullopt, 260);
  EXPECT_FALSE(watch.Look(seconds(0), true));
  watch.OnReport(std::nullopt, 510);
  EXPECT_EQ(watch.Look(seconds(0), true), OneWay::kNothingHeard);
}

TEST(OneWayWatch, AReportOfOneToWhomWeSendNothingSaysNothing) {
  OneWayWatch watch;
  for (int i = 0; i < 5; ++i) watch.OnReport(ReportBlock{.highest_sequence = 100}, 250);
  EXPECT_FALSE(watch.Look(seconds(0), true));
}

}  // namespace
}  // namespace callfleet::sip_edge::media
