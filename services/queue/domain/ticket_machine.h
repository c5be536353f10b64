#pragma once
// A caller's place in a queue, from the moment that the call is ours until it is over.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::queue {

struct TicketMachine {
  enum class State : std::uint8_t {
    kWaiting,
    kOffered,      // Agents' phones ring.
    kConnected,    // The caller talks with an agent.
    kCallback,     // Waits without a call, in its place.
    kCallingBack,  // An agent is there; the customer is dialled.
    kLeaving,      // On its way to somewhere else.
    kEnding,       // Decided; legs are still to end.
    kEnded,
  };
  enum class Event : std::uint8_t {
    kGranted,
    kOffersOver,    // All offers came to nothing.
    kPickedUp,      // An agent's leg is answered.
    kBridged,       // A called-back customer is.
    kMissed,        // A called-back customer is not.
    kTalkOver,      // The agent's or the customer's leg of a talk has ended.
    kCallerLeft,    // Before any agent.
    kSentOn,        // A rule, a digit or an operator sends it elsewhere.
    kArrivedThere,  // Another unit has taken it.
    kNobodyTookIt,
    kAskedCallback,
    kRemoved,
    kLost,      // The edge has lost the call.
    kOver,      // No leg is left.
    kRequeued,  // The agent lets the customer go back into the queue.
    kPassedOn,  // To another queue.
    kCameBack,  // That queue did not take it.
  };
  enum class Guard : std::uint8_t { kAlways, kIsCallback };
  enum class Effect : std::uint8_t {
    kDemand,
    kCancelDemand,
    kWithdrawOffers,
    kRingAgents,
    kNoteAnswer,
    kDialCustomer,
    kScheduleRetry,
    kDropCall,
    kHangUp,
    kNoteEnd,
    kRecord,
  };

  static constexpr State kInitial = State::kWaiting;
  static constexpr std::array kStates{State::kWaiting,  State::kOffered,     State::kConnected,
                                      State::kCallback, State::kCallingBack, State::kLeaving,
                                      State::kEnding,   State::kEnded};
  static constexpr std::array kEvents{
      Event::kGranted,      Event::kOffersOver,   Event::kPickedUp,      Event::kBridged,
      Event::kMissed,       Event::kTalkOver,     Event::kCallerLeft,    Event::kSentOn,
      Event::kArrivedThere, Event::kNobodyTookIt, Event::kAskedCallback, Event::kRemoved,
      Event::kLost,         Event::kOver,         Event::kRequeued,      Event::kPassedOn,
      Event::kCameBack};
  static constexpr bool IsTerminal(State state) { return state == State::kEnded; }
  static constexpr std::string_view Name(State state) {
    constexpr std::array<std::string_view, 8> kNames{"waiting",  "offered",      "connected",
                                                     "callback", "calling_back", "leaving",
                                                     "ending",   "ended"};
    return kNames[static_cast<std::size_t>(state)];
  }
  static constexpr std::string_view Name(Event event) {
    constexpr std::array<std::string_view, 17> kNames{
        "granted",        "offers_over", "picked_up", "bridged",       "missed",
        "talk_over",      "caller_left", "sent_on",   "arrived_there", "nobody_took_it",
        "asked_callback", "removed",     "lost",      "over",          "requeued",
        "passed_on",      "came_back"};
    return kNames[static_cast<std::size_t>(event)];
  }
};
using TicketState = TicketMachine::State;
using TicketEvent = TicketMachine::Event;
using TicketEffect = TicketMachine::Effect;
using TicketRow = fsm::Row<TicketMachine>;

inline constexpr auto kTicketTable = [] {
  using S = TicketMachine::State;
  using E = TicketMachine::Event;
  using F = TicketMachine::Effect;
  constexpr auto kAlways = TicketMachine::Guard::kAlways;
  constexpr auto kIsCallback = TicketMachine::Guard::kIsCallback;
  return std::to_array<TicketRow>({
      {S::kWaiting, E::kGranted, kAlways, S::kOffered, {F::kRingAgents}},
      {S::kWaiting, E::kCallerLeft, kAlways, S::kEnding, {F::kCancelDemand, F::kNoteEnd}},
      {S::kWaiting, E::kSentOn, kAlways, S::kLeaving, {F::kCancelDemand}},
      {S::kWaiting, E::kAskedCallback, kAlways, S::kCallback, {F::kDropCall}},
      {S::kWaiting, E::kRemoved, kAlways, S::kEnding, {F::kCancelDemand, F::kNoteEnd, F::kHangUp}},
      {S::kWaiting, E::kLost, kAlways, S::kEnded, {F::kCancelDemand, F::kNoteEnd, F::kRecord}},

      {S::kOffered, E::kPickedUp, kIsCallback, S::kCallingBack, {F::kDialCustomer}},
      {S::kOffered, E::kPickedUp, kAlways, S::kConnected, {F::kNoteAnswer, F::kRecord}},
      {S::kOffered,
       E::kOffersOver,
       kIsCallback,
       S::kCallback,
       {F::kDropCall, F::kDemand, F::kRecord}},
      {S::kOffered, E::kOffersOver, kAlways, S::kWaiting, {F::kDemand, F::kRecord}},
      {S::kOffered, E::kCallerLeft, kAlways, S::kEnding, {F::kWithdrawOffers, F::kNoteEnd}},
      {S::kOffered, E::kSentOn, kAlways, S::kLeaving, {F::kWithdrawOffers}},
      {S::kOffered, E::kAskedCallback, kAlways, S::kCallback, {F::kWithdrawOffers, F::kDropCall}},
      {S::kOffered,
       E::kRemoved,
       kIsCallback,
       S::kEnded,
       {F::kWithdrawOffers, F::kNoteEnd, F::kDropCall, F::kRecord}},
      {S::kOffered,
       E::kRemoved,
       kAlways,
       S::kEnding,
       {F::kWithdrawOffers, F::kNoteEnd, F::kHangUp}},
      {S::kOffered, E::kLost, kIsCallback, S::kCallback, {F::kDropCall, F::kDemand, F::kRecord}},
      {S::kOffered, E::kLost, kAlways, S::kEnded, {F::kWithdrawOffers, F::kNoteEnd, F::kRecord}},

      {S::kConnected, E::kTalkOver, kAlways, S::kEnding, {F::kNoteEnd}},
      {S::kConnected, E::kRequeued, kAlways, S::kWaiting, {F::kRecord}},
      {S::kConnected, E::kPassedOn, kAlways, S::kLeaving, {F::kRecord}},
      {S::kConnected, E::kRemoved, kAlways, S::kEnding, {F::kNoteEnd, F::kHangUp}},
      {S::kConnected, E::kLost, kAlways, S::kEnded, {F::kNoteEnd, F::kRecord}},

      {S::kCallback, E::kGranted, kAlways, S::kOffered, {F::kRingAgents}},
      {S::kCallback, E::kRemoved, kAlways, S::kEnded, {F::kCancelDemand, F::kNoteEnd, F::kRecord}},

      {S::kCallingBack, E::kBridged, kAlways, S::kConnected, {F::kNoteAnswer, F::kRecord}},
      {S::kCallingBack,
       E::kMissed,
       kAlways,
       S::kCallback,
       {F::kDropCall, F::kScheduleRetry, F::kRecord}},
      {S::kCallingBack, E::kRemoved, kAlways, S::kEnding, {F::kNoteEnd, F::kHangUp}},
      {S::kCallingBack,
       E::kLost,
       kAlways,
       S::kCallback,
       {F::kDropCall, F::kScheduleRetry, F::kRecord}},

      {S::kLeaving, E::kArrivedThere, kAlways, S::kEnded, {F::kNoteEnd, F::kRecord}},
      {S::kLeaving, E::kNobodyTookIt, kAlways, S::kEnding, {F::kNoteEnd, F::kHangUp}},
      {S::kLeaving, E::kCameBack, kAlways, S::kWaiting, {F::kRecord}},
      {S::kLeaving, E::kCallerLeft, kAlways, S::kEnding, {F::kNoteEnd}},
      {S::kLeaving, E::kRemoved, kAlways, S::kEnding, {F::kNoteEnd, F::kHangUp}},
      {S::kLeaving, E::kLost, kAlways, S::kEnded, {F::kNoteEnd, F::kRecord}},

      {S::kEnding, E::kOver, kAlways, S::kEnded, {F::kRecord}},
      {S::kEnding, E::kLost, kAlways, S::kEnded, {F::kRecord}},
  });
}();
inline constexpr std::span<const TicketRow> kTicketRows{kTicketTable};

static_assert(fsm::IsDeterministic<TicketMachine>(kTicketRows));
static_assert(fsm::AllReachable<TicketMachine>(kTicketRows));
static_assert(fsm::TerminalsAreExactly<TicketMachine>(kTicketRows));

}  // namespace callfleet::queue
