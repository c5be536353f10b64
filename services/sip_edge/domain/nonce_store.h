#pragma once
// Nonces of digest challenges (RFC 2617): 300 s each, the nonce count must rise. Pure.
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "common/clock/clock.h"

namespace callfleet::sip_edge {

enum class NonceVerdict : std::uint8_t { kFresh, kStale, kReplayed };

class NonceStore {
 public:
  static constexpr std::chrono::seconds kLifetime{300};
  static constexpr std::size_t kMost = 100'000;  // Beyond it the oldest goes: its user gets stale.

  // `text` is unguessable: the caller made it from a random source.
  void Add(const std::string& text, MonoTime now) {
    Prune(now);
    if (order_.size() >= kMost) DropOldest();
    if (nonces_.emplace(text, Nonce{now, 0}).second) order_.push_back(text);
  }

  NonceVerdict Use(const std::string& text, std::uint32_t count, MonoTime now) {
    Prune(now);
    const auto found = nonces_.find(text);
    if (found == nonces_.end()) return NonceVerdict::kStale;
    if (count <= found->second.last_count) return NonceVerdict::kReplayed;
    found->second.last_count = count;
    return NonceVerdict::kFresh;
  }
  std::size_t size() const { return nonces_.size(); }

 private:
  struct Nonce {
    MonoTime made;
    std::uint32_t last_count;
  };
  void DropOldest() {
    nonces_.erase(order_.front());
    order_.pop_front();
  }
  void Prune(MonoTime now) {
    while (!order_.empty() && nonces_.at(order_.front()).made + kLifetime <= now) DropOldest();
  }
  std::unordered_map<std::string, Nonce> nonces_;
  std::deque<std::string> order_;
};

// Sources that guess: after 10 failures each further one doubles the time in which nothing of that
// source is looked at, from 1 s to 60 s. Pure.
class SourceBackoff {
 public:
  static constexpr int kFree = 10;
  static constexpr std::size_t kMost = 10'000;
  static constexpr std::chrono::seconds kForget{120};

  bool Blocked(const std::string& source, MonoTime now) const {
    const auto found = sources_.find(source);
    return found != sources_.end() && now < found->second.blocked_until;
  }
  void Failed(const std::string& source, MonoTime now) {
    if (sources_.size() >= kMost)
      std::erase_if(sources_, [&](const auto& entry) { return entry.second.last + kForget < now; });
    if (sources_.size() >= kMost) return;
    Source& entry = sources_[source];
    if (entry.last + kForget < now) entry = {};
    entry.last = now;
    if (++entry.failures <= kFree) return;
    const int doublings = std::min(entry.failures - kFree - 1, 6);
    entry.blocked_until =
        now + std::min(std::chrono::seconds(1 << doublings), std::chrono::seconds(60));
  }
  void Succeeded(const std::string& source) { sources_.erase(source); }

 private:
  struct Source {
    int failures = 0;
    MonoTime last{};
    MonoTime blocked_until{};
  };
  std::unordered_map<std::string, Source> sources_;
};

}  // namespace callfleet::sip_edge
