#pragma once
// The engine of the service on whatever ports it is given: the live view, both faces and the clock
// that makes watchers hear of changes. main gives it the real ports, a test its own.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "common/auth/tokens.h"
#include "common/clock/timers.h"
#include "common/grpc_server/server.h"
#include "common/metrics/registry.h"
#include "services/supervisor/actors/live_view_actor.h"
#include "services/supervisor/adapters/echoing_backend.h"
#include "services/supervisor/adapters/edge_supervision.h"
#include "services/supervisor/adapters/forwarding_call_desk.h"
#include "services/supervisor/app/alert_desk.h"
#include "services/supervisor/app/caller_id_desk.h"
#include "services/supervisor/rest/rest_server.h"
#include "services/supervisor/rpc/supervisor_service.h"

namespace callfleet::supervisor {

// All outlive the core.
struct Ports {
  Backend* backend;
  AuditLog* audit;
  Reports* reports;
  AlertDesk* alerts;
  Performances* performances;
  Watchable* repairs;
  Timers* timers;
  const Clock* clock;
  IdSource* ids;
  const auth::Tokens* tokens;
  metrics::Registry* metrics;
  const logging::Logger* log = nullptr;  // Of requests that somebody traces; null: nobody does.
};

struct CoreOptions {
  std::string listen;
  rest::RestOptions rest;
  WorldOptions world;
  std::vector<Source> sources;
  Source agents;  // That of `sources` which tells about agents.
  Source queues;  // The same of queues.
};

class Core {
 public:
  Core(const CoreOptions& options, const Ports& ports, caf::actor_system& system);
  ~Core();  // Stop.

  FactSink& facts() { return view_; }
  Status Serve();
  int rest_port() const { return rest_.port(); }
  int grpc_port() const { return server_.port(); }
  std::size_t event_streams() const { return rest_.event_streams(); }
  // Sources that are not in step; from a copy at most one tick old.
  std::vector<Source> OutOfStep() const;
  void Stop(std::chrono::milliseconds grace = std::chrono::milliseconds(200));

 private:
  static constexpr std::chrono::milliseconds kTick{100};
  struct Health {
    std::mutex mutex;
    std::vector<Source> out_of_step;
    Stats stats;
  };

  void Tick();
  void AddMetrics(metrics::Registry* registry);
  void CountServed(const rest::Served& served);

  Ports ports_;
  std::atomic<bool> stopping_{false};
  std::shared_ptr<Health> health_ = std::make_shared<Health>();
  metrics::Family<metrics::Counter> requests_;
  metrics::Histogram request_seconds_;
  std::shared_ptr<CallerIdDesk> caller_ids_;
  LiveViewActor view_;
  EchoingBackend backend_;
  EdgeSupervision supervision_;
  ForwardingCallDesk calls_;
  grpc_server::Server server_;
  SupervisorRpc rpc_;
  rest::RestServer rest_;
};

}  // namespace callfleet::supervisor
