#pragma once
// Which RTCP is the peer's: its SSRC is that of the RTP (RFC 3550 5.1, 6.4), and its address is
// locked as that of the RTP is, for a NAT may give it any port.
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {

class ReportSource {
 public:
  // So long without a report of the peer (it sends one each 2.5 to 7.5 s): its NAT may have bound
  // another port.
  static constexpr std::chrono::seconds kSilence{16};

  struct Peer {
    MediaAddress expected;              // As the SDP says, or next to where its RTP comes from.
    MediaAddress rtp;                   // Where its RTP comes from, or is expected from.
    std::optional<std::uint32_t> ssrc;  // Of its RTP; none: nothing has come.
  };
  // Of a report that came from an address of the peer's host.
  bool Accepts(const MediaAddress& from, std::uint32_t ssrc, const Peer& peer, MonoTime now);

  // Where the reports come from of the peer whose RTP is there; null: none has come.
  const MediaAddress* For(const MediaAddress& rtp) const {
    return source_.IsSet() && rtp_ == rtp ? &source_ : nullptr;
  }

 private:
  MediaAddress rtp_{};
  MediaAddress source_{};
  MonoTime last_{};
  bool known_ = false;  // By the SSRC, not by the address alone.
};

}  // namespace callfleet::sip_edge::media
