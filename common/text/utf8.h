#pragma once
// Is it UTF-8? What comes from outside is asked before it is told to others (RFC 3629).
#include <cstddef>
#include <string_view>

namespace callfleet {

// Bytes of the well-formed sequence that `text` begins with, 1 to 4; 0: none, or `text` is empty.
std::size_t Utf8Size(std::string_view text);
bool IsUtf8(std::string_view text);

}  // namespace callfleet
