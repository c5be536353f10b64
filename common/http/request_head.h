#pragma once
// What must be known of a request before a worker takes it (RFC 9112 2 to 7). Pure.
#include <cstdint>
#include <optional>
#include <string_view>

namespace callfleet::http {

inline constexpr std::size_t kMaxHeadBytes = 32 * 1024;
inline constexpr std::size_t kMaxFieldBytes = 8 * 1024;  // Of a line; httplib reads no longer one.

enum class HeadState {
  kMore,  // The empty line has not come.
  kWhole,
  kTooLarge,  // More than kMaxHeadBytes, or a field of more than kMaxFieldBytes.
  kBadLength  // A Content-Length that is no number of bytes, or two ways to tell the length.
};

struct RequestHead {
  HeadState state = HeadState::kMore;
  std::size_t bytes = 0;  // With its empty line.
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool expects_continue = false;  // RFC 9110 10.1.1: the body comes after our 100.
};

// The head at the start of `bytes`, which may be cut anywhere.
RequestHead ScanHead(std::string_view bytes);

}  // namespace callfleet::http
