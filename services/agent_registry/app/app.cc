#include "services/agent_registry/app/app.h"

#include <unistd.h>
#include <csignal>
#include <utility>

#include "common/actor_runtime/actor_metrics.h"
#include "common/grpc_server/channel.h"
#include "common/metrics/process_metrics.h"
#include "services/agent_registry/adapters/outbox_events.h"
#include "services/agent_registry/adapters/pg_load.h"

namespace callfleet::agent_registry {
namespace {

// What nobody waits for is kept with other things; readers of events hear of it so much later.
constexpr std::chrono::milliseconds kGather{50};

using std::chrono::milliseconds;
constexpr milliseconds kTakeLimit{500};  // One try; SIGTERM is looked at between two.
constexpr std::chrono::seconds kEachSecond{1};

pg::SessionOptions Database(const Config& config, metrics::Registry* metrics = nullptr) {
  return {.conninfo = config.database, .schema = "agent_registry", .metrics = metrics};
}

Result<std::vector<KeptPool>> TakeWhenThere(const Config& config, const logging::Logger& log,
                                            const std::function<bool()>& give_up) {
  while (true) {
    auto taken = TakePools(Database(config), config.pools, kTakeLimit);
    if (taken || taken.error().code != ErrorCode::kUnavailable || give_up()) return taken;
    log.Warn("waiting for the database", {{"detail", taken.error().message}});
  }
}

std::vector<UnitToken> TokensOf(const std::vector<KeptPool>& kept) {
  std::vector<UnitToken> tokens;
  for (const KeptPool& pool : kept) tokens.push_back(pool.token);
  return tokens;
}

DirectoryOptions OptionsOf(const Config& config) {
  DirectoryOptions options;
  options.agents.missed_offer_makes_not_ready = config.missed_offer_makes_not_ready;
  options.agents.device_grace = config.device_grace;
  options.agents.device_retry = config.device_retry;
  options.agents.line_retry = config.line_retry;
  options.matching.book = {
      .swap_last_classes = config.agent_first_before_waiting,
      .last_class_share_percent = static_cast<int>(config.last_class_share_percent)};
  options.edges = config.sip_edges.size();
  return options;
}

}  // namespace

Result<std::unique_ptr<App>> App::Start(const Config& config, const logging::Logger& log,
                                        const std::function<bool()>& give_up) {
  auto tokens = config.tokens_file.empty() ? auth::Tokens::Open()
                                           : auth::Tokens::ReadFile(config.tokens_file);
  if (!tokens) return Fail(std::move(tokens).error());
  if (config.pools.empty()) return FailedPrecondition("NO_POOLS", "`pools` names no pool.");
  auto kept = TakeWhenThere(config, log, give_up);
  if (!kept) return Fail(std::move(kept).error());
  std::unique_ptr<App> app(new App(config, log, std::move(*tokens), std::move(*kept)));
  if (auto served = app->Serve(); !served) return Fail(std::move(served).error());
  return app;
}

App::App(const Config& config, const logging::Logger& log, auth::Tokens tokens,
         std::vector<KeptPool> kept)
    : config_(config),
      log_(log),
      tokens_(std::move(tokens)),
      pools_(TokensOf(kept)),
      figures_(&metrics_),
      actors_config_(actor_runtime::Workers(), Service::kMessagesAtOnce),
      actors_(actors_config_),
      pool_({.session = Database(config, &metrics_), .threads = 1}),
      outbox_(&pool_, &timers_, "agent_registry", config.outbox),
      writer_({.session = Database(config, &metrics_),
               .gather = kGather,
               .partition_rows = config.outbox.partition_rows,
               .fenced_event = [this](const UnitToken& pool) { return TellFenced(pool); },
               .on_relieved = [this] { intake_.Relieved(); }},
              [this](const std::vector<std::string>&) { outbox_.Wake(); }),
      intake_([this] { return writer_.pressed(); }),
      limit_(&timers_, config.command_limit, [this] { return writer_.behind(); }),
      journal_(
          &writer_, pools_, [this](const Error& error) { OnLost(error); }, figures_.Counts()),
      edges_(&accounts_),
      owners_(log),
      server_({.listen = config.listen, .metrics = &metrics_, .log = &log_}, tokens_),
      admin_({.metrics = [this] { return metrics_.Text(); },
              .unready_reasons = [this] { return UnreadyReasons(); }},
             tokens_) {
  for (const KeptPool& pool : kept) accounts_.Restore(pool.contacts);
  for (const std::string& target : config.sip_edges) {
    edges_.Add(
        {.channel = grpc_server::MakeChannel({.target = target, .token = config.service_token}),
         .target = target,
         .pool = pools_.front(),
         .accounts = &accounts_,
         .journal = &journal_,
         .ids = &ids_,
         .timers = &timers_,
         .clock = &clock_,
         .intake = &intake_},
        log);
  }
  service_ = Build(Ports(), actors_, OptionsOf(config), std::move(kept));
  owners_.Bind(&service_->owners());
  rpc_ = std::make_unique<RegistryRpc>(RegistryRpcParts{.desk = &service_->desk(),
                                                        .board = &board_,
                                                        .owners = &owners_,
                                                        .tokens = &tokens_,
                                                        .events = &outbox_.feed(),
                                                        .limit = &limit_,
                                                        .streams = &server_.streams()});
  AddMetrics();
}

App::~App() { Stop(); }

RegistryPorts App::Ports() {
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
  ports.on_lost = [this](const Error& error) { OnLost(error); };
  ports.on_match = figures_.MatchTimer();
  return ports;
}

Status App::Serve() {
  if (auto started = admin_.Start(config_.admin_listen); !started) return started;
  auto started = server_.Start({grpc_server::Named<v1::AgentRegistryService>(rpc_.get())});
  if (!started) return started;
  outbox_.StartKeeping();
  edges_.Start(&service_->facts());
  EachSecond();
  server_.SetServing(true);
  return {};
}

void App::Stop() {
  if (stopping_.exchange(true)) return;
  server_.Shutdown(config_.stop_grace);
  intake_.OpenForGood();
  edges_.Stop();
  timers_.Stop();
  pool_.Stop(config_.stop_grace);
  service_->Stop();
  actors_.await_all_actors_done();
  writer_.Stop(config_.stop_grace);
  admin_.Stop();
}

pg::OutboxEvent App::TellFenced(const UnitToken& pool) const {
  const Repair repair{.kind = RepairKind::kOwnerFenced,
                      .reason = "newer_owner",
                      .key = {},
                      .unit = std::make_shared<const Unit>(pool.unit),
                      .call = {},
                      .at = clock_.Now().wall};
  figures_.Counts().on_repair(repair);
  return *ToOutboxEvent(TellRepair{repair}, PoolId(pool.unit.id));
}

void App::EachSecond() {
  for (const UnitToken& pool : pools_) {
    journal_.Commit(PoolId(pool.unit.id), {}, [this](Status status) {
      // A database that is away is no lost pool: whoever writes waits for it.
      const std::string reason = status ? "" : status.error().reason;
      if (reason == "FENCED" || reason == "EARLIER_WRITE_FAILED") OnLost(status.error());
    });
  }
  board_.SendAlive();
  timers_.Start(kEachSecond, [this] { EachSecond(); });
}

void App::OnLost(const Error& error) {
  if (stopping_ || lost_.exchange(true)) return;
  log_.Error("stopping", {{"reason", error.reason}, {"detail", error.message}});
  ::kill(::getpid(), SIGTERM);  // The one way down is main's.
}

std::vector<std::string> App::UnreadyReasons() const {
  std::vector<std::string> reasons;
  if (stopping_) reasons.emplace_back("stopping");
  if (lost_) reasons.emplace_back("pool lost");
  if (!writer_.connected()) reasons.emplace_back("database away");
  // Each of several may be away: its agents wait, those of the others are served.
  if (edges_.connected() == 0) reasons.emplace_back("sip_edge away");
  return reasons;
}

void App::AddMetrics() {
  metrics::AddProcessMetrics(&metrics_, "agent_registry");
  actor_runtime::AddActorMetrics(&metrics_, &actors_);
  outbox_.AddMetrics(&metrics_);
  const auto gauge = [this](const char* name, const char* help) {
    return metrics_.NewGauge(std::string("callfleet_agent_registry_") + name, help);
  };
  const auto sessions = gauge("sessions", "Open sessions of unit owners.");
  const auto stopped = gauge("intake_stopped", "1: facts stay at the edges, the writer is full.");
  const auto edges = gauge("edges_connected", "Edges watched and provided with accounts.");
  metrics_.OnCollect([=, this] {
    sessions.Set(static_cast<double>(owners_.size()));
    stopped.Set(intake_.stopped() ? 1 : 0);
    edges.Set(static_cast<double>(edges_.connected()));
    figures_.Collect(board_, service_->stats());
  });
}

}  // namespace callfleet::agent_registry
