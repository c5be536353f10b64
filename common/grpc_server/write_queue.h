#pragma once
// What a stream still has to send, bounded. Two policies:
//   Push       views: beyond the capacity the oldest goes and is counted;
//   PushKeyed  records: a newer one replaces the waiting one of its key and moves to the end, so
//              that sequence numbers stay in order; beyond the capacity it refuses, never drops.
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace callfleet::grpc_server {

// Not thread safe; its stream holds a lock.
template <class T>
class WriteQueue {
 public:
  explicit WriteQueue(std::size_t capacity) : capacity_(capacity) {}

  void Push(T value) {
    while (droppable_ >= capacity_) DropOldest();
    items_.push_back({.value = std::move(value), .droppable = true});
    ++droppable_;
  }

  // Parts of a snapshot, begin and end marks: never dropped, not counted; their number is the
  // caller's own limit.
  void PushKept(T value) { items_.push_back({.value = std::move(value)}); }

  // False: `capacity` other keys wait already and nothing was changed.
  [[nodiscard]] bool PushKeyed(const std::string& key, T value) {
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) {
      items_.erase(known->second);
      by_key_.erase(known);
      ++coalesced_;
    } else if (by_key_.size() >= capacity_) {
      return false;
    }
    items_.push_back({.value = std::move(value), .key = key});
    by_key_.emplace(key, std::prev(items_.end()));
    return true;
  }

  std::optional<T> Pop() {
    if (items_.empty()) return std::nullopt;
    Item item = std::move(items_.front());
    items_.pop_front();
    if (item.key) by_key_.erase(*item.key);
    if (item.droppable) --droppable_;
    return std::move(item.value);
  }

  void Clear() {
    items_.clear();
    by_key_.clear();
    droppable_ = 0;
  }

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  std::uint64_t dropped() const { return dropped_; }
  std::uint64_t coalesced() const { return coalesced_; }

 private:
  struct Item {
    T value;
    std::optional<std::string> key{};
    bool droppable = false;
  };

  void DropOldest() {
    for (auto item = items_.begin(); item != items_.end(); ++item) {
      if (!item->droppable) continue;
      items_.erase(item);
      --droppable_;
      ++dropped_;
      return;
    }
  }

  std::size_t capacity_;
  std::list<Item> items_;
  std::unordered_map<std::string, typename std::list<Item>::iterator> by_key_;
  std::size_t droppable_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t coalesced_ = 0;
};

}  // namespace callfleet::grpc_server
