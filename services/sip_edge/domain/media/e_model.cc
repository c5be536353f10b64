#include "services/sip_edge/domain/media/e_model.h"

#include <algorithm>
#include <cmath>

namespace callfleet::sip_edge::media {
namespace {

// G.107 7.4: impairment by absolute delay.
double DelayImpairment(double delay_ms) {
  if (delay_ms <= 100) return 0;
  const double x = std::log2(delay_ms / 100);
  const auto root = [](double v) { return std::pow(1 + std::pow(v, 6), 1.0 / 6); };
  return 25 * (root(x) - 3 * root(x / 3) + 2);
}

}  // namespace

double RatingOf(const VoicePath& path) {
  constexpr double kDefaultRating = 93.2;  // R0 - Is with all default values, G.107 table 3.
  constexpr double kIe = 0;
  constexpr double kBpl = 25.1;
  const double loss_percent = std::clamp(path.loss_ratio, 0.0, 1.0) * 100;
  const double equipment = kIe + (95 - kIe) * loss_percent / (loss_percent + kBpl);
  const double rating = kDefaultRating - DelayImpairment(path.one_way_delay_ms) - equipment;
  return std::clamp(rating, 0.0, kDefaultRating);
}

double MosOf(double rating) {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return std::max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

double EstimateMos(double loss_ratio, double jitter_ms, double rtt_ms) {
  constexpr double kPacketMs = 20;
  // An adaptive jitter buffer holds about twice the mean jitter.
  const double delay = kPacketMs + 2 * jitter_ms + (rtt_ms > 0 ? rtt_ms / 2 : 0);
  return MosOf(RatingOf({.loss_ratio = loss_ratio, .one_way_delay_ms = delay}));
}

}  // namespace callfleet::sip_edge::media
