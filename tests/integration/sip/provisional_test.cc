// Provisional responses: reliable ones both ways (RFC 3262), and a caller who is kept waiting.
#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class Provisional : public EdgeTest {
 protected:
  void Configure(sip_edge::Config& config) override {
    config.ring_repeat = 1s;
    config.unclaimed_limit = 10s;
  }
  static std::string Rack(const SipText& provisional) {
    return "RAck: " + provisional.Get("RSeq") + " " + provisional.Get("CSeq") + "\r\n";
  }
  static constexpr const char* kRequired = "Require: 100rel\r\n";
};

TEST_F(Provisional, WhoWaitsLongHearsRingingAgain) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  ASSERT_FALSE(Arrive(caller).empty());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(caller.Expect("180", 1500ms)) << i;
}

TEST_F(Provisional, RingingThatMustBeReliableIsRepeatedUntilItsPrack) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string call = Arrive(caller, kRequired);
  ASSERT_FALSE(call.empty());
  auto ringing = caller.Expect("180");
  ASSERT_TRUE(ringing);
  EXPECT_EQ(ringing->Get("Require"), "100rel");
  EXPECT_FALSE(ringing->Get("RSeq").empty());
  auto repeated = caller.Expect("180", 900ms);
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->Get("RSeq"), ringing->Get("RSeq"));
  caller.RequestAsCaller("PRACK", *ringing, Rack(*ringing));
  auto ok = caller.Expect("200");
  ASSERT_TRUE(ok);
  EXPECT_NE(ok->Get("CSeq").find("PRACK"), std::string::npos);
  ASSERT_TRUE(Claim(call).ok());
  ASSERT_TRUE(AnswerArrived(call).ok());
  auto answer = caller.Expect("200");
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("m=audio"), std::string::npos);
  caller.RequestAsCaller("ACK", *answer);
  EXPECT_TRUE(
      Wait(call, [](const v1::CallRecord& r) { return r.state() == v1::CALL_STATE_WAITING; }));
}

TEST_F(Provisional, WithoutAnOfferTheReliableRingingCarriesOursAndThePrackTheAnswer) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string call = Arrive(caller, kRequired, "");
  ASSERT_FALSE(call.empty());
  auto ringing = caller.Expect("180");
  ASSERT_TRUE(ringing);
  EXPECT_NE(ringing->body.find("m=audio"), std::string::npos);
  caller.RequestAsCaller("PRACK", *ringing, Rack(*ringing), caller.Sdp());
  ASSERT_TRUE(caller.Expect("200"));
  ASSERT_TRUE(Claim(call).ok());
  ASSERT_TRUE(AnswerArrived(call).ok());
  auto answer = caller.Expect("200");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body.empty());  // Settled already.
  caller.RequestAsCaller("ACK", *answer);
  caller.RequestAsCaller("BYE", *answer);
  EXPECT_TRUE(caller.Expect("200"));
  const auto record = WaitEnded(call);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().by(), v1::ENDED_BY_FAR_END);
}

TEST_F(Provisional, ACallerWhoCancelsBeforeItsPrackLeavesNothing) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string invite = caller.NewText(
      "INVITE", EdgeUri(), std::string(kRequired) + "CSeq: 7 INVITE\r\n", caller.Sdp());
  caller.Send(invite);
  ASSERT_TRUE(caller.Expect("180"));
  std::string cancel = invite.substr(0, invite.find("Content-Type")) + "Content-Length: 0\r\n\r\n";
  cancel.replace(0, 6, "CANCEL");
  cancel.replace(cancel.find("7 INVITE"), 8, "7 CANCEL");
  caller.Send(cancel);
  EXPECT_TRUE(caller.Expect("487"));
  for (int i = 0; i < 200 && Records().empty(); ++i) std::this_thread::sleep_for(10ms);
  ASSERT_EQ(Records().size(), 1u);
  EXPECT_TRUE(WaitEnded(Records()[0].call_id()));
  EXPECT_TRUE(caller.Silent("180", 1500ms));
}

TEST_F(Provisional, AnUnknownPrackAndAnUnknownRequireAreRefused) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  caller.NewRequest("INVITE", EdgeUri(), "Require: 100rel, fancy\r\n", caller.Sdp());
  auto refused = caller.Expect("420");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->Get("Unsupported"), "fancy");
  caller.NewRequest("PRACK", EdgeUri(), "To: <sip:a@b>;tag=x\r\nRAck: 1 1 INVITE\r\n");
  EXPECT_TRUE(caller.Expect("481"));
  ASSERT_FALSE(Arrive(caller, kRequired).empty());
  auto ringing = caller.Expect("180");
  ASSERT_TRUE(ringing);
  caller.RequestAsCaller("PRACK", *ringing, "RAck: 999 1 INVITE\r\n");
  EXPECT_TRUE(caller.Expect("481"));
}

TEST_F(Provisional, AReliableResponseOfTheCalleeGetsOnePrack) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(CreateTrunk("t", phone, [](v1::Trunk& trunk) {
                trunk.set_reliable_provisional(v1::RELIABLE_PROVISIONAL_REQUIRED);
              }).ok());
  auto request = ToPhone("call", "leg", phone);
  request.mutable_trunk_number()->set_trunk_id("t");
  request.mutable_trunk_number()->set_number("+14155550100");
  ASSERT_TRUE(Originate(request).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->Get("Require"), "100rel");
  const std::string reliable = "Require: 100rel\r\nRSeq: 40\r\n";
  phone.Reply(*invite, 183, reliable, phone.Sdp());
  auto prack = phone.Expect("PRACK");
  ASSERT_TRUE(prack);
  EXPECT_EQ(prack->Get("RAck"), "40 " + std::to_string(invite->cseq()) + " INVITE");
  EXPECT_EQ(prack->tag("To"), "uas");
  EXPECT_GT(prack->cseq(), invite->cseq());
  phone.Reply(*prack, 200);
  phone.Reply(*invite, 183, reliable, phone.Sdp());
  EXPECT_TRUE(phone.Silent("PRACK", 300ms));
  phone.Reply(*invite, 180, "Require: 100rel\r\nRSeq: 41\r\n");
  auto second = phone.Expect("PRACK");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->Get("RAck"), "41 " + std::to_string(invite->cseq()) + " INVITE");
  phone.Reply(*second, 200);
  phone.Reply(*invite, 200, "", "");  // The answer came with the 183.
  auto ack = phone.Expect("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->cseq(), invite->cseq());
  EXPECT_TRUE(WaitLeg("call", "leg", v1::LEG_STATE_ANSWERED));
}

TEST_F(Provisional, RingingAgainAndAgainDoesNotMoveTheRingLimit) {
  RawPhone phone(sip_port());
  auto request = ToPhone("call", "leg", phone);
  request.mutable_what_follows()->mutable_ring_timeout()->set_seconds(5);
  ASSERT_TRUE(Originate(request).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  const auto begin = std::chrono::steady_clock::now();
  std::optional<SipText> cancel;
  while (!cancel && std::chrono::steady_clock::now() - begin < 8s) {
    phone.Reply(*invite, 180);
    cancel = phone.Expect("CANCEL", 700ms);
  }
  ASSERT_TRUE(cancel);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 6s);
  phone.Reply(*cancel, 200);
  phone.Reply(*invite, 487);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_RING_TIMEOUT);
}

}  // namespace callfleet::test
