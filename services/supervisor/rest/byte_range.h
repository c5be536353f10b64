#pragma once
// The header `Range` of a request (RFC 9110 14.2), read by us: httplib's versions differ in what
// they make of it, and of one beyond the end one of them makes an answer without end. Pure.
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/result/result.h"

namespace callfleet::supervisor::rest {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = 0;  // 1 or more.
  bool operator==(const ByteRange&) const = default;
};

// The one range of bytes that `header` asks for, of a file of `size` bytes. nullopt: the whole file
// is the answer, as there is none, or many, or something that is none. OUT_OF_RANGE
// RANGE_NOT_SATISFIABLE: it has no byte of the file.
Result<std::optional<ByteRange>> ReadRange(std::string_view header, std::uint64_t size);

}  // namespace callfleet::supervisor::rest
