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
#include "common/grpc_server/server.h"
#include "common/http/admin_server.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "common/metrics/registry.h"
#include "common/outbox/outbox.h"
#include "common/pg/committer.h"
#include "common/pg/pool.h"
#include "services/dialer/adapters/csv_uploads.h"
#include "services/dialer/adapters/dictionary.h"
#include "services/dialer/adapters/edges.h"
#include "services/dialer/adapters/pg_campaign_book.h"
#include "services/dialer/adapters/pg_campaign_store.h"
#include "services/dialer/adapters/registry_directory.h"
#include "services/dialer/adapters/tz_zones.h"
#include "services/dialer/app/config.h"
#include "services/dialer/app/metered_watchers.h"
#include "services/dialer/app/service.h"
#include "services/dialer/rpc/dialer_service.h"
#include "services/dialer/rpc/proto_events.h"

namespace callfleet::dialer {

// One a process; used from main's thread.
class App {
 public:
  // Waits for the database until `give_up`; then serves. Errors are for the log: the process ends.
  static Result<std::unique_ptr<App>> Start(const Config& config, const logging::Logger& log,
                                            const std::function<bool()>& give_up);
  ~App();  // Stop.

  // Not ready, intake closed, streams ended, writes under way committed; well below 2 s.
  void Stop();
  int port() const { return server_.port(); }

 private:
  // The edges tell the desk, and the desk commands the edges.
  class DeskInbox final : public CampaignInbox {
   public:
    void Send(const CampaignId& campaign, Event event) override {
      desk->Send(campaign, std::move(event));
    }
    CampaignDesk* desk = nullptr;
  };

  App(const Config& config, const logging::Logger& log, auth::Tokens tokens, TzZones zones);
  Status Serve();
  std::vector<std::string> UnreadyReasons() const;
  void AddMetrics();
  pg::OutboxEvent TellFenced(const UnitToken& campaign) const;
  std::vector<std::shared_ptr<grpc::Channel>> EdgeChannels() const;

  Config config_;
  logging::Logger log_;
  auth::Tokens tokens_;
  TzZones zones_;
  std::atomic<bool> stopping_{false};
  SystemClock clock_;
  UuidSource ids_;
  ProtoEvents codec_;
  SystemDictionary dictionary_;
  metrics::Registry metrics_;
  RealTimers timers_;
  actor_runtime::SystemConfig actors_config_;
  caf::actor_system actors_;
  WatchHub watchers_;
  MeteredWatchers metered_;
  pg::Pool pool_;
  outbox::Outbox outbox_;
  pg::Committer writer_;
  PgCampaignStore store_;
  PgCampaignBook book_;
  std::shared_ptr<grpc::Channel> registry_;
  RegistryDirectory agents_;
  DeskInbox inbox_;
  Edges edges_;
  std::unique_ptr<Service> service_;
  Workers workers_;
  CsvUploads uploads_;
  DialerRpc rpc_;
  grpc_server::Server server_;
  http::AdminServer admin_;
};

}  // namespace callfleet::dialer
