// media_bench [calls] [seconds]: CPU, loss and delay of relayed packets next to a bare relay's, and
// the cost of a set-up. media_bench barge [bridges] [seconds]: bridges with a supervisor who
// barges.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/bench/media/barge.h"
#include "tests/bench/media/load.h"

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

int Barge(int bridges, std::chrono::seconds time) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  const callfleet::SystemClock clock;
  MediaConfig config;
  config.bind_address = "127.0.0.1";
  auto engine = MediaEngine::Start(config, clock, 1);
  bench::Must(engine.has_value(), "the engine does not start");
  const auto f = bench::RunBarge(**engine, bridges, time);
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

}  // namespace

int main(int argc, char** argv) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  rlimit files{20000, 20000};
  (void)::setrlimit(RLIMIT_NOFILE, &files);
  if (argc > 1 && std::string_view(argv[1]) == "barge") {
    return Barge(argc > 2 ? std::atoi(argv[2]) : 200,
                 std::chrono::seconds(argc > 3 ? std::atoi(argv[3]) : 10));
  }
  bench::LoadOptions options;
  options.calls = argc > 1 ? std::atoi(argv[1]) : 500;
  options.time = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 10);

  Print("bare relay", bench::RunLoad(*bench::BareRelay(), options));

  const callfleet::SystemClock clock;
  MediaConfig config;
  config.bind_address = "127.0.0.1";
  auto engine = MediaEngine::Start(config, clock, 1);
  bench::Must(engine.has_value(), "the engine does not start");
  Print("engine", bench::RunLoad(*bench::EngineTarget(**engine), options));
  options.mixed_laws = true;
  Print("engine, law converted", bench::RunLoad(*bench::EngineTarget(**engine), options));
  const auto counters = (*engine)->Counters();
  std::printf("realtime threads %llu of %llu, ticks skipped %llu\n",
              static_cast<unsigned long long>(counters.realtime_threads),
              static_cast<unsigned long long>(counters.threads),
              static_cast<unsigned long long>(counters.ticks_skipped));
  for (const bool with_media : {false, true}) {
    const auto figures = bench::RunSetups(**engine, 5000, with_media);
    std::printf("set-up %s: %.1f us wall, %.1f us CPU a call (2 endpoints, 4 sockets)\n",
                with_media ? "with media thread" : "sockets only", figures.us_per_call,
                figures.cpu_us_per_call);
  }
  return 0;
}
