#include "services/sip_edge/domain/media/recording_window.h"

#include <algorithm>
#include <cstdlib>

namespace callfleet::sip_edge::media {
namespace {

// The sender's clock is not ours, and a jump of its timestamps is no gap: followed, within bounds.
constexpr std::int64_t kMaxSkew = 1600;  // 200 ms.
constexpr std::size_t kMaxSources = 64;

std::int16_t Sum(std::int16_t a, std::int16_t b) {
  return static_cast<std::int16_t>(std::clamp(int{a} + int{b}, -32768, 32767));
}

}  // namespace

// By its timestamp, so that jitter does not tear words apart; by the clock where that disagrees.
std::int64_t RecordingWindow::PositionOf(const RecordedFrame& frame) {
  const auto length = static_cast<std::int64_t>(frame.samples.size());
  const std::int64_t by_clock = Elapsed(frame.at) - length;
  const std::uint64_t key = std::uint64_t{frame.side} << 32 | frame.ssrc;
  auto known = sources_.find(key);
  if (known == sources_.end()) {
    if (sources_.size() >= kMaxSources) sources_.clear();
    known = sources_.emplace(key, Source{frame.timestamp, by_clock}).first;
  }
  Source& source = known->second;
  const auto step = static_cast<std::int32_t>(frame.timestamp - source.timestamp);
  std::int64_t position = source.position + step;
  if (std::abs(position - by_clock) > kMaxSkew) position = by_clock;
  if (step > 0 || position != source.position + step) source = {frame.timestamp, position};
  return position;
}

void RecordingWindow::Put(const RecordedFrame& frame) {
  const std::int64_t position = PositionOf(frame) - taken_;
  for (std::size_t i = 0; i < frame.samples.size(); ++i) {
    const std::int64_t at = position + static_cast<std::int64_t>(i);
    if (at < 0 || at >= 2 * kBlock) continue;
    Block& block = blocks_[(first_ + static_cast<std::size_t>(at / kBlock)) % 2];
    std::int16_t& sample = block[static_cast<std::size_t>(at % kBlock * 2 + frame.side)];
    sample = Sum(sample, frame.samples[i]);
  }
}

std::span<const std::int16_t> RecordingWindow::TakeBlock(std::int64_t samples) {
  Block& block = blocks_[first_];
  out_ = block;
  block.fill(0);
  first_ = (first_ + 1) % 2;
  taken_ += samples;
  return std::span<const std::int16_t>(out_).first(static_cast<std::size_t>(samples * 2));
}

std::span<const std::int16_t> RecordingWindow::Take(MonoTime now) {
  if (Elapsed(now) < taken_ + kBlock + kLateness) return {};
  return TakeBlock(kBlock);
}

std::span<const std::int16_t> RecordingWindow::TakeRest(MonoTime now) {
  const std::int64_t left = std::min(Elapsed(now) - taken_, kBlock);
  if (left <= 0) return {};
  return TakeBlock(left);
}

}  // namespace callfleet::sip_edge::media
