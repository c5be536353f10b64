#pragma once
// Where the packets of a recording stand in its file: by their timestamps, one block after the
// other, each once nothing of it comes any more. One thread.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/stereo_side.h"

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

// What is put together, and what reaches beyond it, as it lies in the file. All recordings of a
// thread share one, so that its memory stays near.
struct RecordingBlock {
  static constexpr std::int64_t kMostSamples = 16'384;
  static constexpr std::int64_t kAhead = 800;  // Packets that overtook others by so much are taken.
  static constexpr std::int64_t kBeyond = kAhead + std::int64_t{RecordedFrame::kMost};

  std::array<std::int16_t, 2 * (kMostSamples + kBeyond)> stereo{};
  std::array<std::int64_t, 2> filled{};  // Behind it a side is silent.
};

// Samples of a side that are written at once; at most RecordingBlock::kMostSamples.
struct BlockSizes {
  std::int64_t first = 0;
  std::int64_t others = 0;
};

class RecordingWindow {
 public:
  // A packet that comes later than this behind its time is lost for the recording. Half of it is
  // spent where packets are gathered.
  static constexpr std::int64_t kLateness = 8'000;

  RecordingWindow(MonoTime start, const BlockSizes& sizes) : start_(start), sizes_(sizes) {}

  std::int64_t next() const { return taken_ == 0 ? sizes_.first : sizes_.others; }  // Samples.
  // Nothing of the next block comes any more.
  bool IsDue(MonoTime now) const { return Elapsed(now) >= taken_ + next() + kLateness; }
  // Samples of the next block up to `now`, at the end of the recording; 0: that was all.
  std::int64_t Left(MonoTime now) const {
    return std::clamp(Elapsed(now) - taken_, std::int64_t{0}, next());
  }

  // The next block, begun with what is known of it; then Put, then Finish.
  void Begin(RecordingBlock& block) const;
  // Two agents at once are both heard. False: the packet belongs to a later block; it is to be put
  // again then. `decode` writes its samples to a StereoSide.
  template <class Decode>
  bool Put(const RecordedFrame& frame, RecordingBlock& block, Decode decode);
  // The first `samples` of it, interleaved, in `block`.
  std::span<const std::int16_t> Finish(const RecordingBlock& block, std::int64_t samples);

  std::int64_t taken() const { return taken_; }  // Samples of a side.

 private:
  struct Source {
    std::uint64_t key = 0;  // Side and SSRC.
    std::uint32_t timestamp = 0;
    std::int64_t position = 0;  // Of the sample at `timestamp`.
  };
  std::int64_t Elapsed(MonoTime at) const { return (at - start_).count() * 8 / 1000; }
  Source& SourceOf(const RecordedFrame& frame, std::int64_t by_clock);
  // Of its first sample; nothing where it belongs to a later block than the next.
  std::optional<std::int64_t> PositionOf(const RecordedFrame& frame);
  static void Add(const StereoSide& samples, std::int64_t position, const StereoSide& to);

  const MonoTime start_;
  const BlockSizes sizes_;
  std::int64_t taken_ = 0;
  std::vector<Source> sources_;  // A few: looked through.
  // What the last block has left of the next one, interleaved, and how much of it by side.
  std::vector<std::int16_t> beyond_{};
  std::array<std::int64_t, 2> begun_{};
};

template <class Decode>
bool RecordingWindow::Put(const RecordedFrame& frame, RecordingBlock& block, Decode decode) {
  const auto position = PositionOf(frame);
  if (!position) return false;
  const StereoSide side(block.stereo, frame.side);
  std::int64_t& filled = block.filled[frame.side];
  const std::int64_t end = *position + static_cast<std::int64_t>(frame.samples);
  if (*position >= filled) {
    decode(side.Part(static_cast<std::size_t>(*position), frame.samples));
    filled = end;
    return true;
  }
  if (end <= 0) return true;  // Too late.
  std::array<std::int16_t, 2 * RecordedFrame::kMost> samples;
  const StereoSide decoded{std::span(samples).first(2 * frame.samples), 0};
  decode(decoded);
  Add(decoded, *position, side);
  filled = std::max(filled, end);
  return true;
}

}  // namespace callfleet::sip_edge::media
