#pragma once
// A crowd of people who call a number: how they arrive, how long they wait and talk.
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/phones/base/distribution.h"

namespace callfleet::phones {

struct Wave {
  static constexpr double kMaxRate = 5'000;

  std::string name;
  std::string target;  // sip:number@host:port
  std::string from_prefix = "+1628";
  bool tcp = false;
  bool poisson = true;                      // else one each 1/rate
  double rate_per_s = 1;                    // mean
  uint64_t count = 0;                       // 0: until it is stopped
  std::chrono::milliseconds length{0};      // no arrivals after it; 0: no limit
  std::optional<Distribution> patience_ms;  // hangs up unless an agent has answered by then
  std::optional<Distribution> talk_ms;  // hangs up after this with an agent; else the agent does

  // Throws std::runtime_error that names the key.
  static Wave FromJson(const nlohmann::json& json);
};

// When each caller of a wave arrives, in microseconds after its start. The same seed and name give
// the same times.
class ArrivalTimes {
 public:
  ArrivalTimes(const Wave& wave, uint64_t seed);
  // Of the next caller; none: the wave is over.
  std::optional<int64_t> next_us() const { return next_us_; }
  void Take();
  uint64_t taken() const { return taken_; }

 private:
  void Advance();

  const Wave& wave_;
  Rng rng_;
  double at_us_ = 0;
  uint64_t taken_ = 0;
  std::optional<int64_t> next_us_;
};

}  // namespace callfleet::phones
