#pragma once
// Driving: reports that go on, for rpc/ and rest/. Thread safe.
#include "services/supervisor/ports/live_view.h"

namespace callfleet::supervisor {

class Performances : public Watchable {
 public:
  // INVALID_ARGUMENT naming the field; RESOURCE_EXHAUSTED TOO_MANY_REPORT_WATCHES at 50.
  virtual Status Check(const PerformanceQuery& query) const = 0;
};

}  // namespace callfleet::supervisor
