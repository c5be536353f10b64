// OPTIONS: keeps phones' ways through NAT open, finds out who is reachable, watches trunks.
#include <algorithm>

#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {
std::string KeyOf(const std::string& sip_user, const std::string& uri) {
  return sip_user + " " + uri;
}
}  // namespace

// A timer for each contact that has none yet; restored ones are asked at once.
void EdgeLoop::WatchContacts(const std::string& sip_user) {
  const auto record = locations_.Record(sip_user);
  if (!record) return;
  for (const auto& contact : record->contacts) {
    auto [it, added] = contact_timers_.try_emplace(KeyOf(sip_user, contact.uri), next_timer_);
    if (!added) continue;
    const ContactTimer timer{sip_user, contact.uri, next_timer_++};
    After(contact.reachable ? std::chrono::milliseconds(config_.keep_alive)
                            : std::chrono::milliseconds(Random() % 1000),
          timer);
  }
}

void EdgeLoop::ProbeContact(const ContactTimer& timer) {
  const std::string key = KeyOf(timer.sip_user, timer.uri);
  const auto record = locations_.Record(timer.sip_user);
  const Contact* contact = nullptr;
  if (record) {
    for (const auto& c : record->contacts) {
      if (c.uri == timer.uri) contact = &c;
    }
  }
  if (contact == nullptr) {
    contact_timers_.erase(key);
    return;
  }
  After(contact->reachable ? std::chrono::milliseconds(config_.keep_alive)
                           : std::chrono::milliseconds(2000),
        timer);
  if (contact->fixed) return ProbeFixed(timer.sip_user, contact->uri);
  const std::string hop = "sip:" + contact->source + TransportParam(contact->transport);
  SendProbe(timer.sip_user, contact->uri, contact->transport, hop,
            [this, user = timer.sip_user, uri = timer.uri, source = contact->source,
             transport = contact->transport](bool answered) {
              if (!answered && transport != Transport::kUdp) {
                locations_.OnConnectionClosed(source, transport);
              } else {
                locations_.OnOptionsResult(user, uri, answered);
              }
              Settle();
            });
}

// A machine's URI: its name is looked up each time, as for a call.
void EdgeLoop::ProbeFixed(const std::string& sip_user, const std::string& uri) {
  const auto told = [this, sip_user, uri](bool answered) {
    locations_.OnOptionsResult(sip_user, uri, answered);
    Settle();
  };
  const auto route = RouteOf(uri);
  if (!route) return told(false);
  if (IsAddressLiteral(route->host)) {
    const std::uint16_t port = route->port == 0 ? std::uint16_t{5060} : route->port;
    return SendProbe(sip_user, uri, route->transport, HopUrl(route->host, port, route->transport),
                     told);
  }
  ports_.resolver.Resolve(
      route->host, route->port, route->transport,
      [this, sip_user, uri, told](const Result<std::vector<ResolvedHop>>& found) {
        Post([sip_user, uri, told, found](EdgeLoop& self, Instant) {
          if (!found || found->empty()) return told(false);
          const ResolvedHop& hop = found->front();
          self.SendProbe(sip_user, uri, hop.transport, HopUrl(hop.address, hop.port, hop.transport),
                         told);
        });
      });
}

void EdgeLoop::SendProbe(const std::string& sip_user, const std::string& uri, Transport transport,
                         const std::string& next_hop, std::function<void(bool)> told) {
  stack_.Send({.method = sip_method_options,
               .method_name = "OPTIONS",
               .request_uri = uri,
               .from = stack_.ContactFor(transport),
               .to = "<sip:" + sip_user + "@" + config_.realm + ">",
               .next_hop = next_hop},
              [told = std::move(told)](int code, const sip_t*) { told(code != 408); });
}

void EdgeLoop::WatchTrunk(const TrunkId& trunk) {
  const std::uint64_t generation = next_timer_++;
  trunk_timers_[trunk] = generation;
  After(std::chrono::milliseconds(1000 + Random() % 1000), TrunkTimer{trunk, generation});
}

void EdgeLoop::ProbeTrunk(const TrunkTimer& timer) {
  const auto known = trunk_timers_.find(timer.trunk);
  if (known == trunk_timers_.end() || known->second != timer.generation) return;
  const TrunkSettings* trunk = trunks_.Find(timer.trunk);
  if (trunk == nullptr || trunk->options_interval.count() < 0) {
    trunk_timers_.erase(known);
    return;
  }
  After(trunk->options_interval, timer);
  if (trunk->disabled) return;
  // The first route with a literal speaks for the trunk; names are tried by calls alone.
  const auto route = std::find_if(trunk->routes.begin(), trunk->routes.end(),
                                  [](const TrunkRoute& r) { return IsAddressLiteral(r.host); });
  if (route == trunk->routes.end()) return;
  const std::uint16_t port = route->port == 0 ? std::uint16_t{5060} : route->port;
  stack_.Send({.method = sip_method_options,
               .method_name = "OPTIONS",
               .request_uri = HopUrl(route->host, port, route->transport),
               .from = stack_.ContactFor(route->transport),
               .to = "<" + HopUrl(route->host, port, route->transport) + ">",
               .next_hop = HopUrl(route->host, port, route->transport)},
              [this, id = timer.trunk](int code, const sip_t*) {
                if (trunks_.OnOptionsResult(id, code != 408)) TellTrunks();
              });
}

void EdgeLoop::TellRegistrations() {
  for (const auto& sip_user : locations_.TakeChanged()) {
    auto record = locations_.Record(sip_user);
    ports_.facts.OnRegistration(record ? *record : RegistrationRecord{.sip_user = sip_user});
  }
}

void EdgeLoop::TellTrunks() {
  for (const auto& id : trunks_.TakeChanged()) {
    if (!trunk_timers_.count(id)) WatchTrunk(id);
    if (const auto view = trunks_.View(id, Now())) ports_.facts.OnTrunk(*view);
  }
}

}  // namespace callfleet::sip_edge
