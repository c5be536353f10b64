#pragma once
#include <cstdint>

namespace callfleet::sip_edge {

// What a trunk or a phone wants of its media. Numbers as in trunk.proto.
enum class MediaSecurity : std::uint8_t {
  kOff = 1,   // RTP; an offer of SRTP only (RTP/SAVP) is refused.
  kOffered,   // SRTP where the far end speaks it, else RTP: a=crypto beside RTP/AVP, which who does
              // not know it passes over.
  kRequired,  // SRTP or 488.
};

}  // namespace callfleet::sip_edge
