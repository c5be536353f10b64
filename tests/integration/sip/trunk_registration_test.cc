// Our registration at a carrier that wants one.
#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class TrunkRegistrations : public EdgeTest {
 protected:
  grpc::Status CreateRegistering(RawPhone& carrier) {
    return CreateTrunk("t", carrier, [](v1::Trunk& trunk) {
      trunk.set_auth_user("line1");
      trunk.set_auth_secret("secret");
      trunk.set_outbound_registration(true);
    });
  }
  v1::Trunk Trunk() {
    grpc::ClientContext context;
    v1::GetTrunkRequest request;
    v1::GetTrunkResponse response;
    request.set_trunk_id("t");
    stub_->GetTrunk(&context, request, &response);
    return response.trunk();
  }
  bool Becomes(v1::TrunkRegistrationState state) {
    for (int i = 0; i < 200; ++i) {
      if (Trunk().registration_state() == state) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  // Challenges, checks the answer and grants this many seconds; the REGISTER that was granted.
  static SipText Admit(RawPhone& carrier, int seconds) {
    auto first = carrier.Expect("REGISTER");
    EXPECT_TRUE(first);
    carrier.Reply(*first, 401,
                  "WWW-Authenticate: Digest realm=\"c\", nonce=\"n1\", qop=\"auth\"\r\n");
    auto second = carrier.Expect("REGISTER");
    EXPECT_TRUE(second);
    EXPECT_EQ(second->Get("Call-ID"), first->Get("Call-ID"));
    EXPECT_EQ(second->cseq(), first->cseq() + 1);
    const std::string sent = second->Get("Authorization");
    const std::string a1 = Md5("line1:c:secret");
    const std::string a2 = Md5("REGISTER:" + ParamOf(sent, "uri"));
    EXPECT_EQ(ParamOf(sent, "response"), Md5(a1 + ":n1:" + ParamOf(sent, "nc") + ":" +
                                             ParamOf(sent, "cnonce") + ":auth:" + a2));
    Grant(carrier, *second, seconds);
    return *second;
  }
  static void Grant(RawPhone& carrier, const SipText& request, int seconds) {
    carrier.Reply(request, 200, "Expires: " + std::to_string(seconds) + "\r\n");
  }
};

TEST_F(TrunkRegistrations, IsMadeByDigestAndRefreshedAtHalfItsTime) {
  RawPhone carrier(sip_port());
  ASSERT_TRUE(CreateRegistering(carrier).ok());
  const SipText granted = Admit(carrier, 4);
  EXPECT_EQ(granted.Get("Expires"), "300");
  EXPECT_NE(granted.Get("Contact").find("sip:line1@127.0.0.1:" + std::to_string(sip_port())),
            std::string::npos);
  EXPECT_TRUE(Becomes(v1::TRUNK_REGISTRATION_STATE_REGISTERED));
  const auto begin = std::chrono::steady_clock::now();
  auto refresh = carrier.Expect("REGISTER", 4s);
  ASSERT_TRUE(refresh);
  EXPECT_GT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(refresh->Get("Call-ID"), granted.Get("Call-ID"));
  EXPECT_NE(refresh->Get("Authorization").find("nc=00000002"), std::string::npos);
}

TEST_F(TrunkRegistrations, ARefusalIsToldAndTriedAgain) {
  RawPhone carrier(sip_port());
  ASSERT_TRUE(CreateRegistering(carrier).ok());
  auto first = carrier.Expect("REGISTER");
  ASSERT_TRUE(first);
  carrier.Reply(*first, 403);
  ASSERT_TRUE(Becomes(v1::TRUNK_REGISTRATION_STATE_FAILED));
  EXPECT_EQ(Trunk().registration_sip_code(), 403u);
  EXPECT_TRUE(carrier.Silent("REGISTER", 3s));
  EXPECT_TRUE(carrier.Expect("REGISTER", 3s));
}

TEST_F(TrunkRegistrations, TooBriefAnIntervalIsRaisedAtOnce) {
  RawPhone carrier(sip_port());
  ASSERT_TRUE(CreateRegistering(carrier).ok());
  auto first = carrier.Expect("REGISTER");
  ASSERT_TRUE(first);
  carrier.Reply(*first, 423, "Min-Expires: 900\r\n");
  auto second = carrier.Expect("REGISTER", 1s);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->Get("Expires"), "900");
}

TEST_F(TrunkRegistrations, ARemovedTrunkTakesItsContactBack) {
  RawPhone carrier(sip_port());
  ASSERT_TRUE(CreateRegistering(carrier).ok());
  Admit(carrier, 300);
  ASSERT_TRUE(Becomes(v1::TRUNK_REGISTRATION_STATE_REGISTERED));
  grpc::ClientContext context;
  v1::DeleteTrunkRequest request;
  v1::DeleteTrunkResponse response;
  request.set_trunk_id("t");
  ASSERT_TRUE(stub_->DeleteTrunk(&context, request, &response).ok());
  auto gone = carrier.Expect("REGISTER", 3s);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->Get("Expires"), "0");
}

TEST_F(TrunkRegistrations, NeedsAUser) {
  RawPhone carrier(sip_port());
  EXPECT_EQ(ReasonOf(CreateTrunk("t", carrier,
                                 [](v1::Trunk& trunk) { trunk.set_outbound_registration(true); })),
            "INVALID_ARGUMENT");
}

}  // namespace callfleet::test
