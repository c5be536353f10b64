#include "tests/phones/report/matcher.h"

#include <algorithm>
#include <map>
#include <set>

namespace callfleet::phones {
namespace {

constexpr int64_t kEndedTogetherUs = 2'000'000;
constexpr int64_t kInFlightUs = 200'000;  // a code may be heard a little after its leg's end

using ByCode = std::multimap<uint32_t, const AnsweredLeg*>;
using Pairs = std::map<std::pair<const AnsweredLeg*, const AnsweredLeg*>, Bridge>;

ByCode IndexByCode(const std::vector<AnsweredLeg>& legs) {
  ByCode index;
  for (const AnsweredLeg& leg : legs) index.emplace(leg.record->code.Key(), &leg);
  return index;
}

int64_t Overlap(const AnsweredLeg& a, const AnsweredLeg& b) {
  return std::max<int64_t>(0, std::min(a.to_us, b.to_us) - std::max(a.from_us, b.from_us));
}

bool HeardDuring(const AnsweredLeg& listener, const ToneCode& code, const HeardSpan& span) {
  return std::any_of(listener.rtp.heard.begin(), listener.rtp.heard.end(), [&](const HeardSpan& h) {
    return h.code == code && h.from_us <= span.to_us + kInFlightUs &&
           h.to_us + kInFlightUs >= span.from_us;
  });
}

// The leg that sent this code while `listener` heard it. With more legs than codes several may
// have: then the one that heard the listener in turn, then the longest overlap.
const AnsweredLeg* SenderOf(const AnsweredLeg& listener, const HeardSpan& span,
                            const ByCode& index) {
  const AnsweredLeg* best = nullptr;
  std::pair<bool, int64_t> best_score{false, -1};
  const auto [first, last] = index.equal_range(span.code.Key());
  for (auto it = first; it != last; ++it) {
    const AnsweredLeg& leg = *it->second;
    const int64_t overlap =
        std::min(leg.to_us + kInFlightUs, span.to_us) - std::max(leg.from_us, span.from_us);
    if (overlap < 0) continue;
    const std::pair score{HeardDuring(leg, listener.record->code, span), overlap};
    if (best && score <= best_score) continue;
    best = &leg;
    best_score = score;
  }
  return best;
}

Bridge& BridgeOf(Pairs& pairs, const AnsweredLeg* carrier, const AnsweredLeg* agent) {
  Bridge& bridge = pairs[{carrier, agent}];
  bridge.carrier = carrier;
  bridge.agent = agent;
  bridge.overlap_us = Overlap(*carrier, *agent);
  return bridge;
}

void MatchByTones(const std::vector<AnsweredLeg>& carriers, const std::vector<AnsweredLeg>& agents,
                  Pairs& pairs) {
  const ByCode carrier_codes = IndexByCode(carriers);
  const ByCode agent_codes = IndexByCode(agents);
  for (const AnsweredLeg& carrier : carriers)
    for (const HeardSpan& span : carrier.rtp.heard)
      if (span.code.side == Side::kAgent)
        if (const AnsweredLeg* agent = SenderOf(carrier, span, agent_codes))
          BridgeOf(pairs, &carrier, agent).carrier_heard_agent = true;
  for (const AnsweredLeg& agent : agents)
    for (const HeardSpan& span : agent.rtp.heard)
      if (span.code.side == Side::kCarrier)
        if (const AnsweredLeg* carrier = SenderOf(agent, span, carrier_codes))
          BridgeOf(pairs, carrier, &agent).agent_heard_carrier = true;
}

bool EndedTogether(const AnsweredLeg& a, const AnsweredLeg& b) {
  if (a.live || b.live) return a.live && b.live;
  return std::abs(a.to_us - b.to_us) <= kEndedTogetherUs;
}

uint64_t MatchByTime(const std::vector<AnsweredLeg>& carriers,
                     const std::vector<AnsweredLeg>& agents, Pairs& pairs) {
  std::set<const AnsweredLeg*> used;
  for (const auto& [key, bridge] : pairs) used.insert({bridge.carrier, bridge.agent});
  std::vector<const AnsweredLeg*> free_agents;
  for (const AnsweredLeg& agent : agents)
    if (!used.contains(&agent)) free_agents.push_back(&agent);
  uint64_t alone = 0;
  for (const AnsweredLeg& carrier : carriers) {
    if (used.contains(&carrier) || carrier.to_us - carrier.from_us < kCountsFromUs) continue;
    auto fits = std::find_if(free_agents.begin(), free_agents.end(), [&](const AnsweredLeg* agent) {
      return Overlap(carrier, *agent) >= kCountsFromUs && EndedTogether(carrier, *agent);
    });
    if (fits == free_agents.end()) {
      ++alone;
      continue;
    }
    BridgeOf(pairs, &carrier, *fits);
    free_agents.erase(fits);
  }
  return alone;
}

}  // namespace

Matching MatchLegs(const std::vector<AnsweredLeg>& carriers,
                   const std::vector<AnsweredLeg>& agents) {
  Matching result;
  Pairs pairs;
  MatchByTones(carriers, agents, pairs);
  result.carrier_legs_alone = MatchByTime(carriers, agents, pairs);
  for (const auto& [key, bridge] : pairs) {
    result.bridges.push_back(bridge);
    if (bridge.overlap_us < kCountsFromUs) continue;
    result.legs_expected += 2;
    result.legs_heard_peer += bridge.carrier_heard_agent + bridge.agent_heard_carrier;
  }
  return result;
}

}  // namespace callfleet::phones
