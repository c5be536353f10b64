#pragma once
// An agent as granted to a ticket, and what the registry says about those who could serve.
#include <chrono>
#include <cstdint>
#include <string>

#include "common/ids/ids.h"

namespace callfleet::queue {

enum class LineMode : std::uint8_t { kRing, kAuto, kDedicated };

struct AgentOffer {
  ReservationId reservation;
  AgentId agent;
  std::string agent_name{};
  LineMode line_mode = LineMode::kRing;
  std::string sip_user{};  // One of these three says where to ring.
  std::string contact_uri{};
  LegId dedicated_leg{};
};

struct Audience {
  int members = 0;  // Active.
  int ready = 0;
  int available = 0;  // Ready with a free slot.
  friend bool operator==(const Audience&, const Audience&) = default;
};

}  // namespace callfleet::queue
