#pragma once
// An agent as granted to a line, and what the registry says about those who could serve.
#include <chrono>
#include <cstdint>
#include <string>

#include "common/ids/ids.h"

namespace callfleet::dialer {

enum class LineMode : std::uint8_t { kRing, kAuto, kDedicated };

struct AgentOffer {
  ReservationId reservation;
  AgentId agent;
  std::string agent_name;
  LineMode line_mode = LineMode::kRing;
  EdgeId edge{};           // Of the registration; empty: any.
  std::string sip_user{};  // One of these three says where to ring.
  std::string contact_uri{};
  LegId dedicated_leg{};
};

struct Audience {
  int members = 0;  // Active.
  int ready = 0;
  int available = 0;  // Ready with a free slot.
  int instant = 0;    // Active and answering at once.
};

}  // namespace callfleet::dialer
