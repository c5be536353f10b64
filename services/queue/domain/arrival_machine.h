#pragma once
// An inbound call from its arrival until the edge forgets it, as long as no queue owns it.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::queue {

struct ArrivalMachine {
  enum class State : std::uint8_t {
    kSeen,
    kPassing,  // Its queue was told to claim it.
    kClaiming,
    kHanding,     // Offered to a queue.
    kForwarding,  // A leg to a number or a URI rings, or talks.
    kServing,     // A feature code: the registry is asked.
    kAnnouncing,
    kRefusing,
    kEnded,
    kGone,
  };
  enum class Event : std::uint8_t {
    kArrived,   // Alive and without a controller.
    kOurs,      // Alive and ours.
    kOnItsWay,  // And has a leg that it was sent on by, from before a restart.
    kTaken,     // Another unit controls it.
    kOver,      // All legs have ended.
    kFailed,    // Our command was not obeyed and nobody else's was.
    kRetryDue,  // The pause after a failure is over.
    kCameBack,  // Nobody took what was offered.
    kServed,    // The registry did what the feature code says.
    kUnserved,  // It did not.
    kWayEnded,  // The leg that it was sent on by, or the announcement, is over.
    kForgotten,
  };
  enum class Guard : std::uint8_t { kAlways, kToQueue, kToLeg, kToAnnouncement, kToFeature };
  enum class Effect : std::uint8_t {
    kPass,
    kClaim,
    kHandOver,
    kForward,
    kServe,
    kConfirm,
    kAnnounce,
    kRefuse,
    kRecord,
    kAcknowledge,
    kPause,
  };

  static constexpr State kInitial = State::kSeen;
  static constexpr std::array kStates{
      State::kSeen,    State::kPassing,    State::kClaiming, State::kHanding, State::kForwarding,
      State::kServing, State::kAnnouncing, State::kRefusing, State::kEnded,   State::kGone};
  static constexpr std::array kEvents{Event::kArrived,  Event::kOurs,     Event::kOnItsWay,
                                      Event::kTaken,    Event::kOver,     Event::kFailed,
                                      Event::kRetryDue, Event::kCameBack, Event::kServed,
                                      Event::kUnserved, Event::kWayEnded, Event::kForgotten};
  static constexpr bool IsTerminal(State state) { return state == State::kGone; }
  static constexpr std::string_view Name(State state) {
    constexpr std::array<std::string_view, 10> kNames{
        "seen",    "passing",    "claiming", "handing", "forwarding",
        "serving", "announcing", "refusing", "ended",   "gone"};
    return kNames[static_cast<std::size_t>(state)];
  }
  static constexpr std::string_view Name(Event event) {
    constexpr std::array<std::string_view, 12> kNames{
        "arrived",   "ours",      "on_its_way", "taken",    "over",      "failed",
        "retry_due", "came_back", "served",     "unserved", "way_ended", "forgotten"};
    return kNames[static_cast<std::size_t>(event)];
  }
};

using ArrivalRow = fsm::Row<ArrivalMachine>;

inline constexpr auto kArrivalTable = [] {
  using S = ArrivalMachine::State;
  using E = ArrivalMachine::Event;
  using F = ArrivalMachine::Effect;
  using G = ArrivalMachine::Guard;
  constexpr auto kAlways = G::kAlways;
  return std::to_array<ArrivalRow>({
      {S::kSeen, E::kArrived, G::kToQueue, S::kPassing, {F::kPass, F::kPause}},
      {S::kSeen, E::kArrived, kAlways, S::kClaiming, {F::kClaim}},
      {S::kSeen, E::kOurs, G::kToQueue, S::kHanding, {F::kHandOver}},  // From before a restart.
      {S::kSeen, E::kOurs, G::kToLeg, S::kForwarding, {F::kForward}},
      {S::kSeen, E::kOurs, G::kToAnnouncement, S::kAnnouncing, {F::kAnnounce}},
      {S::kSeen, E::kOurs, G::kToFeature, S::kServing, {F::kServe}},
      {S::kSeen, E::kOurs, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kSeen, E::kOnItsWay, kAlways, S::kForwarding, {}},
      {S::kSeen, E::kWayEnded, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kSeen, E::kTaken, kAlways, S::kGone, {}},
      {S::kSeen, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kSeen, E::kForgotten, kAlways, S::kGone, {}},

      {S::kPassing, E::kArrived, kAlways, S::kPassing, {}},
      // Its queue is being read, or goes away: the call is ours until somebody takes it.
      {S::kPassing, E::kRetryDue, kAlways, S::kClaiming, {F::kClaim}},
      {S::kPassing, E::kTaken, kAlways, S::kGone, {}},
      {S::kPassing, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kPassing, E::kForgotten, kAlways, S::kGone, {}},

      {S::kClaiming, E::kArrived, kAlways, S::kClaiming, {}},  // Another change of the record.
      {S::kClaiming, E::kOurs, G::kToQueue, S::kHanding, {F::kHandOver}},
      {S::kClaiming, E::kOurs, G::kToLeg, S::kForwarding, {F::kForward}},
      {S::kClaiming, E::kOurs, G::kToAnnouncement, S::kAnnouncing, {F::kAnnounce}},
      {S::kClaiming, E::kOurs, G::kToFeature, S::kServing, {F::kServe}},
      {S::kClaiming, E::kOurs, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kClaiming, E::kTaken, kAlways, S::kGone, {}},
      {S::kClaiming, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kClaiming, E::kFailed, kAlways, S::kClaiming, {F::kPause}},
      {S::kClaiming, E::kRetryDue, kAlways, S::kClaiming, {F::kClaim}},
      {S::kClaiming, E::kForgotten, kAlways, S::kGone, {}},

      {S::kHanding, E::kOurs, kAlways, S::kHanding, {}},
      {S::kHanding, E::kTaken, kAlways, S::kGone, {}},
      {S::kHanding, E::kCameBack, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kHanding, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kHanding, E::kFailed, kAlways, S::kHanding, {F::kPause}},
      {S::kHanding, E::kRetryDue, kAlways, S::kHanding, {F::kHandOver}},
      {S::kHanding, E::kForgotten, kAlways, S::kGone, {}},

      {S::kForwarding, E::kOurs, kAlways, S::kForwarding, {}},
      {S::kForwarding, E::kTaken, kAlways, S::kGone, {}},
      {S::kForwarding, E::kWayEnded, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kForwarding, E::kFailed, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kForwarding, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kForwarding, E::kForgotten, kAlways, S::kGone, {}},

      {S::kServing, E::kOurs, kAlways, S::kServing, {}},
      {S::kServing, E::kTaken, kAlways, S::kGone, {}},
      {S::kServing, E::kServed, kAlways, S::kAnnouncing, {F::kConfirm}},
      {S::kServing, E::kUnserved, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kServing, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kServing, E::kForgotten, kAlways, S::kGone, {}},

      {S::kAnnouncing, E::kOurs, kAlways, S::kAnnouncing, {}},
      {S::kAnnouncing, E::kTaken, kAlways, S::kGone, {}},
      {S::kAnnouncing, E::kWayEnded, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kAnnouncing, E::kFailed, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kAnnouncing, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kAnnouncing, E::kForgotten, kAlways, S::kGone, {}},

      {S::kRefusing, E::kOurs, kAlways, S::kRefusing, {}},
      {S::kRefusing, E::kTaken, kAlways, S::kGone, {}},
      {S::kRefusing, E::kOver, kAlways, S::kEnded, {F::kRecord, F::kAcknowledge}},
      {S::kRefusing, E::kFailed, kAlways, S::kRefusing, {F::kPause}},
      {S::kRefusing, E::kRetryDue, kAlways, S::kRefusing, {F::kRefuse}},
      {S::kRefusing, E::kForgotten, kAlways, S::kGone, {}},

      {S::kEnded, E::kOver, kAlways, S::kEnded, {}},
      {S::kEnded, E::kFailed, kAlways, S::kEnded, {F::kPause}},
      {S::kEnded, E::kRetryDue, kAlways, S::kEnded, {F::kAcknowledge}},
      {S::kEnded, E::kForgotten, kAlways, S::kGone, {}},
  });
}();
inline constexpr std::span<const ArrivalRow> kArrivalRows{kArrivalTable};

static_assert(fsm::IsDeterministic<ArrivalMachine>(kArrivalRows));
static_assert(fsm::AllReachable<ArrivalMachine>(kArrivalRows));
static_assert(fsm::TerminalsAreExactly<ArrivalMachine>(kArrivalRows));

}  // namespace callfleet::queue
