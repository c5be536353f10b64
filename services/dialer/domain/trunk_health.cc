#include "services/dialer/domain/trunk_health.h"

#include <algorithm>
#include <limits>

namespace callfleet::dialer {

void TrunkHealth::Published(TrunkState state, std::optional<int> free_channels,
                            std::optional<MonoTime> probe_at) {
  // A trunk that comes up again gets a fresh start; a breaker that closes has seen a good call.
  if (state == TrunkState::kUp && state_ != TrunkState::kUp) Works();
  state_ = state;
  free_ = free_channels;
  if (probe_at) next_probe_ = std::max(next_probe_, *probe_at);
}

void TrunkHealth::Fault(Instant now) {
  if (++faults_in_a_row_ >= kFaultsToClose) {
    next_probe_ = std::max(next_probe_, now.mono + kProbeInterval);
  }
}

void TrunkHealth::Works() {
  faults_in_a_row_ = 0;
  interval_ = kProbeInterval;
}

void TrunkHealth::TryNow() {
  interval_ = kProbeInterval;
  refusals_in_a_row_ = 0;
  next_probe_ = refused_until_ = MonoTime{};
}

void TrunkHealth::Refused(Instant now, std::optional<std::chrono::milliseconds> retry_after) {
  constexpr int kMostDoublings = 6;
  const std::chrono::seconds own(1 << std::min(refusals_in_a_row_++, kMostDoublings));
  RefusedUntil(now.mono + retry_after.value_or(std::min(own, kMostInterval)));
}

void TrunkHealth::RefusedUntil(MonoTime until) { refused_until_ = std::max(refused_until_, until); }

bool TrunkHealth::Closed() const {
  return state_ != TrunkState::kUp || faults_in_a_row_ >= kFaultsToClose;
}

int TrunkHealth::Allowance(Instant now, int undialed, int unanswered) const {
  const bool unusable = state_ == TrunkState::kUnknown || state_ == TrunkState::kDown ||
                        state_ == TrunkState::kDisabled;
  if (unusable || now.mono < refused_until_) return 0;
  if (Closed()) return now.mono >= next_probe_ && undialed + unanswered == 0 ? 1 : 0;
  if (!free_) return std::numeric_limits<int>::max();
  return std::max(0, *free_ - undialed);
}

std::optional<MonoTime> TrunkHealth::NextTry(Instant now) const {
  MonoTime next = refused_until_;
  if (Closed()) next = std::max(next, next_probe_);
  if (next <= now.mono) return std::nullopt;
  return next;
}

void TrunkHealth::Opened(Instant now) {
  if (!Closed()) return;
  next_probe_ = std::max(next_probe_, now.mono + interval_);
  interval_ = std::min(2 * interval_, kMostInterval);
}

}  // namespace callfleet::dialer
