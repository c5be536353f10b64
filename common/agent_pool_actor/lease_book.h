#pragma once
// What the actor of a pool knows about its leases, for whoever must ask without waiting for it.
#include <deque>
#include <mutex>
#include <unordered_set>

#include "common/agent_pool/agent_pool.h"
#include "common/agent_pool/session.h"
#include "common/clock/clock.h"

namespace callfleet::agent_pool {

// Thread safe. Of the reservations that were lost it knows the newest 65,536: a Ring that still
// waits for one is seconds old.
class LeaseBook {
 public:
  static constexpr std::size_t kMost = 65'536;

  // Before the owners are told: a lease that is renewed in the same breath does not cover these.
  void Note(const Step& step, MonoTime act_until) {
    const std::lock_guard lock(mutex_);
    act_until_ = act_until;
    for (const auto& out : step.events) {
      const auto* lost = std::get_if<ReservationLost>(&out.event);
      if (lost == nullptr || !lost_.insert(lost->reservation).second) continue;
      order_.push_back(lost->reservation);
      if (order_.size() <= kMost) continue;
      lost_.erase(order_.front());
      order_.pop_front();
    }
  }
  Lease Of(const ReservationId& reservation, MonoTime now) const {
    const std::lock_guard lock(mutex_);
    if (lost_.contains(reservation)) return Lease::kLost;
    return now <= act_until_ ? Lease::kSure : Lease::kUnsure;
  }

 private:
  mutable std::mutex mutex_;
  MonoTime act_until_{};
  std::unordered_set<ReservationId> lost_;
  std::deque<ReservationId> order_;
};

}  // namespace callfleet::agent_pool
