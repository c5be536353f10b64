#pragma once
// ITU-T G.711, both laws, plain arithmetic (the phones share no code with the engine they test).
#include <cstdint>

namespace callfleet::phones {

enum class Law : uint8_t { kMu = 0, kA = 1 };

uint8_t EncodeSample(Law law, int16_t linear);
int16_t DecodeSample(Law law, uint8_t code);  // By table.
inline uint8_t SilenceOf(Law law) { return law == Law::kMu ? 0xff : 0xd5; }

}  // namespace callfleet::phones
