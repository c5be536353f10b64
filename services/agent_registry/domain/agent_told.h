#pragma once
// What an agent tells the readers of the outbox: enough to derive occupancy, handle time, missed
// offers and every repair from these lines alone.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/agent_registry/domain/presence_machine.h"
#include "services/agent_registry/domain/reservation_key.h"
#include "services/agent_registry/domain/slot_machine.h"
#include "services/agent_registry/domain/unit_ref.h"

namespace callfleet::agent_registry {

enum class OfferEnd : std::uint8_t { kAnswered, kNoAnswer, kDeclined, kDeviceFault, kWithdrawn };

// What an agent's time was lost on: offers that came to nothing, not ready by wish or for want of a
// phone or line, free while a demand that fits was open.
enum class LostCause : std::uint8_t {
  kNoAnswer,
  kDeclined,
  kDeviceFault,
  kWithdrawn,
  kNotReady,
  kDevice,
  kAvoidable,
};
inline constexpr std::size_t kLostCauses = 7;
constexpr std::string_view Name(LostCause cause) {
  constexpr std::array<std::string_view, kLostCauses> kNames{
      "no_answer", "declined", "device_fault", "withdrawn", "not_ready", "device", "avoidable"};
  return kNames[static_cast<std::size_t>(cause)];
}
// Spans that are over. By wall time, as readers of the outbox add them up.
using LostTime = std::array<std::chrono::microseconds, kLostCauses>;

struct PresenceTold {
  Presence presence = Presence::kLoggedOut;
  std::string reason;
  WallTime since{};
  std::optional<Presence> pending;
  Presence was = Presence::kLoggedOut;
  std::string was_reason;
  WallTime was_since{};
  WallTime at{};
};

struct ReservationBegan {
  ReservationKey key;
  UnitRef unit;
  std::string demand;
  CallId call;
  WallTime at{};
  std::uint32_t load = 0;
  bool seized = false;
  bool adopted = false;  // Declared by its owner after a restart: no new offer.
};

struct OfferEnded {
  ReservationKey key;
  UnitRef unit;
  OfferEnd end = OfferEnd::kWithdrawn;
  WallTime began{};
  WallTime at{};
  // For so long agent and demand were there for each other before; absent: it was seized.
  std::optional<std::chrono::microseconds> avoidable{};
};

struct SlotChanged {
  ReservationKey key;  // Null: a manual call, named by its leg.
  UnitRef unit;
  CallId call;
  LegId leg;
  std::optional<SlotState> from;  // Absent: the slot was not in use.
  WallTime from_time{};
  SlotState to = SlotState::kFree;
  WallTime at{};
  std::optional<WallTime> wrap_up_until;
  std::string reason;
};

struct ReservationEnded {
  ReservationKey key;
  UnitRef unit;
  std::string demand;
  CallId call;
  std::string reason;
  WallTime began{};
  WallTime at{};
  bool answered = false;
  std::chrono::milliseconds talk{0};
  std::chrono::milliseconds hold{0};
  std::chrono::milliseconds wrap_up{0};
  std::optional<std::chrono::milliseconds> wrap_up_limit;
  std::uint32_t load = 0;  // What stays in use.
};

enum class RepairKind : std::uint8_t {
  kLeaseLapsed = 1,  // The numbers are those on the wire.
  kSlotOrphaned,
  kOrphanEnded,
  kOrphanAdopted,
  kLegUnknown,
  kLegGhost,
  kOwnerFenced,
  kNotDeclared,
  kRevoked,
};
constexpr std::string_view Name(RepairKind kind) {
  switch (kind) {
    case RepairKind::kLeaseLapsed:
      return "lease_lapsed";
    case RepairKind::kSlotOrphaned:
      return "slot_orphaned";
    case RepairKind::kOrphanEnded:
      return "orphan_ended";
    case RepairKind::kOrphanAdopted:
      return "orphan_adopted";
    case RepairKind::kLegUnknown:
      return "leg_unknown";
    case RepairKind::kLegGhost:
      return "leg_ghost";
    case RepairKind::kOwnerFenced:
      return "owner_fenced";
    case RepairKind::kNotDeclared:
      return "not_declared";
    case RepairKind::kRevoked:
      return "revoked";
  }
  return "?";
}

struct Repair {
  RepairKind kind = RepairKind::kLeaseLapsed;
  std::string reason;
  ReservationKey key;
  UnitRef unit;
  CallId call;
  WallTime at{};
};

// What the agent says the work came to; a later one of the same slot replaces it.
struct DispositionTold {
  ReservationKey key;
  UnitRef unit;
  CallId call;
  std::string disposition;
  std::string note;
  WallTime at{};
};

using AgentTold = std::variant<DispositionTold, PresenceTold, ReservationBegan, OfferEnded,
                               SlotChanged, ReservationEnded, Repair>;

}  // namespace callfleet::agent_registry
