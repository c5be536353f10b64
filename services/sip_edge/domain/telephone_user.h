#pragma once
// Who is called, or calls, as the number plan knows it.
#include <string_view>

namespace callfleet::sip_edge {

// The user of a SIP URI without the parameters of a telephone number (RFC 3261 19.1.6, RFC 3966 3:
// ";npdi;rn=+1…", ";phone-context=…", ";ext=5"): they say how to route, not who is called. A user
// that is no number may have semicolons of its own.
inline std::string_view WithoutNumberParameters(std::string_view user) {
  const std::string_view number = user.substr(0, user.find(';'));
  const bool is_number = number.find_first_not_of("+0123456789*#-.()") == std::string_view::npos;
  return is_number ? number : user;
}

}  // namespace callfleet::sip_edge
