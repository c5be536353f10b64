#pragma once
// Life of a campaign. Why it waits while it runs is another field (WaitReason).
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::dialer {

// Numbers are kept in rows.
enum class CampaignState : std::uint8_t {
  kStopped,
  kRunning,
  kPaused,
  kDraining,
  kCompleted,
  kDeleted
};
enum class CampaignEvent : std::uint8_t {
  kStart,
  kPause,
  kResume,
  kDrain,
  kStop,
  kNoLeadLeft,
  kNoCallLeft,
  kDelete
};
enum class CampaignGuard : std::uint8_t { kAlways };
enum class CampaignEffect : std::uint8_t {
  kNone,
  kFillLines,      // Begin to work.
  kDropUndialed,   // Give back what has not been dialled; leads keep their place.
  kEndUnanswered,  // End what nobody has answered yet; talks go on.
};

struct CampaignMachine {
  using State = CampaignState;
  using Event = CampaignEvent;
  using Guard = CampaignGuard;
  using Effect = CampaignEffect;
  static constexpr State kInitial = State::kStopped;
  static constexpr std::array kStates{State::kStopped,  State::kRunning,   State::kPaused,
                                      State::kDraining, State::kCompleted, State::kDeleted};
  static constexpr std::array kEvents{Event::kStart,      Event::kPause, Event::kResume,
                                      Event::kDrain,      Event::kStop,  Event::kNoLeadLeft,
                                      Event::kNoCallLeft, Event::kDelete};
  static constexpr bool IsTerminal(State s) { return s == State::kDeleted; }
  static constexpr std::string_view Name(State s) {
    switch (s) {
      case State::kRunning:
        return "running";
      case State::kPaused:
        return "paused";
      case State::kDraining:
        return "draining";
      case State::kStopped:
        return "stopped";
      case State::kCompleted:
        return "completed";
      case State::kDeleted:
        return "deleted";
    }
    return "?";
  }
  static constexpr std::string_view Name(Event e) {
    switch (e) {
      case Event::kStart:
        return "start";
      case Event::kPause:
        return "pause";
      case Event::kResume:
        return "resume";
      case Event::kDrain:
        return "drain";
      case Event::kStop:
        return "stop";
      case Event::kNoLeadLeft:
        return "no_lead_left";
      case Event::kNoCallLeft:
        return "no_call_left";
      case Event::kDelete:
        return "delete";
    }
    return "?";
  }
};

namespace detail::campaign {
using S = CampaignState;
using E = CampaignEvent;
using G = CampaignGuard;
using F = CampaignEffect;
// clang-format off
inline constexpr fsm::Row<CampaignMachine> kRows[] = {
  // from          event            when         to              effects
  {S::kStopped,   E::kStart,      G::kAlways, S::kRunning,   {F::kFillLines}},
  {S::kStopped,   E::kDelete,     G::kAlways, S::kDeleted,   {}},
  {S::kRunning,   E::kPause,      G::kAlways, S::kPaused,    {F::kDropUndialed}},
  {S::kRunning,   E::kDrain,      G::kAlways, S::kDraining,  {F::kDropUndialed}},
  {S::kRunning,   E::kStop,       G::kAlways, S::kStopped,   {F::kDropUndialed, F::kEndUnanswered}},
  {S::kRunning,   E::kNoLeadLeft, G::kAlways, S::kCompleted, {}},
  {S::kPaused,    E::kResume,     G::kAlways, S::kRunning,   {F::kFillLines}},
  {S::kPaused,    E::kDrain,      G::kAlways, S::kDraining,  {}},
  {S::kPaused,    E::kStop,       G::kAlways, S::kStopped,   {F::kEndUnanswered}},
  {S::kDraining,  E::kStop,       G::kAlways, S::kStopped,   {F::kEndUnanswered}},
  {S::kDraining,  E::kNoCallLeft, G::kAlways, S::kStopped,   {}},
  {S::kCompleted, E::kStart,      G::kAlways, S::kRunning,   {F::kFillLines}},
  {S::kCompleted, E::kDelete,     G::kAlways, S::kDeleted,   {}},
};
// clang-format on
}  // namespace detail::campaign

inline constexpr std::span<const fsm::Row<CampaignMachine>> kCampaignRows{detail::campaign::kRows};
static_assert(fsm::IsDeterministic<CampaignMachine>(kCampaignRows));
static_assert(fsm::TerminalsAreExactly<CampaignMachine>(kCampaignRows));
static_assert(fsm::AllReachable<CampaignMachine>(kCampaignRows));

}  // namespace callfleet::dialer
