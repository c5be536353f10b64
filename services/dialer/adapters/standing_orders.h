#pragma once
// Which orders to an edge still stand. Orders are repeated until the edge answers, for as long as
// its way is cut: by then the line may have been given up, or its campaign.
#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "common/ids/ids.h"

namespace callfleet::dialer {

// Thread safe.
class StandingOrders {
 public:
  // A hang-up that is not answered yet: what would place the same leg, or a leg of the same call,
  // must not be repeated before it is. Else it rings an agent who has been given other work.
  void HangUpBegins(const std::string& call_or_leg) {
    const std::lock_guard lock(mutex_);
    ending_.insert(call_or_leg);
  }
  void HangUpAnswered(const std::string& call_or_leg) {
    const std::lock_guard lock(mutex_);
    if (const auto one = ending_.find(call_or_leg); one != ending_.end()) ending_.erase(one);
  }
  bool MustWait(const AttemptId& call, const LegId& leg) const {
    const std::lock_guard lock(mutex_);
    return ending_.contains(leg.str()) || ending_.contains(call.str());
  }

  // An owner that has been replaced repeats nothing: its successor may not have shown the edge its
  // token yet.
  void Forget(const UnitToken& owner) {
    const std::lock_guard lock(mutex_);
    Token& highest = forgotten_[owner.unit];
    highest = std::max(highest, owner.token);
  }
  bool Forgotten(const UnitToken& owner) const {
    const std::lock_guard lock(mutex_);
    const auto found = forgotten_.find(owner.unit);
    return found != forgotten_.end() && owner.token <= found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::multiset<std::string> ending_;
  std::map<Unit, Token> forgotten_;
};

}  // namespace callfleet::dialer
