#pragma once
// DTMF as RFC 4733 telephone-events: the payload, a receiver that reports each key once, a sender.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace callfleet::sip_edge::media {

inline constexpr std::size_t kTelephoneEventBytes = 4;
inline constexpr std::size_t kMaxDtmfDigits = 32;  // One SendDtmf; more is refused.

struct TelephoneEvent {
  std::uint8_t event = 0;
  bool end = false;
  std::uint8_t volume = 10;    // -dBm0, 0..63.
  std::uint16_t duration = 0;  // Samples since the key went down.
};

std::optional<TelephoneEvent> ParseTelephoneEvent(std::span<const std::uint8_t> payload);
void WriteTelephoneEvent(std::span<std::uint8_t, kTelephoneEventBytes> out,
                         const TelephoneEvent& event);

// RFC 4733 3.2: 0-9, *, #, A-D are the events 0..15.
std::optional<char> DtmfDigit(std::uint8_t event);
std::optional<std::uint8_t> DtmfEvent(char digit);

// One key press = one RTP timestamp; its first packet to arrive reports it, so that any loss short
// of all of its packets is harmless.
class DtmfReceiver {
 public:
  std::optional<char> OnPacket(std::uint32_t timestamp, const TelephoneEvent& event);

 private:
  bool seen_ = false;
  std::uint32_t last_timestamp_ = 0;
  std::uint8_t last_event_ = 0;
};

// Sends a string of keys, one step a frame. The end of each key is sent three times (RFC
// 4733 2.5.1.4).
class DtmfSender {
 public:
  struct Step {
    TelephoneEvent event;
    bool first = false;  // Takes a new timestamp and the marker.
    std::uint8_t copies = 1;
    bool all_done = false;  // Nothing follows.
    bool pause = false;     // Between two keys: nothing is to be sent.
  };
  // `digits`: kMaxDtmfDigits at most, each with a DtmfEvent; `key` and `gap` in samples.
  void Start(std::string_view digits, std::uint16_t key, std::uint16_t gap);
  bool active() const { return next_ < count_; }
  Step Next(std::uint16_t frame_samples);  // Only while active().

 private:
  std::array<std::uint8_t, kMaxDtmfDigits> events_{};
  std::size_t count_ = 0;
  std::size_t next_ = 0;
  std::uint32_t elapsed_ = 0;  // Samples into the current key and the gap after it.
  std::uint16_t key_ = 0;
  std::uint16_t gap_ = 0;
};

}  // namespace callfleet::sip_edge::media
