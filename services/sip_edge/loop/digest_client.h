#pragma once
// Digest credentials for a challenge (RFC 2617, MD5, qop=auth or none).
#include <cstdint>
#include <optional>
#include <string>

#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

// One challenge as a 401 or 407 carried it.
struct Challenge {
  std::string realm;
  std::string nonce;
  std::string opaque;
  bool qop_auth = false;
  bool has_opaque = false;
};

// The first Digest challenge with MD5 in a WWW-Authenticate / Proxy-Authenticate header.
std::optional<Challenge> ChallengeOf(const msg_auth_t* header);

struct DigestInput {
  std::string user;
  std::string secret;
  std::string method;
  std::string uri;
  std::string cnonce;
  std::uint32_t nonce_count = 1;  // RFC 2617 3.2.2: rises with each use of the nonce.
};
// The value of Authorization / Proxy-Authorization.
std::string Credentials(const Challenge& challenge, const DigestInput& input);

std::string Md5Hex(const std::string& text);
// The value of `name="value"` or `name=value` among auth parameters; empty when absent.
std::string AuthParam(const msg_auth_t* header, const char* name);

}  // namespace callfleet::sip_edge
