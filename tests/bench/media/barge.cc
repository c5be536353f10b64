#include "tests/bench/media/barge.h"

#include <array>
#include <memory>
#include <thread>
#include <vector>

#include "services/sip_edge/domain/media/mixer.h"
#include "tests/bench/media/parties.h"
#include "tests/bench/media/target.h"

namespace callfleet::sip_edge::media::bench {
namespace {

constexpr std::size_t kLegs = 3;

}  // namespace

BargeFigures RunBarge(MediaEngine& engine, int bridges, std::chrono::seconds time) {
  std::vector<Party> parties;
  for (int bridge = 0; bridge < bridges; ++bridge) {
    for (std::size_t i = 0; i < kLegs; ++i) {
      parties.push_back(OpenParty(engine, std::to_string(bridge)));
    }
    const auto* legs = &parties[parties.size() - kLegs];
    for (std::size_t i = 0; i < kLegs; ++i) {
      const std::array row{RowSource::Leg(legs[(i + 1) % kLegs].leg),
                           RowSource::Leg(legs[(i + 2) % kLegs].leg)};
      Must(engine.SetRow(legs[i].leg, row).has_value(), "no row");
    }
  }
  Talk talk(parties);
  engine.Drain([](const MediaEvent&) {});
  const auto before = engine.Counters();
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(time);
  const auto after = engine.Counters();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  talk.Stop();
  for (const Party& party : parties) (void)engine.Close(party.leg);
  engine.Drain([](const MediaEvent&) {});

  const double ticks = wall.count() * 50;
  const double cpu_us = static_cast<double>((after.cpu - before.cpu).count()) / 1e3;
  BargeFigures figures{.bridges = bridges};
  figures.core_percent = cpu_us / (wall.count() * 1e6) * 100;
  figures.cpu_us_per_bridge = cpu_us / ticks / bridges;
  figures.bridges_per_core = 0.75 * 20'000 / figures.cpu_us_per_bridge;
  figures.frames_mixed = after.frames_mixed - before.frames_mixed;
  figures.frames_expected = static_cast<std::uint64_t>(ticks * bridges * double{kLegs});
  figures.ticks_skipped = after.ticks_skipped - before.ticks_skipped;
  return figures;
}

double MixOnlyNs(int ticks) {
  std::array<std::unique_ptr<JitterBuffer>, kLegs> buffers;
  for (auto& buffer : buffers) {
    buffer = std::make_unique<JitterBuffer>();
    buffer->Reset();
  }
  std::array<std::uint8_t, kMixFrame> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i * 37);
  std::uint32_t sum = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int tick = 0; tick < ticks; ++tick) {
    std::array<PcmFrame, kLegs> frames;
    for (std::size_t i = 0; i < kLegs; ++i) {
      PcmFrame decoded;
      DecodeG711(Codec::kPcmu, octets, decoded);
      buffers[i]->Put(1, static_cast<std::uint32_t>(tick) * kMixFrame, decoded);
      (void)buffers[i]->Take(frames[i]);
    }
    for (std::size_t i = 0; i < kLegs; ++i) {
      MixSum mix;
      mix.Add(frames[(i + 1) % kLegs], 1.0F);
      mix.Add(frames[(i + 2) % kLegs], 1.0F);
      PcmFrame mixed;
      mix.Take(mixed);
      EncodeG711(Codec::kPcmu, mixed, octets);
      sum += octets[7];
    }
  }
  const std::chrono::duration<double, std::nano> wall = std::chrono::steady_clock::now() - start;
  return sum == 1 ? 0 : wall.count() / ticks;  // The sum keeps the work from being left out.
}

}  // namespace callfleet::sip_edge::media::bench
