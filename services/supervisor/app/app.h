#pragma once
// The whole process: everything that main builds, in start order, and its way down.
#include <caf/all.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/actor_runtime/real_timers.h"
#include "common/actor_runtime/system_config.h"
#include "common/http/admin_server.h"
#include "common/logging/logger.h"
#include "common/pg/pool.h"
#include "services/supervisor/adapters/grpc_backend.h"
#include "services/supervisor/adapters/leg_log.h"
#include "services/supervisor/adapters/pg_alert_rules.h"
#include "services/supervisor/adapters/pg_audit_log.h"
#include "services/supervisor/adapters/pg_reports.h"
#include "services/supervisor/adapters/watch_loop.h"
#include "services/supervisor/app/config.h"
#include "services/supervisor/app/core.h"
#include "services/supervisor/app/history.h"

namespace callfleet::supervisor {

// One a process; used from main's thread.
class App {
 public:
  // Waits for the database until `give_up`; then serves. Errors are for the log: the process ends.
  static Result<std::unique_ptr<App>> Start(const Config& config, const logging::Logger& log,
                                            const std::function<bool()>& give_up);
  ~App();  // Stop.

  // Not ready, streams ended, requests answered, audit entries written; well below 2 s.
  void Stop();
  int rest_port() const { return core_.rest_port(); }
  int grpc_port() const { return core_.grpc_port(); }
  int admin_port() const { return admin_.port(); }
  std::vector<std::string> UnreadyReasons() const;  // Empty: ready. Any thread.

 private:
  App(const Config& config, const logging::Logger& log, auth::Tokens tokens);
  Status Serve();
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) const;
  std::vector<GrpcBackend::EdgeChannel> EdgeChannels() const;
  void Open(SourceKind kind, const std::string& address, WatchLoop::ReadAll read_all);
  void OpenStreams();
  void AddMetrics();
  void LoadAlertRules();
  void LoadRepairs();
  void ProbeDatabase();  // Each second: readiness is then the truth, also without commands.

  Config config_;
  logging::Logger log_;
  auth::Tokens tokens_;
  std::atomic<bool> serving_{false};  // Both faces listen.
  std::atomic<bool> stopping_{false};
  SystemClock clock_;
  UuidSource ids_;
  metrics::Registry metrics_;
  RealTimers timers_;
  actor_runtime::SystemConfig actors_config_;
  caf::actor_system actors_;
  pg::Pool database_;
  pg::Pool reading_;  // For reports.
  PgAuditLog audit_;
  PgReports reports_;
  PgAlertRules alert_rules_;
  std::shared_ptr<AlertDesk> alerts_;
  std::shared_ptr<RepairDesk> repairs_;
  std::shared_ptr<PerformanceDesk> performances_;
  GrpcBackend services_;
  Core core_;
  History history_;
  LegLog legs_;  // What is told of calls goes through it to the core.
  std::vector<std::unique_ptr<WatchLoop>> streams_;
  http::AdminServer admin_;
};

}  // namespace callfleet::supervisor
