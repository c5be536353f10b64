#pragma once
// REGISTER and the credentials of agents' phones (RFC 3261 10, RFC 2617, RFC 3327).
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/location_table.h"
#include "services/sip_edge/loop/digest_server.h"
#include "services/sip_edge/loop/sip_stack.h"
#include "services/sip_edge/loop/sofia.h"

namespace callfleet::sip_edge {

class Registrar {
 public:
  Registrar(LocationTable& locations, std::string realm, std::function<std::uint32_t()> random)
      : locations_(locations), digest_(std::move(realm), std::move(random)) {}

  // Replies to a REGISTER; the user whose contacts may have changed, if any.
  std::optional<std::string> OnRegister(nta_incoming_t* irq, const sip_t* sip,
                                        const PeerAddress& peer, Instant now);
  // Credentials of an INVITE: the account, or nothing after 401, 403 or 503 was sent.
  const Account* Authenticate(nta_incoming_t* irq, const sip_t* sip, const PeerAddress& peer,
                              Instant now);

 private:
  void Challenge(nta_incoming_t* irq, bool stale, const PeerAddress& peer, Instant now);
  std::optional<std::string> Authorize(nta_incoming_t* irq, const sip_t* sip,
                                       const PeerAddress& peer, Instant now);
  void ReplyRegistered(nta_incoming_t* irq, const RegisterReply& reply, Instant now);

  LocationTable& locations_;
  DigestServer digest_;
  SourceBackoff backoff_;
};

}  // namespace callfleet::sip_edge
