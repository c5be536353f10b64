#pragma once
// What owners may ask of the edge, in the domain's words. rpc/ converts.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/ids/ids.h"
#include "services/sip_edge/domain/amd.h"
#include "services/sip_edge/domain/call_record.h"
#include "services/sip_edge/domain/recording.h"

namespace callfleet::sip_edge {

struct CommandContext {
  RequestId request{};
  BootId boot{};  // Empty: any.
  UnitToken unit{};
};

enum class OnPeerEnd : std::uint8_t { kHangUp = 1, kKeepWithMusic };

// The transfer that a new leg is the target of.
struct TransferTo {
  std::string id{};
  TransferKind kind = TransferKind::kBlind;
  LegId referrer{};        // Where the id is new.
  bool by_person = false;  // The number is one that agents may dial, or it is refused.
};

// What happens without another command, so that no half step needs a living controller.
struct WhatFollows {
  LegId bridge_with{};
  OnPeerEnd on_peer_end = OnPeerEnd::kHangUp;
  std::chrono::milliseconds ring_timeout{25'000};                 // From the first 18x.
  std::chrono::milliseconds setup_timeout{20'000};                // From INVITE to 18x or 200.
  std::optional<std::chrono::milliseconds> not_bridged_within{};  // From the 200.
  std::string safe_message{};                                     // Prompts; empty: the edge's own.
  std::string hold_music{};
  std::optional<RecordingPolicy> recording{};  // Of bridges that it enters.
  std::optional<TransferTo> transfer{};
  std::optional<AmdSettings> amd{};  // Of a leg to the outside; nothing: nobody listens.
};

// Where a leg goes.
struct LegTarget {
  struct TrunkNumber {
    TrunkId trunk;
    std::string number;  // E.164 with +.
  };
  struct SipUser {
    std::string name;
  };
  struct Uri {
    std::string text;
    AgentId agent{};  // Whose fixed contact it is; empty: nobody's.
  };
  struct DedicatedLeg {
    LegId leg;
  };
  std::variant<TrunkNumber, SipUser, Uri, DedicatedLeg> to{};
  std::string caller_id{};
  std::string caller_name{};
  std::map<std::string, std::string> headers{};  // Without the prefix X-Callfleet-.
  LineMode line_mode = LineMode::kRing;
};

struct OriginateCommand {
  CommandContext context{};
  CallId call{};
  LegId leg{};
  LegTarget target{};
  WhatFollows follows{};
  std::map<std::string, std::string> labels{};
};

struct RingCommand {
  CommandContext context{};
  CallId call{};  // Empty: a dedicated leg; its record's id is the leg's.
  LegId leg{};
  AgentId agent{};
  ReservationId reservation{};
  LegTarget target{};
  WhatFollows follows{};
  std::map<std::string, std::string> labels{};
};

enum class Tone : std::uint8_t { kSilence = 1, kRingback, kBusy, kBeep, kZip };
struct SoundPart {
  Tone tone = Tone::kSilence;  // Silence lasts a second.
  std::string prompt{};        // Instead of a tone.
  bool loop = false;           // Only the last part may.
};
// What is heard, one part after the other.
struct Sound {
  std::vector<SoundPart> parts{};
  static Sound Of(Tone tone, bool loop = false) { return {{{.tone = tone, .loop = loop}}}; }
  static Sound Of(std::string prompt, bool loop = false) {
    return {{{.prompt = std::move(prompt), .loop = loop}}};
  }
};
inline constexpr std::size_t kMaxSoundParts = 32;

// Who hears it. Numbers as in the proto.
enum class PlayTo : std::uint8_t { kFreeLeg = 0, kBridgedLeg, kBridge };

struct AnswerCommand {
  CommandContext context{};
  CallId call{};
  bool early_media_only = false;
  std::optional<Sound> sound{};
};

struct BridgeCommand {
  CommandContext context{};
  CallId call{};
  LegId leg{};
  LegId with{};
  OnPeerEnd on_peer_end = OnPeerEnd::kHangUp;
  std::string hold_music{};                    // Empty: as before.
  std::optional<RecordingPolicy> recording{};  // Nothing: as the legs say.
};

struct HangUpCommand {
  CommandContext context{};
  CallId call{};  // Empty: `leg` is a dedicated one.
  LegId leg{};    // Empty: all legs.
  int sip_code = 480;
  int q850 = 16;
  bool keep_peers = false;  // Whatever their on_peer_end says.
};

struct HoldCommand {
  CommandContext context{};
  CallId call{};
  LegId leg{};
  bool held = true;
};

enum class TransferVerb : std::uint8_t { kComplete = 1, kCancel, kConference, kRefuse, kRelease };

struct SteerTransferCommand {
  CommandContext context{};
  CallId call{};
  std::string transfer{};
  TransferVerb verb = TransferVerb::kComplete;
  int sip_code = 603;
};

struct PlayCommand {
  CommandContext context{};
  CallId call{};
  LegId leg{};
  std::optional<Sound> sound{};  // Nothing: stop.
  PlayTo to = PlayTo::kFreeLeg;
};

struct RecordCommand {
  CommandContext context{};
  CallId call{};
  RecordAction action = RecordAction::kStart;
  std::optional<RecordingPolicy> policy{};
};

struct DigitsCommand {
  CommandContext context{};
  CallId call{};
  LegId leg{};
  std::string digits{};
};

struct ClaimCommand {
  CommandContext context{};
  CallId call{};
};

struct HandoverCommand {
  CommandContext context{};
  CallId call{};
  Unit to{};
  std::string number{};
  LegId release{};
};

struct DeclineCommand {
  CommandContext context{};
  CallId call{};
  OfferReturn answer{};
};

// A known leg: its mode is changed; else the supervisor's phone is rung.
struct SuperviseCommand {
  CommandContext context{};
  CallId call{};    // Of one call,
  AgentId agent{};  // or of all calls of an agent, one after the other.
  LegId leg{};
  std::optional<LegTarget> target{};
  SuperviseMode mode = SuperviseMode::kListen;
  bool include_private = false;
};

struct StopSupervisionCommand {
  CommandContext context{};
  LegId leg{};
};

struct AcknowledgeCommand {
  CommandContext context{};
  std::vector<CallId> calls{};
};

}  // namespace callfleet::sip_edge
