#include "services/sip_edge/domain/media/report_source.h"

namespace callfleet::sip_edge::media {

bool ReportSource::Accepts(const MediaAddress& from, std::uint32_t ssrc, const Peer& peer,
                           MonoTime now) {
  if (peer.ssrc && *peer.ssrc != ssrc) return false;
  // Who has sent nothing yet is known by its address alone.
  if (!peer.ssrc && from != peer.expected) return false;
  if (rtp_ != peer.rtp) source_ = {};  // Its RTP has moved: so may its reports.
  const bool locked = source_.IsSet() && known_ && now - last_ < kSilence;
  if (locked && from != source_) return false;
  rtp_ = peer.rtp;
  source_ = from;
  last_ = now;
  known_ = peer.ssrc.has_value();
  return true;
}

}  // namespace callfleet::sip_edge::media
