#pragma once
// Drives the source machine with a leg's addresses. Pure: it tells what to do with the socket.
#include <array>
#include <cstdint>

#include "services/sip_edge/domain/media/media_types.h"
#include "services/sip_edge/domain/media/source_machine.h"

namespace callfleet::sip_edge::media {

inline constexpr std::size_t kMaxMediaNetworks = 8;
inline constexpr std::uint32_t kPacketsToLock = 3;

// Where a peer's packets may come from.
struct SourceRules {
  MediaAddress signalled;  // Of the SDP; not set: nothing is accepted.
  // Also packets from `networks` (the trunk's media networks, or the phone's signalling address as
  // a /128) and from other ports of the signalled host: NAT. Off: the signalled address alone.
  bool symmetric = false;
  std::array<Subnet, kMaxMediaNetworks> networks{};
  std::uint8_t network_count = 0;
};

class SourceLearner {
 public:
  struct Acts {
    bool accept = false;          // The packet counts and is passed on.
    bool connect = false;         // connect() the socket to source().
    bool disconnect = false;      // Disconnect it (AF_UNSPEC).
    bool source_changed = false;  // source() is another address than before.
    bool stranger = false;
  };
  // The same address again changes nothing; `answered` allows the lock.
  Acts SetRules(const SourceRules& rules, bool answered);
  // For packets that are version 2 with a negotiated payload type only.
  Acts OnPacket(const MediaAddress& from);
  Acts OnSilence();

  SourceState state() const { return state_; }
  bool has_source() const {
    return state_ == SourceState::kLearned || state_ == SourceState::kLocked;
  }
  const MediaAddress& source() const { return source_; }  // The last learned; see has_source().
  // Where to send: the learned source; after silence still that one (a NAT's hole stays where it
  // is); after an SDP change the signalled one. Not set: nowhere.
  const MediaAddress& destination() const { return destination_; }

 private:
  SourceEvent Classify(const MediaAddress& from) const;
  Acts Step(SourceEvent event, const MediaAddress& from);

  SourceState state_ = SourceState::kNoRemote;
  SourceRules rules_{};
  bool answered_ = false;
  MediaAddress source_{};
  MediaAddress destination_{};
  std::uint32_t packets_ = 0;  // Of the current source, up to kPacketsToLock.
};

}  // namespace callfleet::sip_edge::media
