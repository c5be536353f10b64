// Rows of more than one source, or of one that does not fit: summed on the tick.
#include <algorithm>

#include "services/sip_edge/domain/media/mixer.h"
#include "services/sip_edge/media/endpoint.h"

namespace callfleet::sip_edge::media {
namespace {

// A key that is passed on into a mix is sent anew, RFC 4733 2.5.1.
constexpr std::uint16_t kKeyMs = 100;
constexpr std::uint16_t kKeyGapMs = 60;

}  // namespace

void Endpoint::KeepForMixing(const RtpView& view, Kind kind, ThreadContext& context) {
  if (mix_ == nullptr || view.payload_bytes > JitterBuffer::kMaxPacketSamples) return;
  const auto codec = CodecOf(kind);
  if (!codec) return;
  std::array<std::int16_t, JitterBuffer::kMaxPacketSamples> samples;
  const auto octets = context.buffer.subspan(view.payload_offset, view.payload_bytes);
  const auto decoded = std::span(samples).first(octets.size());
  if (IsG711(*codec)) {
    DecodeG711(*codec, octets, decoded);
  } else {
    mix_->decoder.Decode(octets, decoded);
  }
  mix_->buffer.Put(view.header.ssrc, view.header.timestamp, decoded);
}

// The first listener of a tick takes the frame out of the buffer for all.
const PcmFrame* Endpoint::Spoken(std::uint64_t tick) {
  if (mix_ == nullptr) return nullptr;
  if (mix_->tick != tick) {
    mix_->tick = tick;
    mix_->heard = mix_->buffer.Take(mix_->frame);
  }
  return mix_->heard ? &mix_->frame : nullptr;
}

void Endpoint::Mix(ThreadContext& context) {
  MixSum sum;
  for (std::size_t i = 0; i < source_count_; ++i) {
    if (const auto* frame = sources_[i].leg->Spoken(context.tick))
      sum.Add(*frame, sources_[i].gain);
  }
  PcmFrame frame;
  if (row_tone_) {
    std::array<std::uint8_t, kMixFrame> octets;
    CopyTone(row_player_, Codec::kPcmu, octets, context);
    DecodeG711(Codec::kPcmu, octets, frame);
    sum.Add(frame, row_tone_gain_);
  }
  sum.Take(frame);
  auto& mix = *mix_;
  if (mix.waits + kMixFrame > mix.waiting.size()) mix.waits = 0;  // Nothing takes it.
  std::copy(frame.begin(), frame.end(),
            mix.waiting.begin() + static_cast<std::ptrdiff_t>(mix.waits));
  mix.waits += kMixFrame;
  Count(context.counters.frames_mixed);
}

void Endpoint::EmitMix(ThreadContext& context) {
  const std::size_t frame = FrameSamples();
  auto& mix = *mix_;
  if (mix.waits < frame) {  // Just turned from pass-through within a packet time.
    std::fill(mix.waiting.begin() + static_cast<std::ptrdiff_t>(mix.waits),
              mix.waiting.begin() + static_cast<std::ptrdiff_t>(frame), std::int16_t{0});
    mix.waits = frame;
  }
  const auto samples = std::span(mix.waiting).first(frame);
  const auto payload = context.buffer.subspan(kRtpHeaderBytes, frame);
  if (IsG711(remote_.codec)) {
    EncodeG711(remote_.codec, samples, payload);
  } else {
    mix.encoder.Encode(samples, payload);
  }
  SkipMix();
  last_mix_ = context.now.mono;
  SendGenerated(remote_.payload_type, out_.Generate(FrameSamples(), context.now.mono), frame,
                context);
}

void Endpoint::SkipMix() {
  auto& mix = *mix_;
  const std::size_t frame = std::min<std::size_t>(FrameSamples(), mix.waits);
  std::copy(mix.waiting.begin() + static_cast<std::ptrdiff_t>(frame),
            mix.waiting.begin() + static_cast<std::ptrdiff_t>(mix.waits), mix.waiting.begin());
  mix.waits -= frame;
}

void Endpoint::PassKey(char digit) {
  if (!mixed_ || remote_.dtmf_send == kNotNegotiated || keys_.active()) return;
  SendKeys({&digit, 1}, kKeyMs, kKeyGapMs);
  key_passed_ = true;
}

}  // namespace callfleet::sip_edge::media
