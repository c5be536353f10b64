// Pairs through matchmaker and agent actors: demand, ask, grant, taken, complete, freed; heartbeats
// and leases included. CPU is that of the whole process.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "common/actor_runtime/real_timers.h"
#include "common/actor_runtime/system_config.h"
#include "tests/bench/registry/null_ports.h"

namespace callfleet::agent_registry {
namespace {

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double ResidentKib() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

const Unit kUnit{UnitKind::kCampaign, "c"};

class Rig {
 public:
  explicit Rig(int agents) : config_(2, Service::kMessagesAtOnce), system_(config_) {
    RegistryPorts ports;
    ports.clock = &clock_;
    ports.timers = &timers_;
    ports.journal = &journal_;
    ports.edges = &edges_;
    ports.feed = &feed_;
    ports.owners = &owners;
    ports.secrets = &secrets_;
    ports.ids = &ids_;
    ports.log = &log_;
    ports.on_lost = [](const Error&) {};
    log_.SetLevel(logging::Level::kError);
    KeptPool pool;
    pool.token = {{UnitKind::kPool, "default"}, 1};
    for (int i = 0; i < agents; ++i) {
      KeptAgent agent;
      agent.profile.id = AgentId("agent-" + std::to_string(i));
      agent.profile.name = agent.profile.id.str();
      agent.profile.contact_uri = "sip:a@h";
      agent.profile.memberships.push_back({kUnit, false});
      agent.saved.presence.presence = Presence::kReady;
      pool.agents.push_back(std::move(agent));
    }
    DirectoryOptions options;
    options.edges = 1;
    std::vector<UserReachability> reports;
    for (const auto& agent : pool.agents) {
      reports.push_back({agent.profile.id, {EdgeId("edge"), true, agent.profile.contact_uri}});
    }
    std::vector<KeptPool> kept;
    kept.push_back(std::move(pool));
    service = Build(ports, system_, options, std::move(kept));
    service->facts().OnLegSnapshot(EdgeId("edge"), {});
    service->facts().OnReachabilitySnapshot(EdgeId("edge"), std::move(reports));
  }
  ~Rig() {
    timers_.Stop();
    service->Stop();
    system_.await_all_actors_done();
  }
  void Say(OwnerMessage message) {
    service->owners().OnMessage(PoolId("default"), 1, std::move(message));
  }

  OwnerTap owners;
  std::unique_ptr<Service> service;

 private:
  SystemClock clock_;
  RealTimers timers_;
  UuidSource ids_;
  logging::Logger log_{"bench"};
  NullJournal journal_;
  NullEdges edges_;
  NullFeed feed_;
  NullSecrets secrets_;
  actor_runtime::SystemConfig config_;
  caf::actor_system system_;
};

// Plays the owner on the matchmaker's thread: each grant is taken and completed, and the next
// demand is made, so that so many demands (the second argument) are always under way. With twice as
// many as agents every agent works and as many callers as agents wait.
void ActorPairs(benchmark::State& state) {
  const int agents = static_cast<int>(state.range(0));
  const int window = static_cast<int>(state.range(1));
  Rig rig(agents);
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<std::uint64_t> pairs{0};
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> seen{0};
  std::atomic<bool> stop{false};
  bool ready = false;
  auto demand = [&] {
    DemandSpec spec;
    spec.unit = spec.audience = kUnit;
    spec.id = std::to_string(next.fetch_add(1));
    spec.revision = 1;
    rig.Say(std::move(spec));
  };
  rig.owners.on_reply = [&](StreamId, OwnerReply reply) {
    if (const auto* grant = std::get_if<GrantReply>(&reply)) {
      seen.store(grant->grant);
      rig.Say(Taken{grant->grant, {}});
      rig.Say(CompleteSlot{grant->offers[0].key, "completed", std::chrono::milliseconds(1), {}});
      pairs.fetch_add(1, std::memory_order_relaxed);
      if (!stop.load(std::memory_order_relaxed)) demand();
    } else if (std::holds_alternative<ReadyReply>(reply)) {
      const std::lock_guard lock(mutex);
      ready = true;
      changed.notify_all();
    }
  };
  rig.Say(Hello{{{kUnit, 1}}, "bench"});
  rig.Say(DeclareEnd{{kUnit}});
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return ready; });
  }
  std::uint64_t beats = 0;
  for (auto _ : state) {
    const std::uint64_t from = pairs.load();
    const double cpu = CpuSeconds();
    const auto begin = std::chrono::steady_clock::now();
    stop = false;
    for (int i = 0; i < window; ++i) demand();
    for (int i = 0; i < 30; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      if (i % 10 == 0) rig.Say(Heartbeat{++beats, 0, {}});
    }
    stop = true;
    const double wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto done = static_cast<double>(pairs.load() - from);
    state.SetIterationTime(wall);
    state.counters["pairs_per_s"] = done / wall;
    state.counters["cpu_us_per_pair"] = (CpuSeconds() - cpu) * 1e6 / done;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  stop = true;
}
BENCHMARK(ActorPairs)
    ->Args({1'000, 256})
    ->Args({10'000, 256})
    ->Args({10'000, 20'000})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

void MemoryOfAnIdleAgent(benchmark::State& state) {
  const int agents = static_cast<int>(state.range(0));
  for (auto _ : state) {
    const double before = ResidentKib();
    Rig rig(agents);
    // The allocator gives back what the start needed after 5 s.
    std::this_thread::sleep_for(std::chrono::seconds(12));
    state.counters["KiB_per_agent"] = (ResidentKib() - before) / agents;
  }
}
BENCHMARK(MemoryOfAnIdleAgent)->Arg(20'000)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace callfleet::agent_registry
