// Transfers over real sockets: REFER, Replaces, and DTMF as SIP INFO.
#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

// A customer c and an agent a who are bridged in call x; both phones say what the test tells them.
class Transfers : public EdgeTest {
 protected:
  void SetUp() override {
    EdgeTest::SetUp();
    customer_.emplace(sip_port());
    agent_.emplace(sip_port());
    target_.emplace(sip_port());
    ASSERT_TRUE(Originate(ToPhone("x", "c", *customer_)).ok());
    customer_invite_ = PickUp(*customer_, "cust");
    agent_invite_ = RingAgent(*agent_, "x", "a", "ann", "c", "agent-x");
    ASSERT_TRUE(Wait("x", [](const auto& r) { return r.state() == v1::CALL_STATE_BRIDGED; }));
  }
  SipText PickUp(RawPhone& phone, const std::string& tag) {
    auto invite = phone.Expect("INVITE");
    EXPECT_TRUE(invite);
    if (!invite) return {};
    phone.Reply(*invite, 180, "", "", tag);
    phone.Answer(*invite, tag);
    EXPECT_TRUE(phone.Expect("ACK"));
    return *invite;
  }
  v1::RingRequest ToAgent(const RawPhone& phone, const std::string& call, const std::string& leg,
                          const std::string& who) {
    v1::RingRequest ring;
    *ring.mutable_context() = Context();
    ring.set_call_id(call);
    ring.set_leg_id(leg);
    ring.set_agent_id(who);
    ring.set_contact_uri(phone.uri());
    return ring;
  }
  SipText RingAgent(RawPhone& phone, const std::string& call, const std::string& leg,
                    const std::string& who, const std::string& with, const std::string& tag) {
    auto ring = ToAgent(phone, call, leg, who);
    ring.mutable_what_follows()->set_bridge_with_leg_id(with);
    EXPECT_TRUE(Ring(ring).ok());
    return PickUp(phone, tag);
  }
  std::string ReplacesOf(const SipText& invite, const std::string& tag) {
    return invite.Get("Call-ID") + "%3Bto-tag%3D" + invite.tag("From") + "%3Bfrom-tag%3D" + tag;
  }
  // Reads NOTIFYs until one says `status`; its body.
  std::optional<SipText> Notified(const std::string& status) {
    for (int i = 0; i < 6; ++i) {
      auto notify = agent_->Expect("NOTIFY");
      if (!notify) return std::nullopt;
      agent_->Reply(*notify, 200);
      if (notify->body.find("SIP/2.0 " + status) == 0) return notify;
    }
    return std::nullopt;
  }
  // An INVITE of a registered phone with its credentials; the final status.
  int InviteAs(RawPhone& phone, const std::string& user, const std::string& to,
               const std::string& extra, std::optional<SipText>* ok = nullptr) {
    const std::string uri = "sip:" + to + "@127.0.0.1:" + std::to_string(sip_port());
    const std::string who = "From: <sip:" + user + "@callfleet>;tag=new\r\n" + extra;
    phone.NewRequest("INVITE", uri, who, phone.Sdp());
    auto reply = phone.Expect("401");
    if (!reply) return 0;
    phone.RequestAsCaller("ACK", *reply);
    phone.NewRequest("INVITE", uri,
                     who + "Authorization: " +
                         DigestFor(reply->Get("WWW-Authenticate"), user, "secret", "INVITE", uri) +
                         "\r\n",
                     phone.Sdp());
    while (auto answer = phone.Expect("")) {
      if (answer->status() < 200) continue;
      if (ok != nullptr) *ok = answer;
      return answer->status();
    }
    return 0;
  }

  std::optional<RawPhone> customer_, agent_, target_;
  SipText customer_invite_, agent_invite_;
};

TEST_F(Transfers, ReferIsAnsweredItsProgressToldAndTheReferrerLeavesAtTheEnd) {
  agent_->Request("REFER", agent_invite_, "Refer-To: <sip:bob@callfleet>\r\n", "", "agent-x");
  ASSERT_TRUE(agent_->Expect("202"));
  const auto trying = Notified("100");
  ASSERT_TRUE(trying);
  EXPECT_EQ(trying->Get("Event"), "refer");
  EXPECT_EQ(trying->Get("Subscription-State").rfind("active", 0), 0u);
  const auto asked = Wait("x", [](const auto& r) { return r.transfers_size() == 1; });
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->transfers(0).state(), v1::TRANSFER_STATE_ASKED);
  EXPECT_EQ(asked->transfers(0).target(), "bob");

  auto ring = ToAgent(*target_, "x", "t", "bob");
  ring.mutable_what_follows()->mutable_transfer()->set_transfer_id(
      asked->transfers(0).transfer_id());
  ASSERT_TRUE(Ring(ring).ok());
  PickUp(*target_, "bob");
  EXPECT_TRUE(Notified("180"));
  const auto done = Notified("200");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->Get("Subscription-State").rfind("terminated", 0), 0u);
  auto bye = agent_->Expect("BYE");
  ASSERT_TRUE(bye);
  agent_->Reply(*bye, 200);
  const auto record = WaitLeg("x", "a", v1::LEG_STATE_ENDED);
  ASSERT_TRUE(record);
  EXPECT_EQ(LegOf(*record, "a").end().edge_reason(), v1::EDGE_REASON_TRANSFERRED);
  EXPECT_EQ(record->transfers(0).end(), v1::TRANSFER_END_COMPLETED);
  EXPECT_TRUE(customer_->Silent("INVITE", 100ms));  // Nobody is re-INVITEd.
}

TEST_F(Transfers, TargetThatIsBusyGivesTheCustomerBack) {
  agent_->Request("REFER", agent_invite_, "Refer-To: <sip:bob@callfleet>\r\n", "", "agent-x");
  const auto asked = Wait("x", [](const auto& r) { return r.transfers_size() == 1; });
  ASSERT_TRUE(asked);
  auto ring = ToAgent(*target_, "x", "t", "bob");
  ring.mutable_what_follows()->mutable_transfer()->set_transfer_id(
      asked->transfers(0).transfer_id());
  ASSERT_TRUE(Ring(ring).ok());
  auto invite = target_->Expect("INVITE");
  ASSERT_TRUE(invite);
  target_->Reply(*invite, 486);
  EXPECT_TRUE(Notified("486"));
  EXPECT_TRUE(Wait("x", [](const auto& r) {
    return r.transfers(0).end() == v1::TRANSFER_END_FAILED && r.state() == v1::CALL_STATE_BRIDGED;
  }));
}

TEST_F(Transfers, ReferToAnUnknownTargetIsRefusedByTheController) {
  agent_->Request("REFER", agent_invite_, "Refer-To: <sip:nobody@callfleet>\r\n", "", "agent-x");
  const auto asked = Wait("x", [](const auto& r) { return r.transfers_size() == 1; });
  ASSERT_TRUE(asked);
  grpc::ClientContext context;
  v1::SteerTransferRequest request;
  v1::SteerTransferResponse response;
  *request.mutable_context() = Context();
  request.set_call_id("x");
  request.set_transfer_id(asked->transfers(0).transfer_id());
  request.set_verb(v1::TRANSFER_VERB_REFUSE);
  request.set_sip_code(404);
  ASSERT_TRUE(stub_->SteerTransfer(&context, request, &response).ok());
  EXPECT_TRUE(Notified("404"));
  EXPECT_EQ(response.call().state(), v1::CALL_STATE_BRIDGED);
}

TEST_F(Transfers, ReferOutsideTheAllowListIsForbiddenAndChangesNothing) {
  agent_->Request("REFER", agent_invite_, "Refer-To: <sip:+390612345@callfleet>\r\n", "",
                  "agent-x");
  EXPECT_TRUE(agent_->Expect("403"));
  customer_->Request("REFER", customer_invite_, "Refer-To: <sip:bob@callfleet>\r\n", "", "cust");
  EXPECT_TRUE(customer_->Expect("403"));
  agent_->Request("REFER", agent_invite_, "", "", "agent-x");
  EXPECT_TRUE(agent_->Expect("400"));
  EXPECT_TRUE(agent_->Silent("NOTIFY", 100ms));
}

TEST_F(Transfers, ReferWithReplacesOfAForeignDialogIs481) {
  agent_->Request("REFER", agent_invite_,
                  "Refer-To: <sip:bob@callfleet?Replaces=foreign%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\n",
                  "", "agent-x");
  EXPECT_TRUE(agent_->Expect("481"));
}

TEST_F(Transfers, AttendedTransferByThePhonePutsTheFarEndsTogether) {
  // The agent's second call, with bob.
  auto second = ToAgent(*agent_, "y", "a2", "ann");
  ASSERT_TRUE(Ring(second).ok());
  const SipText consult = PickUp(*agent_, "agent-y");
  const SipText bob = RingAgent(*target_, "y", "t", "bob", "a2", "bob");
  ASSERT_TRUE(Wait("y", [](const auto& r) { return r.state() == v1::CALL_STATE_BRIDGED; }));
  agent_->Request(
      "REFER", agent_invite_,
      "Refer-To: <sip:bob@callfleet?Replaces=" + ReplacesOf(consult, "agent-y") + ">\r\n", "",
      "agent-x");
  EXPECT_TRUE(agent_->Expect("202"));
  EXPECT_TRUE(Notified("200"));
  for (int i = 0; i < 2; ++i) {
    auto bye = agent_->Expect("BYE");
    ASSERT_TRUE(bye);
    agent_->Reply(*bye, 200);
  }
  ASSERT_TRUE(WaitEnded("y"));
  const auto record = Wait("x", [](const auto& r) {
    return r.transfers_size() == 1 && r.transfers(0).end() == v1::TRANSFER_END_COMPLETED;
  });
  ASSERT_TRUE(record);
  EXPECT_EQ(record->legs(2).replaces_leg_id(), "t");
  EXPECT_EQ(record->legs(2).agent_id(), "bob");
  // The dialog is the same: bob ends the customer's call.
  target_->Request("BYE", bob, "", "", "bob");
  EXPECT_TRUE(customer_->Expect("BYE"));
}

TEST_F(Transfers, InviteWithReplacesTakesTheAgentsPlace) {
  ASSERT_TRUE(PushAccount("ann", "secret", "ann").ok());
  RawPhone desk(sip_port());
  ASSERT_EQ(Register(desk, "ann", "secret"), 200);
  EXPECT_EQ(InviteAs(desk, "ann", "x", "Replaces: foreign;to-tag=1;from-tag=2\r\n"), 481);
  const std::string dialog =
      agent_invite_.Get("Call-ID") + ";to-tag=" + agent_invite_.tag("From") + ";from-tag=agent-x";
  EXPECT_EQ(InviteAs(desk, "ann", "x", "Replaces: " + dialog + ";early-only\r\n"), 486);
  std::optional<SipText> ok;
  ASSERT_EQ(InviteAs(desk, "ann", "x", "Replaces: " + dialog + "\r\n", &ok), 200);
  desk.RequestAsCaller("ACK", *ok);
  EXPECT_TRUE(agent_->Expect("BYE"));
  const auto record = Wait(
      "x", [](const auto& r) { return r.legs_size() == 3 && r.state() == v1::CALL_STATE_BRIDGED; });
  ASSERT_TRUE(record);
  EXPECT_EQ(record->legs(2).replaces_leg_id(), "a");
}

TEST_F(Transfers, InfoDigitsAreHeardInOrderAndOnceEach) {
  const auto info = [&](const std::string& type, const std::string& body) {
    customer_->Request("INFO", customer_invite_,
                       "Content-Type: " + type + "\r\nContent-Length: " +
                           std::to_string(body.size()) + "\r\n\r\n" + body + "\r\n",
                       "", "cust");
    EXPECT_TRUE(customer_->Expect("200"));
  };
  info("application/dtmf-relay", "Signal=5\r\nDuration=160");
  info("application/dtmf", "#");
  info("application/dtmf-relay", "Signal= 11\r\nDuration= 160");
  info("application/dtmf-relay", "Signal=flash");
  const auto record = Wait("x", [](const auto& r) { return r.digit_count() == 3; });
  ASSERT_TRUE(record);
  EXPECT_EQ(record->digits(), "5##");
}

}  // namespace callfleet::test
