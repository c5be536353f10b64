#include "common/auth/listen_address.h"

#include <string>

namespace callfleet::auth {

bool IsLoopback(std::string_view listen) {
  if (listen.starts_with("unix:")) return true;
  const auto colon = listen.rfind(':');
  const auto host = listen.substr(0, colon);
  if (host == "localhost" || host == "[::1]") return true;
  // Digits and dots only: "127.evil.example" is a name, not an address.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

Status CheckListen(std::string_view listen, const Tokens& tokens) {
  if (IsLoopback(listen) || tokens.required()) return {};
  return FailedPrecondition("TOKENS_REQUIRED", "Listening on " + std::string(listen) +
                                                   " needs a token file; without one only "
                                                   "loopback is served.");
}

}  // namespace callfleet::auth
