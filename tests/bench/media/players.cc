#include "tests/bench/media/players.h"

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "services/sip_edge/adapters/recorder.h"
#include "services/sip_edge/domain/media/rtp_packet.h"
#include "services/sip_edge/media/srtp_context.h"
#include "tests/bench/media/parties.h"
#include "tests/bench/media/target.h"

namespace callfleet::sip_edge::media::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double Micros(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e3; }

void CloseAll(MediaEngine& engine, const std::vector<Party>& parties) {
  for (const Party& party : parties) (void)engine.Close(party.leg);
  engine.Drain([](const MediaEvent&) {});
}

struct Used {
  double all = 0;  // Of the process but the load's thread, us.
  double media = 0;
};

class Meter {
 public:
  Meter(const MediaEngine& engine, const Talk& talk) : engine_(engine), talk_(talk) {}
  Used Now() const { return {Micros(ProcessCpu() - talk_.Cpu()), Micros(engine_.Counters().cpu)}; }
  // % of a core over `time`.
  Used Percent(std::chrono::seconds time) const {
    const auto before = Now();
    const auto start = SteadyClock::now();
    std::this_thread::sleep_for(time);
    const auto after = Now();
    const std::chrono::duration<double, std::micro> wall = SteadyClock::now() - start;
    return {(after.all - before.all) / wall.count() * 100,
            (after.media - before.media) / wall.count() * 100};
  }
  // What the threads but the media's spend until `done`.
  template <class Done>
  double AsideUntil(Done done) const {
    const auto before = Now();
    while (!done()) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const auto after = Now();
    return after.all - before.all - (after.media - before.media);
  }

 private:
  const MediaEngine& engine_;
  const Talk& talk_;
};

int NotesIn(const char* folder) {
  int notes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".json") ++notes;
  }
  return notes;
}

}  // namespace

MusicFigures RunMusic(MediaEngine& engine, int callers, std::chrono::seconds time) {
  std::vector<Party> parties;
  for (int i = 0; i < callers; ++i) {
    parties.push_back(OpenParty(engine, std::to_string(i)));
    SoundList music{.number = 1};
    music.items.push_back({engine.tones().Clip(Tone::kRingback), 0});
    Must(engine.Play(parties.back().leg, std::move(music)).has_value(), "no music");
  }
  Talk talk(parties);
  engine.Drain([](const MediaEvent&) {});
  const auto before = engine.Counters();
  const auto start = SteadyClock::now();
  std::this_thread::sleep_for(time);
  const auto after = engine.Counters();
  const std::chrono::duration<double> wall = SteadyClock::now() - start;
  talk.Stop();
  CloseAll(engine, parties);
  const double ticks = wall.count() * 50;
  const double cpu_us = Micros(after.cpu - before.cpu);
  return {.core_percent = cpu_us / (wall.count() * 1e6) * 100,
          .cpu_us_per_tick = cpu_us / ticks / callers,
          .callers_per_core = 0.75 * 20'000 / (cpu_us / ticks / callers),
          .generated = after.packets_generated - before.packets_generated,
          .expected = static_cast<std::uint64_t>(ticks * callers)};
}

RecordingFigures RunRecordings(MediaEngine& engine, const Clock& clock, int calls,
                               std::chrono::seconds time, const char* folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  RecordingFolder shelf(folder, logging::Logger("bench"));
  Must(shelf.Load().has_value(), "no folder for recordings");
  std::atomic<int> done{0};
  RecordingDisk disk(shelf, [&](const RecordingResult& result) {
    Must(result.reason.empty(), result.reason.c_str());
    ++done;
  });
  Recorder recorder(engine.RecordLinks(), disk, clock);
  std::vector<Party> parties;
  for (int i = 0; i < calls; ++i) {
    parties.push_back(OpenParty(engine, std::to_string(i)));
    parties.push_back(OpenParty(engine, std::to_string(i)));
    Must(engine.Bridge(parties[parties.size() - 2].leg, parties.back().leg).has_value(), "bridge");
  }
  Talk talk(parties);
  engine.Drain([](const MediaEvent&) {});
  const Meter meter(engine, talk);
  const Used before = meter.Percent(time / 2);
  std::vector<RecordingInfo> infos;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(calls); ++i) {
    RecordingInfo info{.number = i + 1, .id = "bench-" + std::to_string(i), .call = CallId("call")};
    info.start = clock.Now().wall;
    info.delete_at = info.start + std::chrono::hours(1);
    info.file_name = info.id + ".wav";
    recorder.Open(info);
    for (std::uint8_t side = 0; side < 2; ++side) {
      (void)engine.SetTap(parties[i * 2 + side].leg, info.number, side);
    }
    infos.push_back(std::move(info));
  }
  RecordingFigures figures;
  figures.open_us = meter.AsideUntil([&] { return NotesIn(folder) == calls; }) / calls;
  const Used recorded = meter.Percent(time);
  for (auto& info : infos) {
    info.end = clock.Now().wall;
    recorder.Close(info);
  }
  figures.close_us = meter.AsideUntil([&] { return done == calls; }) / calls;
  const Used after = meter.Percent(time / 2);
  talk.Stop();
  CloseAll(engine, parties);
  figures.bare_percent = (before.all + after.all) / 2;
  figures.recorded_percent = recorded.all;
  figures.media_percent = recorded.media - (before.media + after.media) / 2;
  figures.extra_of_thousand = (figures.recorded_percent - figures.bare_percent) * 1000 / calls;
  return figures;
}

SrtpFigures RunSrtp(SrtpSuite suite, int packets) {
  SrtpKey key{.suite = suite};
  for (std::size_t i = 0; i < KeyBytes(suite); ++i) {
    key.octets[i] = static_cast<std::uint8_t>(i * 7 + 1);
  }
  constexpr int kContexts = 1000;
  Must(SrtpContext::Prepare(), "libsrtp2 does not start");
  const auto made = SteadyClock::now();
  for (int i = 0; i < kContexts; ++i) SrtpContext(key, SrtpContext::Way::kSend);
  SrtpFigures figures{.make_us = Micros(SteadyClock::now() - made) / kContexts};
  SrtpContext out(key, SrtpContext::Way::kSend);
  SrtpContext in(key, SrtpContext::Way::kReceive);
  constexpr std::size_t kSize = kRtpHeaderBytes + 160;
  alignas(8) std::array<std::uint8_t, kSize + kSrtpTrailerBytes> packet{};
  std::chrono::nanoseconds seal{0};
  std::chrono::nanoseconds open{0};
  for (int i = 0; i < packets; ++i) {
    WriteRtpHeader(std::span(packet).first<kRtpHeaderBytes>(),
                   {0, false, static_cast<std::uint16_t>(i), 160U * static_cast<unsigned>(i), 1});
    const auto start = SteadyClock::now();
    const auto sealed = out.Protect(packet, kSize);
    const auto between = SteadyClock::now();
    Must(sealed && in.Unprotect(std::span(packet).first(*sealed)) == kSize, "a packet is lost");
    open += SteadyClock::now() - between;
    seal += between - start;
  }
  figures.seal_us = Micros(seal) / packets;
  figures.open_us = Micros(open) / packets;
  return figures;
}

}  // namespace callfleet::sip_edge::media::bench
