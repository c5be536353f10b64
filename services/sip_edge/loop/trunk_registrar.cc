#include "services/sip_edge/loop/trunk_registrar.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {

using std::chrono::milliseconds;

// What the 200 grants to our contact, which may be one of several (RFC 3261 10.2.4).
std::uint32_t GrantedSeconds(const sip_t* sip, const SipStack& stack, std::uint32_t asked_s) {
  if (sip == nullptr) return asked_s;
  const std::string port = std::to_string(stack.port());
  for (const auto* c = sip->sip_contact; c != nullptr; c = c->m_next) {
    const bool ours =
        Text(c->m_url->url_host) == stack.advertised_host() && Text(c->m_url->url_port) == port;
    if (!ours || c->m_expires == nullptr) continue;
    return static_cast<std::uint32_t>(std::strtoul(c->m_expires, nullptr, 10));
  }
  if (sip->sip_expires != nullptr) return static_cast<std::uint32_t>(sip->sip_expires->ex_delta);
  return asked_s;
}

// The first route with an address, as for OPTIONS; else the first one by its name.
const TrunkRoute& RouteOf(const TrunkSettings& settings) {
  const auto& routes = settings.routes;
  const auto literal = std::find_if(routes.begin(), routes.end(),
                                    [](const TrunkRoute& r) { return IsAddressLiteral(r.host); });
  return literal != routes.end() ? *literal : routes.front();
}

}  // namespace

bool TrunkRegistrar::SamePlace(const TrunkSettings& a, const TrunkSettings& b) {
  const TrunkRoute& ra = RouteOf(a);
  const TrunkRoute& rb = RouteOf(b);
  return a.auth_user == b.auth_user && a.auth_secret == b.auth_secret &&
         a.from_domain == b.from_domain && ra.host == rb.host && ra.port == rb.port &&
         ra.transport == rb.transport;
}

std::string TrunkRegistrar::DomainOf(const TrunkSettings& settings) const {
  if (!settings.from_domain.empty()) return settings.from_domain;
  const TrunkRoute& route = RouteOf(settings);
  return route.host + (route.port != 0 ? ":" + std::to_string(route.port) : std::string());
}

void TrunkRegistrar::Sweep(bool draining) {
  for (auto it = entries_.begin(); it != entries_.end();) {
    const TrunkSettings* now = host_.trunks.Find(it->first);
    const bool wanted = !draining && now != nullptr && now->outbound_registration && !now->disabled;
    if (wanted && SamePlace(*now, it->second.settings)) {
      ++it;
      continue;
    }
    Withdraw(it->first, it->second);
    it = entries_.erase(it);
  }
  if (draining) return;
  for (const TrunkId& id : host_.trunks.Ids()) {
    const TrunkSettings* trunk = host_.trunks.Find(id);
    if (!trunk->outbound_registration || trunk->disabled || entries_.count(id) != 0) continue;
    Entry& entry = entries_[id];
    entry.settings = *trunk;
    char call_id[32];
    std::snprintf(call_id, sizeof call_id, "%08x%08x", host_.random(), host_.random());
    entry.call_id = call_id;
    host_.trunks.SetRegistration(id, entry.registration.state, 0);
    Next(id, entry, milliseconds(0));
  }
}

TrunkRegistrar::Entry* TrunkRegistrar::Find(const TrunkId& trunk, std::uint64_t generation) {
  const auto found = entries_.find(trunk);
  return found == entries_.end() || found->second.generation != generation ? nullptr
                                                                           : &found->second;
}

void TrunkRegistrar::Next(const TrunkId& trunk, Entry& entry, milliseconds after) {
  entry.generation = next_generation_++;
  host_.later(after, [this, trunk, generation = entry.generation] { Begin(trunk, generation); });
}

void TrunkRegistrar::Begin(const TrunkId& trunk, std::uint64_t generation) {
  Entry* entry = Find(trunk, generation);
  if (entry == nullptr) return;
  const TrunkRoute& route = RouteOf(entry->settings);
  if (IsAddressLiteral(route.host)) {
    const std::uint16_t port = route.port == 0 ? std::uint16_t{5060} : route.port;
    Send(trunk, *entry, {route.host, port, route.transport}, entry->registration.expires_s);
    return;
  }
  host_.resolver.Resolve(
      route.host, route.port, route.transport,
      [this, trunk, generation, later = host_.later](Result<std::vector<ResolvedHop>> hops) {
        later(milliseconds(0), [this, trunk, generation, hops = std::move(hops)] {
          Entry* waiting = Find(trunk, generation);
          if (waiting == nullptr) return;
          if (!hops || hops->empty()) {
            OnResponse(trunk, generation, 408, nullptr);
          } else {
            Send(trunk, *waiting, hops->front(), waiting->registration.expires_s);
          }
        });
      });
}

void TrunkRegistrar::Send(const TrunkId& trunk, Entry& entry, const ResolvedHop& hop,
                          std::uint32_t expires_s) {
  const TrunkSettings& settings = entry.settings;
  const std::string domain = DomainOf(settings);
  const std::string who = "<sip:" + settings.auth_user + "@" + domain + ">";
  std::string contact = host_.stack.ContactFor(hop.transport);
  contact.replace(contact.find("callfleet@"), 9, settings.auth_user);
  std::string headers =
      "Contact: " + contact + "\r\nExpires: " + std::to_string(expires_s) + "\r\n";
  const std::string uri = "sip:" + domain;
  if (entry.challenge) {
    char cnonce[16];
    std::snprintf(cnonce, sizeof cnonce, "%08x", host_.random());
    headers += std::string(entry.proxy ? "Proxy-Authorization: " : "Authorization: ") +
               Credentials(*entry.challenge, {.user = settings.auth_user,
                                              .secret = settings.auth_secret,
                                              .method = "REGISTER",
                                              .uri = uri,
                                              .cnonce = cnonce,
                                              .nonce_count = ++entry.nonce_count}) +
               "\r\n";
  }
  host_.stack.Send({.method = sip_method_register,
                    .method_name = "REGISTER",
                    .request_uri = uri,
                    .from = who + ";tag=" + entry.call_id.substr(0, 8),
                    .to = who,
                    .next_hop = HopUrl(hop.address, hop.port, hop.transport),
                    .headers = headers,
                    .call_id = entry.call_id,
                    .cseq = std::to_string(++entry.cseq) + " REGISTER"},
                   [this, trunk, generation = entry.generation](int code, const sip_t* sip) {
                     OnResponse(trunk, generation, code, sip);
                   });
}

void TrunkRegistrar::OnResponse(const TrunkId& trunk, std::uint64_t generation, int code,
                                const sip_t* sip) {
  Entry* entry = Find(trunk, generation);
  if (entry == nullptr) return;
  const bool challenged = (code == 401 || code == 407) && sip != nullptr;
  if (challenged && !entry->proven) {
    entry->challenge =
        ChallengeOf(code == 401 ? sip->sip_www_authenticate : sip->sip_proxy_authenticate);
    entry->proxy = code == 407;
    entry->nonce_count = 0;
    entry->proven = true;
    if (entry->challenge) return Next(trunk, *entry, milliseconds(0));
  }
  entry->proven = false;
  TrunkRegistration& registration = entry->registration;
  const auto after =
      code >= 200 && code < 300
          ? registration.OnGranted(GrantedSeconds(sip, host_.stack, registration.expires_s))
          : registration.OnRefused(code,
                                   sip != nullptr && sip->sip_min_expires != nullptr
                                       ? static_cast<std::uint32_t>(sip->sip_min_expires->me_delta)
                                       : 0);
  if (registration.state == RegistrationState::kFailed) entry->challenge.reset();
  host_.trunks.SetRegistration(trunk, registration.state, registration.sip_code);
  Next(trunk, *entry, after);
}

// One REGISTER that takes the contact back; nobody waits for its answer.
void TrunkRegistrar::Withdraw(const TrunkId& trunk, Entry& entry) {
  host_.trunks.SetRegistration(trunk, RegistrationState::kOff, 0);
  const TrunkRoute& route = RouteOf(entry.settings);
  if (entry.registration.state != RegistrationState::kRegistered || !IsAddressLiteral(route.host)) {
    return;
  }
  const std::uint16_t port = route.port == 0 ? std::uint16_t{5060} : route.port;
  entry.generation = 0;
  Send(trunk, entry, {route.host, port, route.transport}, 0);
}

}  // namespace callfleet::sip_edge
