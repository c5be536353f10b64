#include "services/sip_edge/domain/sdp_session.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge {
namespace {

LocalAudio Local() { return {.address = "192.0.2.1", .port = 4000}; }

Sdp Remote(std::vector<SdpCodec> codecs, Direction direction = Direction::kSendRecv) {
  Sdp sdp{.session_id = 1, .version = 1, .address = "192.0.2.9"};
  sdp.media.push_back({.port = 5000, .codecs = std::move(codecs), .direction = direction});
  return sdp;
}

TEST(SdpSession, VersionStaysUnlessTheDescriptionChanges) {
  SdpSession session(Local(), 100);
  const auto first = session.Offer().version;
  EXPECT_EQ(session.Offer().version, first);
  ASSERT_TRUE(session.Answer(Remote({{.payload_type = 8, .name = "PCMA"}})));
  EXPECT_EQ(session.current().version, first + 1);
}

TEST(SdpSession, AnswerTakesTheOfferersFirstCodecAndItsPayloadType) {
  SdpSession session(Local(), 1);
  ASSERT_TRUE(session.Answer(Remote({{.payload_type = 9, .name = "G722"},
                                     {.payload_type = 96, .name = "pcma"},
                                     {.payload_type = 0, .name = "PCMU"}})));
  EXPECT_EQ(session.agreed()->codec, AudioCodec::kPcma);
  EXPECT_EQ(session.agreed()->send_payload_type, 96);
}

TEST(SdpSession, G722IsOfferedAndTakenOnlyWhereItIsListed) {
  LocalAudio local = Local();
  local.codecs = {AudioCodec::kG722, AudioCodec::kPcmu};
  SdpSession session(local, 1);
  const Sdp& offer = session.Offer();
  EXPECT_NE(ToText(offer).find("RTP/AVP 9 0 101"), std::string::npos);
  EXPECT_NE(ToText(offer).find("a=rtpmap:9 G722/8000"), std::string::npos);
  ASSERT_TRUE(session.Accept(Remote({{.payload_type = 9, .name = "G722"}})));
  EXPECT_EQ(session.agreed()->codec, AudioCodec::kG722);
  EXPECT_EQ(session.agreed()->receive_payload_type, 9);
  SdpSession other(Local(), 1);
  const auto refused = other.Answer(Remote({{.payload_type = 9, .name = "G722"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "NO_COMMON_CODEC");
}

TEST(AudioCodec, TheCodecOfTheOtherLegGoesFirstWhereItIsListed) {
  std::vector codecs{AudioCodec::kG722, AudioCodec::kPcmu, AudioCodec::kPcma};
  Prefer(AudioCodec::kPcma, codecs);
  EXPECT_EQ(codecs, (std::vector{AudioCodec::kPcma, AudioCodec::kG722, AudioCodec::kPcmu}));
  std::vector only{AudioCodec::kPcmu};
  Prefer(AudioCodec::kG722, only);
  EXPECT_EQ(only, std::vector{AudioCodec::kPcmu});
}

TEST(SdpSession, OtherLinesKeepTheirPlaceWithPortZero) {
  SdpSession session(Local(), 1);
  Sdp offer = Remote({{.payload_type = 0, .name = "PCMU"}});
  offer.media.insert(offer.media.begin(), {.type = "video", .port = 6000, .formats = "96 97"});
  const auto answer = session.Answer(offer);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->media.size(), 2u);
  EXPECT_EQ(answer->media[0].port, 0);
  EXPECT_NE(ToText(*answer).find("m=video 0 RTP/AVP 96 97"), std::string::npos);
  EXPECT_EQ(answer->media[1].port, 4000);
}

TEST(SdpSession, HoldIsMirroredAndSeen) {
  SdpSession session(Local(), 1);
  const auto answer =
      session.Answer(Remote({{.payload_type = 0, .name = "PCMU"}}, Direction::kSendOnly));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->media[0].direction, Direction::kRecvOnly);
  EXPECT_TRUE(session.agreed()->held_by_peer);
}

TEST(SdpSession, OldStyleHoldByNullAddressIsSeen) {
  SdpSession session(Local(), 1);
  Sdp offer = Remote({{.payload_type = 0, .name = "PCMU"}});
  offer.address = "0.0.0.0";
  ASSERT_TRUE(session.Answer(offer));
  EXPECT_TRUE(session.agreed()->held_by_peer);
}

TEST(SdpSession, NoCommonCodecChangesNothing) {
  SdpSession session(Local(), 1);
  ASSERT_TRUE(session.Answer(Remote({{.payload_type = 0, .name = "PCMU"}})));
  const auto before = session.current().version;
  const auto refused = session.Answer(Remote({{.payload_type = 9, .name = "G722"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "NO_COMMON_CODEC");
  EXPECT_EQ(session.current().version, before);
  EXPECT_EQ(session.agreed()->codec, AudioCodec::kPcmu);
}

TEST(SdpSession, NewOfferAfterAnAnswerKeepsClosedLines) {
  SdpSession session(Local(), 1);
  Sdp offer = Remote({{.payload_type = 0, .name = "PCMU"}});
  offer.media.push_back({.type = "video", .port = 6000, .formats = "96"});
  ASSERT_TRUE(session.Answer(offer));
  const Sdp& ours = session.Offer();
  ASSERT_EQ(ours.media.size(), 2u);
  EXPECT_EQ(ours.media[1].port, 0);
  EXPECT_EQ(ours.media[0].codecs.size(), 3u);
}

TEST(SdpSession, SeventeenLinesAreRefused) {
  SdpSession session(Local(), 1);
  Sdp offer;
  offer.media.resize(17);
  EXPECT_EQ(session.Answer(offer).error().reason, "SDP_INVALID");
}

}  // namespace
}  // namespace callfleet::sip_edge
