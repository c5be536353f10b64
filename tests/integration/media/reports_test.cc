// RTCP both ways.
#include <optional>

#include "services/sip_edge/domain/media/rtcp.h"
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

class Reports : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    socket_ = *UdpSocket::Bind({*ParseIp("127.0.0.1"), 0}, 0);
    leg_ = OpenLeg(phone_);
    KernelAddress local;
    ::getsockname(socket_.fd(), &local.any, &local.size);
    leg_.remote.rtcp = local.ToMedia();
    Update(leg_);
  }
  std::optional<RtcpReport> Receive(std::uint32_t about) {
    std::array<std::uint8_t, 512> bytes{};
    const auto size = ::recv(socket_.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0) return std::nullopt;
    return ParseRtcp(std::span(bytes).first(static_cast<std::size_t>(size)), about);
  }
  void Send(const OutgoingReport& report) {
    std::array<std::uint8_t, kMaxReportBytes> bytes{};
    const auto size = WriteRtcp(bytes, report);
    const KernelAddress to({IpAddress::V4(127, 0, 0, 1), static_cast<std::uint16_t>(leg_.port + 1)},
                           AF_INET);
    ::sendto(socket_.fd(), bytes.data(), size, 0, &to.any, to.size);
  }
  Phone phone_{Codec::kPcmu, "127.0.0.1", 0x1000};
  UdpSocket socket_;
  Leg leg_;
};

TEST_F(Reports, TheFirstComesWithinTwoSecondsAndTellsBothDirections) {
  Run(milliseconds(2200), {&phone_}, [&] { phone_.SendFrame(leg_.port, 700); });
  const auto report = Receive(0x1000);
  ASSERT_TRUE(report && report->sender && report->about_us);
  EXPECT_EQ(report->sender_ssrc, phone_.heard().back().header.ssrc);
  EXPECT_GT(report->sender->packets, 40U);
  EXPECT_EQ(report->about_us->fraction_lost, 0);
}

TEST_F(Reports, ThePeersAnswerGivesRoundTripAndItsLoss) {
  Run(milliseconds(2200), {&phone_}, [&] { phone_.SendFrame(leg_.port, 700); });
  const auto report = Receive(0x1000);
  ASSERT_TRUE(report && report->sender);
  // Held for all the time but 30 ms since it was sent.
  const auto age = MiddleOfNtp(ToNtp(clock_.Now().wall)) - MiddleOfNtp(report->sender->ntp);
  Send({.our_ssrc = 0x1000,
        .block = ReportBlock{.ssrc = report->sender_ssrc,
                             .cumulative_lost = 4,
                             .jitter = 80,
                             .last_sr = MiddleOfNtp(report->sender->ntp),
                             .delay_since_sr = age - 65536 * 30 / 1000},
        .cname = "phone"});
  Run(milliseconds(60), {&phone_}, [] {});
  const auto stats = StatsOf(leg_.id);
  ASSERT_TRUE(stats.rtt_ms.has_value());
  EXPECT_GE(*stats.rtt_ms, 29);
  EXPECT_EQ(stats.peer_packets_lost, 4);
  EXPECT_DOUBLE_EQ(stats.peer_jitter_ms, 10);
}

TEST_F(Reports, AStrangersReportIsNotBelieved) {
  UdpSocket stranger = *UdpSocket::Bind({*ParseIp("127.0.0.9"), 0}, 0);
  std::swap(socket_, stranger);
  Run(milliseconds(60), {&phone_}, [] {});
  const auto before = StatsOf(leg_.id);
  Send({.our_ssrc = 1,
        .block = ReportBlock{.ssrc = before.ssrc_sent, .cumulative_lost = 99},
        .cname = "stranger"});
  Run(milliseconds(60), {&phone_}, [] {});
  const auto stats = StatsOf(leg_.id);
  EXPECT_EQ(stats.strangers, 1U);
  EXPECT_EQ(stats.peer_packets_lost, 0);
}

// Of the same host, as behind the peer's NAT.
TEST_F(Reports, AnotherPortOfThePeersHostGetsNoReportsAndRaisesNoAlarm) {
  UdpSocket other = *UdpSocket::Bind({*ParseIp("127.0.0.1"), 0}, 0);
  const auto speak = [&] { phone_.SendFrame(leg_.port, 700); };
  Run(milliseconds(100), {&phone_}, speak);
  Send({.our_ssrc = 0x1000, .cname = "phone"});
  Run(milliseconds(60), {&phone_}, speak);
  const auto forged = [&](std::uint32_t ssrc) {
    std::swap(socket_, other);
    Send({.our_ssrc = ssrc,
          .block = ReportBlock{.ssrc = StatsOf(leg_.id).ssrc_sent, .cumulative_lost = 99},
          .cname = "stranger"});
    std::swap(socket_, other);
  };
  forged(0x1234);
  forged(0x1000);  // The SSRC alone does not do: the port is locked.
  Run(milliseconds(2200), {&phone_}, speak);
  const auto stats = StatsOf(leg_.id);
  EXPECT_EQ(stats.strangers, 2U);
  EXPECT_EQ(stats.peer_packets_lost, 0);
  EXPECT_TRUE(Receive(0x1000));
  std::swap(socket_, other);
  EXPECT_FALSE(Receive(0x1000));
}

TEST_F(Reports, ThePortThatANatGaveIsLearnedByTheSsrc) {
  UdpSocket other = *UdpSocket::Bind({*ParseIp("127.0.0.1"), 0}, 0);
  const auto speak = [&] { phone_.SendFrame(leg_.port, 700); };
  Run(milliseconds(100), {&phone_}, speak);
  std::swap(socket_, other);
  Send({.our_ssrc = 0x1000, .cname = "phone"});
  Run(milliseconds(2200), {&phone_}, speak);
  EXPECT_EQ(StatsOf(leg_.id).strangers, 0U);
  EXPECT_TRUE(Receive(0x1000));
}

// A peer that suppresses silence (DTX): no packet for long, but a report now and then.
class SilentPeer : public Reports {
 protected:
  void SetUp() override {
    Reports::SetUp();
    engine_.reset();  // Its legs go with it.
    StartEngine({.relearn_after = milliseconds(100), .no_rtp_after = milliseconds(500)});
    events_.clear();
    leg_ = OpenLeg(phone_);
  }
  void Learn() {
    Run(milliseconds(100), {&phone_}, [&] { phone_.SendFrame(leg_.port, 700); });
  }
  // Nothing but a report each 100 ms.
  void RunWithReports(milliseconds time, const OutgoingReport& report) {
    int frame = 0;
    Run(time, {&phone_}, [&] {
      if (++frame % 5 == 0) Send(report);
    });
  }
  bool IsToldAsDead() const { return !EventsOf(MediaEventKind::kNoRtp).empty(); }
};

TEST_F(SilentPeer, IsAliveByItsReports) {
  Learn();
  RunWithReports(milliseconds(1200), {.our_ssrc = 0x1000, .cname = "phone"});
  EXPECT_FALSE(IsToldAsDead());
  Run(milliseconds(900), {&phone_}, [] {});
  EXPECT_EQ(EventsOf(MediaEventKind::kNoRtp).size(), 1U);
}

TEST_F(SilentPeer, IsAliveByItsReportsThoughItsAddressWasLearned) {
  leg_.remote.rules.signalled = {IpAddress::V4(192, 0, 2, 9), 4000};  // Behind a NAT.
  leg_.remote.rules.symmetric = true;
  leg_.remote.rules.networks[0] = {IpAddress::V4(127, 0, 0, 1), 128};
  leg_.remote.rules.network_count = 1;
  Update(leg_);
  Learn();
  RunWithReports(milliseconds(1200), {.our_ssrc = 0x1000, .cname = "phone"});
  EXPECT_EQ(StatsOf(leg_.id).strangers, 0U);
  EXPECT_FALSE(IsToldAsDead());
}

TEST_F(SilentPeer, IsDeadWhereTheReportsAreOfSomebodyElse) {
  Learn();
  RunWithReports(milliseconds(1200), {.our_ssrc = 0x1234, .cname = "stranger"});
  EXPECT_TRUE(IsToldAsDead());
}

TEST_F(SilentPeer, IsNotAliveByAGoodbye) {
  Learn();
  RunWithReports(milliseconds(1200), {.our_ssrc = 0x1000, .cname = "phone", .bye = true});
  EXPECT_TRUE(IsToldAsDead());
}

TEST_F(Reports, TheEndOfTheLegIsAGoodbye) {
  Run(milliseconds(60), {&phone_}, [&] { phone_.SendFrame(leg_.port, 700); });
  CloseLeg(leg_.id);
  const auto report = Receive(0x1000);
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->bye);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
