#pragma once
// Who answered: the cadence of voice and quiet, and tones.
#include <array>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::sip_edge::media::amd {

enum class AmdState { kEarly, kListening, kSpeaking, kPausing, kDecided };
enum class AmdEvent {
  kAnswered,
  kVoice,  // A block inside a word.
  kQuiet,  // A block outside of words, or nothing received for as long.
  kBeep,   // Ended.
  kFax,
  kNetworkTone,  // SIT or busy.
  kDeadline
};
enum class AmdGuard { kAlways, kRunLong, kWordsMany, kPauseLong, kSilenceLong };
enum class AmdEffect {
  kNone,
  kBeginGreeting,
  kBeginWord,
  kEndWord,
  kDecideHuman,
  kDecideMachine,
  kDecideWords,
  kDecideBeep,
  kDecideFax,
  kDecideSit,
  kDecideSilence,
  kDecideUnsure
};

struct AmdMachine {
  using State = AmdState;
  using Event = AmdEvent;
  using Guard = AmdGuard;
  using Effect = AmdEffect;
  static constexpr State kInitial = State::kEarly;
  static constexpr std::array kStates{State::kEarly, State::kListening, State::kSpeaking,
                                      State::kPausing, State::kDecided};
  static constexpr std::array kEvents{Event::kAnswered, Event::kVoice, Event::kQuiet,
                                      Event::kBeep,     Event::kFax,   Event::kNetworkTone,
                                      Event::kDeadline};
  static constexpr bool IsTerminal(State s) { return s == State::kDecided; }
  static constexpr std::string_view Name(State s) {
    constexpr std::array<std::string_view, 5> kNames{"Early", "Listening", "Speaking", "Pausing",
                                                     "Decided"};
    return kNames[static_cast<std::size_t>(s)];
  }
  static constexpr std::string_view Name(Event e) {
    constexpr std::array<std::string_view, 7> kNames{"answered", "voice",        "quiet",   "beep",
                                                     "fax",      "network_tone", "deadline"};
    return kNames[static_cast<std::size_t>(e)];
  }
};

namespace amd_rows {
using S = AmdState;
using E = AmdEvent;
using G = AmdGuard;
using F = AmdEffect;
// clang-format off
inline constexpr std::array<fsm::Row<AmdMachine>, 26> kRows{{
  // from         event             when             to             effects
  {S::kEarly,     E::kAnswered,     G::kAlways,      S::kListening, {}},
  // An announcement of the network, or ringing: nobody has answered yet.
  {S::kEarly,     E::kVoice,        G::kAlways,      S::kEarly,     {}},
  {S::kEarly,     E::kQuiet,        G::kAlways,      S::kEarly,     {}},
  {S::kEarly,     E::kBeep,         G::kAlways,      S::kEarly,     {}},
  {S::kEarly,     E::kFax,          G::kAlways,      S::kDecided,   {F::kDecideFax}},
  {S::kEarly,     E::kNetworkTone,  G::kAlways,      S::kDecided,   {F::kDecideSit}},
  {S::kListening, E::kVoice,        G::kAlways,      S::kSpeaking,  {F::kBeginGreeting}},
  {S::kListening, E::kQuiet,        G::kSilenceLong, S::kDecided,   {F::kDecideSilence}},
  {S::kListening, E::kQuiet,        G::kAlways,      S::kListening, {}},
  {S::kListening, E::kBeep,         G::kAlways,      S::kDecided,   {F::kDecideBeep}},
  {S::kListening, E::kFax,          G::kAlways,      S::kDecided,   {F::kDecideFax}},
  {S::kListening, E::kNetworkTone,  G::kAlways,      S::kDecided,   {F::kDecideSit}},
  {S::kListening, E::kDeadline,     G::kAlways,      S::kDecided,   {F::kDecideUnsure}},
  {S::kSpeaking,  E::kVoice,        G::kRunLong,     S::kDecided,   {F::kDecideMachine}},
  {S::kSpeaking,  E::kVoice,        G::kAlways,      S::kSpeaking,  {}},
  {S::kSpeaking,  E::kQuiet,        G::kAlways,      S::kPausing,   {F::kEndWord}},
  {S::kSpeaking,  E::kFax,          G::kAlways,      S::kDecided,   {F::kDecideFax}},
  {S::kSpeaking,  E::kDeadline,     G::kAlways,      S::kDecided,   {F::kDecideUnsure}},
  {S::kPausing,   E::kVoice,        G::kWordsMany,   S::kDecided,   {F::kDecideWords}},
  {S::kPausing,   E::kVoice,        G::kAlways,      S::kSpeaking,  {F::kBeginWord}},
  {S::kPausing,   E::kQuiet,        G::kPauseLong,   S::kDecided,   {F::kDecideHuman}},
  {S::kPausing,   E::kQuiet,        G::kAlways,      S::kPausing,   {}},
  {S::kPausing,   E::kBeep,         G::kAlways,      S::kDecided,   {F::kDecideBeep}},
  {S::kPausing,   E::kFax,          G::kAlways,      S::kDecided,   {F::kDecideFax}},
  {S::kPausing,   E::kNetworkTone,  G::kAlways,      S::kDecided,   {F::kDecideSit}},
  {S::kPausing,   E::kDeadline,     G::kAlways,      S::kDecided,   {F::kDecideUnsure}},
}};
// clang-format on
}  // namespace amd_rows
inline constexpr std::span<const fsm::Row<AmdMachine>> kAmdRows{amd_rows::kRows};
static_assert(fsm::IsDeterministic<AmdMachine>(kAmdRows));
static_assert(fsm::TerminalsAreExactly<AmdMachine>(kAmdRows));
static_assert(fsm::AllReachable<AmdMachine>(kAmdRows));

}  // namespace callfleet::sip_edge::media::amd
