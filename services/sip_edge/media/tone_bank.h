#pragma once
// Every tone in both laws, rendered once at the start; read-only and shared by all media threads.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "services/sip_edge/domain/media/tone.h"

namespace callfleet::sip_edge::media {

class ToneBank {
 public:
  ToneBank();
  std::span<const std::uint8_t> Octets(Tone tone, Codec codec) const;

 private:
  std::array<std::array<std::vector<std::uint8_t>, 2>, kTones> octets_;
};

}  // namespace callfleet::sip_edge::media
