#pragma once
#include <cstddef>
#include <cstdint>

#include "common/result/result.h"

namespace callfleet::sip_edge {

// 1 to 1,000; 0: 100.
inline Result<std::size_t> PageSize(int asked) {
  if (asked < 0 || asked > 1000) return InvalidField("page_size", "0 to 1,000");
  return asked == 0 ? std::size_t{100} : static_cast<std::size_t>(asked);
}

// Of a file; 1 to 1 MiB, 0: 256 KiB.
inline Result<std::size_t> PieceLength(std::uint32_t asked) {
  constexpr std::size_t kUsual = 256 << 10;
  constexpr std::size_t kMost = 1 << 20;
  if (asked > kMost) return InvalidField("length", "at most 1,048,576");
  return asked == 0 ? kUsual : std::size_t{asked};
}

}  // namespace callfleet::sip_edge
