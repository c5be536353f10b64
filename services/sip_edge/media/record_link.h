#pragma once
// What a media thread hands to the recorder: half a second of a leg's payloads as they came, in one
// chunk, from one thread to one other, without a lock or an allocation. Leg by leg, as who puts
// them together then reads each chunk once, from one end to the other.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/media_types.h"
#include "services/sip_edge/media/spsc_ring.h"

namespace callfleet::sip_edge::media {

// One packet of a chunk.
struct RecordFrame {
  static constexpr std::size_t kMaxOctets = 480;  // 60 ms.
  MonoTime at{};                                  // When it came.
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;
  Codec codec = Codec::kPcmu;
  std::span<const std::uint8_t> octets{};
};

class RecordChunk {
 public:
  // It holds 22 packets of 20 ms. An older one is handed over not full.
  static constexpr std::chrono::milliseconds kOldest{450};

  std::uint32_t recording = 0;
  std::uint8_t side = 0;
  bool lost = false;  // Packets of the leg between this chunk and the one before found none.
  MonoTime begun{};

  void Begin(std::uint32_t number, std::uint8_t of_side, bool after_lost, MonoTime now) {
    recording = number;
    side = of_side;
    lost = after_lost;
    begun = now;
    used_ = 0;
  }
  bool Add(const RecordFrame& frame) {  // False: it does not fit.
    const std::size_t size = kHeader + Padded(frame.octets.size());
    if (used_ + size > octets_.size()) return false;
    const Header header{frame.at, frame.ssrc, frame.timestamp,
                        static_cast<std::uint16_t>(frame.octets.size()), frame.codec};
    std::memcpy(&octets_[used_], &header, sizeof header);
    std::memcpy(&octets_[used_ + kHeader], frame.octets.data(), frame.octets.size());
    used_ = static_cast<std::uint32_t>(used_ + size);
    return true;
  }
  // The packet at `place`, which moves behind it with Skip; nothing: that was the last.
  std::optional<RecordFrame> At(std::size_t place) const {
    if (place >= used_) return std::nullopt;
    Header header;
    std::memcpy(&header, &octets_[place], sizeof header);
    return RecordFrame{header.at, header.ssrc, header.timestamp, header.codec,
                       std::span(octets_).subspan(place + kHeader, header.size)};
  }
  static std::size_t Skip(std::size_t place, const RecordFrame& frame) {
    return place + kHeader + Padded(frame.octets.size());
  }

 private:
  struct Header {
    MonoTime at{};
    std::uint32_t ssrc = 0;
    std::uint32_t timestamp = 0;
    std::uint16_t size = 0;
    Codec codec = Codec::kPcmu;
  };
  static constexpr std::size_t kHeader = sizeof(Header);
  static constexpr std::size_t Padded(std::size_t size) { return (size + 7) / 8 * 8; }

  std::uint32_t used_ = 0;
  alignas(8) std::array<std::uint8_t, 4064> octets_;  // Not set to 0.
};

class RecordLink {
 public:
  // Of a thread: 128 MiB. Beyond it packets are lost for the recording.
  static constexpr std::size_t kMostChunks = 32'768;
  static constexpr std::size_t kAtStart = 1024;

  RecordLink() : empty_(kMostChunks), full_(kMostChunks) { Provide(kAtStart); }

  // --- Media thread.
  RecordChunk* Take() {  // nullptr: the recorder is behind.
    RecordChunk* chunk = nullptr;
    return empty_.Pop(chunk) ? chunk : nullptr;
  }
  void Post(RecordChunk* chunk) { (void)full_.Push(chunk); }  // There is room for all that are.
  void Ran() { rounds_.fetch_add(1, std::memory_order_release); }

  // --- Recorder's thread.
  RecordChunk* Next() {  // nullptr: no more now.
    RecordChunk* chunk = nullptr;
    return full_.Pop(chunk) ? chunk : nullptr;
  }
  void GiveBack(RecordChunk* chunk) { (void)empty_.Push(chunk); }
  // So many exist from now on; there are never less again.
  void Provide(std::size_t chunks) {
    while (chunks_.size() < std::min(chunks, kMostChunks)) {
      chunks_.push_back(std::make_unique_for_overwrite<RecordChunk>());
      GiveBack(chunks_.back().get());
    }
  }
  // Rises each time that the thread has obeyed its commands: two more, and what was ordered before
  // is done.
  std::uint64_t rounds() const { return rounds_.load(std::memory_order_acquire); }

 private:
  std::vector<std::unique_ptr<RecordChunk>> chunks_;
  SpscRing<RecordChunk*> empty_;
  SpscRing<RecordChunk*> full_;
  std::atomic<std::uint64_t> rounds_{0};
};

}  // namespace callfleet::sip_edge::media
