// As many callers wait as there are agents, all at work, in many queues with skills: an agent
// becomes free, gets who is next, and the next caller comes. Matchmaker and agents without actors,
// on one thread; what one such match costs.
#include <benchmark/benchmark.h>

#include <chrono>
#include <random>
#include <utility>

#include "tests/unit/agent_registry/pool_harness.h"

namespace callfleet::agent_registry {
namespace {

constexpr std::size_t kQueues = 50;

class Crowd {
 public:
  Crowd(std::size_t agents, std::size_t callers) {
    pool_.Start();
    std::vector<Unit> units;
    for (std::size_t q = 0; q < kQueues; ++q) units.push_back(Queue(std::to_string(q)));
    owner_ = pool_.Join(units);
    for (std::size_t i = 0; i < agents; ++i) {
      AgentWish wish{.name = "agent-" + std::to_string(i)};
      // Three queues each, one of five languages at some level.
      wish.units = {units[i % kQueues], units[(i * 7 + 3) % kQueues],
                    units[(i * 13 + 5) % kQueues]};
      wish.skills = {
          {"language-" + std::to_string(i / kQueues % 5), static_cast<std::uint8_t>(1 + i % 4)}};
      pool_.Add(wish);
    }
    for (std::size_t i = 0; i < agents + callers; ++i) Arrive();
    Settle();
  }
  // Somebody hangs up.
  void FreeOne() {
    auto& held = pool_.held[owner_];
    if (held.empty()) return;
    auto one = held.lower_bound(ReservationKey{random_()});
    if (one == held.end()) one = held.begin();
    const ReservationKey key = *one;
    held.erase(one);
    pool_.Say(owner_, CompleteSlot{key, "completed", std::chrono::seconds(1), {}});
    Settle();
  }
  void Arrive() {
    DemandSpec spec;
    const auto queue = random_() % kQueues;
    spec.unit = spec.audience = Queue(std::to_string(queue));
    if (random_() % 2 == 0) {
      spec.skills = {{"language-" + std::to_string(random_() % 5), 1}};
    }
    spec.id = std::to_string(++callers_);
    spec.revision = 1;
    spec.demand_class = DemandClass::kWaiting;
    spec.since = pool_.now.wall + std::chrono::milliseconds(callers_);
    pool_.Say(owner_, spec);
  }
  std::uint64_t matches() const { return matches_; }
  std::size_t waiting() const { return pool_.matchmaker.waiting(); }

 private:
  void Settle() {
    pool_.Settle();
    const auto replies = std::exchange(pool_.replies[owner_], {});
    for (const auto& reply : replies) {
      const auto* grant = std::get_if<GrantReply>(&reply);
      if (grant == nullptr) continue;
      pool_.Take(owner_, *grant);
      ++matches_;
    }
  }

  PoolHarness pool_;
  StreamId owner_ = 0;
  std::mt19937_64 random_{1};
  std::uint64_t callers_ = 0;
  std::uint64_t matches_ = 0;
};

void MatchInACrowd(benchmark::State& state) {
  Crowd crowd(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  const std::uint64_t before = crowd.matches();
  std::chrono::nanoseconds longest{0};
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    crowd.Arrive();
    crowd.FreeOne();
    longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - begin);
  }
  state.counters["matches"] = static_cast<double>(crowd.matches() - before);
  state.counters["waiting"] = static_cast<double>(crowd.waiting());
  state.counters["longest_us"] = static_cast<double>(longest.count()) / 1e3;
}
BENCHMARK(MatchInACrowd)->Args({10'000, 10'000})->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace callfleet::agent_registry
