#pragma once
// A leg of a call as a supervisor sees it, and what was measured on its audio.
#include <optional>
#include <string>
#include <vector>

#include "services/supervisor/domain/call_facts.h"

namespace callfleet::supervisor {

struct LegView {
  LegId leg;
  LegRole role = LegRole::kCustomer;  // PartOf.
  AgentId agent{};                    // Whose phone it is, a customer's too.
  std::string remote{};
  std::string codec{};        // Empty before any answer.
  std::string answered_by{};  // "person", "machine", …; empty: nobody asked, or not known.
  bool ended = false;
  OneWayAudio one_way = OneWayAudio::kNone;
  std::optional<LegQuality> quality{};  // None: nothing was measured, or not told yet.
  friend bool operator==(const LegView&, const LegView&) = default;
};

inline constexpr std::size_t kMaxLegs = 64;  // Of one call.

LegView ViewLeg(const LegFact& leg);
// In order. Of more than kMaxLegs the first, with which the call began, and the newest.
std::vector<LegView> ViewLegs(const CallFact& call);
// Lost / (received + lost), 0 to 1; none where nothing came.
std::optional<double> LossRatio(const LegQuality& quality);
// "nothing_received", "nothing_heard"; "" for none.
const char* Name(OneWayAudio audio);

}  // namespace callfleet::supervisor
