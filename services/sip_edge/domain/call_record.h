#pragma once
// What the edge knows and tells about one call: the whole truth, raised by a version.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/sip_edge/domain/amd.h"
#include "services/sip_edge/domain/audio_codec.h"
#include "services/sip_edge/domain/leg_machine.h"
#include "services/sip_edge/domain/recording.h"
#include "services/sip_edge/domain/sip_cause.h"
#include "services/sip_edge/domain/transfer_machine.h"

namespace callfleet::sip_edge {

enum class CallDirection : std::uint8_t { kInbound = 1, kOutbound = 2 };
enum class CallState : std::uint8_t { kArrived = 1, kSetup, kWaiting, kBridged, kEnded };
enum class LegRole : std::uint8_t { kCustomer = 1, kAgent, kSupervisor };
// How a supervisor takes part. Numbers as in the proto.
enum class SuperviseMode : std::uint8_t { kNone = 0, kListen, kWhisper, kBarge, kTakeOver };
enum class LineMode : std::uint8_t { kRing = 1, kAuto, kDedicated };

// Why the edge ended or refused a leg by itself. Numbers as in the proto.
enum class EdgeReason : std::uint8_t {
  kNone = 0,
  kSetupTimeout,
  kRingTimeout,
  kAbandoned,
  kAnsweredAfterCancel,
  kDialogLost,
  kSessionExpired,
  kNoRtp,
  kTrunkFailed,
  kNotRegistered,
  kNoCommonCodec,
  kEdgeRestarted,
  kDrained,
  kUnclaimed,
  kAnsweredElsewhere,
  kPeerEnded,
  kMachine,
  kTransferred = 20,
  kReplaced,
  kTakenOver = 25,
};

struct LegEnd {
  EndedBy by = EndedBy::kNobody;
  SipCause cause{};
  EdgeReason edge_reason = EdgeReason::kNone;
};

// Numbers as in the proto.
enum class OneWayAudio : std::uint8_t { kNo = 0, kNothingReceived, kNothingHeard };

struct MediaQuality {
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t stranger_packets = 0;
  std::chrono::microseconds jitter{0};
  std::optional<std::chrono::microseconds> round_trip{};
  std::optional<WallTime> first_rtp{};  // First packet accepted from the far end.
  double mos = 0;                       // 1.0 to 4.5; 0: nothing was received.
};

// How a sound ended. Numbers as in the proto.
enum class PlaybackEnd : std::uint8_t { kNone = 0, kFinished, kReplaced, kLegEnded };

// The newest sound of a leg.
struct Playback {
  RequestId request{};  // Empty: the edge's own.
  WallTime start{};
  std::optional<WallTime> end{};
  PlaybackEnd how = PlaybackEnd::kNone;
};

struct LegRecord {
  LegId id{};
  LegRole role = LegRole::kCustomer;
  LegPhase phase = LegPhase::kSetup;
  AgentId agent{};
  ReservationId reservation{};
  TrunkId trunk{};
  std::string remote{};
  std::string caller_id{};
  LineMode line_mode = LineMode::kRing;
  std::string sip_call_id{};
  WallTime created{};
  std::optional<WallTime> placed{};
  std::optional<WallTime> ringing{};
  std::optional<WallTime> early_media{};
  std::optional<WallTime> answered{};
  std::optional<WallTime> ended{};
  LegEnd end{};
  bool incoming = false;
  bool is_caller = false;  // It called and is served in this call.
  bool early_answer = false;
  bool held_by_far_end = false;
  bool held_by_us = false;
  bool dedicated = false;
  OneWayAudio one_way_audio = OneWayAudio::kNo;         // Now, or at the end.
  SuperviseMode supervise_mode = SuperviseMode::kNone;  // Of supervisors.
  AgentId follows_agent{};            // Of a supervisor's line that is kept up, and of its views.
  std::optional<AudioCodec> codec{};  // Agreed on last; nothing before any answer.
  LegId replaces{};                   // Whose place it took, or what it was in another call.
  MediaQuality quality{};
  std::optional<Playback> playback{};
  std::optional<AmdResult> amd{};  // Who answered; nothing: nobody asks.
};

struct BridgeSpan {
  BridgeId id{};
  std::vector<LegId> legs{};
  WallTime start{};
  std::optional<WallTime> end{};
};

// What a version adds; bits, numbers as in the proto.
enum class CallChange : std::uint8_t {
  kCreated = 1,
  kPlaced,
  kRinging,
  kAnswered,
  kBridged,
  kUnbridged,
  kLegEnded,
  kEnded,
  kController,
  kHold,
  kDtmf,
  kMedia,
  kPlayback,
  kRecording,
  kAmd,
  kTransfer = 20,
  kSupervision = 25,
};

// Numbers as in the proto.
enum class TransferKind : std::uint8_t { kBlind = 1, kConsult, kAttended };
enum class TransferEnd : std::uint8_t {
  kNone = 0,
  kCompleted,
  kRefused,
  kFailed,
  kCancelled,
  kCustomerLeft,
  kReleased,
};

struct TransferRecord {
  std::string id{};
  TransferKind kind = TransferKind::kBlind;
  TransferState state = TransferState::kAsked;
  TransferEnd end = TransferEnd::kNone;
  LegId referrer{};
  LegId customer{};
  LegId target{};
  std::string dialled{};  // As a phone's REFER named it.
  bool by_phone = false;
  int sip_code = 0;
  WallTime begin{};
  std::optional<WallTime> ended{};
};

// What goes with an offer of the call to another unit.
struct Offer {
  RequestId request{};
  std::string number{};  // That a person asked for; `routing` knows where it leads.
  LegId release{};       // Agent's leg that ends when the offer is claimed.
};

// How the newest offer came back.
struct OfferReturn {
  RequestId request{};
  Unit by{};
  std::string reason{};
  std::string agent{};   // What the number leads to: an agent,
  std::string number{};  // or a number,
  TrunkId trunk{};       // by this trunk.
  int sip_code = 0;
};

// A talk was passed to another unit.
struct Passing {
  Unit by{};
  WallTime time{};
  bool by_waits = true;  // Until that unit has acknowledged the call too.
};

struct CallRecord {
  CallId id{};
  std::uint64_t version = 0;
  CallDirection direction = CallDirection::kOutbound;
  CallState state = CallState::kSetup;
  std::optional<UnitToken> controller{};
  std::optional<Unit> offered{};
  std::vector<LegRecord> legs{};
  std::vector<BridgeSpan> bridges{};
  std::string caller{};
  std::string called{};
  std::map<std::string, std::string> labels{};
  WallTime created{};
  std::optional<WallTime> answered{};
  std::optional<WallTime> bridged{};
  std::optional<WallTime> ended{};
  LegEnd end{};
  std::string digits{};
  std::vector<RecordingInfo> recordings{};
  std::uint64_t digit_count = 0;  // Of the customer's leg: the number of the last of `digits`.
  std::vector<TransferRecord> transfers{};  // The last 16; only the last one can be under way.
  std::optional<Offer> offer{};             // With `offered`.
  std::optional<OfferReturn> offer_return{};
  std::optional<Passing> passed{};
};

}  // namespace callfleet::sip_edge
