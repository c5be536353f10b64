#pragma once
// The order in which callers are served, the same as the matchmaker's: by when they began to wait
// less the bonus of their priority, then by id.
#include <optional>
#include <set>
#include <utility>

#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::queue {

class WaitingOrder {
 public:
  using Key = std::pair<WallTime, TicketId>;

  void Add(const TicketId& ticket, WallTime effective_since) {
    keys_.insert({effective_since, ticket});
  }
  void Remove(const TicketId& ticket, WallTime effective_since) {
    keys_.erase({effective_since, ticket});
  }
  // From 1; 0: it does not wait. Counts those before it.
  int PlaceOf(const TicketId& ticket, WallTime effective_since) const {
    const auto found = keys_.find({effective_since, ticket});
    if (found == keys_.end()) return 0;
    return static_cast<int>(std::distance(keys_.begin(), found)) + 1;
  }
  std::size_t size() const { return keys_.size(); }
  const std::set<Key>& keys() const { return keys_; }

 private:
  std::set<Key> keys_;
};

}  // namespace callfleet::queue
