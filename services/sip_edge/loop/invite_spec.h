#pragma once
// What a dialog is started with, in words that both the call logic and the dialog layer know.
#include <cstdint>
#include <string>
#include <vector>

#include "services/sip_edge/domain/dialog_key.h"
#include "services/sip_edge/domain/session_timer.h"

namespace callfleet::sip_edge {

enum class Rel100 : std::uint8_t { kOff, kSupported, kRequired };

// How the far end left.
enum class DialogEnd : std::uint8_t {
  kBye,
  kCancel,
  kNoAck,           // RFC 3261 13.3.1.4: no ACK within 64*T1; BYE has been sent.
  kSessionExpired,  // RFC 4028 10; BYE has been sent.
  kLost,            // 408 or 481 inside the dialog.
};

// An INVITE that we send.
struct InviteSpec {
  std::string request_uri;
  std::string from;  // "\"Name\" <sip:user@host>", no tag.
  std::string to;
  std::string next_hop;   // "sip:192.0.2.1:5060;transport=udp"; always an address literal.
  std::string contact;    // "<sip:edge@192.0.2.2:5060>"
  std::string headers{};  // Further header lines, each ended by CRLF.
  std::string auth_user{};
  std::string auth_secret{};
  int max_forwards = 70;
  Rel100 rel100 = Rel100::kOff;
  bool symmetric = false;
  SessionTimerPolicy session{};
};

// An INVITE that we received.
struct AcceptSpec {
  std::string contact;
  std::string next_hop;  // Source of the request.
  bool symmetric = false;
  std::uint32_t ring_repeat_ms = 60'000;
  SessionTimerPolicy session{};
};

}  // namespace callfleet::sip_edge
