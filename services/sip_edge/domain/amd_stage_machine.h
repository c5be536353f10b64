#pragma once
// What a leg does with who answered it, as one table: it listens, and then connects, hangs up,
// leaves a message or waits for an agent. The verdict itself is a field of the leg.
#include <array>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::sip_edge {

enum class AmdStage : std::uint8_t {
  kListening,      // No verdict yet: bridges wait.
  kAwaitingCue,    // A machine: its beep, or the end of its greeting, is waited for.
  kMessage,        // The message is heard.
  kAwaitingAgent,  // A machine that waits for its agent.
  kOver,
};

enum class AmdStageEvent : std::uint8_t {
  kConnect,  // The verdict, by what is to be done.
  kHangUp,
  kLeaveMessage,
  kMessageNow,  // The same where the beep was heard already.
  kHandToAgent,
  kCue,  // The beep, or the greeting, is over.
  kMessageOver,
  kBridged,
  kWaitOver,  // The timer of the state.
  kLegGone,   // It is being ended.
};

enum class AmdStageGuard : std::uint8_t { kAlways };

enum class AmdStageEffect : std::uint8_t {
  kNone,
  kMarkUnsure,  // No verdict in time: a person.
  kStopListening,
  kLetJoin,       // Whoever waits to be bridged is bridged.
  kLeaveAgents,   // Agents who wait for it are let go.
  kStopPatience,  // A machine is never abandoned.
  kStartMessageWait,
  kStartAgentWait,
  kPlayMessage,
  kEndCall,
};

struct AmdStageMachine {
  using State = AmdStage;
  using Event = AmdStageEvent;
  using Guard = AmdStageGuard;
  using Effect = AmdStageEffect;
  static constexpr State kInitial = State::kListening;
  static constexpr std::array kStates{State::kListening, State::kAwaitingCue, State::kMessage,
                                      State::kAwaitingAgent, State::kOver};
  static constexpr std::array kEvents{
      Event::kConnect,     Event::kHangUp, Event::kLeaveMessage, Event::kMessageNow,
      Event::kHandToAgent, Event::kCue,    Event::kMessageOver,  Event::kBridged,
      Event::kWaitOver,    Event::kLegGone};
  static constexpr bool IsTerminal(State s) { return s == State::kOver; }
  static constexpr std::string_view Name(State s) {
    constexpr std::array<std::string_view, 5> kNames{"Listening", "AwaitingCue", "Message",
                                                     "AwaitingAgent", "Over"};
    return kNames[static_cast<std::size_t>(s)];
  }
  static constexpr std::string_view Name(Event e) {
    constexpr std::array<std::string_view, 10> kNames{
        "connect", "hang_up",      "leave_message", "message_now", "hand_to_agent",
        "cue",     "message_over", "bridged",       "wait_over",   "leg_gone"};
    return kNames[static_cast<std::size_t>(e)];
  }
};

namespace amd_stage_rows {
using S = AmdStage;
using E = AmdStageEvent;
using G = AmdStageGuard;
using F = AmdStageEffect;
// clang-format off
inline constexpr fsm::Row<AmdStageMachine> kRows[] = {
  // from              event             when         to                 effects
  {S::kListening,     E::kConnect,      G::kAlways,  S::kOver,          {F::kStopListening, F::kLetJoin}},
  {S::kListening,     E::kHangUp,       G::kAlways,  S::kOver,          {F::kStopListening, F::kEndCall}},
  {S::kListening,     E::kLeaveMessage, G::kAlways,  S::kAwaitingCue,   {F::kLeaveAgents, F::kStopPatience, F::kStartMessageWait}},
  {S::kListening,     E::kMessageNow,   G::kAlways,  S::kMessage,       {F::kStopListening, F::kLeaveAgents, F::kStopPatience, F::kPlayMessage}},
  {S::kListening,     E::kHandToAgent,  G::kAlways,  S::kAwaitingAgent, {F::kStopListening, F::kStopPatience, F::kStartAgentWait, F::kLetJoin}},
  {S::kListening,     E::kWaitOver,     G::kAlways,  S::kOver,          {F::kMarkUnsure, F::kStopListening, F::kLetJoin}},
  {S::kListening,     E::kLegGone,      G::kAlways,  S::kOver,          {F::kStopListening}},
  {S::kAwaitingCue,   E::kCue,          G::kAlways,  S::kMessage,       {F::kStopListening, F::kPlayMessage}},
  {S::kAwaitingCue,   E::kWaitOver,     G::kAlways,  S::kMessage,       {F::kStopListening, F::kPlayMessage}},
  {S::kAwaitingCue,   E::kLegGone,      G::kAlways,  S::kOver,          {F::kStopListening}},
  {S::kMessage,       E::kMessageOver,  G::kAlways,  S::kOver,          {F::kEndCall}},
  {S::kMessage,       E::kLegGone,      G::kAlways,  S::kOver,          {}},
  {S::kAwaitingAgent, E::kBridged,      G::kAlways,  S::kOver,          {}},
  {S::kAwaitingAgent, E::kWaitOver,     G::kAlways,  S::kOver,          {F::kEndCall}},
  {S::kAwaitingAgent, E::kLegGone,      G::kAlways,  S::kOver,          {}},
};
// clang-format on
}  // namespace amd_stage_rows
inline constexpr std::span<const fsm::Row<AmdStageMachine>> kAmdStageRows{amd_stage_rows::kRows};
static_assert(fsm::IsDeterministic<AmdStageMachine>(kAmdStageRows));
static_assert(fsm::TerminalsAreExactly<AmdStageMachine>(kAmdStageRows));
static_assert(fsm::AllReachable<AmdStageMachine>(kAmdStageRows));

}  // namespace callfleet::sip_edge
