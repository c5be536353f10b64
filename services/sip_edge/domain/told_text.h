#pragma once
// Text of a SIP message as others are told it: in records, facts, registrations, rows and logs.
// SIP header text ought to be UTF-8 (RFC 3261 7.3.1) but comes as Latin-1 or worse, and one string
// that is not UTF-8 makes whole protobuf messages, and so streams, unreadable. What goes back on
// the wire (tags, Call-ID, contacts) stays as it came.
#include <cstddef>
#include <string>
#include <string_view>

namespace callfleet::sip_edge {

inline constexpr std::size_t kAnyLength = std::string_view::npos;

// Each byte that is no part of a UTF-8 sequence becomes U+FFFD; at most `most` bytes, where the cut
// never goes through a character.
std::string ToldText(std::string_view text, std::size_t most = kAnyLength);

}  // namespace callfleet::sip_edge
