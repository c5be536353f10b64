// Arbitrary bytes: no parser may read out of bounds, and what it accepts must be consistent.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "services/sip_edge/domain/media/rtcp.h"
#include "services/sip_edge/domain/media/rtp_packet.h"
#include "services/sip_edge/domain/media/telephone_event.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr unsigned kSeed = 20240711;
constexpr int kRounds = 200'000;

class Parsers : public testing::Test {
 protected:
  // On the heap and of exact size: AddressSanitizer sees a single byte too far.
  std::vector<std::uint8_t> RandomBytes(std::size_t max) {
    std::vector<std::uint8_t> bytes(random_() % (max + 1));
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random_());
    return bytes;
  }
  std::mt19937 random_{kSeed};
};

TEST_F(Parsers, RtpOfRandomBytesStaysInBounds) {
  int accepted = 0;
  for (int i = 0; i < kRounds; ++i) {
    auto bytes = RandomBytes(100);
    if (!bytes.empty() && i % 2 == 0)
      bytes[0] = static_cast<std::uint8_t>(0x80 | (bytes[0] & 0x3F));
    const auto view = ParseRtp(bytes);
    if (!view) continue;
    ++accepted;
    ASSERT_GE(view->payload_offset, kRtpHeaderBytes);
    ASSERT_LE(std::size_t{view->payload_offset} + view->payload_bytes, bytes.size());
  }
  EXPECT_GT(accepted, kRounds / 20) << "seed " << kSeed;
}

TEST_F(Parsers, RtcpOfRandomBytesStaysInBounds) {
  for (int i = 0; i < kRounds; ++i) {
    auto bytes = RandomBytes(120);
    if (bytes.size() >= 4 && i % 2 == 0) {
      bytes[0] = static_cast<std::uint8_t>(0x80 | (bytes[0] & 3));
      bytes[1] = static_cast<std::uint8_t>(200 + bytes[1] % 4);
      bytes[2] = 0;
      bytes[3] %= 32;
    }
    (void)ParseRtcp(bytes, 1);
  }
}

TEST_F(Parsers, ADamagedReportIsReadWithinBoundsOrRefused) {
  std::array<std::uint8_t, kMaxReportBytes> whole{};
  const OutgoingReport report{.our_ssrc = 7,
                              .sender = SenderInfo{1, 2, 3, 4},
                              .block = ReportBlock{.ssrc = 1},
                              .cname = "callfleet",
                              .bye = true};
  const std::size_t size = WriteRtcp(whole, report);
  for (int i = 0; i < kRounds; ++i) {
    std::vector<std::uint8_t> bytes(whole.begin(), whole.begin() + static_cast<long>(size));
    for (unsigned flips = random_() % 4; flips > 0; --flips) {
      bytes[random_() % bytes.size()] = static_cast<std::uint8_t>(random_());
    }
    bytes.resize(random_() % (bytes.size() + 1));
    (void)ParseRtcp(bytes, 1);
  }
}

TEST_F(Parsers, TelephoneEventsOfRandomBytesStayInRange) {
  DtmfReceiver receiver;
  for (int i = 0; i < kRounds; ++i) {
    const auto bytes = RandomBytes(8);
    const auto event = ParseTelephoneEvent(bytes);
    ASSERT_EQ(event.has_value(), bytes.size() >= kTelephoneEventBytes);
    if (!event) continue;
    const auto digit = receiver.OnPacket(random_(), *event);
    if (digit) {
      ASSERT_TRUE(DtmfEvent(*digit).has_value());
    }
  }
}

}  // namespace
}  // namespace callfleet::sip_edge::media
