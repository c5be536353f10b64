#include "services/sip_edge/domain/sdp_crypto.h"

#include <gtest/gtest.h>

#include "services/sip_edge/domain/sdp_session.h"

namespace callfleet::sip_edge {
namespace {

using media::SrtpKey;
using media::SrtpSuite;

constexpr SrtpSuite kCm80 = SrtpSuite::kAesCm128HmacSha1_80;
constexpr SrtpSuite kGcm128 = SrtpSuite::kAeadAes128Gcm;
constexpr SrtpSuite kGcm256 = SrtpSuite::kAeadAes256Gcm;
// RFC 4568 6.1's example.
constexpr const char* kRfcKey = "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

SrtpKey Key(SrtpSuite suite, std::uint8_t first) {
  SrtpKey key{.suite = suite};
  for (std::size_t i = 0; i < KeyBytes(suite); ++i) {
    key.octets[i] = static_cast<std::uint8_t>(first + i * 7);
  }
  return key;
}

LocalAudio Local(MediaSecurity security, std::uint8_t first) {
  return {.address = "192.0.2.1",
          .port = 4000,
          .security = security,
          .keys = {Key(kGcm128, first), Key(kCm80, static_cast<std::uint8_t>(first + 1)),
                   Key(SrtpSuite::kAesCm128HmacSha1_32, static_cast<std::uint8_t>(first + 2)),
                   Key(kGcm256, static_cast<std::uint8_t>(first + 3))}};
}

// As a peer would write it.
Sdp Remote(const char* transport, std::vector<SdpCrypto> crypto) {
  Sdp sdp{.session_id = 1, .version = 1, .address = "192.0.2.9"};
  sdp.media.push_back({.transport = transport,
                       .port = 5000,
                       .codecs = {{.payload_type = 0, .name = "PCMU"}},
                       .crypto = std::move(crypto)});
  return sdp;
}

TEST(SdpCrypto, TheRfcsExampleIsRead) {
  const auto crypto = ParseCrypto(std::string("1 AES_CM_128_HMAC_SHA1_80 ") + kRfcKey + "|2^20");
  ASSERT_TRUE(crypto);
  EXPECT_EQ(crypto->tag, 1);
  const auto key = KeyOf(*crypto);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->suite, kCm80);
  EXPECT_EQ(key->octets[0], 'w');
  EXPECT_EQ(key->octets[29], '#');
}

TEST(SdpCrypto, EachSuitesKeySurvivesTheWayThroughText) {
  for (const auto& key : Local(MediaSecurity::kOffered, 200).keys) {
    const auto crypto = ParseCrypto(ToText(ToCrypto(7, key)));
    ASSERT_TRUE(crypto);
    EXPECT_EQ(crypto->tag, 7);
    EXPECT_EQ(KeyOf(*crypto), key);
  }
}

TEST(SdpCrypto, WhatWeCannotKeepIsNoKey) {
  const std::string cm80 = "1 AES_CM_128_HMAC_SHA1_80 ";
  for (const std::string& bad : {
           "1 F8_128_HMAC_SHA1_80 " + std::string(kRfcKey),           // A suite of others.
           cm80 + kRfcKey + "|1:4",                                   // An MKI.
           cm80 + kRfcKey + "|2^20|1:4;" + kRfcKey + "|2^20|2:4",     // Two keys.
           cm80 + "inline:AAAA",                                      // Too short.
           cm80 + "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1c!HAwJSoj",  // No base64.
           cm80 + "prefix:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj",
           cm80 + kRfcKey + " UNENCRYPTED_SRTP",
           cm80 + kRfcKey + " KDR=1",
       }) {
    const auto crypto = ParseCrypto(bad);
    EXPECT_FALSE(crypto && KeyOf(*crypto)) << bad;
  }
  for (const char* none :
       {"", "1", "x AES_CM_128_HMAC_SHA1_80 inline:a", "1 AES_CM_128_HMAC_SHA1_80",
        "12345678901 AES_CM_128_HMAC_SHA1_80 inline:a"}) {
    EXPECT_FALSE(ParseCrypto(none)) << none;
  }
  const auto hint = ParseCrypto(cm80 + kRfcKey + " WSH=64 -EXTRA");
  EXPECT_TRUE(hint && KeyOf(*hint));
}

TEST(SdpSecurity, OffNeitherOffersNorTakesIt) {
  SdpSession session({.address = "192.0.2.1", .port = 4000}, 1);
  EXPECT_EQ(ToText(session.Offer()).find("crypto"), std::string::npos);
  ASSERT_TRUE(session.Answer(Remote("RTP/AVP", {ToCrypto(1, Key(kCm80, 9))})));
  EXPECT_FALSE(session.agreed()->srtp);
  EXPECT_TRUE(session.current().media[0].crypto.empty());
  const auto refused = session.Answer(Remote("RTP/SAVP", {ToCrypto(1, Key(kCm80, 9))}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "SRTP_REFUSED");
}

TEST(SdpSecurity, RequiredRefusesWhoHasNone) {
  SdpSession session(Local(MediaSecurity::kRequired, 1), 1);
  EXPECT_NE(ToText(session.Offer()).find("RTP/SAVP 0 8 101"), std::string::npos);
  EXPECT_EQ(session.Accept(Remote("RTP/AVP", {})).error().reason, "SRTP_REQUIRED");
  SdpSession called(Local(MediaSecurity::kRequired, 1), 1);
  EXPECT_EQ(called.Answer(Remote("RTP/AVP", {})).error().reason, "SRTP_REQUIRED");
  const auto unknown = called.Answer(Remote("RTP/SAVP", {{1, "F8_128_HMAC_SHA1_80", kRfcKey, {}}}));
  EXPECT_EQ(unknown.error().reason, "SRTP_REFUSED");
}

TEST(SdpSecurity, AnAnswerHasTheFirstSuiteThatBothSpeakUnderTheOfferersTag) {
  SdpSession session(Local(MediaSecurity::kOffered, 1), 1);
  const SrtpKey theirs = Key(kGcm256, 99);
  const auto answer = session.Answer(
      Remote("RTP/SAVP", {{1, "F8_128_HMAC_SHA1_80", kRfcKey, {}}, ToCrypto(5, theirs)}));
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->media[0].crypto.size(), 1U);
  EXPECT_EQ(answer->media[0].transport, "RTP/SAVP");
  EXPECT_EQ(answer->media[0].crypto[0].tag, 5);
  EXPECT_EQ(KeyOf(answer->media[0].crypto[0]), session.agreed()->srtp->send);
  EXPECT_EQ(session.agreed()->srtp->receive, theirs);
  EXPECT_EQ(session.agreed()->srtp->send.suite, kGcm256);
}

TEST(SdpSecurity, OfTwoLinesTheOneWithAKeyIsTaken) {
  SdpSession session(Local(MediaSecurity::kOffered, 1), 1);
  Sdp offer = Remote("RTP/AVP", {});
  offer.media.push_back(Remote("RTP/SAVP", {ToCrypto(1, Key(kCm80, 9))}).media[0]);
  const auto answer = session.Answer(offer);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->media[0].port, 0);
  EXPECT_EQ(answer->media[1].port, 4000);
  EXPECT_TRUE(session.agreed()->srtp);
}

TEST(SdpSecurity, TwoOfUsAgreeAndTheKeysCross) {
  for (const auto security : {MediaSecurity::kOffered, MediaSecurity::kRequired}) {
    SdpSession caller(Local(security, 1), 1);
    SdpSession called(Local(MediaSecurity::kOffered, 50), 1);
    const auto answer = called.Answer(caller.Offer());
    ASSERT_TRUE(answer);
    ASSERT_TRUE(caller.Accept(*answer));
    ASSERT_TRUE(caller.agreed()->srtp && called.agreed()->srtp);
    EXPECT_EQ(caller.agreed()->srtp->send, called.agreed()->srtp->receive);
    EXPECT_EQ(caller.agreed()->srtp->receive, called.agreed()->srtp->send);
    // A refresh changes neither the description nor a key.
    const auto version = caller.current().version;
    const auto srtp = caller.agreed()->srtp;
    ASSERT_TRUE(caller.Accept(*called.Answer(caller.Offer())));
    EXPECT_EQ(caller.current().version, version);
    EXPECT_EQ(caller.agreed()->srtp, srtp);
  }
}

TEST(SdpSecurity, WhoDoesNotKnowItAnswersPlainAndIsHeard) {
  SdpSession session(Local(MediaSecurity::kOffered, 1), 1);
  (void)session.Offer();
  ASSERT_TRUE(session.Accept(Remote("RTP/AVP", {})));
  EXPECT_FALSE(session.agreed()->srtp);
}

TEST(SdpSecurity, AKeyThatAnswersNoneOfOursIsRefused) {
  SdpSession session(Local(MediaSecurity::kOffered, 1), 1);
  (void)session.Offer();
  EXPECT_EQ(session.Accept(Remote("RTP/SAVP", {ToCrypto(3, Key(kCm80, 9))})).error().reason,
            "SDP_INVALID");
  EXPECT_EQ(session.Accept(Remote("RTP/SAVP", {ToCrypto(1, Key(kCm80, 9))})).error().reason,
            "SDP_INVALID");
}

}  // namespace
}  // namespace callfleet::sip_edge
