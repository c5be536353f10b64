#include "services/sip_edge/domain/media/rtp_packet.h"

#include <gtest/gtest.h>

#include <vector>

namespace callfleet::sip_edge::media {
namespace {

std::vector<std::uint8_t> Packet(std::uint8_t first, std::vector<std::uint8_t> rest) {
  std::vector<std::uint8_t> bytes{first, 0x88, 0x12, 0x34, 0, 0, 0, 5, 0, 0, 0, 9};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

TEST(RtpPacket, AHeaderIsReadAsItWasWritten) {
  std::array<std::uint8_t, kRtpHeaderBytes> bytes{};
  WriteRtpHeader(bytes, {.payload_type = 101,
                         .marker = true,
                         .sequence = 65535,
                         .timestamp = 0xDEADBEEF,
                         .ssrc = 0xCAFEBABE});
  const auto view = ParseRtp(bytes);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->header.payload_type, 101);
  EXPECT_TRUE(view->header.marker);
  EXPECT_EQ(view->header.sequence, 65535);
  EXPECT_EQ(view->header.timestamp, 0xDEADBEEF);
  EXPECT_EQ(view->header.ssrc, 0xCAFEBABE);
  EXPECT_EQ(view->payload_bytes, 0);
}

TEST(RtpPacket, OtherVersionsAndCutHeadersAreRefused) {
  EXPECT_FALSE(ParseRtp(Packet(0x00, {1})).has_value());
  EXPECT_FALSE(ParseRtp(Packet(0x40, {1})).has_value());
  EXPECT_FALSE(ParseRtp(Packet(0xC0, {1})).has_value());
  EXPECT_TRUE(ParseRtp(Packet(0x80, {1})).has_value());
  auto cut = Packet(0x80, {});
  cut.pop_back();
  EXPECT_FALSE(ParseRtp(cut).has_value());
}

TEST(RtpPacket, ContributorsAreSkipped) {
  const auto view = ParseRtp(Packet(0x81, {1, 2, 3, 4, 0x55}));
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->payload_offset, 16);
  EXPECT_EQ(view->payload_bytes, 1);
  EXPECT_FALSE(ParseRtp(Packet(0x81, {1, 2, 3})).has_value());
}

TEST(RtpPacket, AnExtensionIsSkippedAndOneTooLongRefused) {
  const auto view = ParseRtp(Packet(0x90, {0xBE, 0xDE, 0, 1, 9, 9, 9, 9, 0x55}));
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->payload_offset, 20);
  EXPECT_EQ(view->payload_bytes, 1);
  EXPECT_FALSE(ParseRtp(Packet(0x90, {0xBE, 0xDE, 0, 2, 9, 9, 9, 9})).has_value());
  EXPECT_FALSE(ParseRtp(Packet(0x90, {0xBE, 0xDE, 0})).has_value());
}

TEST(RtpPacket, PaddingIsTakenOffAndOneThatLiesRefused) {
  const auto view = ParseRtp(Packet(0xA0, {7, 7, 0, 2}));
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->payload_bytes, 2);
  EXPECT_FALSE(ParseRtp(Packet(0xA0, {7, 7, 0, 5})).has_value());
  EXPECT_FALSE(ParseRtp(Packet(0xA0, {7, 7, 0, 0})).has_value());
}

}  // namespace
}  // namespace callfleet::sip_edge::media
