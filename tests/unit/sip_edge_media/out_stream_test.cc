// What the far end sees of switches, losses and restarts: one stream.
#include "services/sip_edge/domain/media/out_stream.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

class OutStreamTest : public testing::Test {
 protected:
  // A source's packets, 20 ms apart.
  struct Source {
    FeedId feed;
    std::uint16_t sequence;
    std::uint32_t timestamp;
  };
  OutStream::Place Relay(Source& source, bool marker = false) {
    const RtpHeader in{.payload_type = 0,
                       .marker = marker,
                       .sequence = source.sequence++,
                       .timestamp = source.timestamp,
                       .ssrc = source.feed.ssrc};
    source.timestamp += 160;
    return out_.Relay(source.feed, in, 160, now_).value();
  }
  void Pass(int ms) { now_ += milliseconds(ms); }

  MonoTime now_{std::chrono::hours(1)};
  OutStream out_{0xCAFE, 65534, 0xFFFFFF00};
  Source agent_{{1, 0xA}, 65533, 0xFFFFFFF0};
  Source other_{{2, 0xB}, 100, 5};
};

TEST_F(OutStreamTest, RelayedPacketsKeepTheirSpacingOverBothWraps) {
  auto last = Relay(agent_);
  for (int i = 0; i < 70000; ++i) {
    Pass(20);
    const auto place = Relay(agent_);
    ASSERT_EQ(static_cast<std::uint16_t>(place.sequence - last.sequence), 1);
    ASSERT_EQ(place.timestamp - last.timestamp, 160U);
    last = place;
  }
  EXPECT_EQ(out_.switches(), 0U);
}

TEST_F(OutStreamTest, ALossOfTheSourceIsALossForTheFarEnd) {
  const auto before = Relay(agent_);
  agent_.sequence += 2;
  agent_.timestamp += 320;
  Pass(60);
  const auto after = Relay(agent_);
  EXPECT_EQ(static_cast<std::uint16_t>(after.sequence - before.sequence), 3);
  EXPECT_EQ(after.timestamp - before.timestamp, 480U);
}

TEST_F(OutStreamTest, AReorderedPacketKeepsItsPlace) {
  const auto first = Relay(agent_);
  Source late = agent_;
  agent_.sequence++;
  agent_.timestamp += 160;
  Pass(40);
  const auto third = Relay(agent_);
  const auto second = Relay(late);
  EXPECT_EQ(static_cast<std::uint16_t>(second.sequence - first.sequence), 1);
  EXPECT_EQ(static_cast<std::uint16_t>(third.sequence - first.sequence), 2);
}

TEST_F(OutStreamTest, ASwitchGoesOnWithTheNextNumberTheTimePassedAndAMarker) {
  const auto before = Relay(agent_);
  Pass(50);
  const auto after = Relay(other_);
  EXPECT_EQ(static_cast<std::uint16_t>(after.sequence - before.sequence), 1);
  EXPECT_EQ(after.timestamp - before.timestamp, 400U);
  EXPECT_TRUE(after.marker);
  Pass(20);
  EXPECT_FALSE(Relay(other_).marker);
}

TEST_F(OutStreamTest, ASwitchWithinAFrameStillStepsAWholeFrame) {
  const auto before = Relay(agent_);
  Pass(5);
  EXPECT_EQ(Relay(other_).timestamp - before.timestamp, 160U);
}

TEST_F(OutStreamTest, ManySwitchesDoNotRunAheadOfTheClock) {
  const auto first = Relay(agent_);
  const auto start = now_;
  OutStream::Place last{};
  for (int i = 0; i < 500; ++i) {
    Pass(33);
    last = Relay(other_);
    Pass(13);
    last = Relay(agent_);
  }
  const auto elapsed = (now_ - start).count() * 8 / 1000;
  EXPECT_NEAR(static_cast<double>(last.timestamp - first.timestamp), static_cast<double>(elapsed),
              160);
}

TEST_F(OutStreamTest, APacketFromBeforeTheSwitchIsDropped) {
  Relay(agent_);
  Source late = agent_;
  agent_.sequence++;
  Pass(20);
  out_.Generate(160, now_);
  Pass(20);
  Relay(agent_);
  const RtpHeader in{.sequence = late.sequence, .timestamp = late.timestamp, .ssrc = 0xA};
  EXPECT_FALSE(out_.Relay(late.feed, in, 160, now_).has_value());
}

TEST_F(OutStreamTest, ANewSsrcOrAnotherAddressOfOneLegIsASwitch) {
  Relay(agent_);
  agent_.feed.ssrc = 0xAA;
  agent_.sequence = 7;
  Pass(20);
  EXPECT_TRUE(Relay(agent_).marker);
  agent_.feed.move = 1;
  Pass(20);
  EXPECT_TRUE(Relay(agent_).marker);
  EXPECT_EQ(out_.switches(), 2U);
}

TEST_F(OutStreamTest, AfterACutTheSameNumbersOfAnotherCallAreASwitch) {
  const auto before = Relay(agent_);
  out_.Cut();
  agent_.sequence -= 12;
  Pass(20);
  const auto after = Relay(agent_);
  EXPECT_EQ(static_cast<std::uint16_t>(after.sequence - before.sequence), 1);
}

TEST_F(OutStreamTest, ASourceThatRestartsUnderItsSsrcIsRebased) {
  const auto before = Relay(agent_);
  agent_.sequence += 20000;
  agent_.timestamp += 0x40000000;
  Pass(20);
  const auto after = Relay(agent_);
  EXPECT_EQ(static_cast<std::uint16_t>(after.sequence - before.sequence), 1);
  EXPECT_EQ(after.timestamp - before.timestamp, 160U);
}

TEST_F(OutStreamTest, SilenceSuppressionOfTheSourceIsNoRestart) {
  const auto before = Relay(agent_);
  agent_.timestamp += 8000 * 30;
  Pass(30020);
  const auto after = Relay(agent_, true);
  EXPECT_EQ(after.timestamp - before.timestamp, 160U + 8000U * 30U);
  EXPECT_EQ(out_.switches(), 0U);
}

TEST_F(OutStreamTest, GeneratedFramesFollowEachOtherExactlyHoweverTheTickJitters) {
  auto last = out_.Generate(160, now_);
  for (const int ms : {20, 35, 5, 20, 0, 40, 20}) {
    Pass(ms);
    const auto place = out_.Generate(160, now_);
    EXPECT_EQ(place.timestamp - last.timestamp, 160U);
    EXPECT_EQ(static_cast<std::uint16_t>(place.sequence - last.sequence), 1);
    last = place;
  }
}

TEST_F(OutStreamTest, AfterSkippedTicksTheStreamResyncsToTheClock) {
  const auto before = out_.Generate(160, now_);
  Pass(500);
  const auto after = out_.Generate(160, now_);
  EXPECT_EQ(after.timestamp - before.timestamp, 4000U);
  EXPECT_TRUE(after.marker);
}

TEST_F(OutStreamTest, PacketsOfAKeyShareItsTimestampAndTheAudioGoesOnAfterIt) {
  const auto before = out_.Generate(160, now_);
  Pass(20);
  const auto first = out_.GenerateKey(true, 160, now_);
  Pass(20);
  const auto second = out_.GenerateKey(false, 160, now_);
  const auto copy = out_.RepeatKey();
  Pass(20);
  const auto audio = out_.Generate(160, now_);
  EXPECT_EQ(first.timestamp - before.timestamp, 160U);
  EXPECT_EQ(second.timestamp, first.timestamp);
  EXPECT_EQ(copy.timestamp, first.timestamp);
  EXPECT_TRUE(first.marker);
  EXPECT_FALSE(second.marker);
  EXPECT_EQ(static_cast<std::uint16_t>(audio.sequence - before.sequence), 4);
  EXPECT_EQ(audio.timestamp - first.timestamp, 320U);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
