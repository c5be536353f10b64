#pragma once
// Why a leg or a call ended: the SIP code, the Q.850 cause (RFC 3326) and who did it.
#include <cstdint>
#include <string>

namespace callfleet::sip_edge {

enum class EndedBy : std::uint8_t {
  kNobody,  // Still alive.
  kRemote,  // The far end: BYE, CANCEL, a final response.
  kController,
  kPeerLeg,  // Followed the other leg of its bridge.
  kEdge,     // A timer or a fault of ours.
  kShutdown,
};

struct SipCause {
  int sip_code = 0;    // 0: none was seen.
  int q850 = 0;        // 0: none was given.
  std::string text{};  // For people: "Busy Here", "ring_timeout".
};

// RFC 4497 / Q.850: the cause that we send with a SIP code when nobody gave one; 0: none fits.
constexpr int Q850For(int sip_code) {
  switch (sip_code) {
    case 404:
    case 604:
      return 1;
    case 486:
    case 600:
      return 17;
    case 408:
      return 102;
    case 480:
      return 18;
    case 603:
      return 21;
    case 410:
      return 22;
    case 484:
      return 28;
    case 503:
      return 41;
    case 488:
      return 65;
    case 200:
      return 16;
    default:
      return 0;
  }
}

}  // namespace callfleet::sip_edge
