#pragma once
// Where the packets of a recording stand in its file: by their timestamps, one second after the
// other, each once nothing of it comes any more. One thread.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/clock/clock.h"

namespace callfleet::sip_edge::media {

// One packet of one leg, as it came.
struct RecordedFrame {
  std::uint8_t side = 0;  // 0 left, 1 right.
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;  // RTP.
  MonoTime at{};                // When it came.
  std::size_t samples = 0;      // At most kMost.
  static constexpr std::size_t kMost = 480;
};

// The second that is put together, and what reaches beyond it. All recordings of a thread share
// one, so that its memory stays near.
struct RecordingBlock {
  static constexpr std::int64_t kSamples = 8000;
  static constexpr std::int64_t kAhead = 800;  // Packets that overtook others by so much are taken.
  static constexpr std::int64_t kBeyond = kAhead + std::int64_t{RecordedFrame::kMost};

  std::array<std::array<std::int16_t, kSamples + kBeyond>, 2> sides{};
  std::array<std::int64_t, 2> filled{};  // Behind it a side is silent.
  std::array<std::int16_t, 2 * kSamples> stereo{};
};

class RecordingWindow {
 public:
  static constexpr std::int64_t kBlock = RecordingBlock::kSamples;
  // A packet that comes later than this behind its time is lost for the recording. Half of it is
  // spent where packets are gathered.
  static constexpr std::int64_t kLateness = 8'000;

  explicit RecordingWindow(MonoTime start) : start_(start) {}

  // Nothing of the next second comes any more.
  bool IsDue(MonoTime now) const { return Elapsed(now) >= taken_ + kBlock + kLateness; }
  // Samples of the next second up to `now`, at the end of the recording; 0: that was all.
  std::int64_t Left(MonoTime now) const {
    return std::clamp(Elapsed(now) - taken_, Zero(), kBlock);
  }

  // The next second, begun with what is known of it; then Put, then Finish.
  void Begin(RecordingBlock& block) const;
  // Two agents at once are both heard. False: the packet belongs to a later second; it is to be put
  // again then. `decode` writes its samples to a span.
  template <class Decode>
  bool Put(const RecordedFrame& frame, RecordingBlock& block, Decode decode);
  // The first `samples` of it, interleaved, in `block`.
  std::span<const std::int16_t> Finish(RecordingBlock& block, std::int64_t samples);

  std::int64_t taken() const { return taken_; }  // Samples of a side.

 private:
  struct Source {
    std::uint64_t key = 0;  // Side and SSRC.
    std::uint32_t timestamp = 0;
    std::int64_t position = 0;  // Of the sample at `timestamp`.
  };
  static constexpr std::int64_t Zero() { return 0; }
  std::int64_t Elapsed(MonoTime at) const { return (at - start_).count() * 8 / 1000; }
  Source& SourceOf(const RecordedFrame& frame, std::int64_t by_clock);
  // Of its first sample; nothing where it belongs to a later second than the next.
  std::optional<std::int64_t> PositionOf(const RecordedFrame& frame);
  static void Add(std::span<const std::int16_t> samples, std::int64_t position,
                  std::span<std::int16_t> to);

  const MonoTime start_;
  std::int64_t taken_ = 0;
  std::vector<Source> sources_;                        // A few: looked through.
  std::array<std::vector<std::int16_t>, 2> beyond_{};  // What the last second has left of this one.
};

template <class Decode>
bool RecordingWindow::Put(const RecordedFrame& frame, RecordingBlock& block, Decode decode) {
  const auto position = PositionOf(frame);
  if (!position) return false;
  const std::span<std::int16_t> side(block.sides[frame.side]);
  std::int64_t& filled = block.filled[frame.side];
  const std::int64_t end = *position + static_cast<std::int64_t>(frame.samples);
  if (*position >= filled) {
    decode(side.subspan(static_cast<std::size_t>(*position), frame.samples));
    filled = end;
    return true;
  }
  if (end <= 0) return true;  // Too late.
  std::array<std::int16_t, RecordedFrame::kMost> samples;
  const auto decoded = std::span(samples).first(frame.samples);
  decode(decoded);
  Add(decoded, *position, side);
  filled = std::max(filled, end);
  return true;
}

}  // namespace callfleet::sip_edge::media
