#pragma once
// The life of one leg, outgoing or incoming, as one table. Why it ended is a field of the leg.
#include <array>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::sip_edge {

enum class LegPhase : std::uint8_t {
  kSetup,       // Out: INVITE on its way, nothing but 100 heard.
  kRinging,     // Out: 18x heard.
  kCancelling,  // Out: we want no more of it; the final response is still to come.
  kArrived,     // In: INVITE received, not answered.
  kAccepted,    // In: 200 sent, no ACK yet.
  kClosing,  // Our BYE is under way (or waits for the ACK, RFC 3261 15): the phone is not free yet.
  kUp,       // Answered, both sides know.
  kFarewell,  // Answered in vain: the safe message is heard, then we end it.
  kEnded,
};

enum class LegEvent : std::uint8_t {
  kOffered,   // In: an INVITE came.
  kProgress,  // 18x.
  kAnswered,  // 2xx; ACK is out.
  kRejected,  // Final failure, or it could not be placed.
  kAccept,    // We answer.
  kAcked,
  kHangUp,  // We end it.
  kSetupTimeout,
  kRingTimeout,
  kCancelTimeout,   // No final response after our CANCEL.
  kAbandonTimeout,  // Answered and nobody was bridged in time.
  kRemoteEnd,       // BYE, CANCEL, or the dialog was lost.
  kByeDone,         // Our BYE was answered or given up.
  kClosingTimeout,  // No answer to our BYE.
  kFarewellOver,    // The safe message was heard, or takes too long.
};

enum class LegGuard : std::uint8_t {
  kAlways,
  kNotBridged,
  kFarewellDue,      // A person answered, was never bridged, and there is a safe message.
  kOnDedicatedLine,  // It has no dialog of its own: nothing is to be waited for.
};

enum class LegEffect : std::uint8_t {
  kNone,
  kMarkRinging,
  kStartRingTimer,
  kMarkAnswered,
  kFollow,          // Perform what follows: bridge, start the limit to be bridged.
  kMarkLateAnswer,  // A 200 crossed our CANCEL.
  kMarkAbandoned,
  kMarkTimeout,
  kSendCancel,
  kStartCancelTimer,
  kSendAccept,
  kSendReject,
  kSendBye,
  kLeave,  // Part from the bridge; the others do what they were told for this.
  kStartClosingTimer,
  kStartFarewell,
  kFinish,
};

struct LegMachine {
  using State = LegPhase;
  using Event = LegEvent;
  using Guard = LegGuard;
  using Effect = LegEffect;
  static constexpr State kInitial = State::kSetup;
  static constexpr std::array kStates{State::kSetup,   State::kRinging,  State::kCancelling,
                                      State::kArrived, State::kAccepted, State::kClosing,
                                      State::kUp,      State::kFarewell, State::kEnded};
  static constexpr std::array kEvents{
      Event::kOffered,     Event::kProgress,       Event::kAnswered,       Event::kRejected,
      Event::kAccept,      Event::kAcked,          Event::kHangUp,         Event::kSetupTimeout,
      Event::kRingTimeout, Event::kCancelTimeout,  Event::kAbandonTimeout, Event::kRemoteEnd,
      Event::kByeDone,     Event::kClosingTimeout, Event::kFarewellOver};
  static constexpr bool IsTerminal(State s) { return s == State::kEnded; }
  static constexpr std::string_view Name(State s) {
    switch (s) {
      case State::kSetup:
        return "Setup";
      case State::kRinging:
        return "Ringing";
      case State::kCancelling:
        return "Cancelling";
      case State::kArrived:
        return "Arrived";
      case State::kAccepted:
        return "Accepted";
      case State::kClosing:
        return "Closing";
      case State::kUp:
        return "Up";
      case State::kFarewell:
        return "Farewell";
      case State::kEnded:
        return "Ended";
    }
    return "?";
  }
  static constexpr std::string_view Name(Event e) {
    switch (e) {
      case Event::kOffered:
        return "offered";
      case Event::kProgress:
        return "progress";
      case Event::kAnswered:
        return "answered";
      case Event::kRejected:
        return "rejected";
      case Event::kAccept:
        return "accept";
      case Event::kAcked:
        return "acked";
      case Event::kHangUp:
        return "hang_up";
      case Event::kSetupTimeout:
        return "setup_timeout";
      case Event::kRingTimeout:
        return "ring_timeout";
      case Event::kCancelTimeout:
        return "cancel_timeout";
      case Event::kAbandonTimeout:
        return "abandon_timeout";
      case Event::kRemoteEnd:
        return "remote_end";
      case Event::kByeDone:
        return "bye_done";
      case Event::kClosingTimeout:
        return "closing_timeout";
      case Event::kFarewellOver:
        return "farewell_over";
    }
    return "?";
  }
};

namespace leg_rows {
using S = LegPhase;
using E = LegEvent;
using G = LegGuard;
using F = LegEffect;
// clang-format off
inline constexpr fsm::Row<LegMachine> kRows[] = {
  // from           event                when               to              effects
  {S::kSetup,      E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kSetup,      E::kProgress,        G::kAlways,        S::kRinging,    {F::kMarkRinging, F::kStartRingTimer}},
  {S::kSetup,      E::kAnswered,        G::kAlways,        S::kUp,         {F::kMarkAnswered, F::kFollow}},
  {S::kSetup,      E::kRejected,        G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kSetup,      E::kHangUp,          G::kAlways,        S::kCancelling, {F::kSendCancel, F::kStartCancelTimer}},
  {S::kSetup,      E::kSetupTimeout,    G::kAlways,        S::kCancelling, {F::kMarkTimeout, F::kSendCancel, F::kStartCancelTimer}},
  {S::kSetup,      E::kOffered,         G::kAlways,        S::kArrived,    {}},
  {S::kRinging,    E::kProgress,        G::kAlways,        S::kRinging,    {}},
  {S::kRinging,    E::kAnswered,        G::kAlways,        S::kUp,         {F::kMarkAnswered, F::kFollow}},
  {S::kRinging,    E::kRejected,        G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kRinging,    E::kHangUp,          G::kAlways,        S::kCancelling, {F::kSendCancel, F::kStartCancelTimer}},
  {S::kRinging,    E::kRingTimeout,     G::kAlways,        S::kCancelling, {F::kMarkTimeout, F::kSendCancel, F::kStartCancelTimer}},
  {S::kRinging,    E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kCancelling, E::kProgress,        G::kAlways,        S::kCancelling, {}},
  {S::kCancelling, E::kHangUp,          G::kAlways,        S::kCancelling, {}},
  {S::kCancelling, E::kAnswered,        G::kFarewellDue,   S::kFarewell,   {F::kMarkAnswered, F::kMarkLateAnswer, F::kStartFarewell}},
  {S::kCancelling, E::kAnswered,        G::kAlways,        S::kClosing,    {F::kMarkAnswered, F::kMarkLateAnswer, F::kSendBye, F::kStartClosingTimer}},
  {S::kCancelling, E::kRejected,        G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kCancelling, E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kCancelling, E::kCancelTimeout,   G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kArrived,    E::kAccept,          G::kAlways,        S::kAccepted,   {F::kSendAccept, F::kMarkAnswered, F::kFollow}},
  {S::kArrived,    E::kHangUp,          G::kAlways,        S::kEnded,      {F::kSendReject, F::kFinish}},
  {S::kArrived,    E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kAccepted,   E::kAcked,           G::kAlways,        S::kUp,         {}},
  {S::kAccepted,   E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kAccepted,   E::kHangUp,          G::kAlways,        S::kClosing,    {F::kSendBye, F::kLeave}},
  {S::kAccepted,   E::kAbandonTimeout,  G::kNotBridged,    S::kClosing,    {F::kMarkAbandoned, F::kSendBye, F::kLeave}},
  {S::kClosing,    E::kAcked,           G::kAlways,        S::kClosing,    {F::kStartClosingTimer}},
  {S::kClosing,    E::kByeDone,         G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kClosing,    E::kClosingTimeout,  G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kClosing,    E::kHangUp,          G::kAlways,        S::kClosing,    {}},
  {S::kClosing,    E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kUp,         E::kHangUp,          G::kOnDedicatedLine, S::kEnded,    {F::kFinish}},
  {S::kUp,         E::kHangUp,          G::kAlways,        S::kClosing,    {F::kSendBye, F::kLeave, F::kStartClosingTimer}},
  {S::kUp,         E::kAbandonTimeout,  G::kFarewellDue,   S::kFarewell,   {F::kMarkAbandoned, F::kStartFarewell}},
  {S::kUp,         E::kAbandonTimeout,  G::kNotBridged,    S::kClosing,    {F::kMarkAbandoned, F::kSendBye, F::kLeave, F::kStartClosingTimer}},
  {S::kUp,         E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
  {S::kFarewell,   E::kFarewellOver,    G::kAlways,        S::kClosing,    {F::kSendBye, F::kLeave, F::kStartClosingTimer}},
  {S::kFarewell,   E::kHangUp,          G::kAlways,        S::kClosing,    {F::kSendBye, F::kLeave, F::kStartClosingTimer}},
  {S::kFarewell,   E::kRemoteEnd,       G::kAlways,        S::kEnded,      {F::kFinish}},
};
// clang-format on
}  // namespace leg_rows
inline constexpr std::span<const fsm::Row<LegMachine>> kLegRows{leg_rows::kRows};
static_assert(fsm::IsDeterministic<LegMachine>(kLegRows));
static_assert(fsm::TerminalsAreExactly<LegMachine>(kLegRows));
static_assert(fsm::AllReachable<LegMachine>(kLegRows));

}  // namespace callfleet::sip_edge
