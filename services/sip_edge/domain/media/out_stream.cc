#include "services/sip_edge/domain/media/out_stream.h"

#include <algorithm>
#include <cstdlib>

#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr std::int16_t kMaxLead = 3000;  // RFC 3550 A.1.
constexpr std::int16_t kMaxLag = 100;    // RFC 3550 A.1.
constexpr std::int64_t kMaxJumpSamples = 5 * std::int64_t{kClockHz};
constexpr std::int64_t kMaxSkewUs = 100'000;

std::int64_t Samples(MonoTime from, MonoTime to) { return (to - from).count() * 8 / 1000; }

}  // namespace

OutStream::OutStream(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp)
    : ssrc_(ssrc), sequence_(sequence), timestamp_(timestamp) {}

void OutStream::Advance(std::uint32_t timestamp, MonoTime now) {
  const auto step = static_cast<std::int32_t>(timestamp - timestamp_);
  timestamp_ = timestamp;
  due_ += std::chrono::microseconds(std::int64_t{step} * 1000 / kSamplesPerMs);
  // The source's clock is not ours: follow it, within bounds.
  if (std::abs((now - due_).count()) > kMaxSkewUs) due_ = now;
}

// Time goes on from the last frame as the clock did, at least by the frame itself.
void OutStream::SwitchTo(FeedId feed, std::uint32_t frame_samples, MonoTime now) {
  if (!started_) {
    started_ = true;
    due_ = now;
  } else {
    const std::int64_t elapsed = Samples(due_, now);
    const auto step = std::max<std::int64_t>(elapsed, frame_samples);
    timestamp_ += static_cast<std::uint32_t>(step);
    due_ += std::chrono::microseconds(step * 1000 / kSamplesPerMs);
    ++switches_;
  }
  ++sequence_;
  feed_ = feed;
}

bool OutStream::Jumped(const RtpHeader& in, MonoTime now) const {
  const auto ahead = static_cast<std::int16_t>(in.sequence - last_in_);
  if (ahead > kMaxLead || ahead < -kMaxLag) return true;
  const auto moved = static_cast<std::int32_t>(in.timestamp - last_in_timestamp_);
  return std::abs(moved - Samples(last_in_at_, now)) > kMaxJumpSamples;
}

std::optional<OutStream::Place> OutStream::Relay(FeedId feed, const RtpHeader& in,
                                                 std::uint32_t frame_samples, MonoTime now) {
  if (feed_ != feed || Jumped(in, now)) {
    SwitchTo(feed, frame_samples, now);
    sequence_shift_ = static_cast<std::uint16_t>(sequence_ - in.sequence);
    timestamp_shift_ = timestamp_ - in.timestamp;
    first_in_ = in.sequence;
    last_in_ = in.sequence;
    last_in_timestamp_ = in.timestamp;
    last_in_at_ = now;
    return Place{sequence_, timestamp_, true};
  }
  if (static_cast<std::int16_t>(in.sequence - first_in_) < 0) return std::nullopt;
  // first_in_ follows at a distance, so that its 16 bit comparison never wraps.
  if (static_cast<std::int16_t>(in.sequence - first_in_) > kMaxLead) {
    first_in_ = static_cast<std::uint16_t>(in.sequence - 2 * kMaxLag);
  }
  const Place place{static_cast<std::uint16_t>(in.sequence + sequence_shift_),
                    in.timestamp + timestamp_shift_, in.marker};
  if (static_cast<std::int16_t>(place.sequence - sequence_) > 0) sequence_ = place.sequence;
  if (static_cast<std::int32_t>(place.timestamp - timestamp_) > 0) Advance(place.timestamp, now);
  if (static_cast<std::int16_t>(in.sequence - last_in_) > 0) {
    last_in_ = in.sequence;
    last_in_timestamp_ = in.timestamp;
    last_in_at_ = now;
  }
  return place;
}

OutStream::Place OutStream::Generate(std::uint32_t frame_samples, MonoTime now) {
  const FeedId feed{kFeedGenerated, 0, 0};
  // After ticks that were skipped the stream resyncs like after a switch.
  const bool behind = Samples(due_, now) > std::int64_t{frame_samples} * 3;
  if (feed_ != feed || behind) {
    SwitchTo(feed, frame_samples, now);
    return Place{sequence_, timestamp_, true};
  }
  ++sequence_;
  Advance(timestamp_ + frame_samples, now);
  return Place{sequence_, timestamp_, false};
}

OutStream::Place OutStream::GenerateKey(bool first, std::uint32_t frame_samples, MonoTime now) {
  Place place = Generate(frame_samples, now);
  if (first) key_timestamp_ = place.timestamp;
  place.timestamp = key_timestamp_;
  place.marker = first;
  return place;
}

OutStream::Place OutStream::RepeatKey() { return Place{++sequence_, key_timestamp_, false}; }

std::uint32_t OutStream::TimestampAt(MonoTime now) const {
  if (!started_) return timestamp_;
  return timestamp_ + static_cast<std::uint32_t>(Samples(due_, now));
}

}  // namespace callfleet::sip_edge::media
