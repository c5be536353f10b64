#pragma once
// What a media thread hands to the recorder: payloads as they came, from one thread to one other,
// without a lock or an allocation. Full: the frame is dropped and counted, heard as silence.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {

struct RecordFrame {
  static constexpr std::size_t kMaxOctets = 480;  // 60 ms.
  std::uint32_t recording = 0;
  std::uint8_t side = 0;
  Codec codec = Codec::kPcmu;
  std::uint16_t size = 0;
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;
  MonoTime at{};
  std::array<std::uint8_t, kMaxOctets> octets;
};

class RecordRing {
 public:
  // `capacity`: a power of two.
  explicit RecordRing(std::size_t capacity) : mask_(capacity - 1), frames_(capacity) {}

  // Producer: a frame to fill, then Commit. nullptr: full.
  RecordFrame* Claim() {
    const auto tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) > mask_) {
      dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return nullptr;
    }
    return &frames_[tail & mask_];
  }
  void Commit() {
    tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // Consumer: the oldest frame, then Release. nullptr: empty.
  const RecordFrame* Front() const {
    const auto head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return nullptr;
    return &frames_[head & mask_];
  }
  void Release() {
    head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }  // Any thread.

 private:
  static constexpr std::size_t kCacheLine = 64;
  const std::size_t mask_;
  std::vector<RecordFrame> frames_;
  std::atomic<std::uint64_t> dropped_{0};
  alignas(kCacheLine) std::atomic<std::size_t> head_{0};
  alignas(kCacheLine) std::atomic<std::size_t> tail_{0};
};

}  // namespace callfleet::sip_edge::media
