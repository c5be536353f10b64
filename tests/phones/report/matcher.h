#pragma once
// Who was bridged with whom, found from the tones that both sides heard.
#include <cstdint>
#include <string>
#include <vector>

#include "tests/phones/report/call_record.h"

namespace callfleet::phones {

constexpr int64_t kCountsFromUs = 1'000'000;  // Shorter bridges are not expected to be heard.

// An answered call with its measurements up to now.
struct AnsweredLeg {
  const CallRecord* record = nullptr;
  RtpStats rtp;
  int64_t from_us = 0;  // answer
  int64_t to_us = 0;    // end, or now
  bool live = false;
};

struct Bridge {
  const AnsweredLeg* carrier = nullptr;
  const AnsweredLeg* agent = nullptr;
  bool carrier_heard_agent = false;
  bool agent_heard_carrier = false;
  int64_t overlap_us = 0;  // both answered
};

struct Matching {
  std::vector<Bridge> bridges;
  uint64_t carrier_legs_alone = 0;  // answered >= 1 s, and no agent's leg fits
  uint64_t legs_expected = 0;       // 2 x bridges of >= 1 s
  uint64_t legs_heard_peer = 0;     // of those
};

// First by tones: a leg that heard a code is bridged with the leg that sent it at that time. What
// is left is paired by time: two answered legs, each heard by nobody, that ended within 2 s of each
// other. So a bridge without any audio is still expected to have had some.
Matching MatchLegs(const std::vector<AnsweredLeg>& carriers,
                   const std::vector<AnsweredLeg>& agents);

}  // namespace callfleet::phones
