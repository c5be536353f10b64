#pragma once
// Ratios of figures, by their formulas (features' definitions); nullopt where a denominator is 0.
#include <array>
#include <optional>
#include <string>

#include "services/supervisor/domain/performance.h"

namespace callfleet::supervisor {

struct ServiceLevel {
  int formula;        // 1 to 4; 4 is the default.
  std::string words;  // With T in seconds put in.
  std::optional<double> value;
};

// offered = answered + abandoned + overflowed: people who wanted an agent.
std::array<ServiceLevel, 4> ServiceLevels(const Figures& figures, Micros threshold);
std::optional<double> AverageWait(const Figures& figures);      // Seconds, of answered calls: ASA.
std::optional<double> AverageHandle(const Figures& figures);    // Seconds: AHT.
std::optional<double> Occupancy(const Figures& figures);        // handle / (handle + idle).
std::optional<double> AnswerRate(const Figures& figures);       // answered / total.
std::optional<double> AbandonmentRate(const Figures& figures);  // abandoned / total.
// No agent within 2 s, over calls answered by a person.
std::optional<double> OutboundAbandonmentRate(const Figures& figures);

double InSeconds(Micros time);

}  // namespace callfleet::supervisor
