// Header text that is not UTF-8: the call goes on, and so does the stream that tells of it.
#include <algorithm>

#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class HostileText : public EdgeTest {
 protected:
  bool Told(const std::string& caller, const std::string& called) {
    return std::ranges::any_of(Records(), [&](const v1::CallRecord& record) {
      return record.caller() == caller && record.called() == called;
    });
  }
};

TEST_F(HostileText, AnInviteIsToldWithReplacementsAndItsCallIdReturnsAsItCame) {
  RawPhone caller(sip_port());
  TrustLoopback(caller);
  const std::string id = "caf\xe9-" + std::to_string(caller.port());
  const std::string call =
      Arrive(caller, "From: \"Ren\xe9\" <sip:\xff@x>;tag=f\r\nCall-ID: " + id + "\r\n");
  ASSERT_FALSE(call.empty());
  EXPECT_TRUE(Told("\uFFFD", "+14155550100"));
  const auto ringing = caller.Expect("180");
  ASSERT_TRUE(ringing);
  EXPECT_EQ(ringing->Get("Call-ID"), id);
  EXPECT_EQ(Records()[0].legs(0).sip_call_id(), "caf\uFFFD-" + std::to_string(caller.port()));

  RawPhone second(sip_port());
  second.NewRequest("INVITE", "sip:caf\xe9@127.0.0.1:" + std::to_string(sip_port()),
                    "From: <sip:second@x>;tag=s\r\nTo: <sip:x@y>\r\n", second.Sdp());
  ASSERT_TRUE(second.Expect("180"));
  RawPhone plain(sip_port());
  EXPECT_FALSE(Arrive(plain).empty());
  EXPECT_TRUE(Told("second", "caf\uFFFD"));
}

TEST_F(HostileText, ARefusalInLatin1IsToldAndTheNextCallToo) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Reply(*invite, 180, "", "", "uas", "Sonn\xe9");
  phone.Reply(*invite, 486, "Reason: Q.850;cause=17;text=\"occup\xe9\"\r\n", "", "uas",
              "Occup\xe9");
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->legs(0).end().text(), "Occup\uFFFD");
  ASSERT_TRUE(Originate(ToPhone("next", "next-leg", phone)).ok());
  invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Answer(*invite);
  EXPECT_TRUE(WaitLeg("next", "next-leg", v1::LEG_STATE_ANSWERED));
}

TEST_F(HostileText, APhoneWithALatin1NameIsToldAsRegistered) {
  ASSERT_TRUE(PushAccount("amy", "secret", "agent-amy").ok());
  RawPhone phone(sip_port());
  ASSERT_EQ(Register(phone, "amy", "secret", ";x=\"\xe9\"", "User-Agent: T\xe9l\r\n"), 200);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 5s);
  auto stream = stub_->WatchRegistrations(&context, {});
  v1::WatchRegistrationsResponse message;
  bool told = false;
  while (!told && stream->Read(&message)) {
    told = message.registration().contacts_size() == 1 &&
           message.registration().contacts(0).user_agent() == "T\uFFFDl";
  }
  EXPECT_TRUE(told);
  context.TryCancel();
  stream->Finish();
}

}  // namespace callfleet::test
