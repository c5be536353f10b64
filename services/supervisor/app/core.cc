#include "services/supervisor/app/core.h"

#include <caf/all.hpp>

#include "services/supervisor/domain/readiness.h"

namespace callfleet::supervisor {
namespace {

const std::vector<double> kSeconds{0.001, 0.005, 0.02, 0.1, 0.5, 2, 5, 30};

}  // namespace

Core::Core(const CoreOptions& options, const Ports& ports, caf::actor_system& system)
    : ports_(ports),
      requests_(ports.metrics->NewCounters({.name = "callfleet_supervisor_rest_requests_total",
                                            .help = "REST requests by route and status.",
                                            .labels = {"method", "path", "status"},
                                            .max_series = 500})),
      request_seconds_(ports.metrics
                           ->NewHistograms({.name = "callfleet_supervisor_rest_request_seconds",
                                            .help = "Time from a request to its answer.",
                                            .buckets = kSeconds})
                           .With({})),
      caller_ids_(std::make_shared<CallerIdDesk>(ports.backend)),
      view_(system, World(options.world, options.sources, ports.clock->Now().wall)),
      backend_(ports.backend, &view_, options.agents, options.queues, ports.clock),
      supervision_({.backend = &backend_,
                    .view = &view_,
                    .facts = &view_,
                    .agents = options.agents,
                    .clock = ports.clock,
                    .ids = ports.ids}),
      calls_(&backend_, &view_, ports.clock),
      server_({.listen = options.listen, .metrics = ports.metrics, .log = ports.log},
              *ports.tokens),
      rpc_(&view_,
           {.reports = ports.reports,
            .alerts = ports.alerts,
            .performances = ports.performances,
            .repairs = ports.repairs},
           &server_.streams(),
           {.supervision = &supervision_,
            .calls = &calls_,
            .audit = ports.audit,
            .clock = ports.clock,
            .ids = ports.ids,
            .tokens = ports.tokens}),
      rest_(options.rest,
            {.backend = &backend_,
             .view = &view_,
             .clock = ports.clock,
             .ids = ports.ids,
             .audit = ports.audit,
             .reports = ports.reports,
             .alerts = ports.alerts,
             .performances = ports.performances,
             .repairs = ports.repairs,
             .supervision = &supervision_,
             .calls = &calls_},
            *ports.tokens, [this](const rest::Served& served) { CountServed(served); }) {
  health_->out_of_step = options.sources;
  AddMetrics(ports.metrics);
  Tick();
}

Core::~Core() { Stop(); }

Status Core::Serve() {
  auto started = server_.Start({grpc_server::Named<v1::SupervisorService>(&rpc_)});
  if (!started) return started;
  server_.SetServing(true);
  return rest_.Start();
}

void Core::Tick() {
  if (stopping_) return;
  const WallTime now = ports_.clock->Now().wall;
  view_.Tick(now);
  view_.Read([health = health_, now, alerts = ports_.alerts->weak_from_this(),
              caller_ids = std::weak_ptr(caller_ids_)](const World& world) {
    if (const auto desk = alerts.lock()) desk->Look(world, now);
    if (const auto desk = caller_ids.lock()) desk->Look(world, now);
    std::vector<Source> behind = world.OutOfStep();
    const Stats stats = ReadStats(world);
    const std::lock_guard lock(health->mutex);
    health->out_of_step = std::move(behind);
    health->stats = stats;
  });
  ports_.timers->Start(kTick, [this] { Tick(); });
}

std::vector<Source> Core::OutOfStep() const {
  const std::lock_guard lock(health_->mutex);
  return health_->out_of_step;
}

void Core::CountServed(const rest::Served& served) {
  requests_.With({served.method, served.path, std::to_string(served.status)}).Increment();
  request_seconds_.Observe(served.seconds);
  if (ports_.log == nullptr) return;
  const auto level = served.trace.sampled ? logging::Level::kInfo : logging::Level::kDebug;
  ports_.log->Write(level, "rest",
                    {{"method", served.method},
                     {"path", served.path},
                     {"status", served.status},
                     {"took_ms", served.seconds * 1000},
                     {"call_id", served.call_id},
                     {"trace_id", served.trace.trace_id}});
}

void Core::AddMetrics(metrics::Registry* registry) {
  const auto calls = registry->NewGauge("callfleet_supervisor_active_calls", "Calls not over.");
  const auto bridges = registry->NewGauge("callfleet_supervisor_active_bridges", "Open bridges.");
  const auto available =
      registry->NewGauge("callfleet_supervisor_available_agents", "Agents with a free slot.");
  const auto busy = registry->NewGauge("callfleet_supervisor_busy_agents", "Agents without one.");
  const auto queued = registry->NewGauge("callfleet_supervisor_queued_calls", "Callers waiting.");
  const auto behind = registry->NewGauge("callfleet_supervisor_sources_out_of_step",
                                         "Streams of facts that are not in step.");
  const auto streams =
      registry->NewGauge("callfleet_supervisor_event_streams", "Open streams of events.");
  registry->OnCollect([=, this] {
    {
      const std::lock_guard lock(health_->mutex);
      calls.Set(health_->stats.active_calls);
      bridges.Set(health_->stats.active_bridges);
      available.Set(health_->stats.available_agents);
      busy.Set(health_->stats.busy_agents);
      queued.Set(health_->stats.queued_calls);
      behind.Set(static_cast<double>(health_->out_of_step.size()));
    }
    streams.Set(static_cast<double>(rest_.event_streams()));
  });
}

void Core::Stop(std::chrono::milliseconds grace) {
  if (stopping_.exchange(true)) return;
  rest_.Stop();
  server_.Shutdown(grace);
  view_.Stop();
}

}  // namespace callfleet::supervisor
