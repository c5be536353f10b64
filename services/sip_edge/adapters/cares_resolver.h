#pragma once
// Names to addresses by c-ares on a thread of its own, with a cache by TTL. A trunk's route always
// names its transport, so NAPTR is never needed (RFC 3263 4.1): SRV where no port is given, then A.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "services/sip_edge/ports/resolver.h"

namespace callfleet::sip_edge {

class CaresResolver final : public Resolver {
 public:
  static constexpr std::size_t kMostWaiting = 10'000;  // Beyond it: RESOLVER_FULL at once.
  static constexpr std::size_t kMostCached = 10'000;

  // `servers` as c-ares takes them ("127.0.0.1:5353"); empty: the system's.
  explicit CaresResolver(std::string servers = {});
  ~CaresResolver() override;

  // Nobody is called back any more once this has returned.
  void Stop();
  void Resolve(const std::string& host, std::uint16_t port, Transport transport,
               Done done) override;

 private:
  struct Job;
  class Lookup;
  struct Cached {
    std::vector<ResolvedHop> hops;
    std::chrono::steady_clock::time_point until;
  };
  void Work();
  void Begin(std::unique_ptr<Job> job);
  void Remember(const Job& job, const std::vector<ResolvedHop>& hops, int ttl_s);

  const std::string servers_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Job>> jobs_;
  bool stopping_ = false;
  int wake_fd_ = -1;
  void* channel_ = nullptr;  // ares_channel; worker thread only, as is the cache.
  std::size_t under_way_ = 0;
  std::map<std::string, Cached> cache_;
  std::thread thread_;
};

}  // namespace callfleet::sip_edge
