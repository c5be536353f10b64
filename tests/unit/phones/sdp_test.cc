#include "tests/phones/sip/sdp.h"

#include <gtest/gtest.h>

namespace callfleet::phones {
namespace {

const std::vector<Law> kBoth{Law::kMu, Law::kA};
constexpr char kOffer[] =
    "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
    "m=video 6000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    "m=audio 5004 RTP/AVP 8 0 97\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:97 telephone-event/8000\r\na=sendonly\r\n";

TEST(Sdp, TheOfferersFirstKnownCodecIsTaken) {
  const auto offer = ParseSdp(kOffer, kBoth);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->rtp.law, Law::kA);
  EXPECT_EQ(offer->rtp.payload_type, 8);
  EXPECT_EQ(offer->rtp.dtmf_payload_type, 97);
  EXPECT_EQ(offer->rtp.ip, "10.0.0.1");
  EXPECT_EQ(offer->rtp.port, 5004);
}

TEST(Sdp, TheAnswerKeepsTheOrderOfStreamsAndMirrorsTheDirection) {
  const std::string answer = MakeAnswer({"127.0.0.1", 20000, 1, 1}, *ParseSdp(kOffer, kBoth));
  EXPECT_LT(answer.find("m=video 0 "), answer.find("m=audio 20000 RTP/AVP 8 97"));
  EXPECT_NE(answer.find("a=recvonly"), std::string::npos);
}

TEST(Sdp, OurOwnOfferIsReadBack) {
  const auto read = ParseSdp(MakeOffer({"127.0.0.1", 20000, 1, 1}, {Law::kA}), kBoth);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->has_codec);
  EXPECT_EQ(read->rtp.law, Law::kA);
  EXPECT_EQ(read->direction, Direction::kSendRecv);
}

TEST(Sdp, NoAudioAndNoSdpAreNothing) {
  EXPECT_FALSE(ParseSdp("hello", kBoth));
  EXPECT_FALSE(ParseSdp("v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\ns=-\r\nt=0 0\r\n", kBoth));
}

}  // namespace
}  // namespace callfleet::phones
