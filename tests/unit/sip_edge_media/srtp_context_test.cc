#include "services/sip_edge/media/srtp_context.h"

#include <gtest/gtest.h>

#include <vector>

#include "services/sip_edge/domain/media/rtcp.h"
#include "services/sip_edge/domain/media/rtp_packet.h"

namespace callfleet::sip_edge::media {
namespace {

using Way = SrtpContext::Way;

constexpr SrtpSuite kAll[] = {SrtpSuite::kAesCm128HmacSha1_80, SrtpSuite::kAesCm128HmacSha1_32,
                              SrtpSuite::kAeadAes128Gcm, SrtpSuite::kAeadAes256Gcm};

SrtpKey Key(SrtpSuite suite, std::uint8_t first = 1) {
  SrtpKey key{.suite = suite};
  for (std::size_t i = 0; i < KeyBytes(suite); ++i) {
    key.octets[i] = static_cast<std::uint8_t>(first + i * 3);
  }
  return key;
}

std::vector<std::uint8_t> Packet(std::uint16_t sequence, std::uint32_t ssrc = 0x1234) {
  std::vector<std::uint8_t> packet(kRtpHeaderBytes + 160, 0x55);
  WriteRtpHeader(std::span(packet).first<kRtpHeaderBytes>(), {0, false, sequence, 160U, ssrc});
  return packet;
}

std::vector<std::uint8_t> Sealed(SrtpContext& context, std::vector<std::uint8_t> packet) {
  const std::size_t size = packet.size();
  packet.resize(size + kSrtpTrailerBytes);
  packet.resize(context.Protect(packet, size).value_or(0));
  return packet;
}

TEST(SrtpContext, WhatOneSideSealsTheOtherOpensInEachSuite) {
  for (const auto suite : kAll) {
    SrtpContext out(Key(suite), Way::kSend);
    SrtpContext in(Key(suite), Way::kReceive);
    // The sequence wraps: the rollover counter is in the key stream.
    for (const std::uint16_t sequence : {65533, 65534, 65535, 0, 1}) {
      auto packet = Sealed(out, Packet(sequence));
      EXPECT_GT(packet.size(), Packet(sequence).size());
      EXPECT_NE(packet[kRtpHeaderBytes], 0x55);
      const auto size = in.Unprotect(packet);
      ASSERT_TRUE(size);
      packet.resize(*size);
      EXPECT_EQ(packet, Packet(sequence));
    }
  }
}

TEST(SrtpContext, AChangedARepeatedAndAForeignPacketAreRefused) {
  for (const auto suite : kAll) {
    SrtpContext out(Key(suite), Way::kSend);
    SrtpContext in(Key(suite), Way::kReceive);
    const auto packet = Sealed(out, Packet(7));
    for (std::size_t at = 1; at < packet.size(); at += 13) {
      auto changed = packet;
      changed[at] ^= 0x10;
      EXPECT_FALSE(in.Unprotect(changed)) << at;
    }
    auto once = packet;
    auto again = packet;
    EXPECT_TRUE(in.Unprotect(once));
    EXPECT_FALSE(in.Unprotect(again));
    SrtpContext other(Key(suite, 200), Way::kSend);
    auto foreign = Sealed(other, Packet(8));
    EXPECT_FALSE(in.Unprotect(foreign));
    auto plain = Packet(9);
    EXPECT_FALSE(in.Unprotect(plain));
  }
}

TEST(SrtpContext, APacketOfAnyLengthIsRefusedWithoutHarm) {
  SrtpContext in(Key(kAll[0]), Way::kReceive);
  for (std::size_t size = 0; size < 64; ++size) {
    std::vector<std::uint8_t> packet(size, 0x80);
    EXPECT_FALSE(in.Unprotect(packet));
    EXPECT_FALSE(in.UnprotectRtcp(packet));
  }
}

TEST(SrtpContext, ReportsAreSealedToo) {
  for (const auto suite : kAll) {
    SrtpContext out(Key(suite), Way::kSend);
    SrtpContext in(Key(suite), Way::kReceive);
    std::vector<std::uint8_t> report(kMaxReportBytes + kSrtpTrailerBytes);
    const std::size_t size =
        WriteRtcp(std::span(report).first<kMaxReportBytes>(), {.our_ssrc = 9, .cname = "x"});
    const auto plain = std::vector(report.begin(), report.begin() + static_cast<int>(size));
    const auto sealed = out.ProtectRtcp(report, size);
    ASSERT_TRUE(sealed);
    report.resize(*sealed);
    auto again = report;
    const auto opened = in.UnprotectRtcp(report);
    ASSERT_TRUE(opened);
    report.resize(*opened);
    EXPECT_EQ(report, plain);
    EXPECT_FALSE(in.UnprotectRtcp(again));
  }
}

TEST(SrtpContext, APeerOfManySsrcsIsHeardAndOnlyTheLastAreKept) {
  SrtpContext out(Key(kAll[0]), Way::kSend);
  SrtpContext in(Key(kAll[0]), Way::kReceive);
  std::vector<std::uint8_t> first;
  for (std::uint32_t ssrc = 1; ssrc <= 100; ++ssrc) {
    auto packet = Sealed(out, Packet(5, ssrc));
    if (ssrc == 100) first = packet;
    EXPECT_TRUE(in.Unprotect(packet));
  }
  EXPECT_FALSE(in.Unprotect(first));  // The newest is remembered with its replay window.
}

TEST(SrtpContext, WithoutRoomForTheTagNothingIsSent) {
  SrtpContext out(Key(kAll[0]), Way::kSend);
  auto packet = Packet(1);
  EXPECT_FALSE(out.Protect(packet, packet.size()));
}

}  // namespace
}  // namespace callfleet::sip_edge::media
