#pragma once
// All trunks with their use: the only place that sees every call on a trunk, so limits live here.
// Pure; owned by the sofia thread.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/sip_edge/domain/trunk.h"
#include "services/sip_edge/domain/trunk_registration.h"

namespace callfleet::sip_edge {

struct TrunkView {
  TrunkSettings settings;
  TrunkState state = TrunkState::kUp;
  std::uint32_t active_channels = 0;
  std::uint32_t free_channels = 0;
  std::optional<WallTime> next_probe{};
  TrunkFigures figures{};
  std::chrono::microseconds post_dial_delay_p95{0};
  RegistrationState registration = RegistrationState::kOff;
  int registration_sip_code = 0;
};

struct AttemptOutcome {
  bool fault = false;
  bool answered = false;
  bool early_answer = false;
  std::chrono::microseconds talk{0};
};

class TrunkBook {
 public:
  static constexpr std::uint32_t kUnlimited = 100'000;

  // New or changed; the same again changes nothing. Which trunks there may be is the store's
  // matter.
  void Put(const TrunkSettings& settings);
  void Remove(const TrunkId& id);  // Live calls go on.
  // These are all: the ids of those that went.
  std::vector<TrunkId> Sync(const std::vector<TrunkSettings>& all);
  const TrunkSettings* Find(const TrunkId& id) const;
  std::vector<TrunkId> Ids() const;  // In order.
  std::optional<TrunkView> View(const TrunkId& id, Instant now) const;

  // Takes a channel for one call, or says why not: TRUNK_UNKNOWN, TRUNK_DOWN, TRUNK_LIMIT,
  // BREAKER_OPEN; the last two with retry_after and nothing counted as an attempt.
  Status Admit(const TrunkId& id, MonoTime now);
  // An arrived call takes a channel too; false: no free one.
  bool AdmitIncoming(const TrunkId& id);
  void OnPlaced(const TrunkId& id);
  void OnProgress(const TrunkId& id, std::chrono::microseconds post_dial_delay);
  // The call left the trunk; an incoming one has no outcome.
  void Release(const TrunkId& id, const std::optional<AttemptOutcome>& outcome, MonoTime now);

  // Two lost OPTIONS make it down, any response up again. True when the state changed.
  bool OnOptionsResult(const TrunkId& id, bool answered);
  void SetRegistration(const TrunkId& id, RegistrationState state, int sip_code);
  // Changed since the last call, for watchers.
  std::vector<TrunkId> TakeChanged();

 private:
  struct Trunk {
    TrunkSettings settings;
    Breaker breaker{};
    std::uint32_t active = 0;
    int lost_options = 0;
    std::deque<MonoTime> recent{};          // Calls of the last second.
    std::vector<std::int32_t> delays_ms{};  // Ring of the last 1,000.
    std::size_t next_delay = 0;
    TrunkFigures figures{};
    RegistrationState registration = RegistrationState::kOff;
    int registration_sip_code = 0;
    bool changed = true;
    bool removed = false;  // Live calls go on; forgotten with the last.
  };
  Trunk* FindLive(const TrunkId& id);
  static std::uint32_t FreeOf(const Trunk& trunk, MonoTime now);
  static TrunkState StateOf(const Trunk& trunk);

  std::map<TrunkId, Trunk> trunks_;
};

}  // namespace callfleet::sip_edge
