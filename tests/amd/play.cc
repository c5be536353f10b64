#include "tests/amd/play.h"

#include <algorithm>
#include <cmath>

#include "services/sip_edge/domain/media/g711.h"
#include "tests/voice/voice.h"

namespace callfleet::amd_samples {
namespace {

using amd::Millis;
using sip_edge::media::Codec;

constexpr int kSamplesAMs = kRate / 1000;
constexpr int kHangoverPackets = 8;  // A sender stops so long after the last sound.

struct Packet {
  Millis arrival{0};
  std::uint32_t timestamp = 0;
  std::vector<std::int16_t> samples;
};

std::vector<std::int16_t> Coded(const Audio& audio, std::size_t from, std::size_t count,
                                Codec law) {
  std::vector<std::int16_t> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const float x = std::clamp(audio[from + i], -32000.0F, 32000.0F);
    out[i] = Decode(law, Encode(law, static_cast<std::int16_t>(std::lround(x))));
  }
  return out;
}

bool IsQuiet(const std::vector<std::int16_t>& samples, float noise_dbm0) {
  double sum = 1;
  for (const std::int16_t s : samples) sum += s * s;
  const auto level = 10 * std::log10(sum / static_cast<double>(samples.size())) - 84;
  return level < noise_dbm0 + 4;
}

std::vector<Packet> Packets(const Audio& audio, const Line& line, std::uint64_t seed) {
  Random random(seed ^ 0x9E3779B97F4A7C15U);
  const auto size = static_cast<std::size_t>(line.packet_ms * kSamplesAMs);
  const Codec law = line.a_law ? Codec::kPcma : Codec::kPcmu;
  std::vector<Packet> out;
  Millis last{0};
  int quiet = 0;
  for (std::size_t at = 0; at + size <= audio.size(); at += size) {
    const int sent_ms = static_cast<int>(at / kSamplesAMs) + line.packet_ms;
    Packet packet{.timestamp = static_cast<std::uint32_t>(at) + 4294960000U,  // It wraps.
                  .samples = Coded(audio, at, size, law)};
    quiet = IsQuiet(packet.samples, line.noise_dbm0) ? quiet + 1 : 0;
    const auto jitter = static_cast<int>(Between(random, 0, static_cast<float>(line.jitter_ms)));
    const bool lost = Chance(random, line.loss);
    if (sent_ms < line.rtp_late_ms || lost) continue;
    if (line.comfort_noise && quiet > kHangoverPackets) continue;
    const int stall_end = line.stall_from_ms + line.stall_ms;
    const int comes = sent_ms >= line.stall_from_ms ? std::max(sent_ms, stall_end) : sent_ms;
    last = packet.arrival = std::max(last, Millis{comes + jitter});
    out.push_back(std::move(packet));
  }
  return out;
}

}  // namespace

Played Play(const Audio& audio, const Line& line, const amd::Thresholds& thresholds,
            std::uint64_t seed, bool to_the_end) {
  const MonoTime answer{std::chrono::seconds{1000}};
  amd::AnsweringDetector detector(thresholds);
  std::optional<amd::Decision> decision;
  Played out;
  const auto note = [&](const amd::AnsweringDetector::Output& output) {
    if (output.decision) decision = output.decision;
    if (output.late != amd::LateFinding::kNone) out.late.push_back(output.late);
  };
  note(detector.OnAnswer(answer));
  const auto packets = Packets(audio, line, seed);
  const Millis end{static_cast<int>(audio.size() / kSamplesAMs) + 2000};
  std::size_t next = 0;
  for (Millis now{0}; now <= end && (to_the_end || !decision); now += Millis{20}) {
    for (; next < packets.size() && packets[next].arrival <= now; ++next) {
      note(detector.OnFrame({.arrived = answer + packets[next].arrival,
                             .timestamp = packets[next].timestamp,
                             .samples = packets[next].samples}));
      ++out.frames;
    }
    note(detector.OnTick(answer + now));
  }
  out.decision = decision.value();
  return out;
}

}  // namespace callfleet::amd_samples
