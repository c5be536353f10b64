#include "services/agent_registry/domain/demand_book.h"

namespace callfleet::agent_registry {

std::size_t DemandBook::RankOf(DemandClass demand_class) const {
  switch (demand_class) {
    case DemandClass::kAnsweredOutbound:
      return 0;
    case DemandClass::kForced:
      return 1;
    case DemandClass::kWaiting:
      return rules_.swap_last_classes ? 3 : 2;
    case DemandClass::kAgentFirst:
      return rules_.swap_last_classes ? 2 : 3;
  }
  return 0;
}

bool DemandBook::LastClassesTurn() {
  credit_percent_ += rules_.last_class_share_percent;
  if (credit_percent_ < 100) return false;
  credit_percent_ -= 100;
  return true;
}

void DemandBook::Put(const Place& place) {
  Shelf& shelf = shelves_[RankOf(place.demand_class)];
  if (place.signature >= shelf.lines.size()) shelf.lines.resize(place.signature + std::size_t{1});
  if (!shelf.lines[place.signature].insert(place).second) return;
  shelf.waiting.Set(place.signature);
  ++size_;
}

void DemandBook::Take(const Place& place) {
  Shelf& shelf = shelves_[RankOf(place.demand_class)];
  if (place.signature >= shelf.lines.size()) return;
  auto& line = shelf.lines[place.signature];
  if (line.erase(place) == 0) return;
  --size_;
  if (line.empty()) shelf.waiting.Clear(place.signature);
}

}  // namespace callfleet::agent_registry
