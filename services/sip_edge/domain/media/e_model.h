#pragma once
// An estimate of listening quality by ITU-T G.107 with its default values, from what RTCP tells.

namespace callfleet::sip_edge::media {

struct VoicePath {
  double loss_ratio = 0;        // 0..1, taken as random (BurstR = 1).
  double one_way_delay_ms = 0;  // Mouth to ear, jitter buffer included.
};

// The rating R, 0..93.2, for G.711 with packet loss concealment (G.113: Ie = 0, Bpl = 25.1).
double RatingOf(const VoicePath& path);
// G.107 B.4; 1.0 to 4.5.
double MosOf(double rating);

// What a leg knows about its own path. rtt_ms < 0: not known.
double EstimateMos(double loss_ratio, double jitter_ms, double rtt_ms);

}  // namespace callfleet::sip_edge::media
