// Long hunts: many seeds of one or all scenarios.
//   engine_run --seeds N [--from SEED] [--calls N] [--scenario NAME] [--folder DIR] [--every]
//     [--follow TEXT]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/scenario/engine/world.h"

namespace {

using callfleet::engine::Lengthened;
using callfleet::engine::ReadScenario;
using callfleet::engine::Scenario;
using callfleet::engine::World;

struct Options {
  std::uint64_t seeds = 10;
  std::uint64_t from = 1;
  double calls = 0;
  std::string scenario;
  std::string folder;
  std::string follow;
  bool every = false;  // Go on after a failure.
};

bool Parse(int count, char** words, Options* to) {
  for (int n = 1; n < count; ++n) {
    const std::string name = words[n];
    const auto value = [&]() -> std::string { return n + 1 < count ? words[++n] : ""; };
    if (name == "--seeds") {
      to->seeds = std::strtoull(value().c_str(), nullptr, 10);
    } else if (name == "--from") {
      to->from = std::strtoull(value().c_str(), nullptr, 10);
    } else if (name == "--calls") {
      to->calls = std::strtod(value().c_str(), nullptr);
    } else if (name == "--scenario") {
      to->scenario = value();
    } else if (name == "--folder") {
      to->folder = value();
    } else if (name == "--follow") {
      to->follow = value();
    } else if (name == "--every") {
      to->every = true;
    } else {
      std::fprintf(stderr, "unknown: %s\n", name.c_str());
      return false;
    }
  }
  return true;
}

std::vector<Scenario> Scenarios(const Options& options) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(options.folder)) {
    if (entry.path().extension() != ".scenario") continue;
    if (!options.scenario.empty() && entry.path().stem() != options.scenario) continue;
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<Scenario> scenarios;
  for (const auto& file : files) {
    auto scenario = ReadScenario(file);
    if (!scenario) {
      std::fprintf(stderr, "%s\n", scenario.error().message.c_str());
      std::exit(2);
    }
    if (options.calls > 0) *scenario = Lengthened(*scenario, options.calls);
    scenario->follow = options.follow;
    scenarios.push_back(*scenario);
  }
  return scenarios;
}

void Print(const Scenario& scenario, std::uint64_t seed, const World::Report& report) {
  std::printf("FAILED %s seed %llu, step %llu\n", scenario.name.c_str(),
              static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(report.broken_at_step));
  for (const auto& line : report.story) std::printf("  %s\n", line.c_str());
  for (const auto& why : report.broken) std::printf("  ** %s\n", why.c_str());
  std::printf("again: --scenario %s --from %llu --seeds 1\n", scenario.name.c_str(),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
  Options options;
  options.folder = CALLFLEET_SCENARIOS;
  if (!Parse(count, words, &options)) return 2;
  const auto scenarios = Scenarios(options);
  if (scenarios.empty()) {
    std::fprintf(stderr, "no such scenario\n");
    return 2;
  }
  int failed = 0;
  for (const auto& scenario : scenarios) {
    std::uint64_t calls = 0;
    std::uint64_t callers = 0;
    std::uint64_t faults = 0;
    std::uint64_t steps = 0;
    double hours = 0;
    int bad = 0;
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
      const auto report = World(scenario, seed).Run();
      calls += report.invites;
      callers += report.callers;
      faults += report.faults;
      steps += report.steps;
      hours += static_cast<double>(report.virtual_time.count()) / 3600;
      if (report.ok) continue;
      ++bad;
      Print(scenario, seed, report);
      if (!options.every) break;
    }
    failed += bad;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf(
        "%-16s %d failed  %llu calls (%llu in)  %llu faults  %.1f h virtual  %.1f s  %.0f "
        "calls/s\n",
        scenario.name.c_str(), bad, static_cast<unsigned long long>(calls),
        static_cast<unsigned long long>(callers), static_cast<unsigned long long>(faults), hours,
        took.count(), static_cast<double>(calls) / took.count());
    std::fflush(stdout);
  }
  return failed == 0 ? 0 : 1;
}
