#pragma once
// Figures of the process itself, under the names that Prometheus' client libraries share, read from
// /proc at each exposition: process_cpu_seconds_total, process_resident_memory_bytes,
// process_open_fds, process_max_fds, process_threads, process_start_time_seconds; and
// callfleet_build_info{service, version}, always 1.
#include <string>

#include "common/metrics/registry.h"

namespace callfleet::metrics {

void AddProcessMetrics(Registry* registry, const std::string& service);

}  // namespace callfleet::metrics
