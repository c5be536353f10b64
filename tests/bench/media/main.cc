// media_bench [calls] [seconds]: CPU, loss and delay of relayed packets next to a bare relay's, and
// the cost of a set-up.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

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

}  // namespace

int main(int argc, char** argv) {
  using namespace callfleet::sip_edge::media;  // NOLINT: a benchmark's main.
  bench::LoadOptions options;
  options.calls = argc > 1 ? std::atoi(argv[1]) : 500;
  options.time = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 10);
  rlimit files{20000, 20000};
  (void)::setrlimit(RLIMIT_NOFILE, &files);

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
