#pragma once
// The seconds of a recording that may still change: frames are put where their time is, what is
// older than any late packet is taken out and written. One thread.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/clock/clock.h"

namespace callfleet::sip_edge::media {

// One piece of audio of one leg, as it came.
struct RecordedFrame {
  std::uint8_t side = 0;  // 0 left, 1 right.
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;  // RTP.
  MonoTime at{};                // When it came.
  std::span<const std::int16_t> samples;
};

class RecordingWindow {
 public:
  static constexpr std::int64_t kBlock = 8000;  // Samples that are taken out at once: one second.
  // A packet that comes later than this behind its time is lost for the recording.
  static constexpr std::int64_t kLateness = 4000;

  explicit RecordingWindow(MonoTime start) : start_(start), blocks_(2) {}

  // Adds to what is there: two agents at once are heard both.
  void Put(const RecordedFrame& frame);
  // The next second, interleaved, once nothing of it can change; empty: not yet. Valid until the
  // next call of any of these.
  std::span<const std::int16_t> Take(MonoTime now);
  // At the end: what is left up to `now`, in pieces of a second at most; empty: that was all.
  std::span<const std::int16_t> TakeRest(MonoTime now);

  std::int64_t taken() const { return taken_; }  // Samples of a side.

 private:
  struct Source {
    std::uint32_t timestamp = 0;  // Of the sample at `position`.
    std::int64_t position = 0;
  };
  struct KnownSource {
    std::uint64_t key = 0;  // Side and SSRC.
    Source source{};
  };
  using Block = std::array<std::int16_t, 2 * kBlock>;

  std::int64_t PositionOf(const RecordedFrame& frame);
  std::int64_t Elapsed(MonoTime at) const { return (at - start_).count() * 8 / 1000; }
  Source& SourceOf(std::uint64_t key, const Source& otherwise);
  void Clear();  // What was taken, once nobody reads it any more.
  std::span<const std::int16_t> TakeBlock(std::int64_t samples);

  const MonoTime start_;
  std::vector<Block> blocks_;  // Two: the one that begins at taken_, and the next.
  std::size_t first_ = 0;
  bool stale_ = false;  // The other block was taken and is not cleared.
  std::int64_t taken_ = 0;
  std::vector<KnownSource> sources_;  // A few: looked through.
};

}  // namespace callfleet::sip_edge::media
