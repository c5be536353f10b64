#pragma once
// DTMF in the audio, for peers without telephone-event (RFC 4733 5: keys are then plain tones).
// spandsp's receiver (ITU-T Q.23, Q.24) behind one small class: made by a command, fed on the
// packet path, where it allocates nothing.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace callfleet::sip_edge::media {

class InbandKeys {
 public:
  InbandKeys();
  ~InbandKeys();
  InbandKeys(InbandKeys&&) noexcept;
  InbandKeys& operator=(InbandKeys&&) noexcept;

  // 8 kHz audio as it was spoken; the keys that are now sure, each once. Valid until the next call.
  std::string_view OnAudio(std::span<const std::int16_t> samples);
  // Lost or not sent: a key that sounded before goes on for as long as a packet, then it is over.
  void OnLost(std::size_t samples);

 private:
  struct Receiver;
  std::unique_ptr<Receiver> receiver_;
};

}  // namespace callfleet::sip_edge::media
