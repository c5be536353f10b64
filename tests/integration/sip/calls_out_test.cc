// Outgoing legs against a scripted phone: challenges, races, failures.
#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class CallsOut : public EdgeTest {
 protected:
  // An answered call; returns its INVITE.
  SipText Answered(RawPhone& phone, const std::string& call) {
    EXPECT_TRUE(Originate(ToPhone(call, call + "-leg", phone)).ok());
    auto invite = phone.Expect("INVITE");
    EXPECT_TRUE(invite);
    phone.Reply(*invite, 180);
    phone.Answer(*invite);
    EXPECT_TRUE(phone.Expect("ACK"));
    return *invite;
  }
};

TEST_F(CallsOut, IsPlacedRingsIsAnsweredAndEndsByTheFarEnd) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, "call");
  EXPECT_EQ(invite.Get("Max-Forwards"), "69");
  const auto answered = WaitLeg("call", "call-leg", v1::LEG_STATE_ANSWERED);
  ASSERT_TRUE(answered);
  EXPECT_EQ(LegOf(*answered, "call-leg").codec(), "PCMU");
  phone.Request("BYE", invite, "Reason: Q.850;cause=16\r\n");
  EXPECT_TRUE(phone.Expect("200"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  const v1::Leg& leg = LegOf(*record, "call-leg");
  EXPECT_TRUE(leg.has_place_time() && leg.has_ring_time() && leg.has_answer_time());
  EXPECT_EQ(leg.end().by(), v1::ENDED_BY_FAR_END);
  EXPECT_EQ(leg.end().q850_cause(), 16);
  EXPECT_FALSE(leg.early_answer());
}

TEST_F(CallsOut, AckOfAChallengedInviteCarriesItsOwnCseqAndCredentials) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(CreateTrunk("t", phone, [](v1::Trunk& trunk) {
                trunk.set_auth_user("user");
                trunk.set_auth_secret("secret");
              }).ok());
  auto request = ToPhone("call", "leg", phone);
  request.mutable_trunk_number()->set_trunk_id("t");
  request.mutable_trunk_number()->set_number("+14155550100");
  ASSERT_TRUE(Originate(request).ok());

  auto first = phone.Expect("INVITE");
  ASSERT_TRUE(first);
  phone.Reply(*first, 401, "WWW-Authenticate: Digest realm=\"a\", nonce=\"n1\", qop=\"auth\"\r\n");
  ASSERT_TRUE(phone.Expect("ACK"));
  auto second = phone.Expect("INVITE");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->cseq(), first->cseq() + 1);
  EXPECT_FALSE(second->Get("Authorization").empty());
  phone.Reply(*second, 407, "Proxy-Authenticate: Digest realm=\"b\", nonce=\"n2\"\r\n");
  auto third = phone.Expect("INVITE");
  ASSERT_TRUE(third);
  EXPECT_EQ(third->cseq(), first->cseq() + 2);
  EXPECT_FALSE(third->Get("Proxy-Authorization").empty());
  EXPECT_NE(third->Get("Authorization").find("nc=00000002"), std::string::npos);
  phone.Answer(*third);
  auto ack = phone.Expect("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->cseq(), third->cseq());
  EXPECT_EQ(ack->Get("Proxy-Authorization"), third->Get("Proxy-Authorization"));
  EXPECT_TRUE(WaitLeg("call", "leg", v1::LEG_STATE_ANSWERED));
}

TEST_F(CallsOut, SecondChallengeOfTheSameKindIsAFault) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(CreateTrunk("t", phone, [](v1::Trunk& trunk) {
                trunk.set_auth_user("user");
                trunk.set_auth_secret("wrong");
              }).ok());
  auto request = ToPhone("call", "leg", phone);
  request.mutable_trunk_number()->set_trunk_id("t");
  request.mutable_trunk_number()->set_number("+14155550100");
  ASSERT_TRUE(Originate(request).ok());
  for (int i = 0; i < 2; ++i) {
    auto invite = phone.Expect("INVITE");
    ASSERT_TRUE(invite);
    phone.Reply(*invite, 401, "WWW-Authenticate: Digest realm=\"a\", nonce=\"n\"\r\n");
    ASSERT_TRUE(phone.Expect("ACK"));
  }
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 401);
}

TEST_F(CallsOut, RepeatedTwoHundredGetsItsAckAgain) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  for (int i = 0; i < 3; ++i) {
    phone.Answer(*invite);
    EXPECT_TRUE(phone.Expect("ACK")) << i;
  }
}

TEST_F(CallsOut, SecondForkThatAnswersIsEndedByBye) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Reply(*invite, 183, "", phone.Sdp(40'100), "fork1");
  phone.Reply(*invite, 183, "", phone.Sdp(40'200), "fork2");
  phone.Answer(*invite, "fork1");
  auto ack = phone.Expect("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->tag("To"), "fork1");
  phone.Answer(*invite, "fork2");
  auto bye = phone.Expect("BYE");
  ASSERT_TRUE(bye);
  EXPECT_EQ(bye->tag("To"), "fork2");
  EXPECT_TRUE(WaitLeg("call", "leg", v1::LEG_STATE_ANSWERED));
}

TEST_F(CallsOut, CancelWaitsForAProvisionalResponse) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  ASSERT_TRUE(HangUp("call").ok());
  EXPECT_TRUE(phone.Silent("CANCEL", 300ms));
  phone.Reply(*invite, 180);
  auto cancel = phone.Expect("CANCEL");
  ASSERT_TRUE(cancel);
  EXPECT_EQ(cancel->cseq(), invite->cseq());
  phone.Reply(*cancel, 200);
  phone.Reply(*invite, 487);
  EXPECT_TRUE(phone.Expect("ACK"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().by(), v1::ENDED_BY_CONTROLLER);
}

TEST_F(CallsOut, TwoHundredThatCrossesOurCancelIsACountedAbandonment) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Reply(*invite, 180);
  ASSERT_TRUE(WaitLeg("call", "leg", v1::LEG_STATE_RINGING));
  ASSERT_TRUE(HangUp("call").ok());
  ASSERT_TRUE(phone.Expect("CANCEL"));
  phone.Answer(*invite);
  EXPECT_TRUE(phone.Expect("ACK"));
  auto bye = phone.Expect("BYE");
  ASSERT_TRUE(bye);
  phone.Reply(*bye, 200);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_ANSWERED_AFTER_CANCEL);
  EXPECT_TRUE(record->legs(0).has_answer_time());
}

TEST_F(CallsOut, BusyKeepsItsSipCodeAndQ850Cause) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Reply(*invite, 486, "Reason: Q.850;cause=17;text=\"busy\"\r\n");
  EXPECT_TRUE(phone.Expect("ACK"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 486);
  EXPECT_EQ(record->end().q850_cause(), 17);
}

TEST_F(CallsOut, RedirectIsRefused) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Reply(*invite, 302);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 302);
  EXPECT_TRUE(phone.Silent("INVITE", 300ms));
}

TEST_F(CallsOut, AnswerWithoutAUsableCodecIsAcknowledgedAndEnded) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Reply(*invite, 200, "",
              "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
              "m=audio 4000 RTP/AVP 9\r\na=rtpmap:9 G722/8000\r\n");
  EXPECT_TRUE(phone.Expect("ACK"));
  EXPECT_TRUE(phone.Expect("BYE"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_NO_COMMON_CODEC);
}

TEST_F(CallsOut, HoldByReinviteIsAnsweredHereAndTold) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, "call");
  phone.Request("INVITE", invite, "", phone.Sdp(40'000, "sendonly", 2));
  auto ok = phone.Expect("200");
  ASSERT_TRUE(ok);
  EXPECT_NE(ok->body.find("a=recvonly"), std::string::npos);
  phone.Request("ACK", invite);
  ASSERT_TRUE(Wait("call", [](const v1::CallRecord& r) { return r.legs(0).held_by_far_end(); }));
  phone.Request("INVITE", invite, "", phone.Sdp(40'000, "sendrecv", 3));
  auto resumed = phone.Expect("200");
  ASSERT_TRUE(resumed);
  EXPECT_NE(resumed->body.find("a=sendrecv"), std::string::npos);
  EXPECT_TRUE(Wait("call", [](const v1::CallRecord& r) { return !r.legs(0).held_by_far_end(); }));
}

TEST_F(CallsOut, ReinviteWithoutCommonCodecIsRefusedAndTheCallGoesOn) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, "call");
  phone.Request("INVITE", invite, "",
                "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                "m=audio 4000 RTP/AVP 9\r\na=rtpmap:9 G722/8000\r\n");
  EXPECT_TRUE(phone.Expect("488"));
  phone.Request("OPTIONS", invite);
  EXPECT_TRUE(phone.Expect("200"));
}

TEST_F(CallsOut, RequiredExtensionThatWeDoNotSpeakGetsFourTwenty) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, "call");
  phone.Request("INFO", invite, "Require: fancy\r\n");
  auto reply = phone.Expect("420");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->Get("Unsupported"), "fancy");
}

TEST_F(CallsOut, RingTimeoutCancelsAndSaysSo) {
  RawPhone phone(sip_port());
  auto request = ToPhone("call", "leg", phone);
  request.mutable_what_follows()->mutable_setup_timeout()->set_seconds(1);
  ASSERT_TRUE(Originate(request).ok());
  ASSERT_TRUE(phone.Expect("INVITE"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_SETUP_TIMEOUT);
}

TEST_F(CallsOut, NobodyBridgedInTimeIsAbandoned) {
  RawPhone phone(sip_port());
  auto request = ToPhone("call", "leg", phone);
  request.mutable_what_follows()->mutable_not_bridged_within()->set_nanos(200'000'000);
  ASSERT_TRUE(Originate(request).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Answer(*invite);
  EXPECT_TRUE(phone.Expect("BYE"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_ABANDONED);
  EXPECT_TRUE(record->legs(0).early_answer());
}

TEST_F(CallsOut, SecondLegIsBridgedAtItsAnswerAndEndsWithTheFirst) {
  RawPhone agent(sip_port());
  RawPhone customer(sip_port());
  const SipText agent_invite = Answered(agent, "call");
  ASSERT_TRUE(WaitLeg("call", "call-leg", v1::LEG_STATE_ANSWERED));
  auto request = ToPhone("call", "customer", customer);
  request.mutable_what_follows()->set_bridge_with_leg_id("call-leg");
  ASSERT_TRUE(Originate(request).ok());
  auto invite = customer.Expect("INVITE");
  ASSERT_TRUE(invite);
  customer.Answer(*invite);
  ASSERT_TRUE(
      Wait("call", [](const v1::CallRecord& r) { return r.state() == v1::CALL_STATE_BRIDGED; }));
  agent.Request("BYE", agent_invite);
  auto bye = customer.Expect("BYE");
  ASSERT_TRUE(bye);
  customer.Reply(*bye, 200);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(LegOf(*record, "customer").end().by(), v1::ENDED_BY_PEER_LEG);
  ASSERT_EQ(record->bridges_size(), 1);
  EXPECT_TRUE(record->bridges(0).has_end_time());
}

}  // namespace callfleet::test
