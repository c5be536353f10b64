#pragma once
// A leg's side on the wire: where it may go, the dialogs that try, and the one that won.
#include <optional>
#include <string>
#include <vector>

#include "services/sip_edge/domain/acts.h"
#include "services/sip_edge/domain/sip_cause.h"
#include "services/sip_edge/loop/dialog.h"
#include "services/sip_edge/ports/resolver.h"

namespace callfleet::sip_edge {

// One place where an INVITE can go.
struct Target {
  std::string request_uri;
  std::string next_hop;
  Transport transport = Transport::kUdp;
  bool symmetric = false;
  std::string headers{};  // Route headers of a Path.
};

struct LegIo {
  LegHandle handle = 0;
  bool incoming = false;
  bool parallel = false;  // All targets ring at once (an agent's contacts).
  bool cancelled = false;
  std::vector<Target> targets{};
  std::size_t next_target = 0;
  std::vector<std::string> hosts{};  // Request-URI user part and routes that still need a name.
  InviteSpec spec{};                 // What all targets share.
  std::vector<DialogId> branches{};  // Alive or lingering.
  DialogId winner = 0;
  int open_branches = 0;  // Without a final response.
  bool saw_progress = false;
  bool heard_anything = false;
  std::optional<SipCause> failure{};  // The best so far.
  std::uint16_t rtp_port = 0;
  std::vector<AudioCodec> codecs{};
  std::optional<AudioCodec> prefers{};  // The codec of the leg that this one will be bridged with.
  int ptime_ms = 20;
  MediaSecurity security = MediaSecurity::kOff;
  std::vector<media::SrtpKey> keys{};         // Ours, for the leg's life.
  std::vector<std::string> media_networks{};  // Where RTP may come from beside the SDP's address.
  std::string user_part{};                    // Trunk legs: the number as the trunk writes it.
  std::vector<TrunkRoute> routes{};
};

}  // namespace callfleet::sip_edge
