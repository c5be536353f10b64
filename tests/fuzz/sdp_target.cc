// Bodies of INVITE and its answers.
#include <sofia-sip/sip.h>
#include <sofia-sip/su_alloc.h>

#include <string>

#include "services/sip_edge/domain/sdp_session.h"
#include "services/sip_edge/loop/sip_headers.h"
#include "tests/fuzz/targets.h"

namespace callfleet::fuzz {
namespace {

using sip_edge::SdpSession;

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

SdpSession NewSession() { return SdpSession({.address = "192.0.2.1", .port = 20000}, 1); }

}  // namespace

void Sdp(Bytes input) {
  const auto parsed = Parse(std::string(input.begin(), input.end()));
  if (!parsed || !*parsed) return;
  const sip_edge::Sdp& theirs = **parsed;
  SdpSession answerer = NewSession();
  const auto answer = answerer.Answer(theirs);
  if (answer) {
    // One line for each of theirs, and one that a phone can read.
    Promise(answer->media.size() == theirs.media.size());
    Promise(answerer.agreed().has_value());
    const auto again = Parse(ToText(*answer));
    Promise(again.has_value() && again->has_value());
  } else {
    Promise(!answerer.agreed().has_value());
  }
  SdpSession offerer = NewSession();
  (void)offerer.Offer();
  Promise(offerer.Accept(theirs).has_value() == offerer.agreed().has_value());
}

}  // namespace callfleet::fuzz
