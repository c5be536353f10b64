#include "tests/phones/callers/callers.h"

#include <algorithm>
#include <stdexcept>

#include "tests/phones/base/clock.h"

namespace callfleet::phones {

Callers::Callers(SipLoop& loop, MediaEngine& media, CallLog& log, const CallersOptions& options)
    : loop_(loop), media_(media), log_(log), endpoint_(options.endpoint), seed_(options.seed) {}

Callers::~Callers() {
  Stop();
  for (auto& [number, live] : live_) loop_.Cancel(live.timer);
}

void Callers::Start(const nlohmann::json& json) {
  auto running = std::make_unique<Running>(Wave::FromJson(json), seed_);
  for (const auto& other : waves_)
    if (other->wave.name == running->wave.name)
      throw std::runtime_error("callers: there is a wave " + running->wave.name);
  running->account.name = running->wave.name;
  running->account.running = true;
  running->start_us = NowUs();
  waves_.push_back(std::move(running));
  PlaceDue(*waves_.back());
}

void Callers::Stop() {
  for (auto& running : waves_) {
    loop_.Cancel(running->timer);
    running->account.running = false;
  }
}

// All who are due by now, so that a late timer costs no caller.
void Callers::PlaceDue(Running& running) {
  running.timer = 0;
  while (placed_ < kMaxCallers) {
    const auto next = running.times.next_us();
    if (!next) break;
    const int64_t left_us = running.start_us + *next - NowUs();
    if (left_us > 0) {
      running.timer = loop_.After(std::chrono::milliseconds(std::max<int64_t>(1, left_us / 1000)),
                                  [this, &running] { PlaceDue(running); });
      return;
    }
    running.times.Take();
    PlaceOne(running);
  }
  running.account.running = false;
}

void Callers::PlaceOne(Running& running) {
  const Wave& wave = running.wave;
  const std::string serial = std::to_string(1'000'000 + ++placed_);
  const std::string number = wave.from_prefix + serial;
  const DialRequest dial{
      .target = wave.target + (wave.tcp ? ";transport=tcp" : ""),
      .route = "",
      .from_uri = "sip:" + number + "@" + endpoint_.host() + ":" + std::to_string(endpoint_.port()),
      .to_uri = wave.target,
      .user = number,
      .headers = {},
      .credentials = std::nullopt};
  const CallContext context{endpoint_, media_, log_, *this, {Law::kMu, Law::kA}, wave.tcp};
  auto call = Call::Dial(context, Side::kCarrier, dial);
  if (!call) {
    ++running.account.not_sent;
    return;
  }
  call->record().behaviour = wave.name;
  running.account.records.push_back(call->shared_record());
  Live& live = live_.emplace(number, Live{call, RngFor(seed_, number, 0), &wave}).first->second;
  if (wave.patience_ms) HangUpAfter(live, wave.patience_ms->Sample(live.rng));
}

void Callers::HangUpAfter(Live& live, std::chrono::milliseconds delay) {
  loop_.Cancel(live.timer);
  live.timer = loop_.After(std::max(delay, std::chrono::milliseconds(1)),
                           [call = live.call] { call->HangUp(); });
}

void Callers::OnAgentAnswered(const CallRecord& agent_leg) {
  const auto found = live_.find(agent_leg.from);
  if (found == live_.end() || found->second.with_agent) return;
  Live& live = found->second;
  live.with_agent = true;
  loop_.Cancel(live.timer);
  if (live.wave->talk_ms) HangUpAfter(live, live.wave->talk_ms->Sample(live.rng));
}

void Callers::OnEnded(Call& call) {
  const auto found = live_.find(call.record().user);
  if (found == live_.end()) return;
  call.record().outcome = call.record().answer_us >= 0 ? "completed" : "unanswered";
  loop_.Cancel(found->second.timer);
  live_.erase(found);
}

std::vector<std::shared_ptr<Call>> Callers::LiveCalls() const {
  std::vector<std::shared_ptr<Call>> calls;
  for (const auto& [number, live] : live_) calls.push_back(live.call);
  return calls;
}

std::vector<WaveAccount> Callers::Accounts() const {
  std::vector<WaveAccount> accounts;
  for (const auto& running : waves_) accounts.push_back(running->account);
  return accounts;
}

}  // namespace callfleet::phones
