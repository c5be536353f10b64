#include "tests/phones/carrier/carrier.h"

#include "tests/phones/sip/message.h"

namespace callfleet::phones {
namespace {

// Longer than any INVITE transaction lives (64 * T1).
constexpr std::chrono::seconds kSilentFor{40};

}  // namespace

Carrier::Carrier(SipLoop& loop, MediaEngine& media, CallLog& log, CarrierOptions options)
    : loop_(loop),
      media_(media),
      log_(log),
      options_(std::move(options)),
      endpoint_(loop, options_.endpoint, [this](nta_incoming_t* invite, const sip_t* sip) {
        return OnInvite(invite, sip);
      }) {}

Carrier::~Carrier() {
  for (auto& [key, live] : live_) loop_.Cancel(live.timer);
}

CallContext Carrier::Context(bool tcp) {
  return {endpoint_, media_, log_, *this, options_.laws, tcp};
}

bool Carrier::Authorised(nta_incoming_t* invite, const sip_t* sip) {
  if (!options_.auth) return true;
  const CarrierAuth& auth = *options_.auth;
  const auto* header = auth.status == 407 ? sip->sip_proxy_authorization : sip->sip_authorization;
  if (header && AnswerIsRight(ParseAuthParams(header->au_params), auth.credentials, "INVITE"))
    return true;
  ++challenges_;
  const std::string challenge = "Digest realm=\"" + auth.realm + "\", nonce=\"" +
                                std::to_string(options_.seed) + "-" + std::to_string(++nonce_) +
                                "\", algorithm=MD5, qop=\"auth\"";
  nta_incoming_treply(invite, auth.status, sip_status_phrase(auth.status),
                      TAG_IF(auth.status == 407, SIPTAG_PROXY_AUTHENTICATE_STR(challenge.c_str())),
                      TAG_IF(auth.status == 401, SIPTAG_WWW_AUTHENTICATE_STR(challenge.c_str())),
                      TAG_END());
  return false;
}

int Carrier::OnInvite(nta_incoming_t* invite, const sip_t* sip) {
  if (!Authorised(invite, sip)) return options_.auth->status;
  ++invites_;
  const std::string number = UserOf(sip->sip_request->rq_url);
  const bool tcp = sip->sip_via && sip->sip_via->v_protocol &&
                   std::string(sip->sip_via->v_protocol).ends_with("TCP");
  auto call = Call::Receive(Context(tcp), Side::kCarrier, invite, sip, number);
  Rng rng = RngFor(options_.seed, number, attempts_by_number_[number]++);
  Behaviour behaviour = options_.profile.Choose(number, rng);
  call->record().behaviour = behaviour.name;
  auto [it, inserted] = live_.emplace(call.get(), Live{call, std::move(behaviour), rng});
  peak_ = std::max(peak_, live_.size());
  Act(it->second);
  return 0;
}

void Carrier::Later(Live& live, std::chrono::milliseconds delay, void (Carrier::*what)(Live&)) {
  loop_.Cancel(live.timer);
  live.timer = loop_.After(delay, [this, key = live.call.get(), what] {
    if (auto it = live_.find(key); it != live_.end()) (this->*what)(it->second);
  });
}

void Carrier::Act(Live& live) {
  if (live.behaviour.kind == Behaviour::Kind::kSilent) {
    live.call->StaySilent();
    Later(live, kSilentFor, &Carrier::Forget);
    return;
  }
  live.call->Trying();
  if (live.behaviour.kind == Behaviour::Kind::kTrying) return;
  const auto delay = live.behaviour.pdd_ms.Sample(live.rng);
  if (delay.count() > 0)
    Later(live, delay, &Carrier::Ring);
  else
    Ring(live);
}

void Carrier::Ring(Live& live) {
  const Behaviour& b = live.behaviour;
  if (b.ring_status != 0) live.call->Progress(b.ring_status, b.early_media);
  if (b.kind == Behaviour::Kind::kRingOut && !b.ring_ms) return;  // Until the CANCEL.
  const auto delay =
      b.ring_ms && b.ring_status != 0 ? b.ring_ms->Sample(live.rng) : std::chrono::milliseconds{0};
  if (delay.count() > 0)
    Later(live, delay, &Carrier::AfterRing);
  else
    AfterRing(live);
}

void Carrier::AfterRing(Live& live) {
  const Behaviour& b = live.behaviour;
  const auto call = live.call;
  if (b.kind == Behaviour::Kind::kAnswer)
    call->Answer(b.silent_audio ? Sending::kNothing : Sending::kTone, b.greeting);
  else
    call->Refuse({b.status, b.q850_cause, b.retry_after_s});
}

void Carrier::OnAnswered(Call& call) {
  auto it = live_.find(&call);
  if (it == live_.end()) return;
  Live& live = it->second;
  loop_.Cancel(live.timer);
  if (live.behaviour.talk_ms)
    Later(live, live.behaviour.talk_ms->Sample(live.rng), &Carrier::HangUp);
}

void Carrier::OnConfirmed(Call&) {}

void Carrier::HangUp(Live& live) {
  const auto call = live.call;
  call->HangUp();
}

void Carrier::Forget(Live& live) {
  const auto call = live.call;
  call->Vanish();
}

void Carrier::OnEnded(Call& call) {
  CallRecord& r = call.record();
  const bool answered = r.answer_us >= 0;
  auto it = live_.find(&call);
  const auto kind = it == live_.end() ? Behaviour::Kind::kAnswer : it->second.behaviour.kind;
  if (answered)
    r.outcome = "completed";
  else if (r.status != 487 && r.status != 0)
    r.outcome = OutcomeOf(r.status, r.q850_cause, r.ring_asked);
  else if (kind == Behaviour::Kind::kRingOut)
    r.outcome = "no_answer";
  else if (kind == Behaviour::Kind::kTrying || kind == Behaviour::Kind::kSilent)
    r.outcome = "trunk_fault";
  else
    r.outcome = "cancelled";
  if (it == live_.end()) return;
  loop_.Cancel(it->second.timer);
  live_.erase(it);
}

bool Carrier::Place(const InboundCall& inbound) {
  Behaviour behaviour;
  behaviour.name = "inbound";
  behaviour.talk_ms = inbound.talk_ms;
  Rng rng = RngFor(options_.seed, inbound.dial.user, attempts_by_number_[inbound.dial.user]++);
  auto call = Call::Dial(Context(inbound.tcp), Side::kCarrier, inbound.dial);
  if (!call) return false;
  call->record().behaviour = behaviour.name;
  auto [it, inserted] = live_.emplace(call.get(), Live{call, behaviour, rng, 0, true});
  peak_ = std::max(peak_, live_.size());
  if (inbound.patience_ms) Later(it->second, inbound.patience_ms->Sample(rng), &Carrier::HangUp);
  return true;
}

std::vector<std::shared_ptr<Call>> Carrier::LiveCalls() const {
  std::vector<std::shared_ptr<Call>> calls;
  for (const auto& [key, live] : live_) calls.push_back(live.call);
  return calls;
}

void Carrier::HangUpAll() {
  for (auto& call : LiveCalls()) call->HangUp();
}

}  // namespace callfleet::phones
