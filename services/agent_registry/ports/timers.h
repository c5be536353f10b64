#pragma once
// Driven: actors know no clock; the firing comes back as a message.
#include <chrono>
#include <functional>

namespace callfleet::agent_registry {

class Timers {
 public:
  virtual ~Timers() = default;
  // Calls `fire` once after `delay`, on another thread. Thread safe.
  virtual void After(std::chrono::milliseconds delay, std::function<void()> fire) = 0;
};

}  // namespace callfleet::agent_registry
