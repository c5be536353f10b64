#pragma once
// Whether an agent wants work. A second axis beside the slots: "busy" is derived, never stored.
// A wish that comes during work is kept as pending and blocks new offers at once; it takes effect
// when the last slot is free.
#include <array>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::agent_registry {

enum class Presence { kLoggedOut, kNotReady, kReady };
enum class PresenceEvent { kGoReady, kGoNotReady, kSignOut, kForceNotReady, kWorkOver };
enum class PresenceGuard { kAlways, kWorking, kPendingNotReady, kPendingSignOut };
enum class PresenceEffect { kNone, kSetPending, kClearPending, kStampSince };

struct PresenceMachine {
  using State = Presence;
  using Event = PresenceEvent;
  using Guard = PresenceGuard;
  using Effect = PresenceEffect;
  static constexpr State kInitial = State::kLoggedOut;
  static constexpr std::array kStates{State::kLoggedOut, State::kNotReady, State::kReady};
  static constexpr std::array kEvents{Event::kGoReady, Event::kGoNotReady, Event::kSignOut,
                                      Event::kForceNotReady, Event::kWorkOver};
  static constexpr bool IsTerminal(State) { return false; }
  static constexpr std::string_view Name(State s) {
    switch (s) {
      case State::kLoggedOut:
        return "LoggedOut";
      case State::kNotReady:
        return "NotReady";
      case State::kReady:
        return "Ready";
    }
    return "?";
  }
  static constexpr std::string_view Name(Event e) {
    switch (e) {
      case Event::kGoReady:
        return "go_ready";
      case Event::kGoNotReady:
        return "go_not_ready";
      case Event::kSignOut:
        return "sign_out";
      case Event::kForceNotReady:
        return "force_not_ready";
      case Event::kWorkOver:
        return "work_over";
    }
    return "?";
  }
};

namespace detail::presence {
using S = Presence;
using E = PresenceEvent;
using G = PresenceGuard;
using F = PresenceEffect;
// clang-format off
inline constexpr fsm::Row<PresenceMachine> kRows[] = {
  // from           event               when                 to             effects
  {S::kLoggedOut,   E::kGoReady,        G::kAlways,          S::kReady,     {F::kClearPending, F::kStampSince}},
  {S::kLoggedOut,   E::kGoNotReady,     G::kAlways,          S::kNotReady,  {F::kClearPending, F::kStampSince}},
  {S::kLoggedOut,   E::kSignOut,        G::kAlways,          S::kLoggedOut, {}},
  {S::kNotReady,    E::kGoReady,        G::kAlways,          S::kReady,     {F::kClearPending, F::kStampSince}},
  {S::kNotReady,    E::kGoNotReady,     G::kAlways,          S::kNotReady,  {F::kClearPending, F::kStampSince}},
  {S::kNotReady,    E::kForceNotReady,  G::kAlways,          S::kNotReady,  {F::kStampSince}},
  {S::kNotReady,    E::kSignOut,        G::kWorking,         S::kNotReady,  {F::kSetPending}},
  {S::kNotReady,    E::kSignOut,        G::kAlways,          S::kLoggedOut, {F::kClearPending, F::kStampSince}},
  {S::kNotReady,    E::kWorkOver,       G::kPendingSignOut,  S::kLoggedOut, {F::kClearPending, F::kStampSince}},
  {S::kReady,       E::kGoReady,        G::kAlways,          S::kReady,     {F::kClearPending}},
  {S::kReady,       E::kGoNotReady,     G::kWorking,         S::kReady,     {F::kSetPending}},
  {S::kReady,       E::kGoNotReady,     G::kAlways,          S::kNotReady,  {F::kClearPending, F::kStampSince}},
  {S::kReady,       E::kForceNotReady,  G::kAlways,          S::kNotReady,  {F::kStampSince}},
  {S::kReady,       E::kSignOut,        G::kWorking,         S::kReady,     {F::kSetPending}},
  {S::kReady,       E::kSignOut,        G::kAlways,          S::kLoggedOut, {F::kClearPending, F::kStampSince}},
  {S::kReady,       E::kWorkOver,       G::kPendingNotReady, S::kNotReady,  {F::kClearPending, F::kStampSince}},
  {S::kReady,       E::kWorkOver,       G::kPendingSignOut,  S::kLoggedOut, {F::kClearPending, F::kStampSince}},
};
// clang-format on
}  // namespace detail::presence

inline constexpr std::span<const fsm::Row<PresenceMachine>> kPresenceRows{detail::presence::kRows};
static_assert(fsm::IsDeterministic<PresenceMachine>(kPresenceRows));
static_assert(fsm::TerminalsAreExactly<PresenceMachine>(kPresenceRows));
static_assert(fsm::AllReachable<PresenceMachine>(kPresenceRows));

}  // namespace callfleet::agent_registry
