#pragma once
// SIP URIs that people and other services name (RFC 3261 19.1).
#include <string_view>

namespace callfleet {

// "sip:" or "sips:", at most 512 bytes without blanks, control characters, quotes and angle
// brackets; a host that is a name, an IPv4 address or an IPv6 one in brackets; a port of 1 to 65535
// or none.
bool IsSipUri(std::string_view text);

}  // namespace callfleet
