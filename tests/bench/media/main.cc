// media_bench [calls] [seconds]: CPU, loss and delay of relayed packets next to a bare relay's, and
// the cost of a set-up. Other first words: barge, music, recordings, srtp, rtpengine; see the
// README of services/sip_edge/media.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "tests/bench/media/barge.h"
#include "tests/bench/media/load.h"
#include "tests/bench/media/players.h"
#include "tests/bench/media/rtpengine.h"

namespace {

using callfleet::sip_edge::media::bench::LoadFigures;

void Print(const char* name, const LoadFigures& f) {
  std::printf(
      "%-20s sent %llu lost %llu | cpu/packet %.2f us (%.0f %% of a core) | delay p50 %.0f "
      "p99 %.0f max %.0f us\n",
      name, static_cast<unsigned long long>(f.sent), static_cast<unsigned long long>(f.lost),
      f.cpu_us_per_packet, f.core_percent, f.delay_p50_us, f.delay_p99_us, f.delay_max_us);
  std::fflush(stdout);
}

std::unique_ptr<callfleet::sip_edge::media::MediaEngine> StartEngine(const callfleet::Clock& clock,
                                                                     bool record = false) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  MediaConfig config;
  config.bind_address = "127.0.0.1";
  config.record = record;
  auto engine = MediaEngine::Start(config, clock, 1);
  bench::Must(engine.has_value(), "the engine does not start");
  return *std::move(engine);
}

int Barge(int bridges, std::chrono::seconds time) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  const callfleet::SystemClock clock;
  const auto engine = StartEngine(clock);
  const auto f = bench::RunBarge(*engine, bridges, time);
  std::printf(
      "barge: %d bridges | %.0f %% of a core | %.1f us a bridge and tick | %.0f bridges a core at "
      "75 %% | frames mixed %llu of %llu | ticks skipped %llu\n",
      f.bridges, f.core_percent, f.cpu_us_per_bridge, f.bridges_per_core,
      static_cast<unsigned long long>(f.frames_mixed),
      static_cast<unsigned long long>(f.frames_expected),
      static_cast<unsigned long long>(f.ticks_skipped));
  std::printf("mixing alone: %.0f ns a bridge and tick (three listeners of two)\n",
              bench::MixOnlyNs(200'000));
  return 0;
}

int Music(int callers, std::chrono::seconds time) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  const callfleet::SystemClock clock;
  const auto engine = StartEngine(clock);
  const auto f = bench::RunMusic(*engine, callers, time);
  std::printf(
      "music: %d callers | %.0f %% of a core | %.2f us a caller and tick | %.0f callers a core at "
      "75 %% | packets %llu of %llu\n",
      callers, f.core_percent, f.cpu_us_per_tick, f.callers_per_core,
      static_cast<unsigned long long>(f.generated), static_cast<unsigned long long>(f.expected));
  return 0;
}

int Recordings(int calls, std::chrono::seconds time) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  const callfleet::SystemClock clock;
  const auto engine = StartEngine(clock, true);
  const auto f = bench::RunRecordings(*engine, clock, calls, time, "/tmp/media-bench-recordings");
  std::printf(
      "recordings: %d calls | %.1f %% of a core bare, %.1f %% recorded (%.1f media threads, %.1f "
      "recorder) | 1,000 recordings: %.1f %% more | to open one %.0f us, to end one %.0f us\n",
      calls, f.bare_percent, f.recorded_percent, f.media_percent,
      f.recorded_percent - f.bare_percent - f.media_percent, f.extra_of_thousand, f.open_us,
      f.close_us);
  return 0;
}

int Srtp(int packets) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  const std::pair<SrtpSuite, const char*> suites[] = {
      {SrtpSuite::kAesCm128HmacSha1_80, "AES_CM_128_HMAC_SHA1_80"},
      {SrtpSuite::kAesCm128HmacSha1_32, "AES_CM_128_HMAC_SHA1_32"},
      {SrtpSuite::kAeadAes128Gcm, "AEAD_AES_128_GCM"},
      {SrtpSuite::kAeadAes256Gcm, "AEAD_AES_256_GCM"}};
  for (const auto& [suite, name] : suites) {
    const auto f = bench::RunSrtp(suite, packets);
    std::printf("%-24s seal %.2f us, open %.2f us a packet, context %.1f us\n", name, f.seal_us,
                f.open_us, f.make_us);
  }
  return 0;
}

// In the same minute, one after the other, as the machine's speed changes by the hour.
int RtpEngine(int calls, std::chrono::seconds time) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  const bench::LoadOptions options{.calls = calls, .time = time};
  const auto theirs = bench::RunLoad(*bench::RtpEngine(), options);
  Print("rtpengine", theirs);
  const callfleet::SystemClock clock;
  const auto engine = StartEngine(clock);
  const auto ours = bench::RunLoad(*bench::EngineTarget(*engine), options);
  Print("engine", ours);
  std::printf("engine to rtpengine, CPU a packet: %.2f\n",
              ours.cpu_us_per_packet / theirs.cpu_us_per_packet);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  rlimit files{20000, 20000};
  (void)::setrlimit(RLIMIT_NOFILE, &files);
  const std::string_view what = argc > 1 ? argv[1] : "";
  const auto many = [&](int otherwise) { return argc > 2 ? std::atoi(argv[2]) : otherwise; };
  const std::chrono::seconds time(argc > 3 ? std::atoi(argv[3]) : 10);
  if (what == "barge") return Barge(many(200), time);
  if (what == "music") return Music(many(1500), time);
  if (what == "recordings") return Recordings(many(300), time);
  if (what == "srtp") return Srtp(many(200'000));
  if (what == "rtpengine") return RtpEngine(many(300), time);
  bench::LoadOptions options;
  options.calls = argc > 1 ? std::atoi(argv[1]) : 500;
  options.time = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 10);

  Print("bare relay", bench::RunLoad(*bench::BareRelay(), options));

  const callfleet::SystemClock clock;
  const auto engine = StartEngine(clock);
  Print("engine", bench::RunLoad(*bench::EngineTarget(*engine), options));
  options.mixed_laws = true;
  Print("engine, law converted", bench::RunLoad(*bench::EngineTarget(*engine), options));
  const auto counters = engine->Counters();
  std::printf("realtime threads %llu of %llu, ticks skipped %llu\n",
              static_cast<unsigned long long>(counters.realtime_threads),
              static_cast<unsigned long long>(counters.threads),
              static_cast<unsigned long long>(counters.ticks_skipped));
  for (const bool with_media : {false, true}) {
    const auto figures = bench::RunSetups(*engine, 5000, with_media);
    std::printf("set-up %s: %.1f us wall, %.1f us CPU a call (2 endpoints, 4 sockets)\n",
                with_media ? "with media thread" : "sockets only", figures.us_per_call,
                figures.cpu_us_per_call);
  }
  return 0;
}
