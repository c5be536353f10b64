// Reserve + release pairs through the index alone, against the linear scan.
#include <benchmark/benchmark.h>

#include <deque>

#include "services/agent_registry/domain/agent_index.h"
#include "tests/unit/agent_registry/linear_scan.h"

namespace callfleet::agent_registry {
namespace {

constexpr SkillKey kAudience = 1;
constexpr int kKinds = 16;  // Distinct groups: skills in which the agents differ.

AgentTraits TraitsOf(int i) {
  AgentTraits traits{{{kAudience, 1}}, 1, false};
  const auto kind = static_cast<SkillKey>(i % kKinds);
  traits.capabilities.push_back({10 + kind, static_cast<std::uint8_t>(1 + kind % 5)});
  return traits;
}

Requirement Need() { return {kAudience, {}, Strategy::kLeastBusy, false, false}; }
constexpr Standing kFree{true, true, true, false, 0};
constexpr Standing kBusy{true, true, true, false, 1};

// Half of the agents are busy all the time: each pair takes the best one and frees the oldest call.
void IndexPairs(benchmark::State& state) {
  AgentIndex index;
  const int agents = static_cast<int>(state.range(0));
  for (int i = 0; i < agents; ++i) {
    const Slot slot = index.Add(TraitsOf(i));
    index.Update(slot, kFree, index.NextRank());
  }
  const SignatureId any = index.Intern(Need());
  std::vector<Slot> calls;  // A ring: the oldest call ends first.
  for (int i = 0; i < agents / 2; ++i) {
    calls.push_back(index.Best(any));
    index.Update(calls.back(), kBusy, index.NextRank());
  }
  std::size_t oldest = 0;
  for (auto _ : state) {
    const Slot best = index.Best(any);
    index.Update(best, kBusy, index.NextRank());
    index.Update(calls[oldest], kFree, index.NextRank());
    calls[oldest] = best;
    if (++oldest == calls.size()) oldest = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(IndexPairs)->Arg(100)->Arg(10'000)->Arg(1'000'000);

void LinearPairs(benchmark::State& state) {
  LinearScan scan;
  Rank rank = 0;
  const int agents = static_cast<int>(state.range(0));
  for (int i = 0; i < agents; ++i) {
    auto& agent = scan.agents[static_cast<Slot>(i)];
    agent.traits = TraitsOf(i);
    agent.standing = kFree;
    agent.rank = ++rank;
  }
  const Requirement any = Need();
  std::deque<Slot> calls;
  auto take = [&] {
    const Slot best = scan.Best(any);
    scan.agents[best].standing = kBusy;
    scan.agents[best].rank = ++rank;
    calls.push_back(best);
  };
  for (int i = 0; i < std::min(agents / 2, 1000); ++i) take();
  for (auto _ : state) {
    take();
    auto& freed = scan.agents[calls.front()];
    freed.standing = kFree;
    freed.rank = ++rank;
    calls.pop_front();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(LinearPairs)->Arg(100)->Arg(10'000)->Arg(1'000'000)->MinTime(0.1);

}  // namespace
}  // namespace callfleet::agent_registry
