// Session timers on the wire (RFC 4028), with intervals of seconds.
#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class SessionTimers : public EdgeTest {
 protected:
  void Configure(sip_edge::Config& config) override {
    config.session_interval = 4s;
    config.session_minimum = 2s;
  }
  // Answers with these headers; the INVITE.
  SipText Answered(RawPhone& phone, const std::string& headers) {
    EXPECT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
    auto invite = phone.Expect("INVITE");
    EXPECT_TRUE(invite);
    phone.Reply(*invite, 200, headers, phone.Sdp());
    EXPECT_TRUE(phone.Expect("ACK"));
    EXPECT_TRUE(WaitLeg("call", "leg", v1::LEG_STATE_ANSWERED));
    return *invite;
  }
  bool IsUp() {
    const auto record = Wait("call", [](const v1::CallRecord&) { return true; });
    return record && record->legs(0).state() == v1::LEG_STATE_ANSWERED;
  }
  static constexpr const char* kWeRefresh =
      "Require: timer\r\nSession-Expires: 4;refresher=uac\r\n";
  static constexpr const char* kPeerRefreshes =
      "Require: timer\r\nSession-Expires: 4;refresher=uas\r\n";
  static constexpr const char* kUpdate = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE\r\n";
};

TEST_F(SessionTimers, InviteOffersTheIntervalAndItsMinimum) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  EXPECT_EQ(invite->Get("Session-Expires"), "4");
  EXPECT_EQ(invite->Get("Min-SE"), "2");
  EXPECT_NE(invite->Get("Supported").find("timer"), std::string::npos);
}

TEST_F(SessionTimers, WeRefreshByUpdateAtHalfTheIntervalAgainAndAgain) {
  RawPhone phone(sip_port());
  Answered(phone, std::string(kWeRefresh) + kUpdate);
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    auto update = phone.Expect("UPDATE", 3s);
    ASSERT_TRUE(update) << i;
    EXPECT_GT(std::chrono::steady_clock::now() - begin, 1500ms);
    EXPECT_EQ(update->Get("Session-Expires"), "4;refresher=uac");
    EXPECT_TRUE(update->body.empty());
    phone.Reply(*update, 200, kWeRefresh);
  }
  EXPECT_TRUE(IsUp());
}

TEST_F(SessionTimers, WithoutUpdateTheRefreshIsAReinviteThatChangesNothing) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, std::string(kWeRefresh) + "Allow: INVITE, ACK, BYE\r\n");
  auto again = phone.Expect("INVITE", 3s);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->body, invite.body);  // The o= version too.
  phone.Reply(*again, 200, kWeRefresh, phone.Sdp());
  auto ack = phone.Expect("ACK");
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->cseq(), again->cseq());
  EXPECT_TRUE(IsUp());
}

// RFC 3261 14.1, 14.2: each refuses the other's, the one that comes again alone passes.
TEST_F(SessionTimers, ReinvitesThatCrossAreRefusedOnBothSidesAndTheNextOnePasses) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, std::string(kWeRefresh) + "Allow: INVITE, ACK, BYE\r\n");
  auto ours = phone.Expect("INVITE", 3s);
  ASSERT_TRUE(ours);
  phone.Request("INVITE", invite, "", phone.Sdp(40'000, "sendonly", 2));
  EXPECT_TRUE(phone.Expect("491"));
  phone.Reply(*ours, 491);
  EXPECT_TRUE(phone.Expect("ACK"));
  EXPECT_TRUE(IsUp());
  EXPECT_FALSE(Wait("call", [](const v1::CallRecord&) { return true; })->legs(0).held_by_far_end());
  phone.Request("INVITE", invite, "", phone.Sdp(40'000, "sendonly", 3));
  ASSERT_TRUE(phone.Expect("200"));
  phone.Request("ACK", invite);
  EXPECT_TRUE(Wait("call", [](const v1::CallRecord& r) { return r.legs(0).held_by_far_end(); }));
  EXPECT_TRUE(IsUp());
}

TEST_F(SessionTimers, ThePeersRefreshKeepsTheCallAndItsSilenceEndsIt) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, std::string(kPeerRefreshes) + kUpdate);
  EXPECT_TRUE(phone.Silent("BYE", 2s));
  phone.Request("UPDATE", invite, "Supported: timer\r\nSession-Expires: 4;refresher=uac\r\n");
  auto ok = phone.Expect("200");
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->Get("Session-Expires"), "4;refresher=uac");
  EXPECT_NE(ok->Get("Require").find("timer"), std::string::npos);
  EXPECT_TRUE(phone.Silent("BYE", 2s));  // The first interval would have ended here.
  EXPECT_TRUE(IsUp());
  auto bye = phone.Expect("BYE", 2s);
  ASSERT_TRUE(bye);
  phone.Reply(*bye, 200);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_SESSION_EXPIRED);
}

TEST_F(SessionTimers, AnAnswerWithoutSessionExpiresMeansThatNobodyWatches) {
  RawPhone phone(sip_port());
  Answered(phone, kUpdate);
  EXPECT_TRUE(phone.Silent("UPDATE", 5s));
  EXPECT_TRUE(IsUp());
}

TEST_F(SessionTimers, FourTwentyTwoIsTriedAgainWithTheLongerInterval) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Reply(*invite, 422, "Min-SE: 600\r\n");
  ASSERT_TRUE(phone.Expect("ACK"));
  auto again = phone.Expect("INVITE");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->Get("Session-Expires"), "600");
  EXPECT_EQ(again->Get("Min-SE"), "600");
  EXPECT_EQ(again->Get("Call-ID"), invite->Get("Call-ID"));
  EXPECT_EQ(again->cseq(), invite->cseq() + 1);
  phone.Answer(*again);
  EXPECT_TRUE(WaitLeg("call", "leg", v1::LEG_STATE_ANSWERED));
}

TEST_F(SessionTimers, FourTwentyTwoToARefreshRaisesItToo) {
  RawPhone phone(sip_port());
  Answered(phone, std::string(kWeRefresh) + kUpdate);
  auto update = phone.Expect("UPDATE", 3s);
  ASSERT_TRUE(update);
  phone.Reply(*update, 422, "Min-SE: 8\r\n");
  auto again = phone.Expect("UPDATE", 500ms);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->Get("Session-Expires"), "8;refresher=uac");
  EXPECT_EQ(again->Get("Min-SE"), "8");
  phone.Reply(*again, 200, "Require: timer\r\nSession-Expires: 8;refresher=uac\r\n");
  EXPECT_TRUE(phone.Silent("BYE", 3s));  // The old interval would have ended here.
  EXPECT_TRUE(IsUp());
}

TEST_F(SessionTimers, ARefreshForADialogThatThePeerForgotEndsTheLeg) {
  RawPhone phone(sip_port());
  Answered(phone, std::string(kWeRefresh) + kUpdate);
  auto update = phone.Expect("UPDATE", 3s);
  ASSERT_TRUE(update);
  phone.Reply(*update, 481);
  EXPECT_TRUE(phone.Expect("BYE"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_DIALOG_LOST);
  EXPECT_EQ(record->end().sip_code(), 481);
}

TEST_F(SessionTimers, ARefreshThatFailsOtherwiseDoesNotEndTheLegAtOnce) {
  RawPhone phone(sip_port());
  Answered(phone, std::string(kWeRefresh) + kUpdate);
  auto update = phone.Expect("UPDATE", 3s);
  ASSERT_TRUE(update);
  phone.Reply(*update, 500);
  EXPECT_TRUE(phone.Silent("BYE", 500ms));
  EXPECT_TRUE(IsUp());
}

TEST_F(SessionTimers, ACallerWithoutTimersIsRefreshedByUs) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string call = Arrive(caller, kUpdate);
  ASSERT_TRUE(Claim(call).ok());
  ASSERT_TRUE(AnswerArrived(call).ok());
  auto ok = caller.Expect("200");
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->Get("Session-Expires"), "4;refresher=uas");
  EXPECT_EQ(ok->Get("Require"), "");
  caller.RequestAsCaller("ACK", *ok);
  auto update = caller.Expect("UPDATE", 3s);
  ASSERT_TRUE(update);
  caller.Reply(*update, 200);  // It understands nothing of timers: we go on.
  EXPECT_TRUE(caller.Expect("UPDATE", 3s));
}

TEST_F(SessionTimers, ACallerWithTimersRefreshesAndTooShortOnesAreRefused) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string small = Arrive(caller, "Supported: timer\r\nSession-Expires: 1\r\n");
  auto refused = caller.Expect("422");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->Get("Min-SE"), "2");
  const auto record = WaitEnded(small);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().sip_code(), 422);

  const std::string call = Arrive(caller, "Supported: timer\r\nSession-Expires: 3\r\n");
  ASSERT_TRUE(Claim(call).ok());
  ASSERT_TRUE(AnswerArrived(call).ok());
  auto ok = caller.Expect("200");
  ASSERT_TRUE(ok);
  EXPECT_EQ(ok->Get("Session-Expires"), "3;refresher=uac");
  EXPECT_EQ(ok->Get("Require"), "timer");
  caller.RequestAsCaller("ACK", *ok);
  caller.RequestAsCaller("UPDATE", *ok, "Supported: timer\r\nSession-Expires: 1\r\n");
  EXPECT_TRUE(caller.Expect("422"));
  EXPECT_TRUE(caller.Expect("BYE", 4s));
}

// Most phones send nothing while they hold: their session alone tells that one has crashed.
TEST_F(SessionTimers, APhoneThatHoldsHasAShortSessionUntilItGoesOn) {
  RawPhone phone(sip_port());
  const SipText invite = Answered(phone, std::string(kPeerRefreshes) + kUpdate);
  const auto granted = [&](const std::string& direction, int version) {
    phone.Request("INVITE", invite, "Supported: timer\r\nSession-Expires: 4\r\n",
                  phone.Sdp(40'000, direction, version));
    const auto ok = phone.Expect("200");
    phone.Request("ACK", invite);
    return ok ? ok->Get("Session-Expires") : "";
  };
  EXPECT_EQ(granted("sendonly", 2), "2;refresher=uas");
  EXPECT_EQ(granted("sendrecv", 3), "4;refresher=uac");
  EXPECT_EQ(granted("sendonly", 4), "2;refresher=uas");
  EXPECT_TRUE(phone.Expect("UPDATE", 2s));  // It says nothing to that.
  auto bye = phone.Expect("BYE", 3s);
  ASSERT_TRUE(bye);
  phone.Reply(*bye, 200);
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->end().edge_reason(), v1::EDGE_REASON_SESSION_EXPIRED);
}

}  // namespace callfleet::test
