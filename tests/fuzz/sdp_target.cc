// Bodies of INVITE and its answers.
#include <sofia-sip/sip.h>
#include <sofia-sip/su_alloc.h>

#include <string>
#include <vector>

#include "services/sip_edge/domain/sdp_session.h"
#include "services/sip_edge/loop/sip_headers.h"
#include "tests/fuzz/targets.h"

namespace callfleet::fuzz {
namespace {

using sip_edge::MediaSecurity;
using sip_edge::SdpSession;
using sip_edge::media::SrtpSuite;

Result<std::optional<sip_edge::Sdp>> Parse(const std::string& body) {
  sip_t sip{};
  sip_payload_t payload{};
  // The parser may write into what it reads, as into a message of its own.
  std::string text = body;
  payload.pl_data = text.data();
  payload.pl_len = text.size();
  sip.sip_payload = &payload;
  return sip_edge::SdpOf(&sip);
}

// One key a suite, as a leg has them.
std::vector<sip_edge::media::SrtpKey> OurKeys() {
  std::vector<sip_edge::media::SrtpKey> keys;
  for (const auto suite : {SrtpSuite::kAesCm128HmacSha1_80, SrtpSuite::kAesCm128HmacSha1_32,
                           SrtpSuite::kAeadAes128Gcm, SrtpSuite::kAeadAes256Gcm}) {
    keys.push_back({.suite = suite});
    keys.back().octets.fill(static_cast<std::uint8_t>(suite));
  }
  return keys;
}

SdpSession NewSession(MediaSecurity security) {
  return SdpSession(
      {.address = "192.0.2.1", .port = 20000, .security = security, .keys = OurKeys()}, 1);
}

// What was agreed on keeps to what this side wants.
void CheckSecurity(const SdpSession& session, MediaSecurity security) {
  const bool secure = session.agreed()->srtp.has_value();
  if (security == MediaSecurity::kOff) Promise(!secure);
  if (security == MediaSecurity::kRequired) Promise(secure);
  if (secure) Promise(session.agreed()->srtp->send.suite == session.agreed()->srtp->receive.suite);
}

void Answer(const sip_edge::Sdp& theirs, MediaSecurity security) {
  SdpSession answerer = NewSession(security);
  const auto answer = answerer.Answer(theirs);
  Promise(answer.has_value() == answerer.agreed().has_value());
  if (!answer) return;
  CheckSecurity(answerer, security);
  // One line for each of theirs, and one that a phone can read.
  Promise(answer->media.size() == theirs.media.size());
  const auto again = Parse(ToText(*answer));
  Promise(again.has_value() && again->has_value());
}

void Offer(const sip_edge::Sdp& theirs, MediaSecurity security) {
  SdpSession offerer = NewSession(security);
  (void)offerer.Offer();
  Promise(offerer.Accept(theirs).has_value() == offerer.agreed().has_value());
  if (offerer.agreed()) CheckSecurity(offerer, security);
}

}  // namespace

void Sdp(Bytes input) {
  const auto parsed = Parse(std::string(input.begin(), input.end()));
  if (!parsed || !*parsed) return;
  for (const auto security :
       {MediaSecurity::kOff, MediaSecurity::kOffered, MediaSecurity::kRequired}) {
    Answer(**parsed, security);
    Offer(**parsed, security);
  }
}

void Crypto(Bytes input) {
  const auto crypto =
      sip_edge::ParseCrypto({reinterpret_cast<const char*>(input.data()), input.size()});
  if (!crypto) return;
  const auto again = sip_edge::ParseCrypto(ToText(*crypto));
  Promise(again && again->tag == crypto->tag && again->suite == crypto->suite &&
          again->keys == crypto->keys && again->parameters == crypto->parameters);
  const auto key = sip_edge::KeyOf(*crypto);
  if (!key) return;
  Promise(sip_edge::KeyOf(sip_edge::ToCrypto(crypto->tag, *key)) == key);
}

}  // namespace callfleet::fuzz
