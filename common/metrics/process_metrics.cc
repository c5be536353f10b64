#include "common/metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace callfleet::metrics {
namespace {

// Fields of /proc/self/stat behind the command's name (proc(5)), counted from `state` as 0.
struct Stat {
  double cpu_ticks = 0;
  double threads = 0;
  double start_ticks = 0;
  double resident_pages = 0;
};

Stat ReadStat() {
  constexpr std::size_t kUserTime = 11;
  constexpr std::size_t kSystemTime = 12;
  constexpr std::size_t kThreads = 17;
  constexpr std::size_t kStartTime = 19;
  constexpr std::size_t kResident = 21;
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto name_end = text.rfind(')');  // The name may hold blanks and brackets.
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  std::string state;
  fields >> state;
  std::array<double, kResident + 1> values{};
  for (std::size_t i = 1; i < values.size(); ++i) fields >> values[i];
  return {.cpu_ticks = values[kUserTime] + values[kSystemTime],
          .threads = values[kThreads],
          .start_ticks = values[kStartTime],
          .resident_pages = values[kResident]};
}

double BootTimeSeconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double value = 0;
    if (word == "btime" && file >> value) return value;
  }
  return 0;
}

double OpenFiles() {
  std::error_code failed;
  const std::filesystem::directory_iterator files("/proc/self/fd", failed);
  if (failed) return 0;
  // One of them is the folder that is being read.
  return static_cast<double>(std::distance(begin(files), end(files)) - 1);
}

double MostFiles() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

}  // namespace

void AddProcessMetrics(Registry* registry, const std::string& service) {
  registry
      ->NewGauges({.name = "callfleet_build_info",
                   .help = "Always 1; the labels tell what runs.",
                   .labels = {"service", "version"}})
      .With({service, CALLFLEET_VERSION})
      .Set(1);
  const auto cpu = registry->NewCounter("process_cpu_seconds_total", "CPU time used.");
  const auto memory = registry->NewGauge("process_resident_memory_bytes", "Memory held in RAM.");
  const auto files = registry->NewGauge("process_open_fds", "Open file descriptors.");
  const auto most = registry->NewGauge("process_max_fds", "Most file descriptors allowed.");
  const auto threads = registry->NewGauge("process_threads", "Threads.");
  const auto start = registry->NewGauge("process_start_time_seconds", "Start, Unix time.");
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  start.Set(BootTimeSeconds() + ReadStat().start_ticks / ticks);
  registry->OnCollect([=] {
    const Stat now = ReadStat();
    cpu.SetTotal(now.cpu_ticks / ticks);
    memory.Set(now.resident_pages * page);
    threads.Set(now.threads);
    files.Set(OpenFiles());
    most.Set(MostFiles());
  });
}

}  // namespace callfleet::metrics
