#include "services/sip_edge/domain/media/report_source.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::seconds;

constexpr std::uint32_t kPeersSsrc = 7;

MediaAddress At(std::uint16_t port) { return {IpAddress::V4(192, 0, 2, 1), port}; }

class ReportSourceTest : public testing::Test {
 protected:
  bool Accepts(std::uint16_t port, std::uint32_t ssrc = kPeersSsrc) {
    return source_.Accepts(At(port), ssrc, peer_, now_);
  }
  // Where our reports go.
  std::uint16_t Port() const {
    const MediaAddress* to = source_.For(peer_.rtp);
    return to != nullptr ? to->port : 0;
  }

  ReportSource source_;
  ReportSource::Peer peer_{.expected = At(4001), .rtp = At(4000), .ssrc = kPeersSsrc};
  MonoTime now_{};
};

TEST_F(ReportSourceTest, AnotherSsrcThanThatOfTheRtpIsAStranger) {
  EXPECT_FALSE(Accepts(4001, 8));
  EXPECT_EQ(Port(), 0);
  EXPECT_TRUE(Accepts(4001));
  EXPECT_EQ(Port(), 4001);
}

TEST_F(ReportSourceTest, APortThatANatGaveIsLearnedAndLocked) {
  EXPECT_TRUE(Accepts(61000));
  EXPECT_FALSE(Accepts(61001));
  EXPECT_FALSE(Accepts(4001));
  EXPECT_EQ(Port(), 61000);
}

TEST_F(ReportSourceTest, ReportsAreLearnedAnewWhereTheRtpHasMoved) {
  EXPECT_TRUE(Accepts(61000));
  peer_.rtp = At(5000);
  EXPECT_EQ(Port(), 0);
  EXPECT_TRUE(Accepts(61001));
  EXPECT_EQ(Port(), 61001);
}

TEST_F(ReportSourceTest, AfterSilenceAnotherPortIsLearned) {
  EXPECT_TRUE(Accepts(61000));
  now_ += seconds(15);
  EXPECT_FALSE(Accepts(61001));
  now_ += seconds(1);
  EXPECT_TRUE(Accepts(61001));
  EXPECT_FALSE(Accepts(61000));
}

TEST_F(ReportSourceTest, BeforeAnyRtpOnlyTheExpectedAddressCountsAndLocksNothing) {
  peer_.ssrc.reset();
  EXPECT_FALSE(Accepts(61000, 8));
  EXPECT_TRUE(Accepts(4001, 8));
  peer_.ssrc = kPeersSsrc;
  EXPECT_FALSE(Accepts(4001, 8));
  EXPECT_TRUE(Accepts(61000));
}

}  // namespace
}  // namespace callfleet::sip_edge::media
