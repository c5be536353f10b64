#pragma once
// Tells who answered a call from its audio, while it arrives. One a leg, on the thread that owns
// the leg; allocates nothing and costs some 3 us a 20 ms frame. Pure: time comes with each call.
#include <array>
#include <optional>
#include <span>

#include "services/sip_edge/domain/media/amd/amd_machine.h"
#include "services/sip_edge/domain/media/amd/amd_types.h"
#include "services/sip_edge/domain/media/amd/level_tracker.h"
#include "services/sip_edge/domain/media/amd/tone_spotter.h"

namespace callfleet::sip_edge::media::amd {

// Audio of one RTP packet, 8 kHz. Comfort noise (RFC 3389) is not passed on: it is quiet.
struct Frame {
  MonoTime arrived{};
  std::uint32_t timestamp = 0;  // RTP's. A step of more than 5 s or a new source starts anew.
  std::span<const std::int16_t> samples{};
};

class AnsweringDetector {
 public:
  struct Output {
    std::optional<Decision> decision{};  // Once.
    LateFinding late = LateFinding::kNone;
  };
  // `thresholds` must have passed Check().
  explicit AnsweringDetector(const Thresholds& thresholds);

  // Before it, frames are early media: only fax and network tones decide there. A second is
  // ignored.
  Output OnAnswer(MonoTime at);
  Output OnFrame(const Frame& frame);
  // At least each 20 ms after the answer: keeps the deadline and hears that nothing comes.
  Output OnTick(MonoTime now);

  bool decided() const { return state_ == AmdState::kDecided; }
  AmdState state() const { return state_; }

 private:
  Millis Position() const { return Millis{samples_ / kSamplesAMs}; }
  bool Holds(AmdGuard guard) const;
  void Step(AmdEvent event, MonoTime now, Output& out);
  void Apply(AmdEffect effect, MonoTime now, Output& out);
  void Decide(Verdict verdict, Reason reason, MonoTime now, Output& out);
  void OnBlock(MonoTime now, Output& out);
  void OnGap(Millis gap, MonoTime now, Output& out);
  void EndTones(Millis quiet, MonoTime now, Output& out);  // Nothing was heard for `quiet`.
  void OnTone(const ToneFound& found, MonoTime now, Output& out);
  void CheckDeadline(MonoTime now, Output& out);
  void FindLate(Output& out);
  std::int64_t GapBefore(const Frame& frame);  // In samples; negative: old, to be dropped.

  static constexpr std::int64_t kSamplesAMs = 8;

  Thresholds thresholds_;
  LevelTracker level_;
  VoiceGate gate_;
  ToneSpotter tones_;
  AmdState state_ = AmdMachine::kInitial;

  std::optional<MonoTime> answered_{};
  std::optional<MonoTime> first_rtp_{};  // After the answer.
  MonoTime last_frame_{};
  bool has_timestamp_ = false;
  std::uint32_t next_timestamp_ = 0;
  std::int64_t assumed_ = 0;  // Samples of quiet assumed since the last packet.
  bool tones_ended_ = false;  // For them it is assumed later, and was.

  std::array<std::int16_t, kBlockSamples> block_{};
  std::size_t in_block_ = 0;

  bool tone_heard_ = false;   // Ringing is no silence.
  std::int64_t samples_ = 0;  // Media time since the first RTP after the answer.
  Millis word_began_{0};
  Millis word_ended_{0};
  Parts parts_;
  Verdict verdict_ = Verdict::kHuman;
  bool beep_told_ = false;
  bool end_told_ = false;
};

}  // namespace callfleet::sip_edge::media::amd
