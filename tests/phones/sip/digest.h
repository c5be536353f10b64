#pragma once
// RFC 2617 / 3261 22.4 digest with MD5, qop=auth and the older form without qop.
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace callfleet::phones {

struct Credentials {
  std::string user;
  std::string password;
};

using AuthParams = std::map<std::string, std::string>;  // lower-case names, unquoted values

// `params` is a sofia list of "name=value" strings, closed by a null pointer.
AuthParams ParseAuthParams(const char* const* params);

// The value of Authorization or Proxy-Authorization for a challenge; empty if it is not MD5.
std::string AnswerChallenge(const AuthParams& challenge, const Credentials& credentials,
                            const std::string& method, const std::string& uri,
                            uint32_t nonce_count);

// Whether `answer` proves the password for `method`; the nonce is checked by the caller.
bool AnswerIsRight(const AuthParams& answer, const Credentials& credentials,
                   const std::string& method);

}  // namespace callfleet::phones
