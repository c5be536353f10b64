// What happens by the clock: frames of our own making, silence of the peer, reports.
#include <algorithm>
#include <cstring>

#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/domain/media/tick_plan.h"
#include "services/sip_edge/media/endpoint.h"

namespace callfleet::sip_edge::media {

void Endpoint::OnTick(ThreadContext& context) {
  if (amd_ != nullptr) TickWho(context);
  if (!CanSend()) return;
  if (mixed_) Mix(context);
  frame_credit_ms_ += kTickMs;
  while (frame_credit_ms_ >= remote_.ptime_ms) {
    frame_credit_ms_ -= remote_.ptime_ms;
    EmitFrame(context);
  }
}

void Endpoint::EmitFrame(ThreadContext& context) {
  if (mixed_ && (keys_.active() || sound_.active())) SkipMix();
  if (keys_.active()) {
    EmitKey(context);
  } else if (sound_.active()) {
    EmitSound(context);
  } else if (mixed_) {
    EmitMix(context);
  } else if (row_tone_) {
    EmitTone(row_player_, context);
  } else if (source_count_ == 0 || context.now.mono - last_relay_ >= kFillAfter) {
    Player silence;
    EmitTone(silence, context);
  }
}

void Endpoint::EmitSound(ThreadContext& context) {
  const SoundList& list = *sound_.list();
  const std::size_t frame = FrameSamples();
  const bool over =
      sound_.Fill(remote_.codec, context.buffer.subspan(kRtpHeaderBytes).first(frame));
  const auto place = out_.Generate(FrameSamples(), context.now.mono);
  SendGenerated(remote_.payload_type, place, frame, context);
  if (!over) return;
  last_relay_ = {};  // Silence frames go on until the row is heard.
  TellSoundDone(list, false, context);
}

void Endpoint::CopyTone(Player& player, Codec codec, std::span<std::uint8_t> out,
                        const ThreadContext& context) {
  const auto octets = context.tones.Octets(player.tone, codec);
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t piece = std::min(out.size() - done, octets.size() - player.at);
    std::memcpy(&out[done], &octets[player.at], piece);
    done += piece;
    player.at += static_cast<std::uint32_t>(piece);
    if (player.at == octets.size()) player.at = 0;
  }
}

void Endpoint::EmitTone(Player& player, ThreadContext& context) {
  const std::size_t frame = FrameSamples();
  CopyTone(player, remote_.codec, context.buffer.subspan(kRtpHeaderBytes, frame), context);
  const auto place = out_.Generate(FrameSamples(), context.now.mono);
  SendGenerated(remote_.payload_type, place, frame, context);
}

void Endpoint::EmitKey(ThreadContext& context) {
  const auto step = keys_.Next(static_cast<std::uint16_t>(FrameSamples()));
  if (step.pause) {
    Player silence;
    EmitTone(silence, context);
  } else {
    auto place = out_.GenerateKey(step.first, FrameSamples(), context.now.mono);
    for (int copy = 0; copy < step.copies; ++copy) {
      if (copy > 0) place = out_.RepeatKey();
      WriteTelephoneEvent(context.buffer.subspan(kRtpHeaderBytes).first<kTelephoneEventBytes>(),
                          step.event);
      SendGenerated(remote_.dtmf_send, place, kTelephoneEventBytes, context);
    }
  }
  if (!step.all_done) return;
  last_relay_ = {};
  if (!key_passed_) Emit(MediaEventKind::kDtmfSent, context);
}

void Endpoint::SendGenerated(PayloadType payload_type, const OutStream::Place& place,
                             std::size_t payload_bytes, ThreadContext& context) {
  const auto packet = context.buffer.first(kRtpHeaderBytes + payload_bytes);
  WriteRtpHeader(packet.first<kRtpHeaderBytes>(),
                 {.payload_type = static_cast<std::uint8_t>(payload_type),
                  .marker = place.marker,
                  .sequence = place.sequence,
                  .timestamp = place.timestamp,
                  .ssrc = out_.ssrc()});
  if (Send(packet, context)) Count(context.counters.packets_generated);
}

void Endpoint::OnHousekeeping(ThreadContext& context) {
  if (!has_remote_) return;
  const MonoTime now = context.now.mono;
  if (tap_chunk_ != nullptr && now - tap_since_ >= RecordChunk::kOldest) PostTap(context);
  const MonoTime heard =
      stats_.last_rtp ? std::max(stats_.last_rtp->mono, expect_since_) : expect_since_;
  if (PeerSends(remote_.direction) && learner_.has_source() &&
      now - heard >= context.config.relearn_after) {
    Apply(learner_.OnSilence(), context);
  }
  // Who suppresses silence (DTX) may send no packet for long, but reports.
  const MonoTime alive = std::max(heard, last_report_);
  if (ExpectsRtp() && !no_rtp_told_ && now - alive >= context.config.no_rtp_after) {
    no_rtp_told_ = true;
    Emit(MediaEventKind::kNoRtp, context);
  }
  LookForOneWay(heard, context);
  if (remote_.answered && now >= next_report_) {
    // RFC 3550 6.2: 5 s, times 0.5..1.5 so that reports do not march in step.
    next_report_ = now + std::chrono::milliseconds(2500 + RandomBelow(5000));
    SendReport(false, context);
  }
}

void Endpoint::LookForOneWay(MonoTime heard, ThreadContext& context) {
  if (!remote_.answered) return;
  std::optional<std::chrono::microseconds> silent_for;
  if (ExpectsRtp()) silent_for = context.now.mono - heard;
  const bool sends = packets_sent_ != sent_at_look_;
  sent_at_look_ = packets_sent_;
  const auto changed = one_way_.Look(silent_for, sends);
  if (!changed) return;
  MediaEvent event{.kind = MediaEventKind::kOneWay, .endpoint = id_, .at = context.now};
  event.one_way = *changed;
  context.emit(context.thread, event);
}

}  // namespace callfleet::sip_edge::media
