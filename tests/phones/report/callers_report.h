#pragma once
// What callers met: when an agent's phone rang for them, when they heard it, how it ended; and how
// long agents had nothing to do meanwhile.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/phones/report/call_record.h"

namespace callfleet::phones {

// One caller of a wave, beside the first leg of an agent that showed its number.
struct CallerStory {
  const CallRecord* caller = nullptr;
  int64_t agent_invite_us = -1;
  int64_t agent_answer_us = -1;
  int64_t agent_tone_us = -1;  // first packet with an agent's tone
  uint32_t agents = 0;         // answered legs that showed its number; more than one: transferred
};

// Answered legs of one agent, and of whom.
struct Spell {
  std::string agent;
  int64_t invite_us = -1;
  int64_t end_us = -1;
};

// Idle time of agents between two calls, in microseconds; `avoidable`: the part of it in which
// somebody waited whose call had not been offered to anybody.
struct IdleTimes {
  std::vector<double> idle_ms;
  std::vector<double> avoidable_ms;
};
IdleTimes IdleBetweenCalls(const std::vector<Spell>& spells,
                           const std::vector<CallerStory>& callers, int64_t now_us);

nlohmann::json WaveToJson(const std::vector<CallerStory>& callers);

}  // namespace callfleet::phones
