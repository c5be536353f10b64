#include "services/dialer/app/app.h"

#include <future>
#include <utility>

#include "common/actor_runtime/actor_metrics.h"
#include "common/agent_pool_link/registry_link.h"
#include "common/grpc_server/channel.h"
#include "common/metrics/process_metrics.h"
#include "services/dialer/adapters/migrations.h"

namespace callfleet::dialer {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kMigrateLimit{500};  // One try; SIGTERM is looked at between two.
constexpr int kUploadThreads = 2;
constexpr milliseconds kCommandsGrace{200};  // For hang-ups and acknowledgements under way.

pg::SessionOptions Database(const Config& config, metrics::Registry* metrics = nullptr) {
  return {.conninfo = config.database, .schema = "dialer", .metrics = metrics};
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

}  // namespace

Result<std::unique_ptr<App>> App::Start(const Config& config, const logging::Logger& log,
                                        const std::function<bool()>& give_up) {
  auto tokens = ReadTokens(config.tokens_file);
  if (!tokens) return Fail(std::move(tokens).error());
  auto zones = TzZones::Read();
  if (!zones) return Fail(std::move(zones).error());
  if (config.sip_edges.empty()) return InvalidField("sip_edges", "at least one");
  if (auto done = MigrateWhenThere(config, log, give_up); !done) return Fail(done.error());
  std::unique_ptr<App> app(new App(config, log, std::move(*tokens), std::move(*zones)));
  if (auto served = app->Serve(); !served) return Fail(std::move(served).error());
  return app;
}

std::vector<std::shared_ptr<grpc::Channel>> App::EdgeChannels() const {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const auto& edge : config_.sip_edges) {
    channels.push_back(grpc_server::MakeChannel({.target = edge, .token = config_.service_token}));
  }
  return channels;
}

App::App(const Config& config, const logging::Logger& log, auth::Tokens tokens, TzZones zones)
    : config_(config),
      log_(log),
      tokens_(std::move(tokens)),
      zones_(std::move(zones)),
      actors_config_(actor_runtime::Workers()),
      actors_(actors_config_),
      watchers_(&timers_),
      metered_(&metrics_, &watchers_),
      pool_({.session = Database(config, &metrics_),
             .threads = static_cast<int>(config.database_threads)}),
      outbox_(&pool_, &timers_, "dialer", config.outbox),
      writer_({.session = Database(config, &metrics_),
               .partition_rows = config.outbox.partition_rows,
               .fenced_event = [this](const UnitToken& unit) { return TellFenced(unit); }},
              [this](const std::vector<std::string>&) { outbox_.Wake(); }),
      store_(&pool_, &writer_, &ids_, &codec_),
      book_(&pool_, &ids_, &clock_),
      registry_(grpc_server::MakeChannel(
          {.target = config.agent_registry, .token = config.service_token})),
      agents_(registry_),
      edges_(EdgeChannels(), &timers_, &inbox_, log),
      service_(Build(
          {.store = &store_,
           .calls = &edges_,
           .timers = &timers_,
           .watchers = &metered_,
           .clock = &clock_,
           .zones = &zones_,
           .make_pool_link =
               [this](const PoolId& pool, std::shared_ptr<agent_pool::PoolLinkListener> listener) {
                 return std::make_unique<agent_pool::RegistryLink>(
                     agent_pool::RegistryLinkOptions{.channel = registry_,
                                                     .pool = pool,
                                                     .owner = config_.owner,
                                                     .timers = &timers_},
                     std::move(listener), log_);
               }},
          actors_, log)),
      workers_(kUploadThreads),
      uploads_({.pool = &pool_,
                .ids = &ids_,
                .clock = &clock_,
                .campaigns = &service_->desk(),
                .workers = &workers_}),
      rpc_({.desk = &service_->desk(),
            .book = &book_,
            .uploads = &uploads_,
            .dictionary = &dictionary_,
            .agents = &agents_,
            .calls = &edges_,
            .events = &outbox_.feed(),
            .watchers = &watchers_,
            .tokens = &tokens_}),
      server_({.listen = config.listen, .metrics = &metrics_, .log = &log_}, tokens_),
      admin_({.metrics = [this] { return metrics_.Text(); },
              .unready_reasons = [this] { return UnreadyReasons(); }},
             tokens_) {
  inbox_.desk = &service_->desk();
  rpc_.UseStreams(&server_.streams());
  AddMetrics();
}

App::~App() { Stop(); }

Status App::Serve() {
  if (auto started = admin_.Start(config_.admin_listen); !started) return started;
  if (auto started = server_.Start({grpc_server::Named<v1::DialerService>(&rpc_)}); !started) {
    return started;
  }
  auto campaigns = store_.AllCampaigns();
  if (!campaigns) return Fail(campaigns.error());
  outbox_.StartKeeping();
  edges_.Start();
  for (const auto& campaign : *campaigns) service_->desk().Open(campaign);
  server_.SetServing(true);
  return {};
}

// Counted by the campaign's actor.
pg::OutboxEvent App::TellFenced(const UnitToken& campaign) const {
  const News news{.kind = NewsKind::kRepair,
                  .at = clock_.Now().wall,
                  .repair = RepairKind::kFenced,
                  .reason = "newer_owner"};
  auto payload = *codec_.Encode(news, CampaignId(campaign.unit.id), TrunkId());
  return {.source = "callfleet/dialer",
          .type = std::move(payload.type),
          .time = news.at,
          .subject = ToString(campaign.unit),
          .payload = std::move(payload.bytes)};
}

void App::Stop() {
  if (stopping_.exchange(true)) return;
  // What is not dialled is given back while clients are told that we go.
  const auto closed = std::make_shared<std::promise<void>>();
  service_->Close([closed] { closed->set_value(); });
  server_.Shutdown(config_.stop_grace);
  closed->get_future().wait_for(config_.stop_grace);
  edges_.Settle(kCommandsGrace);
  edges_.Stop();
  workers_.Stop();
  timers_.Stop();
  pool_.Stop(config_.stop_grace);
  service_->Stop();
  actors_.await_all_actors_done();
  writer_.Stop(config_.stop_grace);
  admin_.Stop();
}

std::vector<std::string> App::UnreadyReasons() const {
  std::vector<std::string> reasons;
  if (stopping_) reasons.emplace_back("stopping");
  if (!writer_.connected() && !pool_.connected()) reasons.emplace_back("database away");
  if (!edges_.connected()) reasons.emplace_back("sip_edge away");
  return reasons;
}

void App::AddMetrics() {
  metrics::AddProcessMetrics(&metrics_, "dialer");
  actor_runtime::AddActorMetrics(&metrics_, &actors_);
  outbox_.AddMetrics(&metrics_);
  const auto edge = metrics_.NewGauge("callfleet_dialer_edge_connected", "1: an edge is watched.");
  const auto campaigns = metrics_.NewGauge("callfleet_dialer_campaigns", "Open in this process.");
  metrics_.OnCollect([this, edge, campaigns] {
    edge.Set(edges_.connected() ? 1 : 0);
    campaigns.Set(static_cast<double>(service_->desk().size()));
  });
}

}  // namespace callfleet::dialer
