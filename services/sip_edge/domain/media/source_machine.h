#pragma once
// Which address a leg's RTP comes from: learned, then locked by connect(), learned again on any
// doubt.
#include <array>
#include <span>
#include <string_view>

#include "common/fsm/transition_table.h"

namespace callfleet::sip_edge::media {

enum class SourceState { kNoRemote, kSearching, kLearned, kLocked };
enum class SourceEvent {
  kRemoteSet,        // SDP gives an address, the first one or another one.
  kRemoteGone,       // SDP takes it away: c=0.0.0.0 or port 0.
  kPacketCurrent,    // From the source learned.
  kPacketSignalled,  // From the very address in the SDP.
  kPacketAllowed,    // Symmetric: from an allowed network, or the signalled host's other port.
  kPacketStranger,
  kSilence  // 1 s without a packet while the peer should send.
};
enum class SourceGuard {
  kAlways,
  kLockable
};  // Lockable: answered, and this is packet 3 or later.
enum class SourceEffect { kNone, kAccept, kAdopt, kForget, kAim, kConnect, kDisconnect, kStranger };

struct SourceMachine {
  using State = SourceState;
  using Event = SourceEvent;
  using Guard = SourceGuard;
  using Effect = SourceEffect;
  static constexpr State kInitial = State::kNoRemote;
  static constexpr std::array kStates{State::kNoRemote, State::kSearching, State::kLearned,
                                      State::kLocked};
  static constexpr std::array kEvents{
      Event::kRemoteSet,     Event::kRemoteGone,     Event::kPacketCurrent, Event::kPacketSignalled,
      Event::kPacketAllowed, Event::kPacketStranger, Event::kSilence};
  static constexpr bool IsTerminal(State) { return false; }  // The leg's end ends it.
  static constexpr std::string_view Name(State s) {
    constexpr std::array<std::string_view, 4> kNames{"NoRemote", "Searching", "Learned", "Locked"};
    return kNames[static_cast<std::size_t>(s)];
  }
  static constexpr std::string_view Name(Event e) {
    constexpr std::array<std::string_view, 7> kNames{
        "remote_set",     "remote_gone",     "packet_current", "packet_signalled",
        "packet_allowed", "packet_stranger", "silence"};
    return kNames[static_cast<std::size_t>(e)];
  }
};

namespace source_rows {
using S = SourceState;
using E = SourceEvent;
using G = SourceGuard;
using F = SourceEffect;
// clang-format off
inline constexpr std::array<fsm::Row<SourceMachine>, 25> kRows{{
  // from          event                when          to             effects
  {S::kNoRemote,  E::kRemoteSet,       G::kAlways,   S::kSearching, {F::kAim}},
  {S::kNoRemote,  E::kRemoteGone,      G::kAlways,   S::kNoRemote,  {}},
  {S::kNoRemote,  E::kPacketStranger,  G::kAlways,   S::kNoRemote,  {F::kStranger}},
  {S::kSearching, E::kRemoteSet,       G::kAlways,   S::kSearching, {F::kAim}},
  {S::kSearching, E::kRemoteGone,      G::kAlways,   S::kNoRemote,  {}},
  {S::kSearching, E::kPacketSignalled, G::kAlways,   S::kLearned,   {F::kAdopt, F::kAccept}},
  {S::kSearching, E::kPacketAllowed,   G::kAlways,   S::kLearned,   {F::kAdopt, F::kAccept}},
  {S::kSearching, E::kPacketStranger,  G::kAlways,   S::kSearching, {F::kStranger}},
  {S::kLearned,   E::kRemoteSet,       G::kAlways,   S::kSearching, {F::kForget, F::kAim}},
  {S::kLearned,   E::kRemoteGone,      G::kAlways,   S::kNoRemote,  {F::kForget}},
  {S::kLearned,   E::kPacketCurrent,   G::kLockable, S::kLocked,    {F::kAccept, F::kConnect}},
  {S::kLearned,   E::kPacketCurrent,   G::kAlways,   S::kLearned,   {F::kAccept}},
  // The signalled address comes first: it takes over from a source that was only allowed.
  {S::kLearned,   E::kPacketSignalled, G::kAlways,   S::kLearned,   {F::kAdopt, F::kAccept}},
  {S::kLearned,   E::kPacketAllowed,   G::kAlways,   S::kLearned,   {F::kStranger}},
  {S::kLearned,   E::kPacketStranger,  G::kAlways,   S::kLearned,   {F::kStranger}},
  {S::kLearned,   E::kSilence,         G::kAlways,   S::kSearching, {F::kForget}},
  {S::kLocked,    E::kRemoteSet,       G::kAlways,   S::kSearching, {F::kDisconnect, F::kForget, F::kAim}},
  {S::kLocked,    E::kRemoteGone,      G::kAlways,   S::kNoRemote,  {F::kDisconnect, F::kForget}},
  {S::kLocked,    E::kPacketCurrent,   G::kAlways,   S::kLocked,    {F::kAccept}},
  // These were in the socket's queue when it was connected; the kernel drops the later ones.
  {S::kLocked,    E::kPacketSignalled, G::kAlways,   S::kLocked,    {F::kStranger}},
  {S::kLocked,    E::kPacketAllowed,   G::kAlways,   S::kLocked,    {F::kStranger}},
  {S::kLocked,    E::kPacketStranger,  G::kAlways,   S::kLocked,    {F::kStranger}},
  {S::kLocked,    E::kSilence,         G::kAlways,   S::kSearching, {F::kDisconnect, F::kForget}},
  // Nothing was learned: there is nothing to forget.
  {S::kSearching, E::kSilence,         G::kAlways,   S::kSearching, {}},
  {S::kNoRemote,  E::kSilence,         G::kAlways,   S::kNoRemote,  {}},
}};
// clang-format on
}  // namespace source_rows
inline constexpr std::span<const fsm::Row<SourceMachine>> kSourceRows{source_rows::kRows};
static_assert(fsm::IsDeterministic<SourceMachine>(kSourceRows));
static_assert(fsm::TerminalsAreExactly<SourceMachine>(kSourceRows));
static_assert(fsm::AllReachable<SourceMachine>(kSourceRows));

}  // namespace callfleet::sip_edge::media
