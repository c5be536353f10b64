#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include "common/clock/clock.h"

namespace callfleet::sip_edge {

// How many calls from outside are let in a second: a quarter of a second's calls at once, then one
// each 1/rate (a generic cell rate algorithm, ITU-T I.371). Above it the caller is refused before
// anything is made for it, so that those who are in are served in time. Pure.
class ArrivalRate {
 public:
  static constexpr std::chrono::microseconds kBurst{250'000};

  explicit ArrivalRate(std::uint32_t per_second,  // 1 or more.
                       std::chrono::microseconds burst = kBurst)
      : interval_(std::chrono::microseconds(1'000'000) / per_second), burst_(burst) {}

  bool Admit(MonoTime now) {
    if (due_ < now) due_ = now;
    if (due_ - now > burst_) return false;
    due_ += interval_;
    return true;
  }

 private:
  std::chrono::microseconds interval_;
  std::chrono::microseconds burst_;
  MonoTime due_{};  // When the next call would be in step with the rate.
};

// How many requests an address that is no trunk's may send a second: ten seconds' worth at once (an
// office whose phones start together after a power cut), then its rate. Pure.
class SourceRates {
 public:
  static constexpr std::chrono::seconds kBurst{10};
  static constexpr std::size_t kMost = 10'000;  // Beyond it whoever is silent longest is forgotten.

  explicit SourceRates(std::uint32_t per_second) : per_second_(per_second) {}  // 1 or more.

  bool Admit(const std::string& source, MonoTime now) {
    auto found = index_.find(source);
    if (found == index_.end()) {
      if (order_.size() >= kMost) {
        index_.erase(order_.front().source);
        order_.pop_front();
      }
      order_.push_back({source, ArrivalRate(per_second_, kBurst)});
      found = index_.emplace(source, std::prev(order_.end())).first;
    } else {
      order_.splice(order_.end(), order_, found->second);
    }
    return found->second->rate.Admit(now);
  }
  std::size_t size() const { return order_.size(); }

 private:
  struct Entry {
    std::string source;
    ArrivalRate rate;
  };
  std::uint32_t per_second_;
  std::list<Entry> order_;  // By their last request, the oldest first.
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
};

}  // namespace callfleet::sip_edge
