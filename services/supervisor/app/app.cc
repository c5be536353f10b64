#include "services/supervisor/app/app.h"

#include <utility>

#include "common/actor_runtime/actor_metrics.h"
#include "common/grpc_server/channel.h"
#include "common/metrics/process_metrics.h"
#include "services/supervisor/adapters/migrations.h"
#include "services/supervisor/adapters/source_streams.h"
#include "services/supervisor/domain/readiness.h"

namespace callfleet::supervisor {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kMigrateLimit{500};  // One try; SIGTERM is looked at between two.

constexpr pg::Statement kProbe{"probe", "SELECT 1"};
constexpr std::chrono::seconds kProbeEach{1};
constexpr std::chrono::seconds kProbeLimit{1};

pg::SessionOptions Database(const Config& config, metrics::Registry* metrics = nullptr) {
  return {.conninfo = config.database, .schema = "supervisor", .metrics = metrics};
}

// Reports of long spans take their time, and must not hold up the audit log.
pg::SessionOptions Reading(const Config& config, metrics::Registry* metrics) {
  auto options = Database(config, metrics);
  options.statement_timeout = std::chrono::seconds(20);
  return options;
}

HistoryLogOptions Keeping(const Config& config, metrics::Registry* metrics) {
  return {.session = Database(config, metrics),
          .retention = std::chrono::hours(24 * config.history_days)};
}

Result<auth::Tokens> ReadTokens(const std::string& file) {
  if (file.empty()) return auth::Tokens::Open();
  return auth::Tokens::ReadFile(file);
}

Status MigrateWhenThere(const Config& config, const logging::Logger& log,
                        const std::function<bool()>& give_up) {
  while (true) {
    auto done = pg::Migrate(Database(config), Migrations(), kMigrateLimit);
    if (done || done.error().code != ErrorCode::kUnavailable || give_up()) return done;
    log.Warn("waiting for the database", {{"detail", done.error().message}});
  }
}

std::vector<Source> Sources(const Config& config) {
  std::vector<Source> sources{{SourceKind::kAgents, config.agent_registry},
                              {SourceKind::kCampaigns, config.dialer},
                              {SourceKind::kQueues, config.queue}};
  for (const auto& edge : config.sip_edges) {
    sources.push_back({SourceKind::kCalls, edge});
    sources.push_back({SourceKind::kTrunks, edge});
  }
  return sources;
}

CoreOptions Options(const Config& config) {
  const auto retention = std::chrono::duration_cast<std::chrono::seconds>(config.ended_retention);
  return {.listen = config.listen,
          .rest = {.listen = config.rest_listen},
          .world = {.max_ended_calls = static_cast<std::size_t>(config.max_ended_calls),
                    .ended_retention = retention,
                    .sip_domain = config.sip_domain},
          .sources = Sources(config),
          .agents = {SourceKind::kAgents, config.agent_registry},
          .queues = {SourceKind::kQueues, config.queue}};
}

}  // namespace

Result<std::unique_ptr<App>> App::Start(const Config& config, const logging::Logger& log,
                                        const std::function<bool()>& give_up) {
  if (config.sip_edges.empty()) return InvalidField("sip_edges", "names no edge");
  auto tokens = ReadTokens(config.tokens_file);
  if (!tokens) return Fail(std::move(tokens).error());
  if (auto ready = MigrateWhenThere(config, log, give_up); !ready) return Fail(ready.error());
  std::unique_ptr<App> app(new App(config, log, std::move(*tokens)));
  if (auto served = app->Serve(); !served) return Fail(std::move(served).error());
  return app;
}

App::App(const Config& config, const logging::Logger& log, auth::Tokens tokens)
    : config_(config),
      log_(log),
      tokens_(std::move(tokens)),
      actors_config_(actor_runtime::Workers()),
      actors_(actors_config_),
      database_({.session = Database(config, &metrics_), .threads = 1}),
      reading_({.session = Reading(config, &metrics_), .threads = 2, .queue = 100}),
      audit_(&database_, log),
      reports_(&reading_, &clock_),
      alert_rules_(&database_),
      alerts_(std::make_shared<AlertDesk>(&alert_rules_, &clock_, &ids_, &metrics_)),
      repairs_(std::make_shared<RepairDesk>()),
      performances_(std::make_shared<PerformanceDesk>(&reports_, &timers_, &clock_)),
      services_({{Service::kRegistry, ChannelTo(config.agent_registry)},
                 {Service::kDialer, ChannelTo(config.dialer)},
                 {Service::kQueue, ChannelTo(config.queue)}},
                EdgeChannels()),
      core_(Options(config),
            {.backend = &services_,
             .audit = &audit_,
             .reports = &reports_,
             .alerts = alerts_.get(),
             .performances = performances_.get(),
             .repairs = repairs_.get(),
             .timers = &timers_,
             .clock = &clock_,
             .ids = &ids_,
             .tokens = &tokens_,
             .metrics = &metrics_,
             .log = &log_},
            actors_),
      history_(
          {.alerts = alerts_.get(), .repairs = repairs_.get(), .performances = performances_.get()},
          &clock_, log, &metrics_),
      legs_(&core_.facts(), Keeping(config, &metrics_), &clock_, log),
      admin_({.metrics = [this] { return metrics_.Text(); },
              .unready_reasons = [this] { return UnreadyReasons(); }},
             tokens_) {
  AddMetrics();
  ProbeDatabase();
}

App::~App() { Stop(); }

std::shared_ptr<grpc::Channel> App::ChannelTo(const std::string& address) const {
  return grpc_server::MakeChannel(
      {.target = address, .token = config_.service_token, .max_message_bytes = 16 * 1024 * 1024});
}

std::vector<GrpcBackend::EdgeChannel> App::EdgeChannels() const {
  std::vector<GrpcBackend::EdgeChannel> edges;
  for (const auto& edge : config_.sip_edges) edges.push_back({edge, ChannelTo(edge)});
  return edges;
}

void App::Open(SourceKind kind, const std::string& address, WatchLoop::ReadAll read_all) {
  FactSink* sink = kind == SourceKind::kCalls ? &legs_ : &core_.facts();
  streams_.push_back(std::make_unique<WatchLoop>(FactWriter(sink, &clock_, {kind, address}),
                                                 std::move(read_all), log_));
}

void App::OpenStreams() {
  for (const auto& edge : config_.sip_edges) {
    Open(SourceKind::kCalls, edge, ReadCalls(ChannelTo(edge)));
    Open(SourceKind::kTrunks, edge, ReadTrunks(ChannelTo(edge)));
  }
  Open(SourceKind::kAgents, config_.agent_registry, ReadAgents(ChannelTo(config_.agent_registry)));
  Open(SourceKind::kCampaigns, config_.dialer, ReadCampaigns(ChannelTo(config_.dialer)));
  Open(SourceKind::kQueues, config_.queue, ReadQueues(ChannelTo(config_.queue)));
}

Status App::Serve() {
  if (auto started = admin_.Start(config_.admin_listen); !started) return started;
  OpenStreams();
  LoadAlertRules();
  LoadRepairs();
  std::vector<std::shared_ptr<grpc::Channel>> edges;
  for (const auto& edge : config_.sip_edges) edges.push_back(ChannelTo(edge));
  const HistoryLogOptions keeping = Keeping(config_, &metrics_);
  history_.Open({.database = keeping.session,
                 .retention = keeping.retention,
                 .registry = ChannelTo(config_.agent_registry),
                 .dialer = ChannelTo(config_.dialer),
                 .queue = ChannelTo(config_.queue),
                 .edges = std::move(edges)});
  auto started = core_.Serve();
  serving_ = started.has_value();
  return started;
}

void App::Stop() {
  if (stopping_.exchange(true)) return;
  timers_.Stop();
  alerts_->Stop();
  repairs_->Stop();
  performances_->Stop();
  core_.Stop(config_.stop_grace);
  history_.Close();
  streams_.clear();
  legs_.Close();
  actors_.await_all_actors_done();
  database_.Stop(config_.stop_grace);
  reading_.Stop(config_.stop_grace);
  admin_.Stop();
}

// Without its rules a supervisor that has just started would be silent.
void App::LoadAlertRules() {
  reports_.CallsSince(clock_.Now().wall - CallWindow::kLongest,
                      [alerts = alerts_](const Result<std::vector<CallRow>>& calls) {
                        if (calls) alerts->Put(*calls);
                      });
  alerts_->Load([this](const Status& loaded) {
    if (loaded || stopping_) return;
    log_.Warn("alert rules not loaded", {{"reason", loaded.error().reason}});
    timers_.Start(kProbeEach, [this] { LoadAlertRules(); });
  });
}

// Who watches sees what was put right before this process began.
void App::LoadRepairs() {
  reports_.Repairs({}, [repairs = repairs_](const Result<RepairPage>& newest) {
    if (newest) repairs->Put(newest->repairs);
  });
}

void App::ProbeDatabase() {
  database_.Submit(
      kProbeLimit,
      [](pg::Transaction& transaction) -> Status {
        transaction.Exec(kProbe);
        return {};
      },
      [this](const Status& /*status*/) { timers_.Start(kProbeEach, [this] { ProbeDatabase(); }); });
}

std::vector<std::string> App::UnreadyReasons() const {
  std::vector<std::string> reasons;
  if (stopping_) reasons.emplace_back("stopping");
  if (!serving_) reasons.emplace_back("starting");
  if (!database_.connected()) reasons.emplace_back("database away");
  for (const auto& source : Vital(core_.OutOfStep(), config_.sip_edges.size())) {
    reasons.push_back("not in step: " + ToString(source));
  }
  return reasons;
}

void App::AddMetrics() {
  metrics::AddProcessMetrics(&metrics_, "supervisor");
  actor_runtime::AddActorMetrics(&metrics_, &actors_);
  const auto waiting = metrics_.NewGauge("callfleet_supervisor_audit_entries_waiting",
                                         "Audit entries not written yet.");
  const auto database =
      metrics_.NewGauge("callfleet_supervisor_database_connected", "1: it is there.");
  const auto legs = metrics_.NewGauge("callfleet_supervisor_history_legs",
                                      "Legs of ended calls kept since the start.");
  const auto legs_lost = metrics_.NewGauge("callfleet_supervisor_history_legs_lost",
                                           "Legs that history could not take.");
  metrics_.OnCollect([this, waiting, database, legs, legs_lost] {
    waiting.Set(static_cast<double>(audit_.waiting()));
    legs.Set(static_cast<double>(legs_.counts().kept));
    legs_lost.Set(static_cast<double>(legs_.counts().lost));
    database.Set(database_.connected() ? 1 : 0);
  });
}

}  // namespace callfleet::supervisor
