#pragma once
// What one unit of an agent's capacity does, from the grant to the end of wrap-up.
// The end's reason is a field beside the state, never a state.
#include <array>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::agent_registry {

enum class SlotState { kReserved, kRinging, kConnected, kHeld, kWrapUp, kOrphaned, kFree };
enum class SlotEvent {
  kRing,         // The agent's leg is being set up.
  kAnswer,       // The agent's leg was answered.
  kHold,         // Put on hold.
  kResume,       // Taken back.
  kRelease,      // Returned, cancelled, withdrawn, or the offer failed.
  kComplete,     // The owner is done with it.
  kLeaseLapsed,  // No proof of life from the owner, or not declared by it.
  kRedeclare,    // The owner is back and still holds it.
  kLegEnded,     // The agent's leg is gone.
  kWrapUpOver,   // The timer, the agent or an override.
};
// kLegToEnd: the leg of this slot alone is not over yet (a dedicated line outlives its work).
enum class SlotGuard { kAlways, kLegLive, kLegToEnd, kWantsWrapUp };
enum class SlotEffect { kNone, kCountAnswered, kStartWrapUp, kStopWrapUp, kCountWork };

struct SlotMachine {
  using State = SlotState;
  using Event = SlotEvent;
  using Guard = SlotGuard;
  using Effect = SlotEffect;
  static constexpr State kInitial = State::kReserved;
  static constexpr std::array kStates{State::kReserved, State::kRinging, State::kConnected,
                                      State::kHeld,     State::kWrapUp,  State::kOrphaned,
                                      State::kFree};
  static constexpr std::array kEvents{Event::kRing,        Event::kAnswer,    Event::kHold,
                                      Event::kResume,      Event::kRelease,   Event::kComplete,
                                      Event::kLeaseLapsed, Event::kRedeclare, Event::kLegEnded,
                                      Event::kWrapUpOver};
  static constexpr bool IsTerminal(State s) { return s == State::kFree; }
  static constexpr std::string_view Name(State s) {
    switch (s) {
      case State::kReserved:
        return "Reserved";
      case State::kRinging:
        return "Ringing";
      case State::kConnected:
        return "Connected";
      case State::kHeld:
        return "Held";
      case State::kWrapUp:
        return "WrapUp";
      case State::kOrphaned:
        return "Orphaned";
      case State::kFree:
        return "Free";
    }
    return "?";
  }
  static constexpr std::string_view Name(Event e) {
    switch (e) {
      case Event::kRing:
        return "ring";
      case Event::kAnswer:
        return "answer";
      case Event::kHold:
        return "hold";
      case Event::kResume:
        return "resume";
      case Event::kRelease:
        return "release";
      case Event::kComplete:
        return "complete";
      case Event::kLeaseLapsed:
        return "lease_lapsed";
      case Event::kRedeclare:
        return "redeclare";
      case Event::kLegEnded:
        return "leg_ended";
      case Event::kWrapUpOver:
        return "wrap_up_over";
    }
    return "?";
  }
};

namespace detail::slot {
using S = SlotState;
using E = SlotEvent;
using G = SlotGuard;
using F = SlotEffect;
// clang-format off
inline constexpr fsm::Row<SlotMachine> kRows[] = {
  // from          event             when             to             effects
  {S::kReserved,   E::kRing,         G::kAlways,      S::kRinging,   {}},
  {S::kReserved,   E::kAnswer,       G::kAlways,      S::kConnected, {F::kCountAnswered}},
  {S::kReserved,   E::kRelease,      G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kReserved,   E::kRelease,      G::kAlways,      S::kFree,      {}},
  {S::kReserved,   E::kComplete,     G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kReserved,   E::kComplete,     G::kWantsWrapUp, S::kWrapUp,    {F::kCountWork, F::kStartWrapUp}},
  {S::kReserved,   E::kComplete,     G::kAlways,      S::kFree,      {F::kCountWork}},
  {S::kReserved,   E::kLeaseLapsed,  G::kLegLive,     S::kOrphaned,  {}},
  {S::kReserved,   E::kLeaseLapsed,  G::kAlways,      S::kFree,      {}},
  {S::kReserved,   E::kRedeclare,    G::kAlways,      S::kReserved,  {}},
  {S::kRinging,    E::kAnswer,       G::kAlways,      S::kConnected, {F::kCountAnswered}},
  {S::kRinging,    E::kRelease,      G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kRinging,    E::kRelease,      G::kAlways,      S::kFree,      {}},
  {S::kRinging,    E::kComplete,     G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kRinging,    E::kComplete,     G::kWantsWrapUp, S::kWrapUp,    {F::kCountWork, F::kStartWrapUp}},
  {S::kRinging,    E::kComplete,     G::kAlways,      S::kFree,      {F::kCountWork}},
  {S::kRinging,    E::kLegEnded,     G::kAlways,      S::kReserved,  {}},
  {S::kRinging,    E::kLeaseLapsed,  G::kLegLive,     S::kOrphaned,  {}},
  {S::kRinging,    E::kLeaseLapsed,  G::kAlways,      S::kFree,      {}},
  {S::kRinging,    E::kRedeclare,    G::kAlways,      S::kRinging,   {}},
  {S::kConnected,  E::kHold,         G::kAlways,      S::kHeld,      {}},
  {S::kConnected,  E::kRelease,      G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kConnected,  E::kRelease,      G::kAlways,      S::kFree,      {}},
  {S::kConnected,  E::kComplete,     G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kConnected,  E::kComplete,     G::kWantsWrapUp, S::kWrapUp,    {F::kCountWork, F::kStartWrapUp}},
  {S::kConnected,  E::kComplete,     G::kAlways,      S::kFree,      {F::kCountWork}},
  {S::kConnected,  E::kLegEnded,     G::kAlways,      S::kConnected, {}},
  {S::kConnected,  E::kLeaseLapsed,  G::kLegLive,     S::kOrphaned,  {}},
  {S::kConnected,  E::kLeaseLapsed,  G::kWantsWrapUp, S::kWrapUp,    {F::kCountWork, F::kStartWrapUp}},
  {S::kConnected,  E::kLeaseLapsed,  G::kAlways,      S::kFree,      {F::kCountWork}},
  {S::kConnected,  E::kRedeclare,    G::kAlways,      S::kConnected, {}},
  {S::kHeld,       E::kResume,       G::kAlways,      S::kConnected, {}},
  {S::kHeld,       E::kRelease,      G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kHeld,       E::kRelease,      G::kAlways,      S::kFree,      {}},
  {S::kHeld,       E::kComplete,     G::kLegToEnd,    S::kOrphaned,  {}},
  {S::kHeld,       E::kComplete,     G::kWantsWrapUp, S::kWrapUp,    {F::kCountWork, F::kStartWrapUp}},
  {S::kHeld,       E::kComplete,     G::kAlways,      S::kFree,      {F::kCountWork}},
  {S::kHeld,       E::kLegEnded,     G::kAlways,      S::kConnected, {}},
  {S::kHeld,       E::kLeaseLapsed,  G::kLegLive,     S::kOrphaned,  {}},
  {S::kHeld,       E::kLeaseLapsed,  G::kWantsWrapUp, S::kWrapUp,    {F::kCountWork, F::kStartWrapUp}},
  {S::kHeld,       E::kLeaseLapsed,  G::kAlways,      S::kFree,      {F::kCountWork}},
  {S::kHeld,       E::kRedeclare,    G::kAlways,      S::kHeld,      {}},
  {S::kOrphaned,   E::kRedeclare,    G::kAlways,      S::kConnected, {}},
  {S::kOrphaned,   E::kAnswer,       G::kAlways,      S::kOrphaned,  {F::kCountAnswered}},
  {S::kOrphaned,   E::kLegEnded,     G::kWantsWrapUp, S::kWrapUp,    {F::kCountWork, F::kStartWrapUp}},
  {S::kOrphaned,   E::kLegEnded,     G::kAlways,      S::kFree,      {F::kCountWork}},
  {S::kWrapUp,     E::kWrapUpOver,   G::kAlways,      S::kFree,      {F::kStopWrapUp}},
};
// clang-format on
}  // namespace detail::slot

inline constexpr std::span<const fsm::Row<SlotMachine>> kSlotRows{detail::slot::kRows};
static_assert(fsm::IsDeterministic<SlotMachine>(kSlotRows));
static_assert(fsm::TerminalsAreExactly<SlotMachine>(kSlotRows));
static_assert(fsm::AllReachable<SlotMachine>(kSlotRows));

}  // namespace callfleet::agent_registry
