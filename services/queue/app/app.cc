#include "services/queue/app/app.h"

#include <csignal>
#include <utility>

#include "common/actor_runtime/actor_metrics.h"
#include "common/agent_pool_link/registry_link.h"
#include "common/grpc_server/channel.h"
#include "common/metrics/process_metrics.h"

namespace callfleet::queue {
namespace {

// Answers and ends of calls, which nobody waits for, are kept with other things.
constexpr std::chrono::milliseconds kGather{40};

using std::chrono::milliseconds;
constexpr milliseconds kTakeLimit{500};  // One try; SIGTERM is looked at between two.
constexpr std::chrono::seconds kProveEach{1};

pg::SessionOptions Database(const Config& config, metrics::Registry* metrics = nullptr) {
  return {.conninfo = config.database, .schema = "queue", .metrics = metrics};
}

Result<auth::Tokens> ReadTokens(const std::string& file) {
  if (file.empty()) return auth::Tokens::Open();
  return auth::Tokens::ReadFile(file);
}

Result<Taken> TakeWhenThere(const Config& config, const logging::Logger& log,
                            const std::function<bool()>& give_up) {
  const ProtoRecords codec;
  while (true) {
    auto taken = TakeRouting(Database(config), codec, kTakeLimit);
    if (taken || taken.error().code != ErrorCode::kUnavailable || give_up()) return taken;
    log.Warn("waiting for the database", {{"detail", taken.error().message}});
  }
}

}  // namespace

Result<std::unique_ptr<App>> App::Start(const Config& config, const logging::Logger& log,
                                        const std::function<bool()>& give_up) {
  auto tokens = ReadTokens(config.tokens_file);
  if (!tokens) return Fail(std::move(tokens).error());
  if (config.sip_edges.empty()) return InvalidField("sip_edges", "at least one");
  auto taken = TakeWhenThere(config, log, give_up);
  if (!taken) return Fail(std::move(taken).error());
  std::unique_ptr<App> app(new App(config, log, std::move(*tokens), std::move(*taken)));
  if (auto served = app->Serve(); !served) return Fail(std::move(served).error());
  return app;
}

App::App(const Config& config, const logging::Logger& log, auth::Tokens tokens, Taken taken)
    : config_(config),
      log_(log),
      tokens_(std::move(tokens)),
      repairs_(metrics_.NewCounters({.name = "callfleet_queue_repairs_total",
                                     .help = "What was put right without a hand.",
                                     .labels = {"kind", "reason"}})),
      actors_config_(actor_runtime::Workers()),
      actors_(actors_config_),
      watchers_(&timers_),
      metered_(&metrics_, &watchers_),
      pool_({.session = Database(config, &metrics_),
             .threads = static_cast<int>(config.database_threads)}),
      outbox_(&pool_, &timers_, "queue", config.outbox),
      writer_({.session = Database(config, &metrics_),
               .gather = kGather,
               .partition_rows = config.outbox.partition_rows,
               .fenced_event = [this](const UnitToken& unit) { return TellFenced(unit); },
               .on_relieved = [this] { intake_.Relieved(); }},
              [this](const std::vector<std::string>&) { outbox_.Wake(); }),
      intake_([this] { return writer_.pressed(); }),
      limit_(&timers_, config.command_limit, [this] { return writer_.behind(); }),
      committer_(&writer_, taken.unit, &codec_),
      store_(&pool_, &writer_, &codec_),
      registry_(grpc_server::MakeChannel(
          {.target = config.agent_registry, .token = config.service_token})),
      agent_desk_(registry_),
      edges_(EdgeOptions(), &timers_, log),
      core_(
          {.unit = taken.unit,
           .calls = &edges_,
           .committer = &committer_,
           .store = &store_,
           .watchers = &metered_,
           .timers = &timers_,
           .clock = &clock_,
           .zones = &zones_,
           .ids = &ids_,
           .agents = &agent_desk_,
           .make_pool_link =
               [this](const PoolId& pool, std::shared_ptr<agent_pool::PoolLinkListener> listener) {
                 return std::make_unique<agent_pool::RegistryLink>(
                     agent_pool::RegistryLinkOptions{.channel = registry_,
                                                     .pool = pool,
                                                     .owner = config_.owner,
                                                     .timers = &timers_},
                     std::move(listener), log_);
               },
           .on_lost = [this](const Error& error) { OnLost(error); }},
          actors_, std::move(taken.directory), std::move(taken.plan), log),
      rpc_({.desk = &core_.desk(),
            .tickets = &core_.tickets(),
            .watchers = &watchers_,
            .tokens = &tokens_,
            .events = &outbox_.feed(),
            .limit = &limit_}),
      server_({.listen = config.listen, .metrics = &metrics_, .log = &log_}, tokens_),
      admin_({.metrics = [this] { return metrics_.Text(); },
              .unready_reasons = [this] { return UnreadyReasons(); }},
             tokens_) {
  rpc_.UseStreams(&server_.streams());
  AddMetrics();
}

App::~App() { Stop(); }

std::vector<EdgeLinkOptions> App::EdgeOptions() {
  std::vector<EdgeLinkOptions> options;
  for (const auto& edge : config_.sip_edges) {
    options.push_back(
        {.channel = grpc_server::MakeChannel({.target = edge, .token = config_.service_token}),
         .timers = &timers_,
         .ids = &ids_,
         .intake = &intake_});
  }
  return options;
}

Status App::Serve() {
  if (auto started = admin_.Start(config_.admin_listen); !started) return started;
  auto started = server_.Start({grpc_server::Named<v1::QueueService>(&rpc_)});
  if (!started) return started;
  outbox_.StartKeeping();
  core_.OpenQueues();
  edges_.Start(&core_.facts());
  ProveToken();
  server_.SetServing(true);
  return {};
}

void App::Stop() {
  if (stopping_.exchange(true)) return;
  server_.Shutdown(config_.stop_grace);
  intake_.OpenForGood();
  edges_.Stop();
  agent_desk_.Stop();
  timers_.Stop();
  pool_.Stop(config_.stop_grace);
  core_.Stop();
  actors_.await_all_actors_done();
  writer_.Stop(config_.stop_grace);
  admin_.Stop();
}

pg::OutboxEvent App::TellFenced(const UnitToken& unit) const {
  repairs_.With({"owner_fenced", "newer_owner"}).Increment();
  auto event = codec_.Event(NoteRepair{
      .kind = RepairKind::kOwnerFenced, .reason = "newer_owner", .at = clock_.Now().wall});
  return {.source = "callfleet/queue",
          .type = std::move(event.type),
          .time = event.time,
          .subject = ToString(unit.unit),
          .payload = std::move(event.bytes)};
}

void App::ProveToken() {
  committer_.Commit({}, [this](Status status) {
    // A database that is away is no lost unit: whoever writes waits for it.
    if (!status && status.error().reason == "FENCED") OnLost(status.error());
  });
  timers_.Start(kProveEach, [this] { ProveToken(); });
}

void App::OnLost(const Error& error) {
  if (stopping_ || lost_.exchange(true)) return;
  log_.Error("stopping", {{"reason", error.reason}, {"detail", error.message}});
  ::kill(::getpid(), SIGTERM);  // The one way down is main's.
}

std::vector<std::string> App::UnreadyReasons() const {
  std::vector<std::string> reasons;
  if (stopping_) reasons.emplace_back("stopping");
  if (lost_) reasons.emplace_back("unit lost");
  if (!writer_.connected()) reasons.emplace_back("database away");
  if (edges_.connected() == 0) reasons.emplace_back("sip_edge away");
  return reasons;
}

void App::AddMetrics() {
  metrics::AddProcessMetrics(&metrics_, "queue");
  actor_runtime::AddActorMetrics(&metrics_, &actors_);
  outbox_.AddMetrics(&metrics_);
  const auto edge = metrics_.NewGauge("callfleet_queue_edge_connected", "1: an edge is watched.");
  const auto edges = metrics_.NewGauge("callfleet_queue_edges_connected", "Edges watched.");
  const auto stopped = metrics_.NewGauge("callfleet_queue_intake_stopped",
                                         "1: facts stay at the edge, the writer is full.");
  const auto queues = metrics_.NewGauge("callfleet_queue_queues", "Open in this process.");
  metrics_.OnCollect([=, this] {
    queues.Set(static_cast<double>(core_.open_queues()));
    stopped.Set(intake_.stopped() ? 1 : 0);
    const std::size_t connected = edges_.connected();
    edge.Set(connected > 0 ? 1 : 0);
    edges.Set(static_cast<double>(connected));
  });
}

}  // namespace callfleet::queue
