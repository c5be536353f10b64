#pragma once
// Nonces of digest challenges (RFC 2617): 300 s each, the nonce count must rise. Pure.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <string>
#include <unordered_map>

#include "common/clock/clock.h"

namespace callfleet::sip_edge {

enum class NonceVerdict : std::uint8_t { kFresh, kStale, kReplayed };

class NonceStore {
 public:
  static constexpr std::chrono::seconds kLifetime{300};
  static constexpr std::size_t kMost = 100'000;  // Beyond it the oldest goes: its user gets stale.

  // `text` is unguessable: the caller made it from a random source. `source`: who was given it.
  void Add(const std::string& text, const std::string& source, MonoTime now) {
    Prune(now);
    if (order_.size() >= kMost) DropOldest();
    if (nonces_.emplace(text, Nonce{now, source, 0}).second) order_.push_back(text);
  }

  // Proves that `source` is no forged address: what we sent there was received.
  bool GivenTo(const std::string& text, const std::string& source, MonoTime now) {
    Prune(now);
    const auto found = nonces_.find(text);
    return found != nonces_.end() && found->second.source == source;
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
    std::string source;
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

// Guesses of a user's password from one source: after 10 failures each further one doubles the time
// in which nothing of that user from there is looked at, from 1 s to 60 s. Others behind the same
// address are not concerned. Pure.
class SourceBackoff {
 public:
  static constexpr int kFree = 10;
  static constexpr std::size_t kMost = 10'000;  // Beyond it whose last failure is longest ago goes.
  static constexpr std::chrono::seconds kForget{120};

  bool Blocked(const std::string& source, const std::string& user, MonoTime now) const {
    const auto found = guesses_.find(KeyOf(source, user));
    return found != guesses_.end() && now < found->second->blocked_until;
  }
  void Failed(const std::string& source, const std::string& user, MonoTime now) {
    const std::string key = KeyOf(source, user);
    auto found = guesses_.find(key);
    if (found == guesses_.end()) {
      if (order_.size() >= kMost) Drop(guesses_.find(order_.front().key));
      order_.push_back({.key = key});
      found = guesses_.emplace(key, std::prev(order_.end())).first;
    } else {
      order_.splice(order_.end(), order_, found->second);
    }
    Guesses& entry = *found->second;
    if (entry.last + kForget < now) entry.failures = 0;
    entry.last = now;
    if (++entry.failures <= kFree) return;
    const int doublings = std::min(entry.failures - kFree - 1, 6);
    entry.blocked_until =
        now + std::min(std::chrono::seconds(1 << doublings), std::chrono::seconds(60));
  }
  void Succeeded(const std::string& source, const std::string& user) {
    if (const auto found = guesses_.find(KeyOf(source, user)); found != guesses_.end()) Drop(found);
  }
  std::size_t size() const { return order_.size(); }

 private:
  struct Guesses {
    std::string key;
    int failures = 0;
    MonoTime last{};
    MonoTime blocked_until{};
  };
  using Index = std::unordered_map<std::string, std::list<Guesses>::iterator>;

  static std::string KeyOf(const std::string& source, const std::string& user) {
    return source + ' ' + user;  // An address has no space.
  }
  void Drop(Index::iterator which) {
    const auto entry = which->second;
    guesses_.erase(which);
    order_.erase(entry);
  }

  std::list<Guesses> order_;  // By their last failure, the oldest first.
  Index guesses_;
};

}  // namespace callfleet::sip_edge
