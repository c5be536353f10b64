#pragma once
// S1: figures over the whole house.
#include <cstdint>
#include <optional>

#include "services/supervisor/domain/routing_figures.h"

namespace callfleet::supervisor {

class World;

struct Stats {
  unsigned active_calls = 0;
  unsigned active_bridges = 0;
  std::uint64_t total_calls_handled = 0;  // Of all agents since their creation.
  unsigned available_agents = 0;
  unsigned busy_agents = 0;
  unsigned signed_in_agents = 0;
  unsigned total_agents = 0;
  unsigned queued_calls = 0;
  RoutingFigures routing{};
  WallTime since{};  // Start of the routing figures.

  std::optional<double> Utilisation() const;  // busy / (available + busy).
};

Stats ReadStats(const World& world);

}  // namespace callfleet::supervisor
