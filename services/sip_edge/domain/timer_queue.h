#pragma once
// Pending timers of the edge in due order. A timer is a key with a generation number: the owner
// ignores one that it no longer waits for, so nothing is ever searched or removed here.
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "common/clock/clock.h"

namespace callfleet::sip_edge {

template <class Key>
class TimerQueue {
 public:
  void Add(MonoTime due, Key key) { heap_.push(Entry{due, ++sequence_, std::move(key)}); }

  // The next key that is due, earliest first; equal times in the order of Add.
  std::optional<Key> PopDue(MonoTime now) {
    if (heap_.empty() || heap_.top().due > now) return std::nullopt;
    Key key = heap_.top().key;
    heap_.pop();
    return key;
  }
  std::optional<MonoTime> NextDue() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.top().due;
  }
  std::size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    MonoTime due;
    std::uint64_t sequence;
    Key key;
    bool operator>(const Entry& other) const {
      return due != other.due ? due > other.due : sequence > other.sequence;
    }
  };
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace callfleet::sip_edge
