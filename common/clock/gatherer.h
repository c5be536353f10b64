#pragma once
// What may wait a moment, and is cheaper together.
#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "common/clock/timers.h"

namespace callfleet {

// Hands over the items of a key together: `wait` after the first of them, at once when `most` are
// there. Thread safe. What is not handed over when it is destroyed is dropped.
template <class Key, class Item>
class Gatherer final : public std::enable_shared_from_this<Gatherer<Key, Item>> {
 public:
  using Give = std::function<void(const Key&, std::vector<Item>)>;

  // `timers` outlives it. `give` runs on their thread or on that of Add.
  Gatherer(Timers* timers, MonoDuration wait, std::size_t most, Give give)
      : timers_(timers), wait_(wait), most_(most), give_(std::move(give)) {}

  void Add(const Key& key, Item item) {
    std::unique_lock lock(mutex_);
    const auto known = std::ranges::find(waiting_, key, &Group::first);
    Group& group =
        known == waiting_.end() ? waiting_.emplace_back(key, std::vector<Item>()) : *known;
    group.second.push_back(std::move(item));
    const bool full = group.second.size() >= most_;
    if (group.second.size() > 1 && !full) return;
    lock.unlock();
    if (full) return HandOver(key);
    timers_->Start(wait_, [weak = this->weak_from_this(), key] {
      if (const auto self = weak.lock()) self->HandOver(key);
    });
  }

 private:
  using Group = std::pair<Key, std::vector<Item>>;

  void HandOver(const Key& key) {
    std::vector<Item> items;
    {
      const std::lock_guard lock(mutex_);
      const auto known = std::ranges::find(waiting_, key, &Group::first);
      if (known == waiting_.end()) return;  // They were many, and went before their time.
      items = std::move(known->second);
      waiting_.erase(known);
    }
    give_(key, std::move(items));
  }

  Timers* timers_;
  MonoDuration wait_;
  std::size_t most_;
  Give give_;
  std::mutex mutex_;
  std::vector<Group> waiting_;
};

}  // namespace callfleet
