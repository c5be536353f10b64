#pragma once
// A trunk over all edges.
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

// Adds what stands of it at one more edge. Whoever of the edges can use it makes it usable.
void AddEdge(const TrunkFact& there, TrunkFact* sum);

}  // namespace callfleet::supervisor
