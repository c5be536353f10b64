// Requests of somebody who has overheard or guessed a part of what only the far end should know.
#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class Strangers : public EdgeTest {
 protected:
  // The status of a request in the dialog of `ok`, but without its To tag.
  static int Untagged(RawPhone& from, const std::string& method, const SipText& ok) {
    const std::string to = ok.Get("To");
    from.NewRequest(method, "sip:callfleet@127.0.0.1",
                    "From: " + ok.Get("From") + "\r\nTo: " + to.substr(0, to.find(";tag=")) +
                        "\r\nCall-ID: " + ok.Get("Call-ID") + "\r\nCSeq: 5000000 " + method +
                        "\r\n",
                    method == "BYE" ? "" : from.Sdp(41'000));
    const auto reply = from.Expect("", 2s);
    return reply ? reply->status() : 0;
  }
  // What a REGISTER with credentials for a nonce that is not ours is answered with.
  int Forged(RawPhone& from, const std::string& user) {
    const std::string uri = "sip:127.0.0.1:" + std::to_string(sip_port());
    const std::string challenge = "Digest realm=\"callfleet\", nonce=\"made up\"";
    from.NewRequest("REGISTER", uri,
                    "From: <sip:" + user + "@callfleet>;tag=r\r\nTo: <sip:" + user +
                        "@callfleet>\r\nAuthorization: " +
                        DigestFor(challenge, user, "guess", "REGISTER", uri) + "\r\n");
    const auto reply = from.Expect("", 2s);
    return reply ? reply->status() : 0;
  }
};

TEST_F(Strangers, ARequestWithoutToTagNeverReachesADialog) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string call = Arrive(caller);
  ASSERT_FALSE(call.empty());
  ASSERT_TRUE(Claim(call).ok());
  ASSERT_TRUE(AnswerArrived(call).ok());
  const auto ok = caller.Expect("200");
  ASSERT_TRUE(ok);
  caller.RequestAsCaller("ACK", *ok);
  RawPhone stranger(sip_port());
  EXPECT_EQ(Untagged(stranger, "INVITE", *ok), 482);
  EXPECT_EQ(Untagged(stranger, "UPDATE", *ok), 481);
  EXPECT_EQ(Untagged(stranger, "BYE", *ok), 481);
  EXPECT_EQ(Records().size(), 1U);
  caller.RequestAsCaller("BYE", *ok);
  EXPECT_TRUE(caller.Expect("200"));
  const auto record = WaitEnded(call);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->legs(0).end().by(), v1::ENDED_BY_FAR_END);
}

TEST_F(Strangers, ForgedCredentialsLockNobodyOut) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone stranger(sip_port());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Forged(stranger, "amy"), 401);
  RawPhone phone(sip_port());
  EXPECT_EQ(Register(phone, "amy", "secret"), 200);
}

TEST_F(Strangers, WhoGuessesIsBlockedForThatUserAlone) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  ASSERT_TRUE(PushAccount("bob", "hidden", "agent-bob").ok());
  RawPhone phone(sip_port());
  for (int i = 0; i < 11; ++i) EXPECT_EQ(Register(phone, "amy", "wrong"), 403);
  EXPECT_EQ(Register(phone, "bob", "hidden"), 200);
  EXPECT_EQ(Register(phone, "amy", "secret"), 503);
}

class Crowd : public Strangers {
 protected:
  void Configure(sip_edge::Config& config) override { config.max_requests_per_source = 1; }
};

TEST_F(Crowd, AnAddressThatSendsTooMuchIsToldToWait) {
  RawPhone phone(sip_port());
  int refused = 0;
  for (int i = 0; i < 14; ++i) {
    phone.NewRequest("OPTIONS", EdgeUri());
    const auto reply = phone.Expect("", 2s);
    ASSERT_TRUE(reply);
    if (reply->status() != 503) continue;
    ++refused;
    EXPECT_EQ(reply->Get("Retry-After"), "2");
  }
  EXPECT_GE(refused, 2);
  EXPECT_LE(refused, 4);
}

TEST_F(Strangers, AContactThatIsNoSipUriIsNotRegistered) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone phone(sip_port());
  EXPECT_EQ(Register(phone, "amy", "secret", ", <tel:+14155550100>"), 400);
}

TEST_F(Strangers, AResponseNeverGoesToTheMaddrOfAVia) {
  RawPhone phone(sip_port());
  for (const char* name : {"Via", "v"}) {
    std::string text = phone.NewText("OPTIONS", EdgeUri());
    text.replace(text.find("Via"), 3, name);
    text.replace(text.find(";rport"), 6, ";maddr=127.0.0.77;rport");
    phone.Send(text);
    const auto reply = phone.Expect("200", 2s);
    ASSERT_TRUE(reply) << name;
    EXPECT_NE(reply->Get("Via").find("maddr=127.0.0.77"), std::string::npos);  // As it came.
  }
}

}  // namespace callfleet::test
