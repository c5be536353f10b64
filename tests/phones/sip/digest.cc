#include "tests/phones/sip/digest.h"

#include <sofia-sip/su_md5.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <random>

namespace callfleet::phones {
namespace {

std::string Md5(const std::string& text) {
  su_md5_t context;
  su_md5_init(&context);
  su_md5_update(&context, text.data(), text.size());
  char hex[2 * SU_MD5_DIGEST_SIZE + 1];
  su_md5_hexdigest(&context, hex);
  su_md5_deinit(&context);
  return hex;
}

std::string Get(const AuthParams& params, const std::string& name) {
  auto it = params.find(name);
  return it == params.end() ? "" : it->second;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return tolower(c); });
  return text;
}

struct Proof {
  std::string realm, nonce, uri, qop, nc, cnonce;
};

std::string Response(const Proof& p, const Credentials& credentials, const std::string& method) {
  const std::string a1 = Md5(credentials.user + ":" + p.realm + ":" + credentials.password);
  const std::string a2 = Md5(method + ":" + p.uri);
  if (p.qop.empty()) return Md5(a1 + ":" + p.nonce + ":" + a2);
  return Md5(a1 + ":" + p.nonce + ":" + p.nc + ":" + p.cnonce + ":" + p.qop + ":" + a2);
}

}  // namespace

AuthParams ParseAuthParams(const char* const* params) {
  AuthParams result;
  for (; params && *params; ++params) {
    const std::string text = *params;
    const size_t equals = text.find('=');
    if (equals == std::string::npos) continue;
    std::string value = text.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    result[Lower(text.substr(0, equals))] = value;
  }
  return result;
}

std::string AnswerChallenge(const AuthParams& challenge, const Credentials& credentials,
                            const std::string& method, const std::string& uri,
                            uint32_t nonce_count) {
  const std::string algorithm = Lower(Get(challenge, "algorithm"));
  if (!algorithm.empty() && algorithm != "md5") return "";
  Proof p{Get(challenge, "realm"), Get(challenge, "nonce"), uri, "", "", ""};
  if (Get(challenge, "qop").find("auth") != std::string::npos) {
    char text[16];
    snprintf(text, sizeof text, "%08x", nonce_count);
    p.qop = "auth";
    p.nc = text;
    snprintf(text, sizeof text, "%08x", std::random_device{}());
    p.cnonce = text;
  }
  std::string value = "Digest username=\"" + credentials.user + "\", realm=\"" + p.realm +
                      "\", nonce=\"" + p.nonce + "\", uri=\"" + uri + "\", response=\"" +
                      Response(p, credentials, method) + "\", algorithm=MD5";
  if (!p.qop.empty()) value += ", qop=auth, nc=" + p.nc + ", cnonce=\"" + p.cnonce + "\"";
  if (challenge.contains("opaque")) value += ", opaque=\"" + Get(challenge, "opaque") + "\"";
  return value;
}

bool AnswerIsRight(const AuthParams& answer, const Credentials& credentials,
                   const std::string& method) {
  const Proof p{Get(answer, "realm"), Get(answer, "nonce"), Get(answer, "uri"),
                Get(answer, "qop"),   Get(answer, "nc"),    Get(answer, "cnonce")};
  return Get(answer, "username") == credentials.user &&
         Get(answer, "response") == Response(p, credentials, method);
}

}  // namespace callfleet::phones
