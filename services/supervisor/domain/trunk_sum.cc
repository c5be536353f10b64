#include "services/supervisor/domain/trunk_sum.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace callfleet::supervisor {
namespace {

std::ptrdiff_t Usability(const TrunkFact& trunk) {
  static constexpr std::array<std::string_view, 4> kWorstFirst{"disabled", "down", "breaker_open",
                                                               "up"};
  return std::ranges::find(kWorstFirst, trunk.state) - kWorstFirst.begin();
}

}  // namespace

void AddEdge(const TrunkFact& there, TrunkFact* sum) {
  if (Usability(there) > Usability(*sum)) sum->state = there.state;
  sum->active_channels += there.active_channels;
  sum->free_channels += there.free_channels;
}

}  // namespace callfleet::supervisor
