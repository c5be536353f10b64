#include "tests/phones/media/rtp_leg.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace callfleet::phones {
namespace {

int Bound() {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return fd;
}

uint16_t PortOf(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// A leg that is sent packets by hand.
class RtpLegTest : public testing::Test {
 protected:
  RtpLegTest() { leg_.SetRemote({.ip = "127.0.0.1", .port = 9, .payload_type = 0}); }
  ~RtpLegTest() override { close(sender_); }

  void Send(uint16_t sequence, const Frame& frame, uint32_t ssrc = 1, int type = 0) {
    std::vector<uint8_t> packet{0x80, static_cast<uint8_t>(type), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    packet[2] = static_cast<uint8_t>(sequence >> 8);
    packet[3] = static_cast<uint8_t>(sequence);
    packet[11] = static_cast<uint8_t>(ssrc);
    packet.insert(packet.end(), frame.begin(), frame.end());
    SendRaw(packet);
  }
  void SendRaw(const std::vector<uint8_t>& packet) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(PortOf(leg_.rtp_fd()));
    sendto(sender_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&address),
           sizeof address);
    leg_.ReceiveOne(now_us_ += 20'000);
  }

  int sender_ = Bound();
  int64_t now_us_ = 0;
  RtpLeg leg_{Bound(), Bound(), CodesOf(Side::kCarrier)[0], 7};
  const Frame agent_ = ToneFrame(CodesOf(Side::kAgent)[5], Law::kMu);
  const Frame silence_ = SilenceFrame(Law::kMu);
};

TEST_F(RtpLegTest, LossAndReorderingAreCountedBySequenceNumber) {
  for (uint16_t n : {65534, 65535, 2, 1, 3}) Send(n, silence_);  // 0 is lost, 1 is late
  const RtpStats stats = leg_.Stats();
  EXPECT_EQ(stats.received, 5u);
  EXPECT_EQ(stats.lost, 1);
  EXPECT_EQ(stats.reordered, 1u);
}

TEST_F(RtpLegTest, TheFirstPeerToneIsThePacketThatHoldsIt) {
  Send(1, silence_);
  Send(2, agent_);
  Send(3, agent_);
  const RtpStats stats = leg_.Stats();
  EXPECT_EQ(stats.first_packet_us, 20'000);
  EXPECT_EQ(stats.first_peer_tone_us, 40'000);
  ASSERT_EQ(stats.heard.size(), 1u);
  EXPECT_EQ(stats.heard[0].packets, 2u);
}

TEST_F(RtpLegTest, APauseMakesTwoIntervals) {
  Send(1, agent_);
  for (uint16_t n = 2; n < 20; ++n) Send(n, silence_);
  Send(20, agent_);
  EXPECT_EQ(leg_.Stats().heard.size(), 2u);
}

TEST_F(RtpLegTest, ItsOwnSidesToneIsNoPeer) {
  Send(1, ToneFrame(CodesOf(Side::kCarrier)[3], Law::kMu));
  const RtpStats stats = leg_.Stats();
  EXPECT_EQ(stats.first_peer_tone_us, -1);
  EXPECT_EQ(stats.heard.size(), 1u);
}

TEST_F(RtpLegTest, ANewSourceAndOtherPayloadTypesAreCounted) {
  Send(1, agent_, 1);
  Send(500, agent_, 2);
  Send(501, agent_, 2, 13);
  const RtpStats stats = leg_.Stats();
  EXPECT_EQ(stats.ssrc_changes, 1u);
  EXPECT_EQ(stats.other_payload_types, 1u);
  EXPECT_EQ(stats.lost, 0);
}

TEST_F(RtpLegTest, GarbageIsCountedAndHarmless) {
  SendRaw({1, 2, 3});
  SendRaw(std::vector<uint8_t>(20, 0x00));
  SendRaw({0x9f, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});  // header extension beyond the end
  SendRaw({0x8f, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0});  // 15 contributing sources, none there
  EXPECT_EQ(leg_.Stats().malformed, 4u);
}

}  // namespace
}  // namespace callfleet::phones
