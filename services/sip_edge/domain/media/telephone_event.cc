#include "services/sip_edge/domain/media/telephone_event.h"

#include <algorithm>

#include "services/sip_edge/domain/media/big_endian.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr std::string_view kKeys = "0123456789*#ABCD";
constexpr std::uint32_t kMaxDuration = 0xFFFF;

}  // namespace

std::optional<TelephoneEvent> ParseTelephoneEvent(std::span<const std::uint8_t> payload) {
  if (payload.size() < kTelephoneEventBytes) return std::nullopt;
  TelephoneEvent event;
  event.event = payload[0];
  event.end = (payload[1] & 0x80) != 0;
  event.volume = payload[1] & 0x3F;
  event.duration = Load16(&payload[2]);
  return event;
}

void WriteTelephoneEvent(std::span<std::uint8_t, kTelephoneEventBytes> out,
                         const TelephoneEvent& event) {
  out[0] = event.event;
  out[1] = static_cast<std::uint8_t>((event.end ? 0x80 : 0) | (event.volume & 0x3F));
  Store16(&out[2], event.duration);
}

std::optional<char> DtmfDigit(std::uint8_t event) {
  if (event >= kKeys.size()) return std::nullopt;
  return kKeys[event];
}

std::optional<std::uint8_t> DtmfEvent(char digit) {
  if (digit >= 'a' && digit <= 'd') digit = static_cast<char>(digit - 'a' + 'A');
  const auto at = kKeys.find(digit);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(at);
}

std::optional<char> DtmfReceiver::OnPacket(std::uint32_t timestamp, const TelephoneEvent& event) {
  const auto ahead = static_cast<std::int32_t>(timestamp - last_timestamp_);
  // Another packet of the same key, or a late one of an earlier key.
  constexpr std::int32_t kLateWindow = -80000;  // 10 s; further back is a sender that restarted.
  if (seen_ && ahead <= 0 && ahead > kLateWindow) return std::nullopt;
  // RFC 4733 2.5.1.3: a key held over 8 s goes on as a new segment that starts where the last
  // ended.
  const bool segment =
      seen_ && ahead == static_cast<std::int32_t>(kMaxDuration) && event.event == last_event_;
  seen_ = true;
  last_timestamp_ = timestamp;
  last_event_ = event.event;
  if (segment) return std::nullopt;
  return DtmfDigit(event.event);
}

void DtmfSender::Start(std::string_view digits, std::uint16_t key, std::uint16_t gap) {
  count_ = 0;
  next_ = 0;
  elapsed_ = 0;
  key_ = key;
  gap_ = gap;
  for (char digit : digits.substr(0, kMaxDtmfDigits)) {
    if (const auto event = DtmfEvent(digit)) events_[count_++] = *event;
  }
}

DtmfSender::Step DtmfSender::Next(std::uint16_t frame_samples) {
  constexpr std::uint8_t kEndCopies = 3;
  Step step;
  step.event.event = events_[next_];
  step.first = elapsed_ == 0;
  const bool was_down = elapsed_ < key_;
  elapsed_ += frame_samples;
  if (was_down) {
    step.event.duration = static_cast<std::uint16_t>(std::min(elapsed_, kMaxDuration));
    step.event.end = elapsed_ >= key_;
    if (step.event.end) step.copies = kEndCopies;
  } else {
    step.pause = true;
  }
  const bool last = next_ + 1 == count_;
  if ((last && step.event.end) || elapsed_ >= std::uint32_t{key_} + gap_) {
    ++next_;
    elapsed_ = 0;
  }
  step.all_done = !active();
  return step;
}

}  // namespace callfleet::sip_edge::media
