#pragma once
// What the control side says to the engine and hears from it. Plain data, no allocation.
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"
#include "common/result/result.h"
#include "services/sip_edge/domain/media/amd/amd_types.h"
#include "services/sip_edge/domain/media/endpoint_stats.h"
#include "services/sip_edge/domain/media/media_types.h"
#include "services/sip_edge/domain/media/mix_matrix.h"
#include "services/sip_edge/domain/media/one_way.h"
#include "services/sip_edge/domain/media/source_learner.h"
#include "services/sip_edge/domain/media/srtp_key.h"
#include "services/sip_edge/domain/media/tone.h"

namespace callfleet::sip_edge::media {

// A leg's RTP endpoint; never reused, so a late command meets NOT_FOUND and not another call.
struct EndpointId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;  // 0: none.
  friend bool operator==(const EndpointId&, const EndpointId&) = default;
};

// One payload type of SDP; kNotNegotiated where there is none.
using PayloadType = std::int16_t;
inline constexpr PayloadType kNotNegotiated = -1;

// The peer's half of an offer/answer, as far as media needs it.
struct RemoteMedia {
  SourceRules rules;             // Address in the SDP, and where packets may come from.
  MediaAddress rtcp{};           // a=rtcp; not set: RTP port + 1.
  Codec codec = Codec::kPcmu;    // What we send,
  PayloadType payload_type = 0;  // under the number that the peer gave it.
  PayloadType receive_pcmu = 0;  // Numbers in the peer's packets: those that we gave.
  PayloadType receive_pcma = 8;
  PayloadType receive_g722 = kNotNegotiated;
  PayloadType dtmf_send = kNotNegotiated;
  PayloadType dtmf_receive = kNotNegotiated;
  std::uint8_t ptime_ms = 20;  // 10..60, a multiple of 10.
  Direction direction = Direction::kSendRecv;
  bool answered = false;     // Only an answered leg is locked to its source and kept alive.
  bool early_send = false;   // May be sent to before it has answered: our 183 to a caller.
  bool inband_keys = false;  // It has no telephone-event: its keys are looked for in the audio.
  std::optional<SrtpKeys> srtp{};  // Nothing: RTP.
};
constexpr FrameFormat FormatOf(const RemoteMedia& remote) {
  return {.ptime_ms = remote.ptime_ms, .g711 = IsG711(remote.codec)};
}
Status Validate(const RemoteMedia& remote);  // INVALID_ARGUMENT naming the field.

// A column of a row: another leg, or a tone that repeats until the row changes.
struct RowSource {
  Column::Kind kind = Column::Kind::kLeg;
  EndpointId leg{};
  Tone tone = Tone::kSilence;
  float gain = 1.0F;
  static RowSource Leg(EndpointId leg, float gain = 1.0F) {
    return {Column::Kind::kLeg, leg, Tone::kSilence, gain};
  }
  static RowSource Player(Tone tone) { return {Column::Kind::kTone, {}, tone, 1.0F}; }
};

enum class MediaEventKind : std::uint8_t {
  kFirstRtp,       // `source`: the first packet that was accepted.
  kSourceChanged,  // `source`: the address learned now.
  kNoRtp,        // No RTP and no RTCP for no_rtp_after though the peer should send; once until some
                 // comes.
  kDtmf,         // `digit`: one of 0-9 * # A-D.
  kDtmfSent,     // All keys of SendDtmf are out.
  kSoundDone,    // Sound `number` is over: heard to its end, or `replaced`.
  kOneWay,       // `one_way` is another than before.
  kAmdDecision,  // `amd`: who answered; once after Listen.
  kAmdCue,       // After a machine's: its beep or its greeting is over.
  kStats,        // Answer to RequestStats.
  kClosed        // The last event of an endpoint, with its final `stats`.
};

// Who answered, and when that was known.
struct AmdHeard {
  amd::Verdict verdict = amd::Verdict::kHuman;
  amd::Reason reason = amd::Reason::kDeadline;
  amd::Millis from_rtp{0};
  amd::Millis from_answer{0};
};

struct MediaEvent {
  MediaEventKind kind = MediaEventKind::kClosed;
  EndpointId endpoint{};
  Instant at{};  // When it happened, by the engine's clock; not when it is read.
  MediaAddress source{};
  char digit = 0;
  std::uint32_t number = 0;  // Of kSoundDone: the SoundList's.
  std::uint32_t serial = 0;  // Of kSoundDone: for the engine itself.
  bool replaced = false;     // Of kSoundDone: something else took its place.
  OneWay one_way = OneWay::kNo;
  AmdHeard amd{};
  EndpointStats stats{};
};

// Sums over all media threads since the start; read at any time from any thread.
struct EngineCounters {
  std::uint64_t packets_received = 0;
  std::uint64_t packets_relayed = 0;
  std::uint64_t packets_generated = 0;  // Silence, tones, keys and mixes.
  std::uint64_t frames_mixed = 0;       // Of 20 ms, one a listener whose row is mixed.
  std::uint64_t strangers = 0;
  std::uint64_t malformed = 0;
  std::uint64_t unauthentic = 0;  // SRTP or SRTCP under another key, changed or heard before.
  std::uint64_t send_errors = 0;
  std::uint64_t late_packets = 0;  // From before a switch: dropped.
  std::uint64_t ticks = 0;
  std::uint64_t ticks_skipped = 0;
  std::uint64_t events_dropped = 0;  // The control side did not Drain(); kClosed is never dropped.
  std::uint64_t threads = 0;
  std::uint64_t realtime_threads = 0;  // < threads: SCHED_FIFO was refused.
  std::uint64_t endpoints = 0;         // Open now.
  std::chrono::nanoseconds cpu{0};     // CPU time of the media threads.
};

}  // namespace callfleet::sip_edge::media
