#pragma once
// What is fuzzed. Each takes any bytes, and stops the process where a promise is broken.
#include <cstddef>
#include <cstdint>
#include <span>

namespace callfleet::fuzz {

using Bytes = std::span<const std::uint8_t>;

void Rtp(Bytes input);              // RFC 3550 packets: parser, statistics, relay, jitter buffer.
void Rtcp(Bytes input);             // RFC 3550 reports: parser, writer, round trip.
void TelephoneEvents(Bytes input);  // RFC 4733 payloads, 4 octets a packet.
void Sdp(Bytes input);              // RFC 4566 bodies: parser, offer and answer.
void Crypto(Bytes input);           // RFC 4568: the value of a=crypto.
void Sip(Bytes input);              // RFC 3261 messages: what we read out of what sofia-sip parsed.
void Wav(Bytes input);              // Uploaded prompts and the prompts' folder.

struct Target {
  const char* name;  // Of its folder under corpus/.
  void (*run)(Bytes);
};
inline constexpr Target kTargets[] = {
    {"rtp", Rtp}, {"rtcp", Rtcp},     {"telephone_event", TelephoneEvents},
    {"sdp", Sdp}, {"crypto", Crypto}, {"sip", Sip},
    {"wav", Wav}};

// A promise that holds for any input.
inline void Promise(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace callfleet::fuzz
