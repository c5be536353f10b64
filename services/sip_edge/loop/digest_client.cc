#include "services/sip_edge/loop/digest_client.h"

#include <sofia-sip/su_md5.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

std::string Md5Hex(const std::string& text) {
  su_md5_t md5{};
  char hex[2 * SU_MD5_DIGEST_SIZE + 1];
  su_md5_init(&md5);
  su_md5_update(&md5, text.data(), text.size());
  su_md5_hexdigest(&md5, hex);
  su_md5_deinit(&md5);
  return hex;
}

std::string AuthParam(const msg_auth_t* header, const char* name) {
  const std::size_t length = std::strlen(name);
  for (const auto* param = header->au_params; param != nullptr && *param != nullptr; ++param) {
    if (strncasecmp(*param, name, length) != 0 || (*param)[length] != '=') continue;
    std::string value(*param + length + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return value;
  }
  return {};
}

namespace {

bool HasToken(const std::string& list, const char* token) {
  std::size_t at = 0;
  while (at <= list.size()) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    std::string item = list.substr(at, comma - at);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (strcasecmp(item.c_str(), token) == 0) return true;
    at = comma + 1;
  }
  return false;
}

}  // namespace

std::optional<Challenge> ChallengeOf(const msg_auth_t* header) {
  for (; header != nullptr; header = header->au_next) {
    if (header->au_scheme == nullptr || strcasecmp(header->au_scheme, "Digest") != 0) continue;
    const std::string algorithm = AuthParam(header, "algorithm");
    if (!algorithm.empty() && strcasecmp(algorithm.c_str(), "MD5") != 0) continue;
    Challenge challenge{.realm = AuthParam(header, "realm"),
                        .nonce = AuthParam(header, "nonce"),
                        .opaque = AuthParam(header, "opaque"),
                        .qop_auth = false};
    challenge.has_opaque = !challenge.opaque.empty();
    const std::string qop = AuthParam(header, "qop");
    challenge.qop_auth = HasToken(qop, "auth");
    if (!qop.empty() && !challenge.qop_auth) continue;  // auth-int alone: not ours.
    if (challenge.nonce.empty() || challenge.nonce.size() > 512) continue;
    return challenge;
  }
  return std::nullopt;
}

std::string Credentials(const Challenge& challenge, const DigestInput& input) {
  const std::string a1 = Md5Hex(input.user + ":" + challenge.realm + ":" + input.secret);
  const std::string a2 = Md5Hex(input.method + ":" + input.uri);
  char nc_text[16];
  std::snprintf(nc_text, sizeof nc_text, "%08x", input.nonce_count);
  const std::string nc = nc_text;
  const std::string middle = challenge.qop_auth
                                 ? challenge.nonce + ":" + nc + ":" + input.cnonce + ":auth"
                                 : challenge.nonce;
  std::string out = "Digest username=\"" + input.user + "\", realm=\"" + challenge.realm +
                    "\", nonce=\"" + challenge.nonce + "\", uri=\"" + input.uri +
                    "\", response=\"" + Md5Hex(a1 + ":" + middle + ":" + a2) + "\", algorithm=MD5";
  if (challenge.qop_auth) out += ", qop=auth, nc=" + nc + ", cnonce=\"" + input.cnonce + "\"";
  if (challenge.has_opaque) out += ", opaque=\"" + challenge.opaque + "\"";
  return out;
}

}  // namespace callfleet::sip_edge
