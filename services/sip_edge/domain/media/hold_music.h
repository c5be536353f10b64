#pragma once
// The music that ships with the product: made by arithmetic, so there is nothing to license.
#include <cstdint>
#include <vector>

namespace callfleet::sip_edge::media {

// 19.2 s at 8,000 Hz that go on without a seam. -20 dBm0 or less on average.
std::vector<std::int16_t> RenderHoldMusic();

}  // namespace callfleet::sip_edge::media
