#pragma once
// The consumers of all services' events, and who hears of what they have kept.
#include <grpcpp/channel.h>

#include <memory>
#include <vector>

#include "common/metrics/registry.h"
#include "services/supervisor/adapters/event_consumer.h"
#include "services/supervisor/adapters/pg_history_log.h"
#include "services/supervisor/app/alert_desk.h"
#include "services/supervisor/app/performance_desk.h"
#include "services/supervisor/app/repair_desk.h"

namespace callfleet::supervisor {

struct HistoryOptions {
  pg::SessionOptions database;
  std::chrono::hours retention;
  std::shared_ptr<grpc::Channel> registry;
  std::shared_ptr<grpc::Channel> dialer;
  std::shared_ptr<grpc::Channel> queue;
  std::vector<std::shared_ptr<grpc::Channel>> edges;  // Of one database.
};

// Who hears of what was kept; all outlive the history.
struct Hearers {
  AlertDesk* alerts;
  RepairDesk* repairs;
  PerformanceDesk* performances;
};

class History {
 public:
  History(const Hearers& hearers, const Clock* clock, logging::Logger log,
          metrics::Registry* metrics);

  void Open(const HistoryOptions& options);
  void Close();

 private:
  void Add(const HistoryOptions& options, const char* source, std::unique_ptr<EventFeed> feed);

  Hearers hearers_;
  const Clock* clock_;
  logging::Logger log_;
  metrics::Family<metrics::Gauge> events_;
  metrics::Family<metrics::Gauge> batches_;
  metrics::Family<metrics::Gauge> gaps_;
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::unique_ptr<EventConsumer>>> consumers_;
};

}  // namespace callfleet::supervisor
