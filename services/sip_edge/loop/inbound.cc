// Requests outside any dialog.
#include <arpa/inet.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {

// Here the carrier shall stop the whole trunk: the process is about to go.
constexpr const char* kDrainingRetryAfter = "Retry-After: 10\r\n";
constexpr const char* kOverloadRetryAfter = "Retry-After: 2\r\n";
// An INVITE that waits so long is sent again (T1, RFC 3261 17.1.1.1): from here on the load makes
// itself greater.
constexpr std::chrono::milliseconds kLongestBusy{500};
constexpr std::chrono::seconds kTellBehind{10};

// "192.0.2.0/24", "2001:db8::/32", or an address alone.
bool InNetwork(const std::string& network, const std::string& address) {
  const auto slash = network.find('/');
  const std::string base = network.substr(0, slash);
  unsigned char a[16];
  unsigned char b[16];
  const int family = base.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(family, base.c_str(), a) != 1 || inet_pton(family, address.c_str(), b) != 1) {
    return false;
  }
  const int most = family == AF_INET ? 32 : 128;
  int bits = slash == std::string::npos ? most : std::atoi(network.c_str() + slash + 1);
  if (bits < 0 || bits > most) return false;
  for (int i = 0; bits > 0; ++i, bits -= 8) {
    const int take = bits < 8 ? bits : 8;
    const auto mask = static_cast<unsigned char>(0xff << (8 - take));
    if ((a[i] & mask) != (b[i] & mask)) return false;
  }
  return true;
}

Arrival ArrivalOf(const sip_t* sip, TrunkId trunk) {
  const sip_max_forwards_t* hops = sip->sip_max_forwards;
  return {.caller = UserOf(sip->sip_from->a_url),
          .called = UserOf(sip->sip_request->rq_url),
          .trunk = std::move(trunk),
          .sip_call_id = Told(sip->sip_call_id->i_id),
          .max_forwards = hops != nullptr ? static_cast<int>(hops->mf_count) : 70};
}

// RFC 3261 8.2.2.2: the INVITE of a dialog that is there, on another way, or somebody who claims
// so.
bool IsOfDialog(nta_agent_t* agent, const sip_t* sip) {
  const nta_leg_t* leg = nta_leg_by_call_id(agent, sip->sip_call_id->i_id);
  const char* remote = leg != nullptr ? nta_leg_get_rtag(leg) : nullptr;
  const char* tag = sip->sip_from->a_tag;
  return remote != nullptr && tag != nullptr && strcasecmp(remote, tag) == 0;
}

}  // namespace

TrunkId EdgeLoop::TrunkFor(const PeerAddress& peer) const {
  for (const auto& id : trunks_.Ids()) {
    const TrunkSettings* trunk = trunks_.Find(id);
    for (const auto& network : trunk->trusted_networks) {
      if (InNetwork(network, peer.host)) return id;
    }
  }
  return {};
}

int EdgeLoop::Refuse(nta_incoming_t* irq, int code, const std::string& headers) {
  counters_.refused.fetch_add(1, std::memory_order_relaxed);
  nta_incoming_treply(irq, code, nullptr,
                      TAG_IF(!headers.empty(), SIPTAG_HEADER_STR(headers.c_str())), TAG_END());
  nta_incoming_destroy(irq);
  return 0;
}

int EdgeLoop::OnRequest(nta_leg_t*, nta_incoming_t* irq, const sip_t* sip) {
  counters_.requests.fetch_add(1, std::memory_order_relaxed);
  const auto method = sip->sip_request->rq_method;
  if (method == sip_method_ack) return 0;
  if (sip->sip_call_id == nullptr || sip->sip_cseq == nullptr || sip->sip_from == nullptr ||
      sip->sip_to == nullptr) {
    return Refuse(irq, 400);
  }
  if (const int fault = FaultOf(sip); fault != 0) return Refuse(irq, fault);
  if (sip->sip_max_forwards != nullptr && sip->sip_max_forwards->mf_count == 0 &&
      method != sip_method_options) {
    return Refuse(irq, 483);
  }
  if (sip->sip_to->a_tag != nullptr && method != sip_method_options &&
      method != sip_method_register) {
    return Refuse(irq, 481);  // A dialog that we do not know.
  }
  switch (method) {
    case sip_method_options:
      return OnOptions(irq);
    case sip_method_register:
      return OnRegister(irq, sip);
    case sip_method_invite:
      return OnInvite(irq, sip);
    case sip_method_cancel:
    case sip_method_bye:
    case sip_method_update:
    case sip_method_info:
    case sip_method_prack:
      return Refuse(irq, 481);
    default:
      break;
  }
  return Refuse(irq, 405, std::string("Allow: ") + kAllowOutside + "\r\n");
}

int EdgeLoop::OnOptions(nta_incoming_t* irq) {
  if (switch_->draining()) return Refuse(irq, 503, kDrainingRetryAfter);
  if (!sources_.Admit(stack_.PeerOf(irq).host, Now().mono)) {
    return Refuse(irq, 503, kOverloadRetryAfter);
  }
  nta_incoming_treply(irq, SIP_200_OK, SIPTAG_ALLOW_STR(kAllowOutside),
                      SIPTAG_ACCEPT_STR("application/sdp"),
                      SIPTAG_SUPPORTED_STR("timer, replaces, path, 100rel"), TAG_END());
  nta_incoming_destroy(irq);
  return 0;
}

int EdgeLoop::OnRegister(nta_incoming_t* irq, const sip_t* sip) {
  counters_.registers.fetch_add(1, std::memory_order_relaxed);
  const PeerAddress peer = stack_.PeerOf(irq);
  if (!sources_.Admit(peer.host, Now().mono)) return Refuse(irq, 503, kOverloadRetryAfter);
  FlowWatch::Held flow(flows_, stack_.agent(), irq, {peer.HostPort(), peer.transport});
  const auto user = registrar_->OnRegister(irq, sip, peer, Now());
  if (user) {
    flow.Watch();
    WatchContacts(*user);
  }
  Settle();
  return 0;
}

int EdgeLoop::OnInvite(nta_incoming_t* irq, const sip_t* sip) {
  counters_.invites_in.fetch_add(1, std::memory_order_relaxed);
  if (IsOfDialog(stack_.agent(), sip)) return Refuse(irq, 482);
  if (switch_->draining()) return Refuse(irq, 503, kDrainingRetryAfter);
  if (const auto unknown = UnknownRequire(sip)) {
    return Refuse(irq, 420, "Unsupported: " + *unknown + "\r\n");
  }
  if (sip->sip_contact == nullptr) return Refuse(irq, 400);
  const PeerAddress peer = stack_.PeerOf(irq);
  const Arrival arrival = ArrivalOf(sip, TrunkFor(peer));
  return arrival.trunk.empty() ? InviteFromPhone(irq, sip, arrival, peer)
                               : InviteFromTrunk(irq, sip, arrival, peer);
}

int EdgeLoop::InviteFromPhone(nta_incoming_t* irq, const sip_t* sip, Arrival arrival,
                              const PeerAddress& peer) {
  if (!sources_.Admit(peer.host, Now().mono)) return Refuse(irq, 503, kOverloadRetryAfter);
  const Account* account = registrar_->Authenticate(irq, sip, peer, Now());
  if (account == nullptr) return 0;  // Challenged or refused.
  FlowWatch::Held(flows_, stack_.agent(), irq, {peer.HostPort(), peer.transport}).Watch();
  arrival.agent = account->agent;
  arrival.media_security = account->media_security;
  if (sip->sip_replaces != nullptr) return OnReplaces(irq, sip, arrival, peer);
  if (!switch_->AgentMayDial(arrival.called)) return Refuse(irq, 403);
  return LetIn(irq, sip, arrival, peer);
}

// Callers who are in are served in time; who would only come late is told so at once.
bool EdgeLoop::IsBehind() {
  const MonoTime now = Now().mono;
  const bool busy = thread_.Busy() >= kLongestBusy;
  if (!busy && !switch_->ClaimsAreLate(now)) return false;
  counters_.turned_away.fetch_add(1, std::memory_order_relaxed);
  if (now >= tell_behind_) {
    tell_behind_ = now + kTellBehind;
    log_.Warn("callers are refused", {{"cause", busy ? "the edge is behind with its messages"
                                                     : "claims of calls come late"}});
  }
  return true;
}

int EdgeLoop::InviteFromTrunk(nta_incoming_t* irq, const sip_t* sip, const Arrival& arrival,
                              const PeerAddress& peer) {
  if (sip->sip_replaces != nullptr) return Refuse(irq, 603);  // RFC 3891 3: only those who may.
  if (IsBehind() || !arrivals_.Admit(Now().mono)) return Refuse(irq, 503, kOverloadRetryAfter);
  if (!trunks_.AdmitIncoming(arrival.trunk)) {
    const TrunkSettings* trunk = trunks_.Find(arrival.trunk);
    return Refuse(irq, 503, trunk->retry_after_on_overload ? "Retry-After: 5\r\n" : "");
  }
  return LetIn(irq, sip, arrival, peer);
}

int EdgeLoop::LetIn(nta_incoming_t* irq, const sip_t* sip, const Arrival& arrival,
                    const PeerAddress& peer) {
  nta_incoming_treply(irq, SIP_100_TRYING, TAG_END());
  const LegHandle handle = switch_->Arrived(arrival, Now());
  if (handle == 0) {
    if (!arrival.trunk.empty()) trunks_.Release(arrival.trunk, std::nullopt, Now().mono);
    return Refuse(irq, 503);
  }
  if (TakeInvite(handle, arrival, peer, irq, sip)) {
    if (Dialog* dialog = WinnerOf(handle)) dialog->Ring(180);
  }
  Settle();
  return 0;
}

// The dialog and the RTP port of a call that was let in.
bool EdgeLoop::TakeInvite(LegHandle handle, const Arrival& arrival, const PeerAddress& peer,
                          nta_incoming_t* irq, const sip_t* sip) {
  const bool from_phone = arrival.trunk.empty();
  const DialogId id = next_dialog_++;
  AcceptSpec spec{.contact = stack_.ContactFor(peer.transport),
                  .next_hop = HopUrl(peer.host, peer.port, peer.transport),
                  .symmetric = from_phone,
                  .ring_repeat_ms = static_cast<std::uint32_t>(config_.ring_repeat.count()),
                  .session = config_.session};
  auto dialog = std::make_unique<Dialog>(*this, id, std::move(spec), irq, sip);
  Dialog& ref = *dialog;
  dialogs_.emplace(id, DialogEntry{std::move(dialog), handle});
  LegIo& leg = legs_[handle];
  leg.handle = handle;
  leg.incoming = true;
  leg.winner = id;
  leg.branches = {id};
  if (from_phone) {
    leg.media_networks = {peer.host};
    leg.security = arrival.media_security;
    leg.codecs = config_.phone_codecs;
  } else {
    const TrunkSettings& trunk = *trunks_.Find(arrival.trunk);
    leg.media_networks = trunk.media_networks;
    leg.security = trunk.media_security;
    leg.codecs = trunk.codecs;
  }
  const auto port = ports_.media.Open(handle, std::to_string(handle));
  if (!port) {
    ref.Reject(503, {});
    switch_->RemoteEnd(handle, SipCause{.sip_code = 503, .text = "no RTP port"},
                       EdgeReason::kTrunkFailed, Now());
    return false;
  } else {
    leg.rtp_port = *port;
    const int refused = ref.SetLocalAudio(AudioFor(leg));
    if (refused == 488) {
      switch_->RemoteEnd(handle, SipCause{.sip_code = 488, .q850 = 65, .text = "no common codec"},
                         EdgeReason::kNoCommonCodec, Now());
    } else if (refused != 0) {
      switch_->RemoteEnd(handle,
                         SipCause{.sip_code = refused, .text = "session interval too small"},
                         EdgeReason::kNone, Now());
    }
    return refused == 0;
  }
}

}  // namespace callfleet::sip_edge
