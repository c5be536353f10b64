#pragma once
// A session description as far as the edge speaks it (RFC 4566). Parsed by loop/, printed here.
#include <cstdint>
#include <string>
#include <vector>

#include "services/sip_edge/domain/sdp_crypto.h"

namespace callfleet::sip_edge {

enum class Direction : std::uint8_t { kSendRecv, kSendOnly, kRecvOnly, kInactive };

struct SdpCodec {
  int payload_type = 0;
  std::string name;  // "PCMU", as in rtpmap; compared without case.
  int clock_rate = 8000;
  std::string fmtp{};
};

struct SdpMedia {
  std::string type = "audio";
  std::string transport = "RTP/AVP";
  std::uint16_t port = 0;  // 0: refused or disabled.
  std::string address{};   // Empty: the session's.
  std::vector<SdpCodec> codecs{};
  std::string formats{};  // The m-line's formats as they came, for lines that we refuse.
  Direction direction = Direction::kSendRecv;
  int ptime_ms = 0;  // 0: not said.
  std::vector<SdpCrypto> crypto{};
};

struct Sdp {
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
  std::string address{};  // Of o= and c=; IPv4 or IPv6 literal.
  std::vector<SdpMedia> media{};
};

std::string ToText(const Sdp& sdp);
// What the answerer may do at most when the offerer says `offered` (RFC 3264 6.1).
Direction Mirror(Direction offered);

}  // namespace callfleet::sip_edge
