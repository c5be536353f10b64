#pragma once
// What the edge speaks on the wire.
#include <cstdint>

namespace callfleet::sip_edge {

enum class AudioCodec : std::uint8_t { kPcmu, kPcma };

// The encoding name of RFC 3551, as in SDP and in the API.
constexpr const char* RtpName(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::kPcmu:
      return "PCMU";
    case AudioCodec::kPcma:
      return "PCMA";
  }
  return "";
}

}  // namespace callfleet::sip_edge
