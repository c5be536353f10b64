#pragma once
// A ring of plain structs from one thread to one other: no lock, no allocation after construction.
#include <atomic>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace callfleet::sip_edge::media {

template <class T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // `capacity`: a power of two.
  explicit SpscRing(std::size_t capacity) : mask_(capacity - 1), items_(capacity) {}

  bool Push(const T& item) {  // Producer only. False: full.
    const auto tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) > mask_) return false;
    items_[tail & mask_] = item;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  bool Pop(T& item) {  // Consumer only. False: empty.
    const auto head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    item = items_[head & mask_];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  bool Empty() const {  // Consumer only.
    return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_acquire);
  }

 private:
  static constexpr std::size_t kCacheLine = 64;
  const std::size_t mask_;
  std::vector<T> items_;
  alignas(kCacheLine) std::atomic<std::size_t> head_{0};
  alignas(kCacheLine) std::atomic<std::size_t> tail_{0};
};

}  // namespace callfleet::sip_edge::media
