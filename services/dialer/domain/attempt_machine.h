#pragma once
// Life of one line of a campaign: from looking for an agent (agent first) or from the gate (ratio)
// to the end of the call. The attempt's row exists from Dialing on.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::dialer {

enum class AttemptState : std::uint8_t {
  kNew,
  kDemanding,
  kGating,
  kRingingAgent,
  kDialing,
  kRinging,
  kAwaitingAgent,
  kConnecting,
  kConnected,
  kMachine,  // A machine has the line, no agent is wanted: it is spoken to or hung up on.
  kEnded
};
enum class AttemptEvent : std::uint8_t {
  kSeekAgent,
  kCheckFirst,
  kGranted,
  kDemandClosed,
  kAllowed,
  kDenied,
  kAgentUp,
  kAgentFailed,
  kReservationLost,
  kRefused,
  kProgress,
  kAnswered,
  kBridged,
  kEnd,
  kDrop,
  kHangUp,
  kPassedOn,  // Another unit has the customer.
  kMachine,   // No agent is wanted for what answered.
  kHandOver   // An agent is wanted for a machine, and may take longer.
};
enum class AttemptGuard : std::uint8_t { kAlways, kAgentFirst, kHasAgent };
enum class AttemptEffect : std::uint8_t {
  kNone,
  kDemandAgent,
  kCancelDemand,
  kCheckGate,
  kRingAgent,
  kDial,         // Row first, INVITE second.
  kBridgeAgent,  // Ratio: the agent's leg, bridged by the edge as soon as it answers.
  kHangUpAgent,
  kHangUpCall,
  kLetAgentGo,     // A machine answered: the leg ends, the agent is free at once.
  kGiveBackAgent,  // The reservation was not used up: no wrap-up, no score.
  kReportOffer,    // The agent did not answer: registry decides about ready or not.
  kKeepLead,       // Nothing was tried: the lead is where it was.
  kSettleDenied,   // Postponed or given up, by the gate's reason.
  kSettleRefused,  // The edge placed nothing: lead keeps its place, or is final if it is its fault.
  kSettleEnded,    // Outcome, wrap-up, retry.
};

struct AttemptMachine {
  using State = AttemptState;
  using Event = AttemptEvent;
  using Guard = AttemptGuard;
  using Effect = AttemptEffect;
  static constexpr State kInitial = State::kNew;
  static constexpr std::array kStates{State::kNew,           State::kDemanding,  State::kGating,
                                      State::kRingingAgent,  State::kDialing,    State::kRinging,
                                      State::kAwaitingAgent, State::kConnecting, State::kConnected,
                                      State::kMachine,       State::kEnded};
  static constexpr std::array kEvents{
      Event::kSeekAgent,       Event::kCheckFirst, Event::kGranted,  Event::kDemandClosed,
      Event::kAllowed,         Event::kDenied,     Event::kAgentUp,  Event::kAgentFailed,
      Event::kReservationLost, Event::kRefused,    Event::kProgress, Event::kAnswered,
      Event::kBridged,         Event::kEnd,        Event::kDrop,     Event::kHangUp,
      Event::kPassedOn,        Event::kMachine,    Event::kHandOver};
  static constexpr bool IsTerminal(State s) { return s == State::kEnded; }
  static constexpr std::string_view Name(State s) {
    constexpr std::string_view kNames[] = {
        "new",       "demanding", "gating",         "ringing_agent",
        "dialing",   "ringing",   "awaiting_agent", "connecting",
        "connected", "machine",   "ended"};
    return kNames[static_cast<std::size_t>(s)];
  }
  static constexpr std::string_view Name(Event e) {
    constexpr std::string_view kNames[] = {
        "seek_agent",       "check_first", "granted",  "demand_closed",
        "allowed",          "denied",      "agent_up", "agent_failed",
        "reservation_lost", "refused",     "progress", "answered",
        "bridged",          "end",         "drop",     "hang_up",
        "passed_on",        "machine",     "hand_over"};
    return kNames[static_cast<std::size_t>(e)];
  }
};

namespace detail::attempt {
using S = AttemptState;
using E = AttemptEvent;
using G = AttemptGuard;
using F = AttemptEffect;
// clang-format off
inline constexpr fsm::Row<AttemptMachine> kRows[] = {
  // from               event                when            to                 effects
  {S::kNew,           E::kSeekAgent,       G::kAlways,     S::kDemanding,     {F::kDemandAgent}},
  {S::kNew,           E::kCheckFirst,      G::kAlways,     S::kGating,        {F::kCheckGate}},

  {S::kDemanding,     E::kGranted,         G::kAlways,     S::kGating,        {F::kCheckGate}},
  {S::kDemanding,     E::kDemandClosed,    G::kAlways,     S::kEnded,         {F::kKeepLead}},
  {S::kDemanding,     E::kDrop,            G::kAlways,     S::kEnded,         {F::kCancelDemand, F::kKeepLead}},

  {S::kGating,        E::kAllowed,         G::kAgentFirst, S::kRingingAgent,  {F::kRingAgent}},
  {S::kGating,        E::kAllowed,         G::kAlways,     S::kDialing,       {F::kDial}},
  {S::kGating,        E::kDenied,          G::kAlways,     S::kEnded,         {F::kSettleDenied, F::kGiveBackAgent}},
  {S::kGating,        E::kReservationLost, G::kAlways,     S::kEnded,         {F::kGiveBackAgent, F::kKeepLead}},
  {S::kGating,        E::kDrop,            G::kAlways,     S::kEnded,         {F::kGiveBackAgent, F::kKeepLead}},

  {S::kRingingAgent,  E::kAgentUp,         G::kAlways,     S::kDialing,       {F::kDial}},
  {S::kRingingAgent,  E::kAgentFailed,     G::kAlways,     S::kEnded,         {F::kReportOffer, F::kKeepLead}},
  {S::kRingingAgent,  E::kRefused,         G::kAlways,     S::kEnded,         {F::kGiveBackAgent, F::kSettleDenied}},
  {S::kRingingAgent,  E::kReservationLost, G::kAlways,     S::kEnded,         {F::kHangUpAgent, F::kGiveBackAgent, F::kKeepLead}},
  {S::kRingingAgent,  E::kDrop,            G::kAlways,     S::kEnded,         {F::kHangUpAgent, F::kGiveBackAgent, F::kKeepLead}},

  {S::kDialing,       E::kRefused,         G::kAlways,     S::kEnded,         {F::kHangUpAgent, F::kGiveBackAgent, F::kSettleRefused}},
  {S::kDialing,       E::kProgress,        G::kAlways,     S::kRinging,       {}},
  {S::kDialing,       E::kAnswered,        G::kHasAgent,   S::kConnecting,    {}},
  {S::kDialing,       E::kAnswered,        G::kAlways,     S::kAwaitingAgent, {F::kDemandAgent}},
  {S::kDialing,       E::kEnd,             G::kAlways,     S::kEnded,         {F::kHangUpAgent, F::kSettleEnded}},
  {S::kDialing,       E::kHangUp,          G::kAlways,     S::kDialing,       {F::kHangUpCall}},
  {S::kDialing,       E::kPassedOn,        G::kAlways,     S::kEnded,         {F::kSettleEnded}},
  {S::kDialing,       E::kMachine,         G::kAlways,     S::kMachine,       {F::kLetAgentGo}},

  {S::kRinging,       E::kAnswered,        G::kHasAgent,   S::kConnecting,    {}},
  {S::kRinging,       E::kAnswered,        G::kAlways,     S::kAwaitingAgent, {F::kDemandAgent}},
  {S::kRinging,       E::kEnd,             G::kAlways,     S::kEnded,         {F::kHangUpAgent, F::kSettleEnded}},
  {S::kRinging,       E::kHangUp,          G::kAlways,     S::kRinging,       {F::kHangUpCall}},
  {S::kRinging,       E::kPassedOn,        G::kAlways,     S::kEnded,         {F::kSettleEnded}},
  {S::kRinging,       E::kMachine,         G::kAlways,     S::kMachine,       {F::kLetAgentGo}},

  {S::kAwaitingAgent, E::kGranted,         G::kAlways,     S::kConnecting,    {F::kBridgeAgent}},
  {S::kAwaitingAgent, E::kEnd,             G::kAlways,     S::kEnded,         {F::kCancelDemand, F::kSettleEnded}},
  {S::kAwaitingAgent, E::kHangUp,          G::kAlways,     S::kAwaitingAgent, {F::kHangUpCall}},
  {S::kAwaitingAgent, E::kPassedOn,        G::kAlways,     S::kEnded,         {F::kCancelDemand, F::kSettleEnded}},
  {S::kAwaitingAgent, E::kMachine,         G::kAlways,     S::kMachine,       {F::kCancelDemand}},
  {S::kAwaitingAgent, E::kHandOver,        G::kAlways,     S::kAwaitingAgent, {F::kDemandAgent}},

  {S::kConnecting,    E::kBridged,         G::kAlways,     S::kConnected,     {}},
  {S::kConnecting,    E::kAgentFailed,     G::kAgentFirst, S::kConnecting,    {}},
  {S::kConnecting,    E::kAgentFailed,     G::kAlways,     S::kAwaitingAgent, {F::kReportOffer, F::kDemandAgent}},
  {S::kConnecting,    E::kEnd,             G::kAlways,     S::kEnded,         {F::kHangUpAgent, F::kSettleEnded}},
  {S::kConnecting,    E::kHangUp,          G::kAlways,     S::kConnecting,    {F::kHangUpCall}},
  {S::kConnecting,    E::kPassedOn,        G::kAlways,     S::kEnded,         {F::kSettleEnded}},
  {S::kConnecting,    E::kMachine,         G::kAlways,     S::kMachine,       {F::kLetAgentGo}},

  {S::kConnected,     E::kEnd,             G::kAlways,     S::kEnded,         {F::kHangUpAgent, F::kSettleEnded}},
  {S::kConnected,     E::kHangUp,          G::kAlways,     S::kConnected,     {F::kHangUpCall}},
  {S::kConnected,     E::kPassedOn,        G::kAlways,     S::kEnded,         {F::kSettleEnded}},

  {S::kMachine,       E::kEnd,             G::kAlways,     S::kEnded,         {F::kSettleEnded}},
  {S::kMachine,       E::kHangUp,          G::kAlways,     S::kMachine,       {F::kHangUpCall}},
  {S::kMachine,       E::kPassedOn,        G::kAlways,     S::kEnded,         {F::kSettleEnded}},
};
// clang-format on
}  // namespace detail::attempt

inline constexpr std::span<const fsm::Row<AttemptMachine>> kAttemptRows{detail::attempt::kRows};
static_assert(fsm::IsDeterministic<AttemptMachine>(kAttemptRows));
static_assert(fsm::TerminalsAreExactly<AttemptMachine>(kAttemptRows));
static_assert(fsm::AllReachable<AttemptMachine>(kAttemptRows));

}  // namespace callfleet::dialer
