// Connections that close: what hangs on them, and what is opened again.
#include "tests/integration/sip/edge_fixture.h"
#include "tests/integration/sip/tcp_peer.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class Tcp : public EdgeTest {
 protected:
  grpc::Status RingAmy(const std::string& call) {
    v1::RingRequest ring;
    *ring.mutable_context() = Context();
    ring.set_call_id(call);
    ring.set_leg_id(call + "-leg");
    ring.set_agent_id("agent-amy");
    ring.set_sip_user("amy");
    return Ring(ring);
  }
  std::string Contact(const TcpListener& listener) const {
    return "Contact: <sip:carrier@127.0.0.1:" + std::to_string(listener.port()) +
           ";transport=tcp>\r\n";
  }
  // A call over a TCP trunk at `listener`, answered on the connection that is returned.
  std::optional<TcpPeer> CallOverTcp(const TcpListener& listener, SipText* invite) {
    RawPhone unused(sip_port());
    EXPECT_TRUE(CreateTrunk("t", unused, [&](v1::Trunk& trunk) {
                  trunk.mutable_routes(0)->set_port(listener.port());
                  trunk.mutable_routes(0)->set_transport(v1::TRANSPORT_TCP);
                }).ok());
    auto request = ToPhone("call", "leg", unused);
    request.mutable_trunk_number()->set_trunk_id("t");
    request.mutable_trunk_number()->set_number("+14155550100");
    EXPECT_TRUE(Originate(request).ok());
    auto peer = listener.Accept();
    if (!peer) return std::nullopt;
    auto received = peer->Expect("INVITE");
    if (!received) return std::nullopt;
    *invite = *received;
    peer->Reply(*invite, 200, Contact(listener), unused.Sdp());
    EXPECT_TRUE(peer->Expect("ACK"));
    EXPECT_TRUE(WaitLeg("call", "leg", v1::LEG_STATE_ANSWERED));
    return peer;
  }
};

TEST_F(Tcp, ARegistrationGoesWithTheConnectionThatItCameOver) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  TcpPeer phone = TcpPeer::ConnectTo(sip_port());
  ASSERT_EQ(phone.Register("amy", "secret", sip_port()), 200);
  ASSERT_TRUE(RingAmy("first").ok());
  EXPECT_TRUE(phone.Expect("INVITE"));
  phone.Close();
  std::string reason;
  for (int i = 0; i < 100 && reason != "NOT_REGISTERED"; ++i) {
    std::this_thread::sleep_for(20ms);
    reason = ReasonOf(RingAmy("next-" + std::to_string(i)));
  }
  EXPECT_EQ(reason, "NOT_REGISTERED");
  TcpPeer again = TcpPeer::ConnectTo(sip_port());
  EXPECT_EQ(again.Register("amy", "secret", sip_port()), 200);
  EXPECT_TRUE(RingAmy("last").ok());
  EXPECT_TRUE(again.Expect("INVITE"));
}

TEST_F(Tcp, TheNextRequestOfADialogOpensALostConnectionAgain) {
  TcpListener listener;
  SipText invite;
  auto peer = CallOverTcp(listener, &invite);
  ASSERT_TRUE(peer);
  peer->Close();
  std::this_thread::sleep_for(100ms);
  ASSERT_TRUE(HangUp("call").ok());
  auto next = listener.Accept();
  ASSERT_TRUE(next);
  auto bye = next->Expect("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->Get("Call-ID"), invite.Get("Call-ID"));
  next->Reply(*bye, 200);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().by(), v1::ENDED_BY_CONTROLLER);
}

TEST_F(Tcp, ADialogGoesOnOverAnotherConnectionOfThePeer) {
  TcpListener listener;
  SipText invite;
  auto peer = CallOverTcp(listener, &invite);
  ASSERT_TRUE(peer);
  peer->Close();
  TcpPeer other = TcpPeer::ConnectTo(sip_port());
  other.Send("BYE " + EdgeUri() + ";transport=tcp SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:" +
             std::to_string(listener.port()) +
             ";branch=z9hG4bKbye\r\nMax-Forwards: 70\r\nFrom: " + invite.Get("To") +
             ";tag=tcp\r\nTo: " + invite.Get("From") + "\r\nCall-ID: " + invite.Get("Call-ID") +
             "\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(other.Expect("200"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().by(), v1::ENDED_BY_FAR_END);
}

TEST_F(Tcp, ACallOfAPhoneThatIsGoneEndsAllTheSame) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  TcpPeer phone = TcpPeer::ConnectTo(sip_port());
  ASSERT_EQ(phone.Register("amy", "secret", sip_port()), 200);
  ASSERT_TRUE(RingAmy("call").ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  RawPhone sdp(sip_port());
  phone.Reply(*invite, 200, "Contact: <sip:amy@10.1.2.3:5060;transport=tcp>\r\n", sdp.Sdp());
  ASSERT_TRUE(phone.Expect("ACK"));
  ASSERT_TRUE(WaitLeg("call", "call-leg", v1::LEG_STATE_ANSWERED));
  phone.Close();
  ASSERT_TRUE(HangUp("call").ok());
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().by(), v1::ENDED_BY_CONTROLLER);
}

TEST_F(Tcp, APhoneThatGoesWhileItRingsFailsAtOnce) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  TcpPeer phone = TcpPeer::ConnectTo(sip_port());
  ASSERT_EQ(phone.Register("amy", "secret", sip_port()), 200);
  ASSERT_TRUE(RingAmy("call").ok());
  ASSERT_TRUE(phone.Expect("INVITE"));
  phone.Close();
  const auto record = WaitEnded("call");  // Before any timer: a fault of the device, no refusal.
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 503);
  EXPECT_FALSE(record->legs(0).has_answer_time());
}

class IdleTcp : public Tcp {
 protected:
  void Configure(sip_edge::Config& config) override { config.connection_idle = 1s; }
};

TEST_F(IdleTcp, AConnectionThatNobodyRegisteredOverIsClosedWhenItIsIdle) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  TcpPeer guesser = TcpPeer::ConnectTo(sip_port());
  ASSERT_EQ(guesser.Register("amy", "wrong", sip_port()), 403);
  TcpPeer phone = TcpPeer::ConnectTo(sip_port());
  ASSERT_EQ(phone.Register("amy", "secret", sip_port()), 200);
  EXPECT_TRUE(guesser.Closed(4s));
  ASSERT_TRUE(RingAmy("call").ok());
  EXPECT_TRUE(phone.Expect("INVITE"));
}

}  // namespace callfleet::test
