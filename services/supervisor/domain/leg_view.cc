#include "services/supervisor/domain/leg_view.h"

namespace callfleet::supervisor {

const char* Name(OneWayAudio audio) {
  switch (audio) {
    case OneWayAudio::kNone:
      return "";
    case OneWayAudio::kNothingReceived:
      return "nothing_received";
    case OneWayAudio::kNothingHeard:
      return "nothing_heard";
  }
  return "";
}

LegView ViewLeg(const LegFact& leg) {
  return {.leg = leg.id,
          .role = PartOf(leg),
          .agent = leg.agent,
          .remote = leg.remote,
          .codec = leg.codec,
          .answered_by = leg.answered_by,
          .ended = leg.state == LegState::kEnded,
          .one_way = leg.one_way,
          .quality = leg.quality};
}

std::vector<LegView> ViewLegs(const CallFact& call) {
  const std::size_t count = call.legs.size();
  const std::size_t left_out = count > kMaxLegs ? count - kMaxLegs : 0;
  std::vector<LegView> views;
  views.reserve(count - left_out);
  for (std::size_t i = 0; i < count; ++i) {
    if (i == 0 || i > left_out) views.push_back(ViewLeg(call.legs[i]));
  }
  return views;
}

std::optional<double> LossRatio(const LegQuality& quality) {
  if (quality.packets_received == 0) return std::nullopt;
  const auto lost = static_cast<double>(quality.packets_lost);
  return lost / (static_cast<double>(quality.packets_received) + lost);
}

}  // namespace callfleet::supervisor
