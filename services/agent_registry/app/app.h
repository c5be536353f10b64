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
#include "common/grpc_server/intake.h"
#include "common/grpc_server/server.h"
#include "common/http/admin_server.h"
#include "common/metrics/registry.h"
#include "common/outbox/outbox.h"
#include "common/pg/committer.h"
#include "services/agent_registry/adapters/edge_links.h"
#include "services/agent_registry/adapters/pg_journal.h"
#include "services/agent_registry/adapters/random_secrets.h"
#include "services/agent_registry/app/config.h"
#include "services/agent_registry/app/core.h"
#include "services/agent_registry/app/pool_figures.h"
#include "services/agent_registry/rpc/registry_service.h"

namespace callfleet::agent_registry {

// One a process; used from main's thread.
class App {
 public:
  // Waits for the database until `give_up`; then serves. Errors are for the log: the process ends.
  static Result<std::unique_ptr<App>> Start(const Config& config, const logging::Logger& log,
                                            const std::function<bool()>& give_up);
  ~App();  // Stop.

  void Stop();
  // A pool has another owner, or a write was lost: exit with a failure.
  bool lost() const { return lost_.load(); }
  int port() const { return server_.port(); }

 private:
  App(const Config& config, const logging::Logger& log, auth::Tokens tokens,
      std::vector<KeptPool> kept);
  RegistryPorts Ports();
  Status Serve();
  void EachSecond();  // Proves the pools' tokens and the watchers' streams.
  void OnLost(const Error& error);
  std::vector<std::string> UnreadyReasons() const;
  void AddMetrics();
  pg::OutboxEvent TellFenced(const UnitToken& pool) const;

  Config config_;
  logging::Logger log_;
  auth::Tokens tokens_;
  std::vector<UnitToken> pools_;
  std::atomic<bool> lost_{false};
  std::atomic<bool> stopping_{false};
  SystemClock clock_;
  UuidSource ids_;
  RandomSecrets secrets_;
  metrics::Registry metrics_;
  PoolFigures figures_;
  RealTimers timers_;
  actor_runtime::SystemConfig actors_config_;
  caf::actor_system actors_;
  pg::Pool pool_;
  outbox::Outbox outbox_;
  pg::Committer writer_;
  grpc_server::Intake intake_;
  grpc_server::CommandLimit limit_;
  PgJournal journal_;
  AccountBook accounts_;
  EdgeLinks edges_;
  AgentBoard board_;
  OwnerHub owners_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<RegistryRpc> rpc_;
  grpc_server::Server server_;
  http::AdminServer admin_;
};

}  // namespace callfleet::agent_registry
