#include "services/sip_edge/domain/media/rtcp.h"

#include <gtest/gtest.h>

#include <array>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;
constexpr std::uint32_t kPeer = 0x11;
constexpr std::uint32_t kUs = 0x22;

class Rtcp : public testing::Test {
 protected:
  std::span<const std::uint8_t> Write(const OutgoingReport& report) {
    size_ = WriteRtcp(buffer_, report);
    return std::span<const std::uint8_t>(buffer_).first(size_);
  }
  std::array<std::uint8_t, kMaxReportBytes> buffer_{};
  std::size_t size_ = 0;
};

TEST_F(Rtcp, ASenderReportIsReadAsItWasWritten) {
  const auto bytes = Write({.our_ssrc = kPeer,
                            .sender = SenderInfo{0x0102030405060708, 9, 10, 11},
                            .block = ReportBlock{.ssrc = kUs,
                                                 .fraction_lost = 12,
                                                 .cumulative_lost = -3,
                                                 .highest_sequence = 70000,
                                                 .jitter = 40,
                                                 .last_sr = 5,
                                                 .delay_since_sr = 6},
                            .cname = "callfleet"});
  EXPECT_EQ(bytes.size() % 4, 0U);
  const auto report = ParseRtcp(bytes, kUs);
  ASSERT_TRUE(report && report->sender && report->about_us);
  EXPECT_EQ(report->sender_ssrc, kPeer);
  EXPECT_EQ(report->sender->ntp, 0x0102030405060708U);
  EXPECT_EQ(report->sender->octets, 11U);
  EXPECT_EQ(report->about_us->fraction_lost, 12);
  EXPECT_EQ(report->about_us->cumulative_lost, -3);
  EXPECT_EQ(report->about_us->highest_sequence, 70000U);
  EXPECT_EQ(report->about_us->delay_since_sr, 6U);
  EXPECT_FALSE(report->bye);
}

TEST_F(Rtcp, AReceiverReportWithByeIsRead) {
  const auto report = ParseRtcp(Write({.our_ssrc = kPeer, .cname = "x", .bye = true}), kUs);
  ASSERT_TRUE(report.has_value());
  EXPECT_FALSE(report->sender.has_value());
  EXPECT_TRUE(report->bye);
}

TEST_F(Rtcp, ABlockAboutAnotherStreamIsNotOurs) {
  const auto bytes =
      Write({.our_ssrc = kPeer, .block = ReportBlock{.ssrc = 0x99}, .cname = "callfleet"});
  EXPECT_FALSE(ParseRtcp(bytes, kUs)->about_us.has_value());
}

TEST_F(Rtcp, EveryCnameLengthFillsWholeWords) {
  const std::string text(70, 'n');
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto bytes = Write({.our_ssrc = kPeer,
                              .sender = SenderInfo{},
                              .block = ReportBlock{.ssrc = kUs},
                              .cname = std::string_view(text).substr(0, length),
                              .bye = true});
    ASSERT_LE(bytes.size(), kMaxReportBytes);
    ASSERT_TRUE(ParseRtcp(bytes, kUs).has_value()) << length;
  }
}

TEST_F(Rtcp, ACutReportIsRefused) {
  const auto bytes = Write({.our_ssrc = kPeer, .sender = SenderInfo{}, .cname = "callfleet"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (size == 28) continue;  // The sender report alone is a whole packet.
    EXPECT_FALSE(ParseRtcp(bytes.first(size), kUs).has_value()) << size;
  }
}

TEST_F(Rtcp, TheRoundTripIsWhatRemainsAfterThePeersDelay) {
  const WallTime sent{std::chrono::seconds(1'700'000'000)};
  const ReportBlock block{.ssrc = kUs,
                          .last_sr = MiddleOfNtp(ToNtp(sent)),
                          .delay_since_sr = 2 * 65536};  // The peer held it for 2 s.
  EXPECT_NEAR(*RoundTripMs(block, sent + milliseconds(2080)), 80, 0.1);
}

TEST_F(Rtcp, WithoutASenderReportOrWithAbsurdTimesThereIsNoRoundTrip) {
  const WallTime now{std::chrono::seconds(1'700'000'000)};
  EXPECT_FALSE(RoundTripMs({.ssrc = kUs}, now).has_value());
  EXPECT_FALSE(RoundTripMs({.ssrc = kUs, .last_sr = 12345}, now).has_value());
  const ReportBlock rounded{.ssrc = kUs, .last_sr = MiddleOfNtp(ToNtp(now)), .delay_since_sr = 30};
  EXPECT_EQ(RoundTripMs(rounded, now), 0.0);
}

// 1970-01-01 is 2,208,988,800 s after 1900.
TEST_F(Rtcp, NtpCountsFrom1900InFixedPoint) {
  EXPECT_EQ(ToNtp(WallTime{milliseconds(500)}), (2'208'988'800ULL << 32) + (1ULL << 31));
}

}  // namespace
}  // namespace callfleet::sip_edge::media
