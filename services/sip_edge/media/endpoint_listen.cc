// What is listened for in the audio of a leg's peer: keys, and who answered.
#include <algorithm>
#include <array>

#include "services/sip_edge/domain/media/mixer.h"
#include "services/sip_edge/media/endpoint.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr std::size_t kMostSamples = 60 * kSamplesPerMs;
using Samples = std::array<std::int16_t, kMostSamples>;

// Null: what is G.722 is not understood.
std::span<const std::int16_t> Decoded(Codec codec, std::span<const std::uint8_t> payload,
                                      G722Decoder* g722, Samples& samples) {
  const auto octets = payload.first(std::min(payload.size(), kMostSamples));
  const auto out = std::span(samples).first(octets.size());
  if (IsG711(codec)) {
    DecodeG711(codec, octets, out);
  } else if (g722 != nullptr) {
    g722->Decode(octets, out);
  } else {
    return {};
  }
  return out;
}

}  // namespace

// The listeners hear such a key as it came, in the audio.
void Endpoint::FindKeys(const RtpView& view, Kind kind, ThreadContext& context) {
  const auto codec = CodecOf(kind);
  if (!codec) return;
  Samples samples{};
  const auto heard =
      Decoded(*codec, context.buffer.subspan(view.payload_offset, view.payload_bytes),
              keys_decoder_ ? &*keys_decoder_ : nullptr, samples);
  for (const char digit : inband_keys_->OnAudio(heard)) {
    ++stats_.digits_received;
    Emit(MediaEventKind::kDtmf, context, digit);
  }
}

void Endpoint::Listen(AmdParts* parts, ThreadContext& context) {
  amd_ = parts;
  only_relays_until_ = {};  // The detector's clock is the tick.
  if (amd_ != nullptr && remote_.answered)
    TellAmd(amd_->detector.OnAnswer(context.now.mono), context);
}

// Comfort noise (RFC 3389) is quiet: a packet of it is as none.
void Endpoint::HearWho(const RtpView& view, Kind kind, ThreadContext& context) {
  const auto codec = CodecOf(kind);
  if (!codec) return;
  Samples samples{};
  const auto heard =
      Decoded(*codec, context.buffer.subspan(view.payload_offset, view.payload_bytes),
              &amd_->decoder, samples);
  TellAmd(amd_->detector.OnFrame(
              {.arrived = context.now.mono, .timestamp = view.header.timestamp, .samples = heard}),
          context);
}

void Endpoint::TickWho(ThreadContext& context) {
  TellAmd(amd_->detector.OnTick(context.now.mono), context);
}

void Endpoint::TellAmd(const amd::AnsweringDetector::Output& output, ThreadContext& context) {
  if (output.decision) {
    MediaEvent event{.kind = MediaEventKind::kAmdDecision, .endpoint = id_, .at = context.now};
    event.amd = {.verdict = output.decision->verdict,
                 .reason = output.decision->reason,
                 .from_rtp = output.decision->from_rtp,
                 .from_answer = output.decision->from_answer};
    context.emit(context.thread, event);
  }
  if (output.late != amd::LateFinding::kNone) Emit(MediaEventKind::kAmdCue, context);
}

}  // namespace callfleet::sip_edge::media
