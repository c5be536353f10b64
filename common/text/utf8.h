#pragma once
// Is it UTF-8, and how long is it to a reader? What comes from outside is asked before it is told
// to others (RFC 3629).
#include <cstddef>
#include <string>
#include <string_view>

namespace callfleet {

// Bytes of the well-formed sequence that `text` begins with, 1 to 4; 0: none, or `text` is empty.
std::size_t Utf8Size(std::string_view text);
bool IsUtf8(std::string_view text);
// Characters, not bytes, of what is UTF-8: what a person who types a name would count.
std::size_t Characters(std::string_view text);
// No control character (tab, newline and the like) is in it.
bool IsOneLine(std::string_view text);

// Each byte that is no part of a well-formed sequence becomes U+FFFD; at most `most` bytes, where
// the cut never goes through a character.
std::string MadeUtf8(std::string_view text, std::size_t most = std::string_view::npos);

}  // namespace callfleet
