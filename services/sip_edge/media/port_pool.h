#pragma once
// Even ports of a range, given out at random and rested after use, so that late packets of an old
// call do not meet a new one. Control thread only.
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "common/clock/clock.h"

namespace callfleet::sip_edge::media {

class PortPool {
 public:
  // min even, max odd (see MediaConfig).
  PortPool(std::uint16_t min, std::uint16_t max, std::chrono::milliseconds rest,
           std::uint64_t seed);
  // Nothing if all are in use; a port that still rests is taken only if no other is left.
  std::optional<std::uint16_t> Take(MonoTime now);
  void Return(std::uint16_t port, MonoTime now);
  std::size_t available() const { return free_.size() + resting_.size(); }

 private:
  struct Resting {
    MonoTime until;
    std::uint16_t port;
  };
  void Wake(MonoTime now);

  std::chrono::milliseconds rest_;
  std::mt19937_64 random_;
  std::vector<std::uint16_t> free_;
  std::deque<Resting> resting_;  // By `until`.
};

}  // namespace callfleet::sip_edge::media
