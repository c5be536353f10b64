#include "services/sip_edge/domain/media/recording_window.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace callfleet::sip_edge::media {
namespace {

// The sender's clock is not ours, and a jump of its timestamps is no gap: followed, within bounds.
constexpr std::int64_t kMaxSkew = 1600;  // 200 ms.
constexpr std::size_t kMaxSources = 64;

std::int16_t Sum(std::int16_t a, std::int16_t b) {
  return static_cast<std::int16_t>(std::clamp(int{a} + int{b}, -32768, 32767));
}

}  // namespace

RecordingWindow::Source& RecordingWindow::SourceOf(std::uint64_t key, const Source& otherwise) {
  for (auto& known : sources_) {
    if (known.key == key) return known.source;
  }
  if (sources_.size() >= kMaxSources) sources_.clear();
  return sources_.emplace_back(KnownSource{key, otherwise}).source;
}

// By its timestamp, so that jitter does not tear words apart; by the clock where that disagrees.
std::int64_t RecordingWindow::PositionOf(const RecordedFrame& frame) {
  const auto length = static_cast<std::int64_t>(frame.samples.size());
  const std::int64_t by_clock = Elapsed(frame.at) - length;
  const std::uint64_t key = std::uint64_t{frame.side} << 32 | frame.ssrc;
  Source& source = SourceOf(key, {frame.timestamp, by_clock});
  const auto step = static_cast<std::int32_t>(frame.timestamp - source.timestamp);
  std::int64_t position = source.position + step;
  if (std::abs(position - by_clock) > kMaxSkew) position = by_clock;
  if (step > 0 || position != source.position + step) source = {frame.timestamp, position};
  return position;
}

void RecordingWindow::Put(const RecordedFrame& frame) {
  Clear();
  const std::int64_t position = PositionOf(frame) - taken_;
  // A piece for each of the two blocks; what lies outside of both is lost.
  for (std::int64_t block = 0; block < 2; ++block) {
    const std::int64_t begin = std::max(position, block * kBlock);
    const std::int64_t end =
        std::min(position + static_cast<std::int64_t>(frame.samples.size()), (block + 1) * kBlock);
    if (begin >= end) continue;
    const std::int16_t* from = &frame.samples[static_cast<std::size_t>(begin - position)];
    std::int16_t* to = &blocks_[(first_ + static_cast<std::size_t>(block)) % 2]
                               [static_cast<std::size_t>((begin - block * kBlock) * 2)];
    to += frame.side;
    for (std::int64_t i = 0; i < end - begin; ++i) to[2 * i] = Sum(to[2 * i], from[i]);
  }
}

void RecordingWindow::Clear() {
  if (!std::exchange(stale_, false)) return;
  blocks_[(first_ + 1) % 2].fill(0);
}

std::span<const std::int16_t> RecordingWindow::TakeBlock(std::int64_t samples) {
  const Block& block = blocks_[first_];
  first_ = (first_ + 1) % 2;
  stale_ = true;
  taken_ += samples;
  return std::span<const std::int16_t>(block).first(static_cast<std::size_t>(samples * 2));
}

std::span<const std::int16_t> RecordingWindow::Take(MonoTime now) {
  Clear();
  if (Elapsed(now) < taken_ + kBlock + kLateness) return {};
  return TakeBlock(kBlock);
}

std::span<const std::int16_t> RecordingWindow::TakeRest(MonoTime now) {
  Clear();
  const std::int64_t left = std::min(Elapsed(now) - taken_, kBlock);
  if (left <= 0) return {};
  return TakeBlock(left);
}

}  // namespace callfleet::sip_edge::media
