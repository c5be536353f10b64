#pragma once
// Life of a lead's row. How often it was tried and why it ended are fields beside it.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::dialer {

// Numbers are kept in rows.
enum class LeadState : std::uint8_t { kQueued, kDialing, kWaiting, kCompleted, kFailed };
enum class LeadEvent : std::uint8_t {
  kDial,       // An attempt row is written with it.
  kComplete,   // A person and an agent have spoken.
  kRetry,      // Tried again when due.
  kKeepPlace,  // Nothing was tried: back to where it was.
  kGiveUp,     // For good, with a reason.
  kPostpone,   // The gate says not now.
  kDue,
};
enum class LeadGuard : std::uint8_t { kAlways };
enum class LeadEffect : std::uint8_t { kNone };

struct LeadMachine {
  using State = LeadState;
  using Event = LeadEvent;
  using Guard = LeadGuard;
  using Effect = LeadEffect;
  static constexpr State kInitial = State::kQueued;
  static constexpr std::array kStates{State::kQueued, State::kDialing, State::kWaiting,
                                      State::kCompleted, State::kFailed};
  static constexpr std::array kEvents{Event::kDial,      Event::kComplete, Event::kRetry,
                                      Event::kKeepPlace, Event::kGiveUp,   Event::kPostpone,
                                      Event::kDue};
  static constexpr bool IsTerminal(State s) {
    return s == State::kCompleted || s == State::kFailed;
  }
  static constexpr std::string_view Name(State s) {
    switch (s) {
      case State::kQueued:
        return "queued";
      case State::kDialing:
        return "dialing";
      case State::kWaiting:
        return "waiting";
      case State::kCompleted:
        return "completed";
      case State::kFailed:
        return "failed";
    }
    return "?";
  }
  static constexpr std::string_view Name(Event e) {
    switch (e) {
      case Event::kDial:
        return "dial";
      case Event::kComplete:
        return "complete";
      case Event::kRetry:
        return "retry";
      case Event::kKeepPlace:
        return "keep_place";
      case Event::kGiveUp:
        return "give_up";
      case Event::kPostpone:
        return "postpone";
      case Event::kDue:
        return "due";
    }
    return "?";
  }
};

namespace detail::lead {
using S = LeadState;
using E = LeadEvent;
using G = LeadGuard;
// clang-format off
inline constexpr fsm::Row<LeadMachine> kRows[] = {
  // from         event            when         to              effects
  {S::kQueued,  E::kDial,      G::kAlways, S::kDialing,   {}},
  {S::kQueued,  E::kPostpone,  G::kAlways, S::kWaiting,   {}},
  {S::kQueued,  E::kGiveUp,    G::kAlways, S::kFailed,    {}},
  {S::kDialing, E::kComplete,  G::kAlways, S::kCompleted, {}},
  {S::kDialing, E::kRetry,     G::kAlways, S::kWaiting,   {}},
  {S::kDialing, E::kKeepPlace, G::kAlways, S::kQueued,    {}},
  {S::kDialing, E::kGiveUp,    G::kAlways, S::kFailed,    {}},
  {S::kWaiting, E::kDue,       G::kAlways, S::kQueued,    {}},
};
// clang-format on
}  // namespace detail::lead

inline constexpr std::span<const fsm::Row<LeadMachine>> kLeadRows{detail::lead::kRows};
static_assert(fsm::IsDeterministic<LeadMachine>(kLeadRows));
static_assert(fsm::TerminalsAreExactly<LeadMachine>(kLeadRows));
static_assert(fsm::AllReachable<LeadMachine>(kLeadRows));

}  // namespace callfleet::dialer
