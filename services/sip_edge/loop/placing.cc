// Where a leg goes: a trunk's routes one after the other, an agent's contacts all at once.
#include <algorithm>

#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {

std::string Quoted(const std::string& name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\" ";
}

// A phone asked to answer by itself: three ways, as phones differ (RFC 5373; Call-Info;
// Alert-Info).
constexpr const char* kAutoAnswer =
    "Call-Info: <sip:callfleet>;answer-after=0\r\n"
    "Alert-Info: <http://localhost/>;info=alert-autoanswer;delay=0\r\n"
    "Answer-Mode: Auto\r\n";

}  // namespace

void EdgeLoop::FailLeg(LegHandle leg, const SipCause& cause, EdgeReason reason) {
  LegIo* io = FindLeg(leg);
  switch_->Rejected(leg, cause, reason, io != nullptr && io->heard_anything, Now());
}

LocalAudio EdgeLoop::AudioFor(LegIo& leg) {
  if (leg.security != MediaSecurity::kOff && leg.keys.empty()) leg.keys = ports_.media.NewKeys();
  return {.address = config_.media_address,
          .port = leg.rtp_port,
          .codecs = leg.codecs,
          .ptime_ms = leg.ptime_ms,
          .security = leg.security,
          .keys = leg.keys};
}

void EdgeLoop::OfferCodecs(LegIo& leg, std::vector<AudioCodec> codecs) {
  leg.codecs = std::move(codecs);
  if (leg.prefers) Prefer(*leg.prefers, leg.codecs);
}

void EdgeLoop::FillTargets(LegIo& leg, const LegTarget& target) {
  OfferCodecs(leg, config_.phone_codecs);
  for (const auto& [name, value] : target.headers) {
    leg.spec.headers += "X-Callfleet-" + name + ": " + value + "\r\n";
  }
  const std::string name = target.caller_name.empty() ? "" : Quoted(target.caller_name);
  const std::string user = target.caller_id.empty() ? "anonymous" : target.caller_id;
  leg.spec.from = name + "<sip:" + user + "@" + stack_.advertised_host() + ">";
  if (target.line_mode != LineMode::kRing) leg.spec.headers += kAutoAnswer;
  const LegHandle handle = leg.handle;
  if (const auto* trunk = std::get_if<LegTarget::TrunkNumber>(&target.to)) {
    TrunkTargets(leg, *trunk, target);
  } else if (const auto* sip_user = std::get_if<LegTarget::SipUser>(&target.to)) {
    leg.parallel = true;
    leg.spec.to = "<sip:" + sip_user->name + "@" + config_.realm + ">";
    const Account* account = locations_.FindAccount(sip_user->name);
    if (account != nullptr) leg.security = account->media_security;
    for (const auto& contact : locations_.Reachable(sip_user->name, Now().wall)) {
      leg.media_networks.push_back(contact.source.substr(0, contact.source.rfind(':')));
      std::string route;
      for (const auto& hop : contact.path) route += "Route: <" + hop + ">\r\n";
      leg.targets.push_back(
          {.request_uri = contact.uri,
           .next_hop = "sip:" + contact.source + TransportParam(contact.transport),
           .transport = contact.transport,
           .symmetric = true,
           .headers = route});
    }
    PlaceNext(handle);
  } else if (const auto* uri = std::get_if<LegTarget::Uri>(&target.to)) {
    const auto route = RouteOf(uri->text);
    if (!route) {
      FailLeg(handle, SipCause{.sip_code = 484, .text = "bad URI"}, EdgeReason::kTrunkFailed);
      return;
    }
    leg.spec.to = "<" + uri->text + ">";
    if (const Account* account = locations_.FindFixed(uri->agent)) {
      leg.security = account->media_security;
    }
    leg.user_part = uri->text;  // A whole URI: used as it is.
    leg.routes = {*route};
    OnResolved(handle, 0, std::vector<ResolvedHop>{});
  }
}

void EdgeLoop::TrunkTargets(LegIo& leg, const LegTarget::TrunkNumber& to, const LegTarget& target) {
  const TrunkSettings* trunk = trunks_.Find(to.trunk);
  if (trunk == nullptr) {
    FailLeg(leg.handle, SipCause{.sip_code = 503, .text = "trunk removed"},
            EdgeReason::kTrunkFailed);
    return;
  }
  leg.user_part = trunk->number_format == NumberFormat::kE164 ? to.number.substr(1) : to.number;
  leg.spec.auth_user = trunk->auth_user;
  leg.spec.auth_secret = trunk->auth_secret;
  leg.spec.rel100 = trunk->reliable_provisional == ReliableProvisional::kOff ? Rel100::kOff
                    : trunk->reliable_provisional == ReliableProvisional::kRequired
                        ? Rel100::kRequired
                        : Rel100::kSupported;
  const std::string domain =
      trunk->from_domain.empty() ? stack_.advertised_host() : trunk->from_domain;
  const std::string name = target.caller_name.empty() ? "" : Quoted(target.caller_name);
  const std::string user = target.caller_id.empty() ? "anonymous" : target.caller_id;
  leg.spec.from = name + "<sip:" + user + "@" + domain + ">";
  if (trunk->assert_identity && !target.caller_id.empty()) {
    leg.spec.headers += "P-Asserted-Identity: <sip:" + user + "@" + domain + ">\r\n";
  }
  OfferCodecs(leg, trunk->codecs);
  leg.ptime_ms = trunk->ptime_ms;
  leg.security = trunk->media_security;
  leg.media_networks = trunk->media_networks;
  leg.routes = OrderRoutes(trunk->routes, Random());
  OnResolved(leg.handle, 0, std::vector<ResolvedHop>{});
}

void EdgeLoop::AddTarget(LegIo& leg, const TrunkRoute& route, const ResolvedHop& hop) {
  if (leg.targets.size() >= 16) return;
  const bool whole_uri = leg.user_part.starts_with("sip:") || leg.user_part.starts_with("sips:");
  const std::string place =
      route.host + (route.port != 0 ? ":" + std::to_string(route.port) : std::string());
  leg.targets.push_back(
      {.request_uri = whole_uri ? leg.user_part : "sip:" + leg.user_part + "@" + place,
       .next_hop = HopUrl(hop.address, hop.port, hop.transport, route.host),
       .transport = hop.transport});
}

// Routes with names are looked up one after the other, off this thread; literals go at once.
void EdgeLoop::OnResolved(LegHandle handle, std::size_t next,
                          Result<std::vector<ResolvedHop>> hops) {
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr || leg->cancelled) return;
  if (next > 0 && hops) {
    for (const auto& hop : *hops) AddTarget(*leg, leg->routes[next - 1], hop);
  }
  while (next < leg->routes.size()) {
    const TrunkRoute& route = leg->routes[next++];
    if (IsAddressLiteral(route.host)) {
      AddTarget(*leg, route,
                {route.host, route.port == 0 ? DefaultPort(route.transport) : route.port,
                 route.transport});
      continue;
    }
    ports_.resolver.Resolve(route.host, route.port, route.transport,
                            [this, handle, next](Result<std::vector<ResolvedHop>> found) {
                              Post([handle, next, found](EdgeLoop& self, Instant) {
                                self.OnResolved(handle, next, found);
                              });
                            });
    return;
  }
  if (leg->spec.to.empty() && !leg->targets.empty()) {
    leg->spec.to = "<" + leg->targets.front().request_uri + ">";
  }
  PlaceNext(handle);
}

// The next target in line, or all of them for an agent.
void EdgeLoop::PlaceNext(LegHandle handle) {
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr) return;
  bool placed = false;
  while (leg->next_target < leg->targets.size() && (leg->parallel || !placed)) {
    placed = PlaceOne(*leg, leg->targets[leg->next_target++]) || placed;
  }
  if (placed || leg->open_branches > 0) return;
  const SipCause cause = leg->failure.value_or(SipCause{.sip_code = 503, .text = "no target"});
  FailLeg(handle, cause, leg->parallel ? EdgeReason::kNotRegistered : EdgeReason::kTrunkFailed);
}

bool EdgeLoop::PlaceOne(LegIo& leg, const Target& target) {
  InviteSpec spec = leg.spec;
  spec.request_uri = target.request_uri;
  spec.next_hop = target.next_hop;
  spec.symmetric = target.symmetric;
  spec.headers += target.headers;
  spec.contact = stack_.ContactFor(target.transport);
  const DialogId id = next_dialog_++;
  auto dialog = std::make_unique<Dialog>(*this, id, std::move(spec), AudioFor(leg));
  if (!dialog->Invite()) return false;
  counters_.invites_out.fetch_add(1, std::memory_order_relaxed);
  const std::string call_id = dialog->call_id();
  dialogs_.emplace(id, DialogEntry{std::move(dialog), leg.handle});
  leg.branches.push_back(id);
  ++leg.open_branches;
  if (!leg.parallel && leg.next_target < leg.targets.size()) {
    After(config_.no_response_limit, HuntTimer{leg.handle, id});
  }
  switch_->Placed(leg.handle, call_id, Now());
  return true;
}

}  // namespace callfleet::sip_edge
