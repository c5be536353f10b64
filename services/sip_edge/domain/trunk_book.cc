#include "services/sip_edge/domain/trunk_book.h"

#include <algorithm>
#include <set>

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kDelaysKept = 1000;
constexpr std::chrono::seconds kShortCall{6};
constexpr std::chrono::seconds kSecond{1};

Error Exhausted(std::string reason, std::string message, std::chrono::milliseconds after) {
  return Error{.code = ErrorCode::kResourceExhausted,
               .reason = std::move(reason),
               .message = std::move(message),
               .retry_after = after};
}

std::uint32_t CallsInLastSecond(const std::deque<MonoTime>& recent, MonoTime now) {
  const auto first = std::upper_bound(recent.begin(), recent.end(), now - kSecond);
  return static_cast<std::uint32_t>(recent.end() - first);
}

}  // namespace

void TrunkBook::Put(const TrunkSettings& settings) {
  Trunk& trunk = trunks_[settings.id];
  if (!trunk.removed && trunk.settings == settings) return;
  trunk.settings = settings;
  trunk.removed = false;
  trunk.lost_options = 0;
  trunk.changed = true;
}

void TrunkBook::Remove(const TrunkId& id) {
  Trunk* trunk = FindLive(id);
  if (trunk == nullptr) return;
  if (trunk->active == 0) {
    trunks_.erase(id);
  } else {
    trunk->removed = true;
  }
}

std::vector<TrunkId> TrunkBook::Sync(const std::vector<TrunkSettings>& all) {
  std::set<TrunkId> wanted;
  for (const auto& settings : all) {
    wanted.insert(settings.id);
    Put(settings);
  }
  std::vector<TrunkId> gone = Ids();
  std::erase_if(gone, [&](const TrunkId& id) { return wanted.contains(id); });
  for (const auto& id : gone) Remove(id);
  return gone;
}

TrunkBook::Trunk* TrunkBook::FindLive(const TrunkId& id) {
  const auto found = trunks_.find(id);
  return found == trunks_.end() || found->second.removed ? nullptr : &found->second;
}

const TrunkSettings* TrunkBook::Find(const TrunkId& id) const {
  const auto found = trunks_.find(id);
  return found == trunks_.end() || found->second.removed ? nullptr : &found->second.settings;
}

std::vector<TrunkId> TrunkBook::Ids() const {
  std::vector<TrunkId> ids;
  for (const auto& [id, trunk] : trunks_) {
    if (!trunk.removed) ids.push_back(id);
  }
  return ids;
}

TrunkState TrunkBook::StateOf(const Trunk& trunk) {
  if (trunk.settings.disabled) return TrunkState::kDisabled;
  if (trunk.lost_options >= 2) return TrunkState::kDown;
  return trunk.breaker.open() ? TrunkState::kBreakerOpen : TrunkState::kUp;
}

std::uint32_t TrunkBook::FreeOf(const Trunk& trunk, MonoTime now) {
  std::uint32_t free = kUnlimited;
  const auto& settings = trunk.settings;
  if (settings.max_channels != 0) {
    free = settings.max_channels - std::min(settings.max_channels, trunk.active);
  }
  if (settings.max_calls_per_second != 0) {
    const std::uint32_t used = CallsInLastSecond(trunk.recent, now);
    free = std::min(free,
                    settings.max_calls_per_second - std::min(settings.max_calls_per_second, used));
  }
  return StateOf(trunk) == TrunkState::kUp ? free : 0;
}

std::optional<TrunkView> TrunkBook::View(const TrunkId& id, Instant now) const {
  const auto found = trunks_.find(id);
  if (found == trunks_.end() || found->second.removed) return std::nullopt;
  const Trunk& trunk = found->second;
  TrunkView view{.settings = trunk.settings,
                 .state = StateOf(trunk),
                 .active_channels = trunk.active,
                 .free_channels = FreeOf(trunk, now.mono),
                 .figures = trunk.figures,
                 .registration = trunk.registration,
                 .registration_sip_code = trunk.registration_sip_code};
  if (trunk.breaker.open()) view.next_probe = now.wall + trunk.breaker.UntilProbe(now.mono);
  if (!trunk.delays_ms.empty()) {
    std::vector<std::int32_t> sorted = trunk.delays_ms;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 95 / 100);
    std::nth_element(sorted.begin(), at, sorted.end());
    view.post_dial_delay_p95 = std::chrono::milliseconds(*at);
  }
  return view;
}

Status TrunkBook::Admit(const TrunkId& id, MonoTime now) {
  Trunk* trunk = FindLive(id);
  if (trunk == nullptr) return Fail(TrunkUnknown(id));
  const auto refuse = [&](Error error) -> Status {
    ++trunk->figures.refused;
    error.metadata["trunk_id"] = id.str();
    return Fail(std::move(error));
  };
  switch (StateOf(*trunk)) {
    case TrunkState::kDisabled:
    case TrunkState::kDown:
      return refuse(Error{.code = ErrorCode::kUnavailable,
                          .reason = "TRUNK_DOWN",
                          .message = "the trunk is down or switched off",
                          .retry_after = std::chrono::seconds(5)});
    case TrunkState::kBreakerOpen:
      if (!trunk->breaker.Admit(now)) {
        return refuse(Exhausted("BREAKER_OPEN", "too many faults; a probe goes out each 5 s",
                                trunk->breaker.UntilProbe(now)));
      }
      break;
    case TrunkState::kUp:
      break;
  }
  const auto& settings = trunk->settings;
  if (settings.max_channels != 0 && trunk->active >= settings.max_channels) {
    return refuse(Exhausted("TRUNK_LIMIT", "all channels are in use", std::chrono::seconds(1)));
  }
  if (settings.max_calls_per_second != 0) {
    while (!trunk->recent.empty() && trunk->recent.front() <= now - kSecond) {
      trunk->recent.pop_front();
    }
    if (trunk->recent.size() >= settings.max_calls_per_second) {
      const auto wait = trunk->recent.front() + kSecond - now;
      return refuse(Exhausted("TRUNK_LIMIT", "calls a second",
                              std::chrono::duration_cast<std::chrono::milliseconds>(wait) +
                                  std::chrono::milliseconds(1)));
    }
    trunk->recent.push_back(now);
  }
  ++trunk->active;
  trunk->changed = true;
  return {};
}

bool TrunkBook::AdmitIncoming(const TrunkId& id) {
  Trunk* trunk = FindLive(id);
  if (trunk == nullptr || trunk->settings.disabled) return false;
  if (trunk->settings.max_channels != 0 && trunk->active >= trunk->settings.max_channels) {
    return false;
  }
  ++trunk->active;
  trunk->changed = true;
  return true;
}

void TrunkBook::OnPlaced(const TrunkId& id) {
  if (Trunk* trunk = FindLive(id)) ++trunk->figures.placed;
}

void TrunkBook::OnProgress(const TrunkId& id, std::chrono::microseconds post_dial_delay) {
  Trunk* trunk = FindLive(id);
  if (trunk == nullptr) return;
  const auto ms = static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(post_dial_delay).count());
  if (trunk->delays_ms.size() < kDelaysKept) {
    trunk->delays_ms.push_back(ms);
  } else {
    trunk->delays_ms[trunk->next_delay] = ms;
    trunk->next_delay = (trunk->next_delay + 1) % kDelaysKept;
  }
}

void TrunkBook::Release(const TrunkId& id, const std::optional<AttemptOutcome>& outcome,
                        MonoTime now) {
  const auto found = trunks_.find(id);
  if (found == trunks_.end()) return;
  Trunk& trunk = found->second;
  if (trunk.active > 0) --trunk.active;
  while (!trunk.recent.empty() && trunk.recent.front() <= now - kSecond) trunk.recent.pop_front();
  trunk.changed = true;
  if (outcome) {
    trunk.breaker.Record(outcome->fault, now);
    trunk.figures.faults += outcome->fault ? 1 : 0;
    trunk.figures.answered += outcome->answered ? 1 : 0;
    trunk.figures.early_answers += outcome->early_answer ? 1 : 0;
    trunk.figures.short_calls += outcome->answered && outcome->talk < kShortCall ? 1 : 0;
    trunk.figures.answered_time += outcome->talk;
  }
  if (trunk.removed && trunk.active == 0) trunks_.erase(found);
}

bool TrunkBook::OnOptionsResult(const TrunkId& id, bool answered) {
  Trunk* trunk = FindLive(id);
  if (trunk == nullptr) return false;
  const TrunkState before = StateOf(*trunk);
  trunk->lost_options = answered ? 0 : trunk->lost_options + 1;
  const bool changed = StateOf(*trunk) != before;
  trunk->changed = trunk->changed || changed;
  return changed;
}

void TrunkBook::SetRegistration(const TrunkId& id, RegistrationState state, int sip_code) {
  Trunk* trunk = FindLive(id);
  if (trunk == nullptr) return;
  trunk->changed = true;
  trunk->registration = state;
  trunk->registration_sip_code = sip_code;
}

std::vector<TrunkId> TrunkBook::TakeChanged() {
  std::vector<TrunkId> changed;
  for (auto& [id, trunk] : trunks_) {
    if (trunk.changed && !trunk.removed) changed.push_back(id);
    // What is free by calls a second grows with the clock alone: told again until it has.
    trunk.changed = trunk.settings.max_calls_per_second != 0 && !trunk.recent.empty();
  }
  return changed;
}

}  // namespace callfleet::sip_edge
