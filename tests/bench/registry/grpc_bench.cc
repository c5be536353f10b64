// A reservation over gRPC: from the owner's demand to its grant, at 5,000 a second, on one stream.
#include <benchmark/benchmark.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <thread>

#include "common/actor_runtime/real_timers.h"
#include "common/actor_runtime/system_config.h"
#include "common/grpc_server/server.h"
#include "services/agent_registry/rpc/registry_service.h"
#include "tests/bench/registry/null_ports.h"

namespace callfleet::agent_registry {
namespace {

using Clk = std::chrono::steady_clock;

class Served {
 public:
  explicit Served(int agents)
      : config_(2, Service::kMessagesAtOnce), system_(config_), owners_(log_) {
    log_.SetLevel(logging::Level::kError);
    RegistryPorts ports;
    ports.clock = &clock_;
    ports.timers = &timers_;
    ports.journal = &journal_;
    ports.edges = &edges_;
    ports.feed = &board_;
    ports.owners = &owners_;
    ports.secrets = &secrets_;
    ports.ids = &ids_;
    ports.log = &log_;
    ports.on_lost = [](const Error&) {};
    KeptPool pool;
    pool.token = {{UnitKind::kPool, "default"}, 1};
    for (int i = 0; i < agents; ++i) {
      KeptAgent agent;
      agent.profile.id = AgentId("agent-" + std::to_string(i));
      agent.profile.name = agent.profile.id.str();
      agent.profile.contact_uri = "sip:a@h";
      agent.profile.memberships.push_back({{UnitKind::kCampaign, "c"}, false});
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
    service_ = Build(ports, system_, options, std::move(kept));
    service_->facts().OnLegSnapshot(EdgeId("edge"), {});
    service_->facts().OnReachabilitySnapshot(EdgeId("edge"), std::move(reports));
    owners_.Bind(&service_->owners());
    rpc_ = std::make_unique<RegistryRpc>(RegistryRpcParts{.desk = &service_->desk(),
                                                          .board = &board_,
                                                          .owners = &owners_,
                                                          .tokens = &tokens_,
                                                          .streams = &server_.streams()});
    if (!server_.Start({grpc_server::Named<v1::AgentRegistryService>(rpc_.get())})) std::abort();
  }
  ~Served() {
    server_.Shutdown();
    timers_.Stop();
    service_->Stop();
    system_.await_all_actors_done();
  }
  int port() const { return server_.port(); }

 private:
  logging::Logger log_{"bench"};
  auth::Tokens tokens_ = auth::Tokens::Open();
  SystemClock clock_;
  RealTimers timers_;
  UuidSource ids_;
  NullJournal journal_;
  NullEdges edges_;
  NullSecrets secrets_;
  actor_runtime::SystemConfig config_;
  caf::actor_system system_;
  AgentBoard board_;
  OwnerHub owners_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<RegistryRpc> rpc_;
  grpc_server::Server server_{{.listen = "127.0.0.1:0"}, tokens_};
};

void SetUnit(callfleet::common::v1::Unit* unit) {
  unit->set_kind(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
  unit->set_id("c");
}

void ReservationsOverGrpc(benchmark::State& state) {
  constexpr int kASecond = 5'000;
  constexpr int kSeconds = 4;
  Served served(1'000);
  auto stub = v1::AgentRegistryService::NewStub(grpc::CreateChannel(
      "127.0.0.1:" + std::to_string(served.port()), grpc::InsecureChannelCredentials()));
  for (auto _ : state) {
    grpc::ClientContext context;
    auto stream = stub->Session(&context);
    std::mutex writing;
    auto send = [&](const v1::SessionRequest& request) {
      const std::lock_guard lock(writing);
      stream->Write(request);
    };
    v1::SessionRequest hello;
    SetUnit(hello.mutable_hello()->add_units()->mutable_unit());
    hello.mutable_hello()->mutable_units(0)->set_token(1);
    send(hello);
    v1::SessionRequest end;
    SetUnit(end.mutable_declare_end()->add_units());
    send(end);
    std::vector<Clk::time_point> asked(kASecond * kSeconds);
    std::vector<double> waits;
    std::thread reader([&] {
      v1::SessionResponse response;
      while (stream->Read(&response)) {
        if (!response.has_grant()) continue;
        const auto n = static_cast<std::size_t>(std::stoul(response.grant().demand_id()));
        waits.push_back(std::chrono::duration<double, std::milli>(Clk::now() - asked[n]).count());
        v1::SessionRequest taken;
        taken.mutable_taken()->set_grant(response.grant().grant());
        send(taken);
        v1::SessionRequest complete;
        complete.mutable_complete()->set_reservation_id(
            response.grant().offers(0).reservation_id());
        send(complete);
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const auto begin = Clk::now();
    for (int n = 0; n < kASecond * kSeconds; ++n) {
      std::this_thread::sleep_until(begin + std::chrono::microseconds(1'000'000LL * n / kASecond));
      v1::SessionRequest request;
      auto* demand = request.mutable_demand();
      SetUnit(demand->mutable_unit());
      SetUnit(demand->mutable_audience());
      demand->set_demand_id(std::to_string(n));
      demand->set_revision(1);
      demand->set_demand_class(v1::DEMAND_CLASS_WAITING);
      asked[static_cast<std::size_t>(n)] = Clk::now();
      send(request);
      if (n % kASecond != 0) continue;
      v1::SessionRequest beat;
      beat.mutable_heartbeat()->set_number(static_cast<std::uint64_t>(n) + 1);
      send(beat);
    }
    const double wall = std::chrono::duration<double>(Clk::now() - begin).count();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    context.TryCancel();
    reader.join();
    std::sort(waits.begin(), waits.end());
    auto at = [&](double q) {
      return waits[static_cast<std::size_t>(q * static_cast<double>(waits.size() - 1))];
    };
    state.SetIterationTime(wall);
    state.counters["granted"] = static_cast<double>(waits.size());
    state.counters["a_second"] = kASecond * kSeconds / wall;
    state.counters["p50_ms"] = at(0.5);
    state.counters["p99_ms"] = at(0.99);
  }
}
BENCHMARK(ReservationsOverGrpc)->UseManualTime()->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace callfleet::agent_registry
