#pragma once
// Challenges and checks digest credentials of agents' phones (RFC 2617, MD5, qop=auth).
#include <functional>
#include <optional>
#include <string>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/nonce_store.h"
#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

class DigestServer {
 public:
  // kDenied: a wrong answer to a challenge that reached `source`, a real guess.
  enum class Verdict { kOk, kChallenge, kStale, kDenied };
  using Secret = std::function<std::optional<std::string>(const std::string& user)>;

  DigestServer(std::string realm, std::function<std::uint32_t()> random)
      : realm_(std::move(realm)), random_(std::move(random)) {}

  // Whom the credentials name; empty: there are none for us.
  std::string UserOf(const msg_auth_t* credentials) const;
  // Unknown users cost and look the same as known ones. `source` is the address it came from.
  Verdict Check(const msg_auth_t* credentials, const char* method, const Secret& secret,
                const std::string& source, MonoTime now);
  // Value of WWW-Authenticate with a new nonce for `source`.
  std::string NewChallenge(bool stale, const std::string& source, MonoTime now);
  const std::string& realm() const { return realm_; }

 private:
  std::string realm_;
  std::function<std::uint32_t()> random_;
  NonceStore nonces_;
};

}  // namespace callfleet::sip_edge
