#pragma once
// What a media thread hands to the recorder: half a second of a leg's payloads as they came, in one
// chunk, from one thread to one other, without a lock or an allocation. Leg by leg, as who puts
// them together then reads each chunk once, from one end to the other.
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

namespace record {
struct Header {
  MonoTime at{};
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;
  std::uint16_t size = 0;
  Codec codec = Codec::kPcmu;
};
inline constexpr std::size_t kLine = 64;
constexpr std::size_t Padded(std::size_t size) { return (size + kLine - 1) / kLine * kLine; }
// Of a packet with so many octets.
constexpr std::size_t Room(std::size_t octets) { return Padded(sizeof(Header) + octets); }
}  // namespace record

// Written past the caches: it is read by another core, half a second later.
class RecordChunk {
 public:
  // It holds 21 packets of 20 ms. An older one is handed over not full.
  static constexpr std::chrono::milliseconds kOldest{450};

  std::uint32_t recording = 0;
  std::uint8_t side = 0;
  bool lost = false;  // Packets of the leg between this chunk and the one before found none.
  std::uint16_t used = 0;

  // At `place`; where the next one goes, or nothing: it does not fit.
  std::optional<std::uint16_t> Write(std::uint16_t place, const RecordFrame& frame) {
    const std::size_t size = record::Room(frame.octets.size());
    if (place + size > octets_.size()) return std::nullopt;
    alignas(record::kLine) std::array<std::uint8_t, record::Room(RecordFrame::kMaxOctets)> line;
    const record::Header header{frame.at, frame.ssrc, frame.timestamp,
                                static_cast<std::uint16_t>(frame.octets.size()), frame.codec};
    std::memcpy(line.data(), &header, sizeof header);
    std::memcpy(&line[sizeof header], frame.octets.data(), frame.octets.size());
    Stream(&octets_[place], line.data(), size);
    return static_cast<std::uint16_t>(place + size);
  }
  // The packet at `place`, which moves behind it with Skip; nothing: that was the last.
  std::optional<RecordFrame> At(std::size_t place) const {
    if (place >= used) return std::nullopt;
    record::Header header;
    std::memcpy(&header, &octets_[place], sizeof header);
    return RecordFrame{header.at, header.ssrc, header.timestamp, header.codec,
                       std::span(octets_).subspan(place + sizeof header, header.size)};
  }
  static std::size_t Skip(std::size_t place, const RecordFrame& frame) {
    return place + record::Room(frame.octets.size());
  }

 private:
  // Whole lines, aligned.
  static void Stream(std::uint8_t* to, const std::uint8_t* from, std::size_t size) {
#ifdef __SSE2__
    for (std::size_t i = 0; i < size; i += sizeof(__m128i)) {
      _mm_stream_si128(reinterpret_cast<__m128i*>(to + i),
                       _mm_load_si128(reinterpret_cast<const __m128i*>(from + i)));
    }
#else
    std::memcpy(to, from, size);
#endif
  }

  alignas(record::kLine) std::array<std::uint8_t, 4032> octets_;  // Not set to 0.
};

class RecordLink {
 public:
  // Of a thread: 256 MiB, enough for 2,500 recordings. Beyond it packets are lost for a recording.
  static constexpr std::size_t kMostChunks = 65'536;
  static constexpr std::size_t kAtStart = 1024;

  RecordLink() : empty_(kMostChunks), full_(kMostChunks) { Provide(kAtStart); }

  // --- Media thread.
  RecordChunk* Take() {  // nullptr: the recorder is behind.
    RecordChunk* chunk = nullptr;
    return empty_.Pop(chunk) ? chunk : nullptr;
  }
  void Post(RecordChunk* chunk) {  // There is room for all that are.
#ifdef __SSE2__
    _mm_sfence();
#endif
    (void)full_.Push(chunk);
  }
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
