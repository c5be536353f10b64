// Requests that are cut, lie about themselves, or are no SIP at all: 4xx or silence, and no call.
#include <random>

#include "tests/integration/sip/edge_fixture.h"

namespace callfleet::test {

using namespace std::chrono_literals;  // NOLINT

class Malformed : public EdgeTest {
 protected:
  // A request of a trusted trunk, so that an INVITE which gets through would be a call.
  std::string Text(RawPhone& phone, const std::string& method, const std::string& extra = "") {
    return phone.NewText(method, EdgeUri(), extra, method == "INVITE" ? phone.Sdp() : "");
  }
  static std::string Replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
  }
  // The first response that is not 100; 0: none.
  static int StatusFor(RawPhone& phone, const std::string& text) {
    phone.Send(text);
    auto reply = phone.Expect("", 2s);
    while (reply && reply->status() == 100) reply = phone.Expect("", 2s);
    return reply ? reply->status() : 0;
  }
};

TEST_F(Malformed, ContentLengthBeyondTheDatagramIsABadRequest) {
  RawPhone phone(sip_port());
  TrustLoopback(phone);
  for (const char* method : {"OPTIONS", "INVITE"}) {
    const std::string text = Text(phone, method);
    EXPECT_EQ(StatusFor(phone, Replaced(text, "Content-Length: ", "Content-Length: 9")), 400);
  }
  EXPECT_EQ(StatusFor(phone, Replaced(Text(phone, "OPTIONS"), "Length: 0", "Length: -5")), 400);
  EXPECT_EQ(StatusFor(phone, Replaced(Text(phone, "OPTIONS"), "Length: 0", "Length: abc")), 400);
  EXPECT_TRUE(Records().empty());
}

TEST_F(Malformed, MaxForwardsIsANumberOfAByte) {
  RawPhone phone(sip_port());
  TrustLoopback(phone);
  for (const char* value :
       {"-1", "abc", "256", "99999999999", "70 70", "", "70\r\nMax-Forwards: 70"}) {
    for (const char* method : {"OPTIONS", "INVITE"}) {
      const std::string line = std::string("Max-Forwards: ") + value + "\r\n";
      EXPECT_EQ(StatusFor(phone, Text(phone, method, line)), 400) << method << " " << value;
    }
  }
  EXPECT_EQ(StatusFor(phone, Text(phone, "INVITE", "Max-Forwards: 0\r\n")), 483);
  EXPECT_TRUE(Records().empty());
}

TEST_F(Malformed, AHeaderThatMayComeOnceComesTwiceAndNothingBreaks) {
  RawPhone phone(sip_port());
  for (const char* line :
       {"From: <sip:a@b>;tag=1", "To: <sip:a@b>", "Call-ID: 1", "CSeq: 1 OPTIONS",
        "Content-Length: 0", "Content-Type: text/plain", "Expires: 70", "Session-Expires: 90"}) {
    phone.Send(Replaced(Text(phone, "OPTIONS"), "Max-Forwards: ",
                        std::string(line) + "\r\n" + line + "\r\nMax-Forwards: "));
  }
  RawPhone after(sip_port());
  after.NewRequest("OPTIONS", EdgeUri());  // Behind them in the edge's queue.
  EXPECT_TRUE(after.Expect("200"));
  EXPECT_TRUE(Records().empty());
}

TEST_F(Malformed, AnInviteCutAnywhereIsNoCall) {
  RawPhone phone(sip_port());
  TrustLoopback(phone);
  const std::string whole = Text(phone, "INVITE");
  for (std::size_t cut = 1; cut < whole.size(); ++cut) phone.Send(whole.substr(0, cut));
  RawPhone after(sip_port());
  after.NewRequest("OPTIONS", EdgeUri());  // Behind them in the edge's queue.
  ASSERT_TRUE(after.Expect("200"));
  for (auto reply = phone.Expect("", 100ms); reply; reply = phone.Expect("", 100ms)) {
    EXPECT_GE(reply->status(), 400);
  }
  EXPECT_TRUE(Records().empty());
}

TEST_F(Malformed, RandomBytesAndDamagedMessagesDoNotHurt) {
  RawPhone phone(sip_port());
  TrustLoopback(phone);
  constexpr unsigned kSeed = 20261121;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  const std::string whole = Text(phone, "OPTIONS");
  for (int i = 0; i < 2000; ++i) {
    std::string text = whole;
    if (i % 2 == 0) {
      text.assign(1 + random() % 1400, '\0');
      for (char& c : text) c = static_cast<char>(random());
    } else {
      for (int hits = 0; hits < 8; ++hits)
        text[random() % text.size()] = static_cast<char>(random());
    }
    phone.Send(text);
    if (i % 50 == 49) std::this_thread::sleep_for(2ms);  // Not more than the socket holds.
  }
  RawPhone after(sip_port());
  after.NewRequest("OPTIONS", EdgeUri());
  EXPECT_TRUE(after.Expect("200"));
  EXPECT_TRUE(Records().empty());
}

TEST_F(Malformed, AnotherSchemeInTheRequestUriIsUnsupported) {
  RawPhone phone(sip_port());
  TrustLoopback(phone);
  const std::string text =
      Replaced(Text(phone, "INVITE"), "INVITE sip:callfleet@", "INVITE http://");
  EXPECT_EQ(StatusFor(phone, text), 416);
}

TEST_F(Malformed, ACutRequestInsideADialogChangesNothing) {
  RawPhone phone(sip_port());
  ASSERT_TRUE(Originate(ToPhone("call", "leg", phone)).ok());
  auto invite = phone.Expect("INVITE");
  ASSERT_TRUE(invite);
  phone.Answer(*invite);
  ASSERT_TRUE(phone.Expect("ACK"));
  phone.Request("INVITE", *invite, "Content-Length: 900\r\n", phone.Sdp(40'000, "sendonly", 2));
  EXPECT_TRUE(phone.Expect("400"));
  phone.Request("BYE", *invite);
  EXPECT_TRUE(phone.Expect("200"));
  const auto record = WaitEnded("call");
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->legs(0).held_by_far_end());
}

}  // namespace callfleet::test
