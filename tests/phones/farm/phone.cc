#include "tests/phones/farm/phone.h"

#include <algorithm>
#include <stdexcept>

#include "tests/phones/sip/message.h"

namespace callfleet::phones {

PhoneBehaviour PhoneBehaviour::FromJson(const nlohmann::json& json, PhoneBehaviour b) {
  for (const auto& [key, value] : json.items()) {
    if (key == "answer_ms")
      b.answer_ms = Distribution::FromJson(value);
    else if (key == "honour_auto_answer")
      b.honour_auto_answer = value.get<bool>();
    else if (key == "ring")
      b.ring = value.get<bool>();
    else if (key == "decline_probability")
      b.decline_probability = value.get<double>();
    else if (key == "decline_status")
      b.decline_status = value.get<int>();
    else if (key == "ignore_probability")
      b.ignore_probability = value.get<double>();
    else if (key == "vanish_probability")
      b.vanish_probability = value.get<double>();
    else if (key == "max_calls")
      b.max_calls = value.get<size_t>();
    else if (key == "silent_audio")
      b.silent_audio = value.get<bool>();
    else if (key == "talk_ms")
      b.talk_ms = value.is_null() ? std::nullopt : std::optional(Distribution::FromJson(value));
    else
      throw std::runtime_error("phone behaviour: unknown key " + key);
  }
  if (b.decline_status < 300 || b.decline_status > 699)
    throw std::runtime_error("phone behaviour: decline_status must be 300..699");
  return b;
}

Phone::Phone(PhoneShared& shared, PhoneOptions options)
    : shared_(shared), options_(std::move(options)) {
  if (options_.own_socket)
    own_ = std::make_unique<Endpoint>(
        shared_.loop, EndpointOptions{.host = shared_.host, .name = options_.name},
        [this](nta_incoming_t* invite, const sip_t* sip) {
          return UserOf(sip->sip_request->rq_url) == options_.name ? OnInvite(invite, sip) : 404;
        });
  if (options_.registers)
    registration_ = std::make_unique<Registration>(
        endpoint(), RegistrationOptions{.credentials = {options_.user, options_.secret},
                                        .server = options_.server,
                                        .domain = options_.domain,
                                        .contact_user = options_.name,
                                        .tcp = options_.tcp,
                                        .expires_s = options_.expires_s,
                                        .refresh_s = options_.refresh_s});
}

Phone::~Phone() {
  for (auto& [key, live] : live_) shared_.loop.Cancel(live.timer);
}

CallContext Phone::Context() {
  return {endpoint(),    shared_.media, shared_.log,  *this,
          options_.laws, options_.tcp,  options_.name};
}

Sending Phone::Audio() const {
  return options_.behaviour.silent_audio ? Sending::kNothing : Sending::kTone;
}

void Phone::Register() {
  if (registration_ && !vanished_) registration_->Start();
}

void Phone::Unregister() {
  if (registration_ && !vanished_) registration_->Stop();
}

// A call that this phone has hung up is over for it, though the answer to its BYE is outstanding.
size_t Phone::Busy(bool answered_only) const {
  return std::count_if(live_.begin(), live_.end(), [&](const auto& entry) {
    const Live& live = entry.second;
    return live.call->state() != Call::State::kClosing && (live.answered || !answered_only);
  });
}

Phone::Live& Phone::Track(const std::shared_ptr<Call>& call, Rng rng) {
  Live& live = live_.emplace(call.get(), Live{call, rng, 0, false, std::nullopt}).first->second;
  live.talk_ms = options_.behaviour.talk_ms;
  counts_.peak_offered = std::max(counts_.peak_offered, Busy(false));
  return live;
}

Phone::Plan Phone::Choose(Rng& rng) const {
  const PhoneBehaviour& b = options_.behaviour;
  if (b.max_calls != 0 && Busy(false) >= b.max_calls) return Plan::kBusy;
  double dice = std::uniform_real_distribution<double>(0, 1)(rng);
  if ((dice -= b.decline_probability) < 0) return Plan::kDecline;
  if ((dice -= b.ignore_probability) < 0) return Plan::kIgnore;
  if ((dice -= b.vanish_probability) < 0) return Plan::kVanish;
  return Plan::kAnswer;
}

int Phone::OnInvite(nta_incoming_t* invite, const sip_t* sip) {
  if (vanished_) {
    endpoint().HoldUnanswered(invite);
    return 0;
  }
  ++counts_.invites;
  Rng rng = RngFor(shared_.seed, options_.name, calls_++);
  const Plan plan = Choose(rng);
  auto call = Call::Receive(Context(), Side::kAgent, invite, sip, options_.user);
  Act(Track(call, rng), plan);
  return 0;
}

void Phone::Act(Live& live, Plan plan) {
  const PhoneBehaviour& b = options_.behaviour;
  Call& call = *live.call;
  const bool at_once = b.honour_auto_answer && call.auto_answer_asked();
  switch (plan) {
    case Plan::kBusy:
      ++counts_.busy;
      call.record().behaviour = "busy";
      call.Refuse({.status = 486});
      return;
    case Plan::kDecline:
      call.record().behaviour = "decline";
      if (b.ring) call.Progress(180, false);
      Later(live, b.answer_ms.Sample(live.rng), &Phone::DeclineNow);
      return;
    case Plan::kIgnore:
      ++counts_.ignored;
      call.record().behaviour = "ignore";
      call.Progress(180, false);
      return;
    case Plan::kVanish:
      call.record().behaviour = "vanish";
      call.Progress(180, false);
      Vanish();
      return;
    case Plan::kAnswer:
      break;
  }
  call.record().behaviour = at_once ? "auto_answer" : "answer";
  const auto delay = at_once ? std::chrono::milliseconds{0} : b.answer_ms.Sample(live.rng);
  if (b.ring && !at_once) call.Progress(180, false);
  if (delay.count() > 0)
    Later(live, delay, &Phone::AnswerNow);
  else
    AnswerNow(live);
}

void Phone::Later(Live& live, std::chrono::milliseconds delay, void (Phone::*what)(Live&)) {
  shared_.loop.Cancel(live.timer);
  live.timer = shared_.loop.After(delay, [this, key = live.call.get(), what] {
    if (auto it = live_.find(key); it != live_.end()) (this->*what)(it->second);
  });
}

void Phone::AnswerNow(Live& live) {
  const auto call = live.call;
  call->Answer(Audio());
}

void Phone::DeclineNow(Live& live) {
  const auto call = live.call;
  ++counts_.declined;
  call->Refuse({.status = options_.behaviour.decline_status});
}

void Phone::HangUpNow(Live& live) {
  const auto call = live.call;
  call->HangUp();
}

void Phone::OnAnswered(Call& call) {
  auto it = live_.find(&call);
  if (it == live_.end()) return;
  Live& live = it->second;
  live.answered = true;
  if (!call.record().outgoing) {
    ++counts_.answered;
    if (shared_.observer != nullptr) shared_.observer->OnAgentAnswered(call.record());
  }
  counts_.peak_concurrent = std::max(counts_.peak_concurrent, Busy(true));
  if (live.talk_ms) Later(live, live.talk_ms->Sample(live.rng), &Phone::HangUpNow);
}

void Phone::OnEnded(Call& call) {
  if (call.record().ended_by == "cancel") ++counts_.cancelled;
  auto it = live_.find(&call);
  if (it == live_.end()) return;
  shared_.loop.Cancel(it->second.timer);
  live_.erase(it);
}

void Phone::Vanish() {
  vanished_ = true;
  if (registration_) registration_->Abandon();
  if (own_) {
    own_->GoDeaf();
    own_->SetOptionsStatus(0);
  }
  for (auto& call : LiveCalls()) call->Vanish();
}

bool Phone::Dial(const std::string& number, std::optional<Distribution> talk_ms) {
  const std::string server = options_.server.substr(0, options_.server.find(';'));
  const std::string host = server.substr(server.find(':') + 1);
  const std::string transport = options_.tcp ? ";transport=tcp" : "";
  DialRequest request{.target = "sip:" + number + "@" + host + transport,
                      .route = "",
                      .from_uri = "sip:" + options_.user + "@" + host,
                      .to_uri = "sip:" + number + "@" + host,
                      .user = options_.user,
                      .headers = {},
                      .credentials = Credentials{options_.user, options_.secret}};
  auto call = Call::Dial(Context(), Side::kAgent, request);
  if (!call) return false;
  call->record().behaviour = "dial";
  Live& live = Track(call, RngFor(shared_.seed, options_.name, calls_++));
  live.talk_ms = std::move(talk_ms);
  return true;
}

std::vector<std::shared_ptr<Call>> Phone::LiveCalls() const {
  std::vector<std::shared_ptr<Call>> calls;
  for (const auto& [key, live] : live_) calls.push_back(live.call);
  return calls;
}

void Phone::HangUpAll() {
  for (auto& call : LiveCalls()) call->HangUp();
}

void Phone::HoldAll(bool on) {
  for (auto& [key, live] : live_) live.call->Hold(on);
}

}  // namespace callfleet::phones
