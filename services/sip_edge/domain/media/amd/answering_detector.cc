#include "services/sip_edge/domain/media/amd/answering_detector.h"

#include <algorithm>
#include <cmath>

namespace callfleet::sip_edge::media::amd {
namespace {

constexpr Millis kNothingComes{60};  // So long after a packet quiet is assumed.
// What does not come may be late: only so long after a packet a tone counts as ended.
constexpr Millis kToneEnded{300};
constexpr std::int64_t kJump = 40000;  // Samples: another source, or its clock began anew.
constexpr float kTonesAbove = -45;     // dBm0; weaker ones are not looked for.

Millis Since(MonoTime from, MonoTime to) { return std::chrono::duration_cast<Millis>(to - from); }

}  // namespace

AnsweringDetector::AnsweringDetector(const Thresholds& thresholds)
    : thresholds_(thresholds), level_(thresholds), gate_(thresholds.word_gap) {}

AnsweringDetector::Output AnsweringDetector::OnAnswer(MonoTime at) {
  Output out;
  if (answered_) return out;
  answered_ = at;
  gate_.Reset();
  tones_.Reset();
  level_.ForgetPeak();
  in_block_ = 0;
  samples_ = 0;
  tone_heard_ = false;
  if (!decided()) Step(AmdEvent::kAnswered, at, out);
  return out;
}

AnsweringDetector::Output AnsweringDetector::OnFrame(const Frame& frame) {
  Output out;
  CheckDeadline(frame.arrived, out);
  const std::int64_t gap = GapBefore(frame);
  if (gap < 0) return out;
  if (answered_ && !first_rtp_) {
    first_rtp_ = frame.arrived;
    parts_.rtp_after_answer = Since(*answered_, frame.arrived);
  } else {
    const Millis missing{gap / kSamplesAMs};
    if (missing.count() > 0 && !tones_ended_) EndTones(missing, frame.arrived, out);
    if (gap > assumed_) OnGap(Millis{(gap - assumed_) / kSamplesAMs}, frame.arrived, out);
  }
  assumed_ = 0;
  tones_ended_ = false;
  last_frame_ = frame.arrived;
  for (const std::int16_t sample : frame.samples) {
    block_[in_block_++] = sample;
    if (in_block_ < kBlockSamples) continue;
    in_block_ = 0;
    OnBlock(frame.arrived, out);
  }
  return out;
}

AnsweringDetector::Output AnsweringDetector::OnTick(MonoTime now) {
  Output out;
  CheckDeadline(now, out);
  // Discontinuous transmission (RFC 3551 4.1): a silent sender stops.
  if (first_rtp_ && Since(last_frame_, now) >= kNothingComes) {
    const auto passed = Since(last_frame_, now).count() * kSamplesAMs - assumed_;
    assumed_ += passed;
    OnGap(Millis{passed / kSamplesAMs}, now, out);
    const Millis quiet{assumed_ / kSamplesAMs};
    if (quiet >= kToneEnded && !tones_ended_) EndTones(quiet, now, out);
  }
  return out;
}

std::int64_t AnsweringDetector::GapBefore(const Frame& frame) {
  const auto step = static_cast<std::int32_t>(frame.timestamp - next_timestamp_);
  const bool anew = !has_timestamp_ || std::abs(std::int64_t{step}) > kJump;
  if (!anew && step < 0) return step;
  has_timestamp_ = true;
  next_timestamp_ = frame.timestamp + static_cast<std::uint32_t>(frame.samples.size());
  return anew ? assumed_ : step;
}

void AnsweringDetector::CheckDeadline(MonoTime now, Output& out) {
  if (!answered_ || decided()) return;
  // What the next tick would find too late is decided now.
  const MonoTime next = now + kBlock;
  const bool late = next > *answered_ + thresholds_.max_from_answer ||
                    (first_rtp_ && next > *first_rtp_ + thresholds_.max_from_rtp);
  if (late) Step(AmdEvent::kDeadline, now, out);
}

void AnsweringDetector::OnBlock(MonoTime now, Output& out) {
  samples_ += kBlockSamples;
  const float level = LevelOf(block_);
  const Lines lines = level > kTonesAbove ? FindLines(block_) : Lines{};
  const bool voice = level_.IsVoice(level, lines.first_hz != 0);
  const bool speaking = gate_.OnBlock(voice);
  tone_heard_ = tone_heard_ || lines.first_hz != 0;
  if (speaking) tones_.OnVoice();
  const auto found = tones_.OnBlock(lines, level);
  if (found) OnTone(*found, now, out);
  if (decided()) {
    FindLate(out);
  } else {
    Step(speaking ? AmdEvent::kVoice : AmdEvent::kQuiet, now, out);
  }
}

void AnsweringDetector::OnGap(Millis gap, MonoTime now, Output& out) {
  samples_ += gap.count() * kSamplesAMs;
  if (in_block_ > 0 && gap >= kBlock) in_block_ = 0;  // Its other half is lost.
  const bool speaking = gate_.OnGap(gap);
  if (decided()) {
    FindLate(out);
  } else if (!speaking) {
    Step(AmdEvent::kQuiet, now, out);
  }
}

void AnsweringDetector::EndTones(Millis quiet, MonoTime now, Output& out) {
  tones_ended_ = true;
  for (Millis passed{0}; passed < std::min(quiet, Millis{200}); passed += kBlock) {
    const auto found = tones_.OnBlock({}, 0);
    if (found) OnTone(*found, now, out);
  }
}

void AnsweringDetector::OnTone(const ToneFound& found, MonoTime now, Output& out) {
  if (found.kind == ToneKind::kRingback) {
    parts_.ringback = parts_.ringback || answered_.has_value();
    return;
  }
  if (decided()) {
    if (found.kind != ToneKind::kBeep || beep_told_) return;
    beep_told_ = true;
    out.late = LateFinding::kBeepEnded;
    return;
  }
  parts_.tone = found.length;
  parts_.tone_hz = found.hz;
  switch (found.kind) {
    case ToneKind::kBeep:
      return Step(AmdEvent::kBeep, now, out);
    case ToneKind::kFax:
      return Step(AmdEvent::kFax, now, out);
    case ToneKind::kSit:
    case ToneKind::kBusy:
      return Step(AmdEvent::kNetworkTone, now, out);
    case ToneKind::kRingback:
      return;
  }
}

bool AnsweringDetector::Holds(AmdGuard guard) const {
  switch (guard) {
    case AmdGuard::kAlways:
      return true;
    case AmdGuard::kRunLong:
      // The pause in which the run may be ending is not speech.
      return Position() - gate_.since_voice() - word_began_ >= thresholds_.longest_run;
    case AmdGuard::kWordsMany:
      return parts_.words >= thresholds_.max_words;
    case AmdGuard::kPauseLong:
      return gate_.since_voice() >= thresholds_.after_greeting;
    case AmdGuard::kSilenceLong:
      return first_rtp_ && !tone_heard_ && Position() >= thresholds_.silence;
  }
  return false;
}

void AnsweringDetector::Step(AmdEvent event, MonoTime now, Output& out) {
  const auto* row =
      fsm::Find<AmdMachine>(kAmdRows, state_, event, [this](AmdGuard g) { return Holds(g); });
  if (row == nullptr) return;  // A beep inside a word is music or speech.
  state_ = row->to;
  for (const AmdEffect effect : row->effects) Apply(effect, now, out);
}

void AnsweringDetector::Apply(AmdEffect effect, MonoTime now, Output& out) {
  constexpr Millis kAttack = kBlock * 3;  // The gate opens with the third block of a word.
  switch (effect) {
    case AmdEffect::kNone:
      return;
    case AmdEffect::kBeginGreeting:
      parts_.initial_silence = std::max(Millis{0}, Position() - kAttack);
      [[fallthrough]];
    case AmdEffect::kBeginWord:
      word_began_ = std::max(Millis{0}, Position() - kAttack);
      ++parts_.words;
      return;
    case AmdEffect::kEndWord:
      word_ended_ = Position() - gate_.since_voice();
      parts_.run = std::max(parts_.run, word_ended_ - word_began_);
      return;
    case AmdEffect::kDecideHuman:
      return Decide(Verdict::kHuman, Reason::kShortGreeting, now, out);
    case AmdEffect::kDecideMachine:
      return Decide(Verdict::kMachine, Reason::kLongRun, now, out);
    case AmdEffect::kDecideWords:
      return Decide(Verdict::kMachine, Reason::kManyWords, now, out);
    case AmdEffect::kDecideBeep:
      beep_told_ = true;
      return Decide(Verdict::kBeep, Reason::kTone, now, out);
    case AmdEffect::kDecideFax:
      return Decide(Verdict::kFax, Reason::kTone, now, out);
    case AmdEffect::kDecideSit:
      return Decide(Verdict::kSit, Reason::kTone, now, out);
    case AmdEffect::kDecideSilence:
      return Decide(Verdict::kSilence, Reason::kNoSound, now, out);
    case AmdEffect::kDecideUnsure:
      return Decide(Verdict::kHuman, Reason::kDeadline, now, out);
  }
}

void AnsweringDetector::Decide(Verdict verdict, Reason reason, MonoTime now, Output& out) {
  verdict_ = verdict;
  if (parts_.words > 0) {
    const Millis voice_end = Position() - gate_.since_voice();
    parts_.greeting = voice_end - parts_.initial_silence;
    parts_.run = std::max(parts_.run, voice_end - word_began_);
    parts_.quiet = gate_.since_voice();
  } else {
    parts_.initial_silence = Position();
  }
  parts_.floor_dbm0 = static_cast<int>(std::lround(level_.floor()));
  parts_.voice_dbm0 = static_cast<int>(std::lround(level_.peak()));
  out.decision = Decision{.verdict = verdict,
                          .reason = reason,
                          .at = now,
                          .from_rtp = first_rtp_ ? Since(*first_rtp_, now) : Millis{0},
                          .from_answer = answered_ ? Since(*answered_, now) : Millis{0},
                          .parts = parts_};
}

void AnsweringDetector::FindLate(Output& out) {
  if (!answered_ || out.late != LateFinding::kNone) return;
  if (verdict_ != Verdict::kMachine || end_told_) return;
  if (gate_.since_voice() < thresholds_.message_silence) return;
  end_told_ = true;
  out.late = LateFinding::kGreetingEnded;
}

}  // namespace callfleet::sip_edge::media::amd
