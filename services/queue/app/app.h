#pragma once
// The whole process: everything that main builds, in start order, and its way down.
#include <caf/all.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/actor_runtime/real_timers.h"
#include "common/actor_runtime/system_config.h"
#include "common/auth/tokens.h"
#include "common/clock/clock.h"
#include "common/grpc_server/intake.h"
#include "common/grpc_server/server.h"
#include "common/http/admin_server.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "common/metrics/registry.h"
#include "common/outbox/outbox.h"
#include "common/pg/committer.h"
#include "services/queue/adapters/edges.h"
#include "services/queue/adapters/pg_store.h"
#include "services/queue/adapters/pg_writes.h"
#include "services/queue/adapters/registry_desk.h"
#include "services/queue/adapters/tz_zones.h"
#include "services/queue/app/config.h"
#include "services/queue/app/core.h"
#include "services/queue/app/metered_watchers.h"
#include "services/queue/rpc/proto_records.h"
#include "services/queue/rpc/queue_service.h"
#include "services/queue/rpc/watch_hub.h"

namespace callfleet::queue {

// One a process; used from main's thread.
class App {
 public:
  // Waits for the database until `give_up`; then serves. Errors are for the log: the process ends.
  static Result<std::unique_ptr<App>> Start(const Config& config, const logging::Logger& log,
                                            const std::function<bool()>& give_up);
  ~App();  // Stop.

  // Not ready, intake closed, streams ended, writes under way committed; well below 2 s.
  void Stop();
  // Another process owns our unit, or a write was lost: Stop and exit with a failure.
  bool lost() const { return lost_.load(); }
  int port() const { return server_.port(); }

 private:
  App(const Config& config, const logging::Logger& log, auth::Tokens tokens, Taken taken);
  Status Serve();
  void ProveToken();  // Each second: an empty commit, fenced as soon as somebody else took over.
  void OnLost(const Error& error);
  std::vector<std::string> UnreadyReasons() const;
  void AddMetrics();
  pg::OutboxEvent TellFenced(const UnitToken& unit) const;
  std::vector<EdgeLinkOptions> EdgeOptions();

  Config config_;
  logging::Logger log_;
  auth::Tokens tokens_;
  std::atomic<bool> lost_{false};
  std::atomic<bool> stopping_{false};
  SystemClock clock_;
  UuidSource ids_;
  ProtoRecords codec_;
  TzZones zones_;
  metrics::Registry metrics_;
  metrics::Family<metrics::Counter> repairs_;
  RealTimers timers_;
  actor_runtime::SystemConfig actors_config_;
  caf::actor_system actors_;
  WatchHub watchers_;
  MeteredWatchers metered_;  // Before the hub.
  pg::Pool pool_;
  outbox::Outbox outbox_;
  pg::Committer writer_;
  grpc_server::Intake intake_;
  grpc_server::CommandLimit limit_;
  PgCommitter committer_;
  PgQueueStore store_;
  std::shared_ptr<grpc::Channel> registry_;
  RegistryDesk agent_desk_;
  Edges edges_;
  Core core_;
  QueueRpc rpc_;
  grpc_server::Server server_;
  http::AdminServer admin_;
};

}  // namespace callfleet::queue
