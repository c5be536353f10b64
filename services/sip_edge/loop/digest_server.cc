#include "services/sip_edge/loop/digest_server.h"

#include <cstdlib>

#include "services/sip_edge/loop/digest_client.h"

namespace callfleet::sip_edge {

namespace {

const msg_auth_t* ForRealm(const msg_auth_t* header, const std::string& realm) {
  for (; header != nullptr; header = header->au_next) {
    if (AuthParam(header, "realm") == realm) return header;
  }
  return nullptr;
}

bool SameInConstantTime(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace

std::string DigestServer::UserOf(const msg_auth_t* credentials) const {
  const msg_auth_t* mine = ForRealm(credentials, realm_);
  return mine == nullptr ? std::string() : AuthParam(mine, "username").substr(0, 64);
}

DigestServer::Verdict DigestServer::Check(const msg_auth_t* credentials, const char* method,
                                          const Secret& secret, const std::string& source,
                                          MonoTime now) {
  const msg_auth_t* mine = ForRealm(credentials, realm_);
  if (mine == nullptr) return Verdict::kChallenge;
  const std::string user = UserOf(credentials);
  const std::string nonce = AuthParam(mine, "nonce");
  // First of all: an answer to no challenge of ours, or to one that went elsewhere, is stale right
  // or wrong (RFC 7616 3.3). Nothing is learnt by it, and a forged source is never held against
  // whom it belongs to.
  if (!nonces_.GivenTo(nonce, source, now)) return Verdict::kStale;
  const std::string count = AuthParam(mine, "nc");
  if (AuthParam(mine, "qop") != "auth" || count.size() != 8) return Verdict::kDenied;
  const std::optional<std::string> known = secret(user);
  const std::string a1 = Md5Hex(user + ":" + realm_ + ":" + known.value_or("no such user"));
  const std::string a2 = Md5Hex(std::string(method) + ":" + AuthParam(mine, "uri"));
  const std::string expected =
      Md5Hex(a1 + ":" + nonce + ":" + count + ":" + AuthParam(mine, "cnonce") + ":auth:" + a2);
  const bool right = SameInConstantTime(expected, AuthParam(mine, "response"));
  if (!known || !right) return Verdict::kDenied;
  // The count is looked at last: a wrong answer does not use it up.
  const auto nc = static_cast<std::uint32_t>(std::strtoul(count.c_str(), nullptr, 16));
  switch (nonces_.Use(nonce, nc, now)) {
    case NonceVerdict::kFresh:
      return Verdict::kOk;
    case NonceVerdict::kStale:
    case NonceVerdict::kReplayed:
      return Verdict::kStale;
  }
  return Verdict::kDenied;
}

std::string DigestServer::NewChallenge(bool stale, const std::string& source, MonoTime now) {
  char nonce[40];
  std::snprintf(nonce, sizeof nonce, "%08x%08x%08x%08x", random_(), random_(), random_(),
                random_());
  nonces_.Add(nonce, source, now);
  return "Digest realm=\"" + realm_ + "\", nonce=\"" + nonce + "\", algorithm=MD5, qop=\"auth\"" +
         (stale ? ", stale=true" : "");
}

}  // namespace callfleet::sip_edge
