#pragma once
// Callers of late, by number: who talked with whom, who dropped and may come back. Bounded: the
// one that was noted longest ago goes first.
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "common/clock/clock.h"

namespace callfleet::queue {

template <class What>
class RecentCallers {
 public:
  static constexpr std::size_t kMost = 50'000;

  void Note(const std::string& caller, What what, WallTime at) {
    if (caller.empty()) return;  // Withheld: nobody in particular.
    Forget(caller);
    if (order_.size() >= kMost) Forget(order_.front().caller);
    order_.push_back({caller, std::move(what), at});
    by_caller_[caller] = std::prev(order_.end());
  }
  // Noted at `from` or later.
  std::optional<What> Find(const std::string& caller, WallTime from) const {
    const auto found = by_caller_.find(caller);
    if (found == by_caller_.end() || found->second->at < from) return std::nullopt;
    return found->second->what;
  }
  void Forget(const std::string& caller) {
    const auto found = by_caller_.find(caller);
    if (found == by_caller_.end()) return;
    const auto entry = found->second;
    by_caller_.erase(found);
    order_.erase(entry);
  }
  std::size_t size() const { return order_.size(); }

 private:
  struct Entry {
    std::string caller;
    What what;
    WallTime at;
  };
  std::list<Entry> order_;
  std::map<std::string, typename std::list<Entry>::iterator> by_caller_;
};

}  // namespace callfleet::queue
