#pragma once
// ITU-T G.722 at 64 kbit/s behind two small classes: spandsp's, told to take and give 8,000 Hz, so
// that a row mixes all codecs at one rate. An octet is a sample then, as in G.711, and RFC 3551
// 4.5.2 counts its RTP clock as 8,000 Hz, too. What passes through keeps its full band.
// Stateful: one of each a leg. Made by the control side; the packet path allocates nothing.
#include <cstdint>
#include <memory>
#include <span>

namespace callfleet::sip_edge::media {

class G722Encoder {
 public:
  G722Encoder();
  ~G722Encoder();
  G722Encoder(G722Encoder&&) noexcept;
  G722Encoder& operator=(G722Encoder&&) noexcept;
  void Encode(std::span<const std::int16_t> samples, std::span<std::uint8_t> out);  // Same size.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class G722Decoder {
 public:
  G722Decoder();
  ~G722Decoder();
  G722Decoder(G722Decoder&&) noexcept;
  G722Decoder& operator=(G722Decoder&&) noexcept;
  void Decode(std::span<const std::uint8_t> octets, std::span<std::int16_t> out);  // Same size.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callfleet::sip_edge::media
