#include "services/sip_edge/app/app.h"

#include <future>
#include <random>
#include <utility>

#include "common/metrics/process_metrics.h"
#include "common/pg/migrate.h"
#include "services/sip_edge/adapters/schema.h"

namespace callfleet::sip_edge {

namespace {

using std::chrono::milliseconds;

std::uint64_t Seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

pg::SessionOptions Database(const Config& config, metrics::Registry* metrics = nullptr) {
  return {.conninfo = config.database, .schema = "sip_edge", .metrics = metrics};
}

}  // namespace

Result<std::unique_ptr<App>> App::Start(const Config& config, const logging::Logger& log,
                                        const std::function<bool()>& give_up) {
  auto tokens = config.tokens_file.empty() ? Result<auth::Tokens>(auth::Tokens::Open())
                                           : auth::Tokens::ReadFile(config.tokens_file);
  if (!tokens) return Fail(std::move(tokens).error());
  std::unique_ptr<App> app(new App(config, log, *std::move(tokens)));
  if (auto opened = app->OpenDatabase(give_up); !opened) return Fail(std::move(opened).error());
  if (auto opened = app->OpenPrompts(); !opened) return Fail(std::move(opened).error());
  if (auto opened = app->OpenLoop(); !opened) return Fail(std::move(opened).error());
  if (auto served = app->Serve(); !served) return Fail(std::move(served).error());
  return app;
}

App::App(const Config& config, const logging::Logger& log, auth::Tokens tokens)
    : config_(config),
      log_(log),
      tokens_(std::move(tokens)),
      boot_id_(ids_.Next()),
      started_(clock_.Now().wall),
      resolver_(config.dns_servers),
      hub_(EdgeName{config.edge_id, boot_id_}),
      figures_(&metrics_, &hub_) {}

App::~App() { Stop(); }

Status App::OpenDatabase(const std::function<bool()>& give_up) {
  if (config_.database.empty()) {
    log_.Warn("no database: trunks and the journal are not kept");
    store_ = std::make_unique<MemoryTrunkStore>();
    return {};
  }
  while (true) {
    auto migrated = pg::Migrate(Database(config_), Migrations(), milliseconds(500));
    if (migrated) break;
    if (migrated.error().code != ErrorCode::kUnavailable || give_up()) return migrated;
    log_.Warn("waiting for the database", {{"detail", migrated.error().message}});
  }
  pool_ = std::make_unique<pg::Pool>(
      pg::PoolOptions{.session = Database(config_, &metrics_), .threads = 1});
  outbox_ = std::make_unique<outbox::Outbox>(pool_.get(), &timers_, "sip_edge", config_.outbox);
  outbox_->AddMetrics(&metrics_);
  outbox_->StartKeeping();
  auto store = std::make_unique<PgTrunkStore>(*pool_);
  auto trunks = store->Load();
  if (!trunks) return Fail(trunks.error());
  trunks_ = *std::move(trunks);
  store_ = std::move(store);
  pg_journal_ =
      std::make_unique<PgJournal>(Database(config_, &metrics_), config_.edge_id, boot_id_);
  auto orphans = pg_journal_->TakeOrphans();
  if (!orphans) return Fail(orphans.error());
  orphans_ = *std::move(orphans);
  const auto repairs = metrics_.NewCounters({.name = "callfleet_sip_edge_repairs_total",
                                             .help = "What was put right without a hand.",
                                             .labels = {"kind", "reason"}});
  const auto ended = repairs.With({"orphan_leg_ended", "edge_restart"});
  for (std::size_t n = 0; n < orphans_.size(); ++n) ended.Increment();
  pg_journal_->Start();
  return {};
}

EdgeConfig App::LoopConfig() const {
  EdgeConfig edge;
  edge.sip = {.host = config_.sip_host,
              .port = config_.sip_port,
              .advertised = config_.sip_advertised,
              .tls_port = config_.sip_tls_port,
              .tls_folder = config_.sip_tls_folder,
              .tls_check_peers = config_.sip_tls_check_peers == "yes"};
  edge.media_address = config_.media_advertised;
  edge.realm = config_.realm;
  edge.phone_codecs = PhoneCodecs(config_.phone_codecs).value_or(edge.phone_codecs);
  edge.calls.boot = BootId(boot_id_);
  edge.calls.max_calls = static_cast<std::uint32_t>(config_.max_calls);
  edge.calls.unclaimed_limit = config_.unclaimed_limit;
  edge.max_requests_per_source = static_cast<std::uint32_t>(config_.max_requests_per_source);
  edge.connection_idle = config_.connection_idle;
  edge.max_arrivals_per_second = static_cast<std::uint32_t>(config_.max_arrivals_per_second);
  edge.calls.dial = {.agents = DialListOf(config_.agents_may_dial),
                     .trunks = DialListOf(config_.trunks_may_refer_to)};
  edge.keep_alive = std::chrono::duration_cast<std::chrono::seconds>(config_.keep_alive);
  const auto whole_seconds = [](milliseconds time) {
    return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(time).count());
  };
  edge.session.interval_s = whole_seconds(config_.session_interval);
  edge.session.min_se_s = whole_seconds(config_.session_minimum);
  edge.ring_repeat = config_.ring_repeat;
  edge.calls.hold_music = config_.hold_music;
  edge.calls.safe_message = config_.safe_message;
  edge.calls.can_record = !config_.recordings_dir.empty();
  edge.calls.recording_keep_days = static_cast<std::uint32_t>(config_.recording_keep_days);
  edge.calls.ends_silent_legs = config_.no_rtp_limit.count() > 0;
  edge.seed = Seed();
  return edge;
}

Status App::OpenPrompts() {
  prompts_ = std::make_unique<PromptLibrary>(pool_.get(), log_);
  if (!config_.prompts_dir.empty()) prompts_->ReadFolder(config_.prompts_dir);
  return prompts_->LoadUploaded();
}

// What becomes of a file is told to the calls on their own thread.
Status App::OpenRecordings() {
  recordings_ = std::make_unique<RecordingFolder>(config_.recordings_dir, log_);
  if (config_.recordings_dir.empty()) return {};
  if (auto loaded = recordings_->Load(); !loaded) return loaded;
  disk_ = std::make_unique<RecordingDisk>(*recordings_, [this](const RecordingResult& result) {
    if (!result.reason.empty()) {
      log_.Warn("a recording ended early", {{"number", result.number}, {"reason", result.reason}});
    }
    loop_->Post([result](EdgeLoop& loop, Instant now) { loop.calls().RecordingDone(result, now); });
    if (recording_events_) recording_events_->Wake();
  });
  TellRecordings();
  recorder_ = std::make_unique<Recorder>(engine_->RecordLinks(), *disk_, clock_);
  return {};
}

void App::TellRecordings() {
  if (outbox_ == nullptr) return;
  recording_events_ = std::make_unique<PgRecordingEvents>(
      PgRecordingEvents::Parts{
          .database = Database(config_, &metrics_),
          .edge_id = config_.edge_id,
          .payload = [edge = EdgeName{config_.edge_id, boot_id_}](
                         const RecordingInfo& info) { return EventPayload(info, edge); },
          .on_committed = [this] { outbox_->Wake(); },
          .partition_rows = config_.outbox.partition_rows},
      *recordings_, log_);
}

Status App::OpenLoop() {
  media::MediaConfig media{.bind_address = config_.media_bind,
                           .port_min = static_cast<std::uint16_t>(config_.rtp_port_min),
                           .port_max = static_cast<std::uint16_t>(config_.rtp_port_max),
                           .threads = static_cast<std::uint32_t>(config_.media_threads),
                           .max_endpoints = static_cast<std::uint32_t>(
                               std::min<std::int64_t>(config_.max_calls * 2, 65'536)),
                           .tone_region = *media::ParseToneRegion(config_.tone_region),
                           .record = !config_.recordings_dir.empty()};
  if (config_.no_rtp_limit.count() > 0) media.no_rtp_after = config_.no_rtp_limit;
  auto engine = media::MediaEngine::Start(media, clock_, Seed());
  if (!engine) return Fail(engine.error());
  engine_ = *std::move(engine);
  media_ = std::make_unique<EngineMediaPlane>(*engine_, prompts_.get());
  if (auto opened = OpenRecordings(); !opened) return opened;
  RecordingWriter& recordings =
      recorder_ ? static_cast<RecordingWriter&>(*recorder_) : no_recordings_;
  Journal& journal = pg_journal_ ? static_cast<Journal&>(*pg_journal_) : no_journal_;
  loop_ = std::make_unique<EdgeLoop>(
      LoopConfig(), EdgePorts{clock_, ids_, *media_, journal, resolver_, figures_, recordings},
      log_);
  auto started = loop_->Start(std::move(trunks_), std::move(orphans_));
  if (!started) return started;
  const auto tell = [this](PromptNames names) {
    loop_->Post([names = std::move(names)](EdgeLoop& loop, Instant) mutable {
      loop.calls().KnowPrompts(std::move(names));
    });
  };
  tell(prompts_->Names());
  prompts_->OnChange(tell);
  // Another edge may have taken an upload or a trunk: this one has it within five seconds.
  beat_ = std::make_unique<Beat>(std::chrono::seconds(5), [this] {
    prompts_->Refresh();
    RefreshTrunks();
    recordings_->Expire(clock_.Now().wall);
  });
  return started;
}

void App::RefreshTrunks() {
  store_->Refresh([this](Result<std::vector<TrunkSettings>> changed) {
    if (!changed) {
      if (changed.error().code == ErrorCode::kUnavailable) return;  // The database is away.
      log_.Warn("trunks could not be read", {{"detail", changed.error().message}});
      return;
    }
    loop_->Post([this, all = *std::move(changed)](EdgeLoop& loop, Instant) {
      for (const auto& id : loop.trunks().Sync(all)) hub_.OnTrunkGone(id);
    });
  });
}

Status App::Serve() {
  server_ = std::make_unique<grpc_server::Server>(
      grpc_server::ServerOptions{.listen = config_.listen, .metrics = &metrics_, .log = &log_},
      tokens_);
  rpc_ = std::make_unique<SipEdgeRpc>(ServiceParts{*loop_, hub_, *store_, *prompts_, *recordings_,
                                                   outbox_ ? &outbox_->feed() : nullptr, ids_,
                                                   tokens_, server_->streams(), started_});
  admin_ = std::make_unique<http::AdminServer>(
      http::AdminCallbacks{.metrics = [this] { return metrics_.Text(); },
                           .unready_reasons = [this] { return UnreadyReasons(); }},
      tokens_);
  AddMetrics();
  if (auto started = admin_->Start(config_.admin_listen); !started) return started;
  auto started = server_->Start({grpc_server::Named<v1::SipEdgeService>(rpc_.get())});
  if (!started) return started;
  server_->SetServing(true);
  return {};
}

App::Work App::WorkLeft() {
  auto answer = std::make_shared<std::promise<Work>>();
  auto waiting = answer->get_future();
  const bool posted = loop_->Post([answer](EdgeLoop& loop, Instant) {
    const auto& counts = loop.calls().counts();
    answer->set_value({.active = counts.active_calls,
                       .at_work = loop.calls().CallsAtWork(),
                       .bridges = counts.active_bridges,
                       .unacknowledged = counts.unacknowledged});
  });
  return posted && waiting.wait_for(std::chrono::seconds(1)) == std::future_status::ready
             ? waiting.get()
             : Work{};
}

void App::WaitWhile(std::uint32_t Work::*left, milliseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  while (WorkLeft().*left > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(20));
  }
}

void App::Drain() {
  draining_ = true;
  server_->SetServing(false);
  loop_->Post([](EdgeLoop& loop, Instant) { loop.SetDraining(true); });
  WaitWhile(&Work::at_work, config_.drain_limit);
  loop_->Post([](EdgeLoop& loop, Instant now) { loop.calls().EndAll(EdgeReason::kDrained, now); });
  // BYE and CANCEL are out with that step. Their answers, and the controllers that note the ends,
  // need a moment; whoever is not there learns it from the next boot.
  const auto moment = std::min(config_.drain_limit, milliseconds(500));
  WaitWhile(&Work::active, moment);
  WaitWhile(&Work::unacknowledged, moment);
}

void App::Stop() {
  if (stopped_.exchange(true)) return;
  if (server_) server_->Shutdown();
  if (admin_) admin_->Stop();
  beat_.reset();
  resolver_.Stop();  // It calls the loop back.
  if (loop_) loop_->Stop();
  recorder_.reset();  // Closes what is open; the disk then writes what waits.
  disk_.reset();
  recording_events_.reset();  // After the last of them.
  timers_.Stop();
  if (pg_journal_) pg_journal_->Stop();
  if (pool_) pool_->Stop();
}

std::vector<std::string> App::UnreadyReasons() const {
  std::vector<std::string> reasons;
  if (draining_) reasons.emplace_back("draining");
  if (pool_ && !pool_->connected()) reasons.emplace_back("database away");
  return reasons;
}

namespace {
std::string MetricName(const char* name) { return std::string("callfleet_sip_edge_") + name; }
void Total(const metrics::Counter& counter, std::uint64_t value) {
  counter.SetTotal(static_cast<double>(value));
}
}  // namespace

void App::AddMetrics() {
  metrics::AddProcessMetrics(&metrics_, "sip_edge");
  const auto gauge = [this](const char* name, const char* help) {
    return metrics_.NewGauge(MetricName(name), help);
  };
  const auto requests = metrics_.NewCounters({.name = MetricName("requests_total"),
                                              .help = "SIP requests received outside dialogs.",
                                              .labels = {"method"}});
  const auto invites = metrics_.NewCounters({.name = MetricName("invites_total"),
                                             .help = "INVITEs outside dialogs.",
                                             .labels = {"direction"}});
  const auto refused =
      metrics_.NewCounter(MetricName("refused_total"), "Requests refused by the edge.");
  const auto turned_away = metrics_.NewCounter(
      MetricName("turned_away_total"), "Callers refused because the edge or who claims is behind.");
  const auto calls = gauge("active_calls", "Calls that are not over.");
  const auto bridges = gauge("active_bridges", "Pairs of legs that hear each other.");
  const auto waiting = gauge("unacknowledged_calls", "Ended calls that no controller has noted.");
  metrics_.OnCollect([=, this] {
    const auto& loop = loop_->counters();
    const std::uint64_t in = loop.invites_in.load();
    const std::uint64_t registers = loop.registers.load();
    Total(requests.With({"INVITE"}), in);
    Total(requests.With({"REGISTER"}), registers);
    Total(requests.With({"other"}),
          loop.requests.load() - std::min(loop.requests.load(), in + registers));
    Total(invites.With({"in"}), in);
    Total(invites.With({"out"}), loop.invites_out.load());
    Total(refused, loop.refused.load());
    Total(turned_away, loop.turned_away.load());
    const Work work = WorkLeft();
    calls.Set(work.active);
    bridges.Set(work.bridges);
    waiting.Set(work.unacknowledged);
  });
  AddMediaMetrics();
}

void App::AddMediaMetrics() {
  const auto packets = metrics_.NewCounters(
      {.name = MetricName("rtp_packets_total"), .help = "RTP packets.", .labels = {"direction"}});
  const auto strangers =
      metrics_.NewCounter(MetricName("rtp_strangers_total"), "RTP packets of unknown sources.");
  const auto unauthentic =
      metrics_.NewCounter(MetricName("srtp_unauthentic_total"),
                          "SRTP and SRTCP packets under another key, changed or heard before.");
  const auto late = metrics_.NewCounter(MetricName("media_late_ticks_total"),
                                        "Media ticks that were left out, as they were too late.");
  const auto endpoints = metrics_.NewGauge(MetricName("media_endpoints"), "RTP endpoints open.");
  const auto realtime =
      metrics_.NewGauge(MetricName("media_realtime_threads"), "Media threads with SCHED_FIFO.");
  const auto mixed = metrics_.NewCounter(MetricName("media_mixed_frames_total"),
                                         "Frames of 20 ms mixed, one a listener.");
  const auto one_way = metrics_.NewCounters({.name = MetricName("one_way_audio_total"),
                                             .help = "Legs whose audio ran one way only.",
                                             .labels = {"direction"}});
  const auto rows_refused = metrics_.NewCounter(
      MetricName("rows_refused_total"), "Legs that the media engine had no place for to hear.");
  metrics_.OnCollect([=, this] {
    const auto media = engine_->Counters();
    Total(packets.With({"in"}), media.packets_received);
    Total(packets.With({"out"}), media.packets_relayed + media.packets_generated);
    Total(strangers, media.strangers);
    Total(unauthentic, media.unauthentic);
    Total(late, media.ticks_skipped);
    endpoints.Set(static_cast<double>(media.endpoints));
    realtime.Set(static_cast<double>(media.realtime_threads));
    Total(mixed, media.frames_mixed);
    const auto& loop = loop_->counters();
    Total(one_way.With({"nothing_received"}), loop.nothing_received.load());
    Total(one_way.With({"nothing_heard"}), loop.nothing_heard.load());
    Total(rows_refused, loop.rows_refused.load());
  });
}

}  // namespace callfleet::sip_edge
