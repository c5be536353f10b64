// Requests that arrive: registrations, calls of phones and trunks, and bytes that are no SIP.
#include <thread>

#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class CallsIn : public EdgeTest {};

TEST_F(CallsIn, OptionsAreAnswered) {
  RawPhone phone(sip_port());
  phone.NewRequest("OPTIONS", EdgeUri());
  EXPECT_TRUE(phone.Expect("200"));
}

TEST_F(CallsIn, RegisterWaitsForTheAccounts) {
  RawPhone phone(sip_port());
  phone.NewRequest("REGISTER", EdgeUri(), "To: <sip:amy@callfleet>\r\n");
  auto reply = phone.Expect("503");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->Get("Retry-After"), "1");
}

TEST_F(CallsIn, PhoneRegistersAndItsGrantedExpiryIsBounded) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone phone(sip_port());
  const std::string uri = EdgeUri();
  EXPECT_EQ(Register(phone, "amy", "secret", ";expires=3600"), 200);
  EXPECT_EQ(Register(phone, "amy", "wrong"), 403);
  EXPECT_EQ(Register(phone, "nobody", "secret"), 403);
  EXPECT_EQ(Register(phone, "amy", "secret", ";expires=10"), 423);
}

TEST_F(CallsIn, NonceCountMustRise) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone phone(sip_port());
  const std::string uri = "sip:127.0.0.1:" + std::to_string(sip_port());
  const std::string who = "From: <sip:amy@callfleet>;tag=r\r\nTo: <sip:amy@callfleet>\r\n";
  phone.NewRequest("REGISTER", uri, who);
  auto challenge = phone.Expect("401");
  ASSERT_TRUE(challenge);
  const std::string authorization =
      "Authorization: " +
      DigestFor(challenge->Get("WWW-Authenticate"), "amy", "secret", "REGISTER", uri) + "\r\n";
  phone.NewRequest("REGISTER", uri, who + authorization);
  EXPECT_TRUE(phone.Expect("200"));
  phone.NewRequest("REGISTER", uri, who + authorization);
  auto again = phone.Expect("401");
  ASSERT_TRUE(again);
  EXPECT_NE(again->Get("WWW-Authenticate").find("stale=true"), std::string::npos);
}

TEST_F(CallsIn, AnAgentsContactsAllRingAndTheFirstAnswerWins) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone desk(sip_port());
  RawPhone soft(sip_port());
  ASSERT_EQ(Register(desk, "amy", "secret"), 200);
  ASSERT_EQ(Register(soft, "amy", "secret"), 200);
  v1::RingRequest ring;
  *ring.mutable_context() = Context();
  ring.set_call_id("call");
  ring.set_leg_id("agent");
  ring.set_agent_id("agent-amy");
  ring.set_sip_user("amy");
  ring.set_line_mode(v1::LINE_MODE_AUTO);
  (*ring.mutable_headers())["Lead"] = "42";
  ASSERT_TRUE(Ring(ring).ok());
  auto at_desk = desk.Expect("INVITE");
  auto at_soft = soft.Expect("INVITE");
  ASSERT_TRUE(at_desk && at_soft);
  EXPECT_EQ(at_desk->Get("X-Callfleet-Lead"), "42");
  EXPECT_NE(at_desk->Get("Call-Info").find("answer-after=0"), std::string::npos);
  desk.Reply(*at_desk, 180);
  soft.Reply(*at_soft, 180);
  soft.Answer(*at_soft);
  EXPECT_TRUE(soft.Expect("ACK"));
  auto cancel = desk.Expect("CANCEL");
  ASSERT_TRUE(cancel);
  EXPECT_NE(cancel->Get("Reason").find("completed elsewhere"), std::string::npos);
  desk.Reply(*cancel, 200);
  desk.Reply(*at_desk, 487);
  EXPECT_TRUE(WaitLeg("call", "agent", v1::LEG_STATE_ANSWERED));
}

TEST_F(CallsIn, OneBusyContactIsNotTheAgentsBusyButOneDeclineIsTheAgentsNo) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone desk(sip_port());
  RawPhone soft(sip_port());
  ASSERT_EQ(Register(desk, "amy", "secret"), 200);
  ASSERT_EQ(Register(soft, "amy", "secret"), 200);
  v1::RingRequest ring;
  *ring.mutable_context() = Context();
  ring.set_call_id("call");
  ring.set_leg_id("agent");
  ring.set_agent_id("agent-amy");
  ring.set_sip_user("amy");
  ASSERT_TRUE(Ring(ring).ok());
  auto at_desk = desk.Expect("INVITE");
  auto at_soft = soft.Expect("INVITE");
  ASSERT_TRUE(at_desk && at_soft);
  soft.Reply(*at_soft, 180);
  desk.Reply(*at_desk, 486);
  ASSERT_TRUE(WaitLeg("call", "agent", v1::LEG_STATE_RINGING));
  soft.Reply(*at_soft, 603);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 603);
}

TEST_F(CallsIn, UnregisteredAgentIsRefusedAtOnce) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  v1::RingRequest ring;
  *ring.mutable_context() = Context();
  ring.set_call_id("call");
  ring.set_leg_id("agent");
  ring.set_agent_id("agent-amy");
  ring.set_sip_user("amy");
  EXPECT_EQ(ReasonOf(Ring(ring)), "NOT_REGISTERED");
}

TEST_F(CallsIn, CallFromATrunkIsClaimedAnsweredAndEnds) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string call = Arrive(caller);
  ASSERT_FALSE(call.empty());
  EXPECT_TRUE(caller.Expect("180"));
  ASSERT_TRUE(Claim(call).ok());
  ASSERT_TRUE(AnswerArrived(call).ok());
  auto ok = caller.Expect("200");
  ASSERT_TRUE(ok);
  EXPECT_NE(ok->body.find("m=audio"), std::string::npos);
  const auto waiting =
      Wait(call, [](const v1::CallRecord& r) { return r.state() == v1::CALL_STATE_WAITING; });
  ASSERT_TRUE(waiting);
  EXPECT_TRUE(waiting->legs(0).is_caller());
  EXPECT_EQ(ReasonOf(HangUp(call)), "OK");
}

TEST_F(CallsIn, CallThatNobodyClaimsGetsTheFallback) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string call = Arrive(caller);
  EXPECT_TRUE(caller.Expect("480"));
  const auto record = WaitEnded(call);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_UNCLAIMED);
}

TEST_F(CallsIn, ByeBeforeTheAckEndsTheCall) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string call = Arrive(caller);
  ASSERT_TRUE(Claim(call).ok());
  ASSERT_TRUE(AnswerArrived(call).ok());
  auto ok = caller.Expect("200");
  ASSERT_TRUE(ok);
  caller.NewRequest("BYE", EdgeUri(),
                    "From: " + ok->Get("From") + "\r\nTo: " + ok->Get("To") +
                        "\r\nCall-ID: " + ok->Get("Call-ID") + "\r\n");
  const auto record = WaitEnded(call);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().by(), v1::ENDED_BY_FAR_END);
}

// RFC 3261 19.1.6: carriers write what their number portability said into the user.
TEST_F(CallsIn, ParametersOfANumberAreNoPartOfWhatWasDialled) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  caller.NewRequest("INVITE",
                    "sip:+14155550199;npdi;rn=+14155550000@127.0.0.1:" + std::to_string(sip_port()),
                    "From: <sip:+14155550111;cpc=ordinary@x>;tag=f\r\n", caller.Sdp());
  ASSERT_TRUE(caller.Expect("180"));
  for (int i = 0; i < 500 && Records().empty(); ++i) std::this_thread::sleep_for(10ms);
  ASSERT_EQ(Records().size(), 1U);
  EXPECT_EQ(Records()[0].called(), "+14155550199");
  EXPECT_EQ(Records()[0].caller(), "+14155550111");
}

TEST_F(CallsIn, InviteOfAPhoneIsChallenged) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone phone(sip_port());
  phone.NewRequest("INVITE", EdgeUri(), "", phone.Sdp());
  EXPECT_TRUE(phone.Expect("401"));
}

TEST_F(CallsIn, LimitsOfRequestsAreAnsweredByTheRightCode) {
  RawPhone phone(sip_port());
  TrustLoopback(phone);
  phone.NewRequest("INVITE", EdgeUri(), "Max-Forwards: 0\r\n", phone.Sdp());
  EXPECT_TRUE(phone.Expect("483"));
  phone.NewRequest("INVITE", EdgeUri(), "Require: fancy\r\n", phone.Sdp());
  EXPECT_TRUE(phone.Expect("420"));
  phone.NewRequest("BYE", EdgeUri(), "To: <sip:x@y>;tag=nobody\r\n");
  EXPECT_TRUE(phone.Expect("481"));
  phone.NewRequest("INVITE", EdgeUri(), "Session-Expires: 60\r\nSupported: timer\r\n", phone.Sdp());
  auto small = phone.Expect("422");
  ASSERT_TRUE(small);
  EXPECT_EQ(small->Get("Min-SE"), "90");
  phone.NewRequest("INVITE", EdgeUri(), "",
                   "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                   "m=audio 4000 RTP/AVP 9\r\na=rtpmap:9 G722/8000\r\n");
  EXPECT_TRUE(phone.Expect("488"));
}

TEST_F(CallsIn, BytesThatAreNoSipDoNotHurt) {
  RawPhone phone(sip_port());
  TrustLoopback(phone);
  const std::string whole = phone.NewRequest("INVITE", EdgeUri(), "", phone.Sdp());
  for (std::size_t cut = 1; cut < whole.size(); cut += 7) phone.Send(whole.substr(0, cut));
  for (const char* text :
       {"", "\r\n\r\n", "INVITE", "SIP/2.0 200 OK\r\n\r\n", "INVITE sip:a@b SIP/2.0\r\n\r\n",
        "INVITE sip:a@b SIP/2.0\r\nVia: x\r\nCSeq: 99999999999 INVITE\r\nCall-ID: \r\n\r\n",
        "REGISTER sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n"}) {
    phone.Send(text);
  }
  phone.Send(std::string(60'000, 'A'));
  phone.NewRequest("INVITE", EdgeUri(), "", "v=0\r\nm=audio\r\nc=\r\n");
  phone.NewRequest("INVITE", EdgeUri(), "", std::string(20'000, 'm'));
  RawPhone other(sip_port());
  other.NewRequest("OPTIONS", EdgeUri());
  EXPECT_TRUE(other.Expect("200"));
}

TEST_F(CallsIn, TrunkLimitsRefuseBeforeAnythingIsPlaced) {
  RawPhone carrier(sip_port());
  ASSERT_TRUE(
      CreateTrunk("small", carrier, [](v1::Trunk& trunk) { trunk.set_max_channels(1); }).ok());
  auto request = ToPhone("one", "leg-1", carrier);
  request.mutable_trunk_number()->set_trunk_id("small");
  request.mutable_trunk_number()->set_number("+14155550100");
  ASSERT_TRUE(Originate(request).ok());
  request = ToPhone("two", "leg-2", carrier);
  request.mutable_trunk_number()->set_trunk_id("small");
  request.mutable_trunk_number()->set_number("+14155550101");
  EXPECT_EQ(ReasonOf(Originate(request)), "TRUNK_LIMIT");
  request.mutable_trunk_number()->set_trunk_id("none");
  EXPECT_EQ(ReasonOf(Originate(request)), "TRUNK_UNKNOWN");
}

TEST_F(CallsIn, OtherBootsAndOlderTokensAreRefused) {
  RawPhone phone(sip_port());
  auto request = ToPhone("call", "leg", phone);
  request.mutable_context()->set_boot_id("another");
  EXPECT_EQ(ReasonOf(Originate(request)), "BOOT_CHANGED");
  request = ToPhone("call", "leg", phone);
  request.mutable_context()->mutable_unit()->set_token(7);
  EXPECT_TRUE(Originate(request).ok());
  EXPECT_EQ(ReasonOf(HangUp("call")), "FENCED");
}

}  // namespace callfleet::test
