#pragma once
#include <chrono>
#include <cstdint>

#include "common/clock/clock.h"

namespace callfleet::sip_edge {

// How many calls from outside are let in a second: a quarter of a second's calls at once, then one
// each 1/rate (a generic cell rate algorithm, ITU-T I.371). Above it the caller is refused before
// anything is made for it, so that those who are in are served in time. Pure.
class ArrivalRate {
 public:
  static constexpr std::chrono::microseconds kBurst{250'000};

  explicit ArrivalRate(std::uint32_t per_second)  // 1 or more.
      : interval_(std::chrono::microseconds(1'000'000) / per_second) {}

  bool Admit(MonoTime now) {
    if (due_ < now) due_ = now;
    if (due_ - now > kBurst) return false;
    due_ += interval_;
    return true;
  }

 private:
  std::chrono::microseconds interval_;
  MonoTime due_{};  // When the next call would be in step with the rate.
};

}  // namespace callfleet::sip_edge
