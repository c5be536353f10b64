// Which way an attempt goes: the next route, the next address of a name, and when there is none.
#include "tests/integration/sip/edge_fixture.h"
#include "tests/integration/sip/local_dns.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class Routes : public EdgeTest {
 protected:
  void Configure(sip_edge::Config& config) override { config.dns_servers = dns_.address(); }

  static void AddRoute(v1::Trunk& trunk, const RawPhone& phone,
                       v1::Transport transport = v1::TRANSPORT_UDP) {
    auto* route = trunk.add_routes();
    route->set_host("127.0.0.1");
    route->set_port(phone.port());
    route->set_transport(transport);
    route->set_priority(static_cast<std::uint32_t>(trunk.routes_size()));
  }
  void TwoRoutes(const RawPhone& first, const RawPhone& second) {
    ASSERT_TRUE(CreateTrunk("t", first, [&](v1::Trunk& trunk) { AddRoute(trunk, second); }).ok());
  }
  v1::OriginateRequest OverTrunk(const std::string& call) {
    v1::OriginateRequest request;
    *request.mutable_context() = Context();
    request.set_call_id(call);
    request.set_leg_id(call + "-leg");
    request.mutable_trunk_number()->set_trunk_id("t");
    request.mutable_trunk_number()->set_number("+14155550100");
    return request;
  }
  v1::Trunk Trunk() {
    grpc::ClientContext context;
    v1::GetTrunkRequest request;
    v1::GetTrunkResponse response;
    request.set_trunk_id("t");
    stub_->GetTrunk(&context, request, &response);
    return response.trunk();
  }
  // Answers at `phone` and ends the call; it has one outcome and nothing is left.
  void AnswerAndEnd(RawPhone& phone, const SipText& invite, const std::string& call) {
    phone.Answer(invite);
    EXPECT_TRUE(phone.Expect("ACK"));
    ASSERT_TRUE(WaitLeg(call, call + "-leg", v1::LEG_STATE_ANSWERED));
    phone.Request("BYE", invite);
    EXPECT_TRUE(phone.Expect("200"));
    const auto record = WaitEnded(call);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->legs(0).end().by(), v1::ENDED_BY_FAR_END);
  }

  LocalDns dns_;
};

TEST_F(Routes, NoResponseInFourSecondsMeansTheNextRoute) {
  RawPhone silent(sip_port());
  RawPhone second(sip_port());
  TwoRoutes(silent, second);
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  ASSERT_TRUE(silent.Expect("INVITE"));
  EXPECT_TRUE(second.Silent("INVITE", 3s));
  auto invite = second.Expect("INVITE", 2s);
  ASSERT_TRUE(invite);
  AnswerAndEnd(second, *invite, "call");
}

TEST_F(Routes, ARouteThatWakesUpTooLateIsCancelledAndDoesNotHurtTheNext) {
  RawPhone slow(sip_port());
  RawPhone second(sip_port());
  TwoRoutes(slow, second);
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  auto late = slow.Expect("INVITE");
  ASSERT_TRUE(late);
  auto invite = second.Expect("INVITE");
  ASSERT_TRUE(invite);
  second.Reply(*invite, 180);
  ASSERT_TRUE(WaitLeg("call", "call-leg", v1::LEG_STATE_RINGING));
  slow.Reply(*late, 100);
  auto cancel = slow.Expect("CANCEL");
  ASSERT_TRUE(cancel);
  slow.Reply(*cancel, 200);
  slow.Reply(*late, 487);
  ASSERT_TRUE(slow.Expect("ACK"));
  AnswerAndEnd(second, *invite, "call");
}

TEST_F(Routes, FiveHundredThreeMeansTheNextRouteAndBusyDoesNot) {
  RawPhone full(sip_port());
  RawPhone second(sip_port());
  TwoRoutes(full, second);
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  auto refused = full.Expect("INVITE");
  ASSERT_TRUE(refused);
  full.Reply(*refused, 503);
  auto invite = second.Expect("INVITE", 1s);
  ASSERT_TRUE(invite);
  AnswerAndEnd(second, *invite, "call");

  ASSERT_TRUE(Originate(OverTrunk("busy")).ok());
  auto busy = full.Expect("INVITE");
  ASSERT_TRUE(busy);
  full.Reply(*busy, 486);
  const auto record = WaitEnded("busy");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 486);
  EXPECT_TRUE(second.Silent("INVITE", 300ms));
}

TEST_F(Routes, SilenceAfterA503StillMeansTheNextRoute) {
  RawPhone full(sip_port());
  RawPhone silent(sip_port());
  RawPhone third(sip_port());
  ASSERT_TRUE(CreateTrunk("t", full, [&](v1::Trunk& trunk) {
                AddRoute(trunk, silent);
                AddRoute(trunk, third);
              }).ok());
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  auto refused = full.Expect("INVITE");
  ASSERT_TRUE(refused);
  full.Reply(*refused, 503);
  ASSERT_TRUE(silent.Expect("INVITE", 1s));
  auto invite = third.Expect("INVITE");
  ASSERT_TRUE(invite);
  AnswerAndEnd(third, *invite, "call");
}

TEST_F(Routes, FiveHundredThreeAfterRingingIsTheEnd) {
  RawPhone first(sip_port());
  RawPhone second(sip_port());
  TwoRoutes(first, second);
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  auto invite = first.Expect("INVITE");
  ASSERT_TRUE(invite);
  first.Reply(*invite, 180);
  first.Reply(*invite, 503);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 503);
  EXPECT_TRUE(second.Silent("INVITE", 300ms));
}

TEST_F(Routes, ARefusedConnectionMeansTheNextRoute) {
  RawPhone no_tcp(sip_port());  // Its port is UDP only.
  RawPhone second(sip_port());
  ASSERT_TRUE(CreateTrunk("t", no_tcp, [&](v1::Trunk& trunk) {
                trunk.mutable_routes(0)->set_transport(v1::TRANSPORT_TCP);
                AddRoute(trunk, second);
              }).ok());
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  auto invite = second.Expect("INVITE", 2s);
  ASSERT_TRUE(invite);
  AnswerAndEnd(second, *invite, "call");
}

TEST_F(Routes, ANameIsLookedUpAndItsNextTargetTriedAfter503) {
  RawPhone first(sip_port());
  RawPhone second(sip_port());
  dns_.AddSrv("_sip._udp.carrier.test", {.priority = 1, .port = first.port(), .target = "a.test"});
  dns_.AddSrv("_sip._udp.carrier.test", {.priority = 2, .port = second.port(), .target = "a.test"});
  dns_.AddA("a.test", "127.0.0.1");
  ASSERT_TRUE(CreateTrunk("t", first, [&](v1::Trunk& trunk) {
                trunk.mutable_routes(0)->set_host("carrier.test");
                trunk.mutable_routes(0)->set_port(0);
              }).ok());
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  auto refused = first.Expect("INVITE");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->start, "INVITE sip:+14155550100@carrier.test SIP/2.0");
  first.Reply(*refused, 503);
  auto invite = second.Expect("INVITE", 1s);
  ASSERT_TRUE(invite);
  AnswerAndEnd(second, *invite, "call");
}

TEST_F(Routes, AnUnknownNameIsTheTrunksFault) {
  RawPhone unused(sip_port());
  ASSERT_TRUE(CreateTrunk("t", unused, [&](v1::Trunk& trunk) {
                trunk.mutable_routes(0)->set_host("nowhere.test");
                trunk.mutable_routes(0)->set_port(0);
              }).ok());
  ASSERT_TRUE(Originate(OverTrunk("call")).ok());
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_TRUNK_FAILED);
  EXPECT_FALSE(record->legs(0).has_place_time());
}

TEST_F(Routes, ATrunkThatNeverAnswersOpensItsBreakerAfterTwentyAttempts) {
  RawPhone silent(sip_port());
  ASSERT_TRUE(CreateTrunk("t", silent).ok());
  for (int i = 0; i < 20; ++i) {
    auto request = OverTrunk("call-" + std::to_string(i));
    request.mutable_what_follows()->mutable_setup_timeout()->set_seconds(1);
    ASSERT_TRUE(Originate(request).ok());
  }
  for (int i = 0; i < 20; ++i) {
    const auto record = WaitEnded("call-" + std::to_string(i));
    ASSERT_TRUE(record) << i;
    EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_SETUP_TIMEOUT);
    EXPECT_EQ(record->end().sip_code(), 408);
    EXPECT_TRUE(record->legs(0).has_place_time());
  }
  EXPECT_EQ(Trunk().state(), v1::TRUNK_STATE_BREAKER_OPEN);
  EXPECT_EQ(Trunk().figures().faults(), 20u);
  EXPECT_EQ(Trunk().active_channels(), 0u);
  EXPECT_EQ(ReasonOf(Originate(OverTrunk("one-more"))), "BREAKER_OPEN");
}

}  // namespace callfleet::test
