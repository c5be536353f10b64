#pragma once
// The JSON that end-to-end tests assert on; README.md names every field. SIP thread only.
#include <nlohmann/json.hpp>

#include "tests/phones/callers/callers.h"
#include "tests/phones/carrier/carrier.h"
#include "tests/phones/farm/farm.h"

namespace callfleet::phones {

struct ReportOptions {
  bool calls = true;  // list every call and bridge
};

struct ReportSources {
  CallLog& log;
  MediaEngine& media;
  Carrier& carrier;
  Farm& farm;
  Callers& callers;
  uint64_t seed = 0;
};

nlohmann::json MakeReport(const ReportSources& sources, const ReportOptions& options);

// Milliseconds; {} -> count 0. Percentiles are nearest-rank.
nlohmann::json Distribute(std::vector<double> values_ms);

}  // namespace callfleet::phones
