#include "services/sip_edge/domain/media/recording_window.h"

#include <algorithm>
#include <cstdlib>

namespace callfleet::sip_edge::media {
namespace {

// The sender's clock is not ours, and a jump of its timestamps is no gap: followed, within bounds.
constexpr std::int64_t kMaxSkew = 1600;  // 200 ms.
constexpr std::size_t kMaxSources = 64;

}  // namespace

RecordingWindow::Source& RecordingWindow::SourceOf(const RecordedFrame& frame,
                                                   std::int64_t by_clock) {
  const std::uint64_t key = std::uint64_t{frame.side} << 32 | frame.ssrc;
  for (auto& known : sources_) {
    if (known.key == key) return known;
  }
  if (sources_.size() >= kMaxSources) sources_.clear();
  return sources_.emplace_back(Source{key, frame.timestamp, by_clock});
}

// By its timestamp, so that jitter does not tear words apart; by the clock where that disagrees.
std::optional<std::int64_t> RecordingWindow::PositionOf(const RecordedFrame& frame) {
  const std::int64_t by_clock = Elapsed(frame.at) - static_cast<std::int64_t>(frame.samples);
  Source& source = SourceOf(frame, by_clock);
  const auto step = static_cast<std::int32_t>(frame.timestamp - source.timestamp);
  std::int64_t position = source.position + step;
  if (std::abs(position - by_clock) > kMaxSkew) position = by_clock;
  if (position >= taken_ + next() + RecordingBlock::kAhead) return std::nullopt;
  if (step > 0 || position != source.position + step) {
    source.timestamp = frame.timestamp;
    source.position = position;
  }
  return position - taken_;
}

void RecordingWindow::Add(const StereoSide& samples, std::int64_t position, const StereoSide& to) {
  const std::int64_t begin = std::max<std::int64_t>(position, 0);
  const std::int64_t end = position + static_cast<std::int64_t>(samples.size());
  for (std::int64_t i = begin; i < end; ++i) {
    auto& sum = to[static_cast<std::size_t>(i)];
    sum = static_cast<std::int16_t>(
        std::clamp(sum + samples[static_cast<std::size_t>(i - position)], -32768, 32767));
  }
}

void RecordingWindow::Begin(RecordingBlock& block) const {
  const auto rest = std::copy(beyond_.begin(), beyond_.end(), block.stereo.begin());
  std::fill(rest, block.stereo.begin() + 2 * (next() + RecordingBlock::kBeyond), std::int16_t{0});
  block.filled = begun_;
}

std::span<const std::int16_t> RecordingWindow::Finish(const RecordingBlock& block,
                                                      std::int64_t samples) {
  for (std::size_t side = 0; side < 2; ++side) {
    begun_[side] = std::max<std::int64_t>(block.filled[side] - next(), 0);
  }
  const auto from = block.stereo.begin() + 2 * next();
  beyond_.assign(from, from + 2 * std::max(begun_[0], begun_[1]));
  taken_ += samples;
  return std::span<const std::int16_t>(block.stereo).first(static_cast<std::size_t>(samples) * 2);
}

}  // namespace callfleet::sip_edge::media
