#pragma once
// What the load runs through: the engine, or the least that any relay must do.
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "services/sip_edge/media/media_engine.h"

namespace callfleet::sip_edge::media::bench {

class Target {
 public:
  virtual ~Target() = default;
  // The ports that phones `a` and `b` send to. `mixed_laws`: b is A-law.
  virtual std::pair<std::uint16_t, std::uint16_t> OpenCall(const MediaAddress& a,
                                                           const MediaAddress& b,
                                                           bool mixed_laws) = 0;
  virtual void Start() {}  // All calls are open.
  virtual void Poll() {}
  virtual std::uint64_t Relayed() const = 0;
  virtual std::chrono::nanoseconds Cpu() const = 0;
};

// Prints and exits if `ok` is false: a benchmark has nothing to recover.
void Must(bool ok, const char* what);

std::unique_ptr<Target> EngineTarget(MediaEngine& engine);
// One epoll loop over connected sockets, recv and send: no RTP is looked at. The yardstick of the
// machine as it is at this moment.
std::unique_ptr<Target> BareRelay();

}  // namespace callfleet::sip_edge::media::bench
