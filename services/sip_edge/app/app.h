#pragma once
// The whole process: everything that main builds, in start order, and its way down.
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/actor_runtime/real_timers.h"
#include "common/auth/tokens.h"
#include "common/clock/clock.h"
#include "common/grpc_server/server.h"
#include "common/http/admin_server.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "common/metrics/registry.h"
#include "common/outbox/outbox.h"
#include "common/pg/pool.h"
#include "services/sip_edge/adapters/cares_resolver.h"
#include "services/sip_edge/adapters/engine_media_plane.h"
#include "services/sip_edge/adapters/memory_trunk_store.h"
#include "services/sip_edge/adapters/pg_journal.h"
#include "services/sip_edge/adapters/pg_recording_events.h"
#include "services/sip_edge/adapters/pg_trunk_store.h"
#include "services/sip_edge/adapters/prompt_library.h"
#include "services/sip_edge/adapters/recorder.h"
#include "services/sip_edge/app/beat.h"
#include "services/sip_edge/app/config.h"
#include "services/sip_edge/app/edge_figures.h"
#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/media/media_engine.h"
#include "services/sip_edge/rpc/fact_hub.h"
#include "services/sip_edge/rpc/sip_edge_service.h"

namespace callfleet::sip_edge {

// One a process; used from main's thread.
class App {
 public:
  // Waits for the database until `give_up`; then serves.
  static Result<std::unique_ptr<App>> Start(const Config& config, const logging::Logger& log,
                                            const std::function<bool()>& give_up);
  ~App();  // Stop.

  // No new calls (503), live ones go on until they end or drain_limit; then everything ends.
  void Drain();
  void Stop();

  int grpc_port() const { return server_->port(); }
  std::uint16_t sip_port() const { return loop_->port(); }

 private:
  App(const Config& config, const logging::Logger& log, auth::Tokens tokens);
  Status OpenDatabase(const std::function<bool()>& give_up);
  Status OpenPrompts();
  Status OpenRecordings();
  Status OpenLoop();
  Status Serve();
  EdgeConfig LoopConfig() const;
  struct Work {
    std::uint32_t active = 0;
    std::uint32_t at_work = 0;  // Without lines that are only kept up.
    std::uint32_t bridges = 0;
    std::uint32_t unacknowledged = 0;  // Ended, and their controllers do not know for sure.
  };
  Work WorkLeft();
  void WaitWhile(std::uint32_t Work::*left, std::chrono::milliseconds at_most);
  void AddMetrics();
  void AddMediaMetrics();
  void TellRecordings();
  void RefreshTrunks();
  std::vector<std::string> UnreadyReasons() const;

  Config config_;
  logging::Logger log_;
  auth::Tokens tokens_;
  SystemClock clock_;
  UuidSource ids_;
  const std::string boot_id_;
  const WallTime started_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> stopped_{false};
  metrics::Registry metrics_;
  std::unique_ptr<media::MediaEngine> engine_;
  std::unique_ptr<PromptLibrary> prompts_;
  std::unique_ptr<EngineMediaPlane> media_;
  std::unique_ptr<RecordingFolder> recordings_;
  std::unique_ptr<RecordingDisk> disk_;
  std::unique_ptr<Recorder> recorder_;
  NoRecordings no_recordings_;
  RealTimers timers_;  // Of the outbox's readers.
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<outbox::Outbox> outbox_;
  std::unique_ptr<PgRecordingEvents> recording_events_;
  std::unique_ptr<TrunkStore> store_;
  std::unique_ptr<PgJournal> pg_journal_;
  NoJournal no_journal_;
  CaresResolver resolver_;
  FactHub hub_;
  EdgeFigures figures_;  // Before the hub.
  std::vector<TrunkSettings> trunks_;
  std::vector<DialogKey> orphans_;
  std::unique_ptr<EdgeLoop> loop_;
  std::unique_ptr<grpc_server::Server> server_;
  std::unique_ptr<SipEdgeRpc> rpc_;
  std::unique_ptr<http::AdminServer> admin_;
  std::unique_ptr<Beat> beat_;
};

}  // namespace callfleet::sip_edge
