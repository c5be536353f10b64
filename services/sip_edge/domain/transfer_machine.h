#pragma once
// How a customer passes from one party to another: blind, after a consultation, or by way of a
// conference. One table; how it ended is a field. The referrer stays until the target has answered
// and has the customer back if it does not.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::sip_edge {

enum class TransferState : std::uint8_t { kAsked, kCalling, kConsulting, kConference, kOver };

enum class TransferEvent : std::uint8_t {
  kAccepted,  // The target's leg is being placed.
  kRefused,   // The controller's no, or none of its words in time.
  kReleased,  // The controller takes the customer elsewhere.
  kProgress,
  kTargetUp,
  kTargetGone,
  kComplete,
  kCancel,
  kConfer,
  kReferrerGone,
  kCustomerGone,
};

enum class TransferGuard : std::uint8_t {
  kAlways,
  kBlind,  // The target gets the customer at once.
};

enum class TransferEffect : std::uint8_t {
  kNone,
  kMarkCompleted,
  kMarkRefused,
  kMarkFailed,
  kMarkCancelled,
  kMarkCustomerLeft,
  kMarkReleased,
  kPark,          // The customer hears music, referrer and customer are apart.
  kBecomeBlind,   // Nobody is left who could consult.
  kTellProgress,  // NOTIFY with the target's 18x.
  kTellDone,      // NOTIFY 200.
  kTellFailure,   // NOTIFY with what became of it.
  kGiveToTarget,  // Customer and target are bridged.
  kConsult,       // Referrer and target are bridged.
  kConfer,        // All three are.
  kReturn,        // Customer and referrer are, where it is still there.
  kHangUpReferrer,
  kHangUpTarget,
};

struct TransferMachine {
  using State = TransferState;
  using Event = TransferEvent;
  using Guard = TransferGuard;
  using Effect = TransferEffect;
  static constexpr State kInitial = State::kAsked;
  static constexpr std::array kStates{State::kAsked, State::kCalling, State::kConsulting,
                                      State::kConference, State::kOver};
  static constexpr std::array kEvents{Event::kAccepted,     Event::kRefused,     Event::kReleased,
                                      Event::kProgress,     Event::kTargetUp,    Event::kTargetGone,
                                      Event::kComplete,     Event::kCancel,      Event::kConfer,
                                      Event::kReferrerGone, Event::kCustomerGone};
  static constexpr bool IsTerminal(State s) { return s == State::kOver; }
  static constexpr std::string_view Name(State s) {
    constexpr std::string_view kNames[] = {"Asked", "Calling", "Consulting", "Conference", "Over"};
    return kNames[static_cast<std::size_t>(s)];
  }
  static constexpr std::string_view Name(Event e) {
    constexpr std::string_view kNames[] = {"accepted",  "refused",       "released",     "progress",
                                           "target_up", "target_gone",   "complete",     "cancel",
                                           "confer",    "referrer_gone", "customer_gone"};
    return kNames[static_cast<std::size_t>(e)];
  }
};

namespace transfer_rows {
using S = TransferState;
using E = TransferEvent;
using G = TransferGuard;
using F = TransferEffect;
// clang-format off
inline constexpr fsm::Row<TransferMachine> kRows[] = {
  // from           event             when         to               effects
  {S::kAsked,       E::kAccepted,     G::kAlways,  S::kCalling,     {F::kPark}},
  {S::kAsked,       E::kRefused,      G::kAlways,  S::kOver,        {F::kMarkRefused, F::kTellFailure}},
  {S::kAsked,       E::kReleased,     G::kAlways,  S::kOver,        {F::kMarkReleased, F::kPark, F::kTellDone, F::kHangUpReferrer}},
  {S::kAsked,       E::kReferrerGone, G::kAlways,  S::kAsked,       {F::kPark, F::kBecomeBlind}},
  {S::kAsked,       E::kCustomerGone, G::kAlways,  S::kOver,        {F::kMarkCustomerLeft, F::kTellFailure, F::kHangUpReferrer}},

  {S::kCalling,     E::kProgress,     G::kAlways,  S::kCalling,     {F::kTellProgress}},
  {S::kCalling,     E::kTargetUp,     G::kBlind,   S::kOver,        {F::kMarkCompleted, F::kGiveToTarget, F::kTellDone, F::kHangUpReferrer}},
  {S::kCalling,     E::kTargetUp,     G::kAlways,  S::kConsulting,  {F::kConsult}},
  {S::kCalling,     E::kTargetGone,   G::kAlways,  S::kOver,        {F::kMarkFailed, F::kTellFailure, F::kReturn}},
  {S::kCalling,     E::kComplete,     G::kAlways,  S::kCalling,     {F::kBecomeBlind}},
  {S::kCalling,     E::kCancel,       G::kAlways,  S::kOver,        {F::kMarkCancelled, F::kTellFailure, F::kReturn, F::kHangUpTarget}},
  {S::kCalling,     E::kReferrerGone, G::kAlways,  S::kCalling,     {F::kBecomeBlind}},
  {S::kCalling,     E::kCustomerGone, G::kAlways,  S::kOver,        {F::kMarkCustomerLeft, F::kTellFailure, F::kHangUpTarget, F::kHangUpReferrer}},

  {S::kConsulting,  E::kComplete,     G::kAlways,  S::kOver,        {F::kMarkCompleted, F::kGiveToTarget, F::kHangUpReferrer}},
  {S::kConsulting,  E::kCancel,       G::kAlways,  S::kOver,        {F::kMarkCancelled, F::kReturn, F::kHangUpTarget}},
  {S::kConsulting,  E::kConfer,       G::kAlways,  S::kConference,  {F::kConfer}},
  {S::kConsulting,  E::kTargetGone,   G::kAlways,  S::kOver,        {F::kMarkFailed, F::kReturn}},
  {S::kConsulting,  E::kReferrerGone, G::kAlways,  S::kOver,        {F::kMarkCompleted, F::kGiveToTarget}},
  {S::kConsulting,  E::kCustomerGone, G::kAlways,  S::kOver,        {F::kMarkCustomerLeft, F::kHangUpTarget, F::kHangUpReferrer}},

  {S::kConference,  E::kComplete,     G::kAlways,  S::kOver,        {F::kMarkCompleted, F::kGiveToTarget, F::kHangUpReferrer}},
  {S::kConference,  E::kCancel,       G::kAlways,  S::kOver,        {F::kMarkCancelled, F::kReturn, F::kHangUpTarget}},
  {S::kConference,  E::kTargetGone,   G::kAlways,  S::kOver,        {F::kMarkFailed, F::kReturn}},
  {S::kConference,  E::kReferrerGone, G::kAlways,  S::kOver,        {F::kMarkCompleted, F::kGiveToTarget}},
  {S::kConference,  E::kCustomerGone, G::kAlways,  S::kOver,        {F::kMarkCustomerLeft, F::kHangUpTarget, F::kHangUpReferrer}},
};
// clang-format on
}  // namespace transfer_rows
inline constexpr std::span<const fsm::Row<TransferMachine>> kTransferRows{transfer_rows::kRows};
static_assert(fsm::IsDeterministic<TransferMachine>(kTransferRows));
static_assert(fsm::TerminalsAreExactly<TransferMachine>(kTransferRows));
static_assert(fsm::AllReachable<TransferMachine>(kTransferRows));

}  // namespace callfleet::sip_edge
