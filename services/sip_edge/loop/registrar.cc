#include "services/sip_edge/loop/registrar.h"

#include <cstdlib>

#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {

std::optional<RegisterRequest> RequestOf(const sip_t* sip, const PeerAddress& peer) {
  RegisterRequest request{.source = peer.HostPort(), .transport = peer.transport};
  request.sip_user = sip->sip_to->a_url->url_user != nullptr ? sip->sip_to->a_url->url_user : "";
  request.call_id = Told(sip->sip_call_id->i_id);
  request.cseq = sip->sip_cseq->cs_seq;
  if (sip->sip_expires != nullptr) {
    request.expires_s = static_cast<std::uint32_t>(sip->sip_expires->ex_delta);
  }
  if (sip->sip_user_agent != nullptr) request.user_agent = Told(sip->sip_user_agent->g_string);
  for (const auto* path = sip->sip_path; path != nullptr; path = path->r_next) {
    request.path.push_back(UrlText(path->r_url));
  }
  for (const auto* contact = sip->sip_contact; contact != nullptr; contact = contact->m_next) {
    if (contact->m_url->url_type == url_any) {
      request.wildcard = true;
      continue;
    }
    const auto scheme = contact->m_url->url_type;
    if (scheme != url_sip && scheme != url_sips) return std::nullopt;
    ContactUpdate update{.uri = UrlText(contact->m_url)};
    if (update.uri.empty() || update.uri.size() > 512) return std::nullopt;
    if (contact->m_q != nullptr) update.q = std::strtod(contact->m_q, nullptr);
    if (contact->m_expires != nullptr) {
      update.expires_s = static_cast<std::uint32_t>(std::strtoul(contact->m_expires, nullptr, 10));
    }
    request.contacts.push_back(std::move(update));
    if (request.contacts.size() > 16) return std::nullopt;
  }
  return request;
}

void Reply(nta_incoming_t* irq, int code, const std::string& headers = {}) {
  nta_incoming_treply(irq, code, nullptr,
                      TAG_IF(!headers.empty(), SIPTAG_HEADER_STR(headers.c_str())), TAG_END());
  nta_incoming_destroy(irq);
}

}  // namespace

void Registrar::Challenge(nta_incoming_t* irq, bool stale, const PeerAddress& peer, Instant now) {
  const std::string value = digest_.NewChallenge(stale, peer.host, now.mono);
  nta_incoming_treply(irq, SIP_401_UNAUTHORIZED, SIPTAG_WWW_AUTHENTICATE_STR(value.c_str()),
                      TAG_END());
  nta_incoming_destroy(irq);
}

// Who sent this, or nothing after the reply is out. The same for unknown users and bad secrets.
std::optional<std::string> Registrar::Authorize(nta_incoming_t* irq, const sip_t* sip,
                                                const PeerAddress& peer, Instant now) {
  const std::string user = digest_.UserOf(sip->sip_authorization);
  if (backoff_.Blocked(peer.host, user, now.mono)) {
    Reply(irq, 503, "Retry-After: 60\r\n");
    return std::nullopt;
  }
  const auto secret = [this](const std::string& name) -> std::optional<std::string> {
    const Account* account = locations_.FindAccount(name);
    if (account == nullptr || !account->enabled || account->secret.empty()) return std::nullopt;
    return account->secret;
  };
  const auto verdict = digest_.Check(sip->sip_authorization, sip->sip_request->rq_method_name,
                                     secret, peer.host, now.mono);
  switch (verdict) {
    case DigestServer::Verdict::kOk:
      backoff_.Succeeded(peer.host, user);
      return user;
    case DigestServer::Verdict::kChallenge:
      Challenge(irq, false, peer, now);
      break;
    case DigestServer::Verdict::kStale:
      Challenge(irq, true, peer, now);
      break;
    case DigestServer::Verdict::kDenied:
      backoff_.Failed(peer.host, user, now.mono);
      Reply(irq, 403);
      break;
  }
  return std::nullopt;
}

std::optional<std::string> Registrar::OnRegister(nta_incoming_t* irq, const sip_t* sip,
                                                 const PeerAddress& peer, Instant now) {
  if (!locations_.complete()) {
    Reply(irq, 503, "Retry-After: 1\r\n");
    return std::nullopt;
  }
  if (const auto unknown = UnknownRequire(sip)) {
    Reply(irq, 420, "Unsupported: " + *unknown + "\r\n");
    return std::nullopt;
  }
  const auto user = Authorize(irq, sip, peer, now);
  if (!user) return std::nullopt;
  const auto request = RequestOf(sip, peer);
  if (!request) {
    Reply(irq, 400);
    return std::nullopt;
  }
  if (request->sip_user != *user) {  // RFC 3261 10.3 step 4: nobody registers for another.
    Reply(irq, 403);
    return std::nullopt;
  }
  ReplyRegistered(irq, locations_.Register(*request, now), now);
  return user;
}

void Registrar::ReplyRegistered(nta_incoming_t* irq, const RegisterReply& reply, Instant now) {
  if (reply.sip_code == 423) {
    Reply(irq, 423, "Min-Expires: " + std::to_string(reply.min_expires_s) + "\r\n");
    return;
  }
  std::string headers;
  for (const auto& contact : reply.contacts) {
    const auto left =
        std::chrono::duration_cast<std::chrono::seconds>(contact.expires - now.wall).count();
    char q[8];
    std::snprintf(q, sizeof q, "%.1f", contact.q);
    headers +=
        "Contact: <" + contact.uri + ">;q=" + q + ";expires=" + std::to_string(left) + "\r\n";
  }
  Reply(irq, reply.sip_code, headers);
}

const Account* Registrar::Authenticate(nta_incoming_t* irq, const sip_t* sip,
                                       const PeerAddress& peer, Instant now) {
  const auto user = Authorize(irq, sip, peer, now);
  return user ? locations_.FindAccount(*user) : nullptr;
}

}  // namespace callfleet::sip_edge
