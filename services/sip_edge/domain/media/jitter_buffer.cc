#include "services/sip_edge/domain/media/jitter_buffer.h"

#include <algorithm>
#include <cstdlib>

namespace callfleet::sip_edge::media {
namespace {

constexpr auto kFrame = static_cast<std::int32_t>(kMixFrame);
constexpr int kQuiet = 400;  // Peak of a frame in which a change is not heard: -38 dBFS.
constexpr std::int32_t kLeast = kFrame / 2;      // Below it the next late packet would be missed.
constexpr std::int32_t kEnough = 2 * kFrame;     // From it on a frame of delay is for nothing.
constexpr std::int32_t kMostAhead = 3 * kFrame;  // Left out at once, quiet or not.

constexpr std::uint32_t kFades = 4;  // Blocks that are concealed before silence.

int PeakOf(const PcmFrame& frame) {
  int peak = 0;
  for (const int sample : frame) peak = std::max(peak, std::abs(sample));
  return peak;
}

}  // namespace

void JitterBuffer::Reset() {
  started_ = false;
  ssrc_ = 0;
  counts_ = {};
  last_.fill(0);
  Anchor(0);
  started_ = false;
  largest_packet_ = kMixFrame;
}

// Starts anew at `timestamp`: it is played by the next tick.
void JitterBuffer::Anchor(std::uint32_t timestamp) {
  origin_ = timestamp;
  read_ = timestamp;
  high_ = timestamp;
  started_ = true;
  window_ticks_ = 0;
  window_least_ = kMostAhead;
  lean_ = false;
  lean_wanted_ = false;
  fat_ = false;
  missing_ = 0;
  samples_.fill(0);
  filled_.fill(0);
}

void JitterBuffer::Put(std::uint32_t ssrc, std::uint32_t timestamp,
                       std::span<const std::int16_t> samples) {
  if (samples.empty() || samples.size() > kMaxPacketSamples) return;
  if (!started_ || ssrc != ssrc_) {
    ssrc_ = ssrc;
    Anchor(timestamp);
  }
  const auto size = static_cast<std::int32_t>(samples.size());
  const auto ahead = static_cast<std::int32_t>(timestamp - read_);
  if (depth() < kFrame && (ahead < 0 || ahead > kMostAhead)) {
    // After a pause: its silence is over when this is here, whatever the timestamps say. Only a
    // straggler of just before is none of that.
    if (ahead < 0 && ahead > -kMostAhead) {
      ++counts_.late;
      return;
    }
    Anchor(timestamp);
  } else if (ahead > static_cast<std::int32_t>(kRing) - size ||
             ahead < -static_cast<std::int32_t>(kRing)) {
    ++counts_.resyncs;
    Anchor(timestamp);
  } else if (ahead < 0) {
    ++counts_.late;
    if (ahead + size <= 0) return;
    const auto past = static_cast<std::size_t>(-ahead);
    Write(read_, samples.subspan(past));
    return;
  }
  largest_packet_ = std::max<std::uint32_t>(largest_packet_, samples.size());
  Write(timestamp, samples);
}

void JitterBuffer::Write(std::uint32_t timestamp, std::span<const std::int16_t> samples) {
  for (std::size_t i = 0; i < samples.size();) {
    const std::uint32_t at = IndexOf(timestamp + static_cast<std::uint32_t>(i));
    const std::uint32_t block = at / kBlock;
    const auto piece = std::min<std::size_t>(samples.size() - i, (block + 1) * kBlock - at);
    std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(i), piece, samples_.begin() + at);
    filled_[block] =
        static_cast<std::uint8_t>(std::min<std::size_t>(filled_[block] + piece, kBlock));
    i += piece;
  }
  const std::uint32_t end = timestamp + static_cast<std::uint32_t>(samples.size());
  if (static_cast<std::int32_t>(end - high_) > 0) high_ = end;
}

bool JitterBuffer::Take(PcmFrame& out) {
  if (!started_ || depth() < kFrame) {
    // Late, lost or silent: the play-out waits, so the delay grows by what a late packet needs.
    if (started_ && missing_ == 0) ++counts_.inserted;
    for (std::size_t i = 0; i < kMixFrame; i += kBlock) {
      Conceal(std::span(out).subspan(i, kBlock));
    }
    return PeakOf(out) > 0;
  }
  if (lean_ && missing_ == 0) {
    // Put in where the last frame was quiet; see FollowClock.
    lean_ = false;
    ++counts_.inserted;
    out.fill(0);
    return false;
  }
  return ReadFrame(out);
}

bool JitterBuffer::ReadFrame(PcmFrame& out) {
  const std::uint32_t from = IndexOf(read_);
  const std::size_t first = std::min<std::size_t>(kMixFrame, kRing - from);
  const auto begin = samples_.begin();
  std::copy_n(begin + from, first, out.begin());
  std::copy_n(begin, kMixFrame - first, out.begin() + static_cast<std::ptrdiff_t>(first));
  bool heard = false;
  for (std::uint32_t i = 0; i < kMixFrame; i += kBlock) {
    const std::uint32_t block = IndexOf(read_ + i) / kBlock;
    const auto piece = std::span(out).subspan(i, kBlock);
    if (filled_[block] == 0) {
      Conceal(piece);
      ++counts_.concealed;
    } else {
      missing_ = 0;
      std::copy(piece.begin(), piece.end(), last_.begin());
    }
    heard |= missing_ <= kFades;
  }
  Erase();
  FollowClock(out);
  return heard;
}

// The last 10 ms once more at half the level each time, then silence: no click, no buzz.
void JitterBuffer::Conceal(std::span<std::int16_t> out) {
  if (++missing_ > kFades) {
    missing_ = kFades + 1;
    std::fill(out.begin(), out.end(), std::int16_t{0});
    return;
  }
  for (auto& sample : last_) sample = static_cast<std::int16_t>(sample / 2);
  std::copy(last_.begin(), last_.end(), out.begin());
}

// Where nothing is written next time round there is silence.
void JitterBuffer::Erase() {
  for (std::uint32_t i = 0; i < kMixFrame;) {
    const std::uint32_t at = IndexOf(read_ + i);
    const std::uint32_t piece = std::min<std::uint32_t>(kMixFrame - i, kBlock - at % kBlock);
    std::fill_n(samples_.begin() + at, piece, std::int16_t{0});
    auto& filled = filled_[at / kBlock];
    filled = static_cast<std::uint8_t>(filled - std::min<std::uint32_t>(filled, piece));
    i += piece;
  }
  read_ += kMixFrame;
}

// Over one second: always two frames too many means that the source's clock is ahead (or the jitter
// over), none to spare that it is behind. Either is mended in a quiet frame.
void JitterBuffer::FollowClock(const PcmFrame& frame) {
  const std::int32_t waits = depth();
  window_least_ = std::min(window_least_, waits);
  if (++window_ticks_ >= kWindow) {
    fat_ = window_least_ >= kEnough;
    lean_wanted_ = window_least_ < kLeast;
    window_ticks_ = 0;
    window_least_ = kMostAhead;
  }
  if (waits > kMostAhead + static_cast<std::int32_t>(largest_packet_)) {
    Erase();
    ++counts_.dropped;
    fat_ = false;
    return;
  }
  if ((!fat_ && !lean_wanted_) || PeakOf(frame) > kQuiet) return;
  if (fat_) {
    Erase();
    ++counts_.dropped;
    fat_ = false;
  } else {
    lean_ = true;
    lean_wanted_ = false;
  }
}

}  // namespace callfleet::sip_edge::media
