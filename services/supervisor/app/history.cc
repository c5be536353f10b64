#include "services/supervisor/app/history.h"

#include "services/supervisor/adapters/event_feeds.h"

namespace callfleet::supervisor {

History::History(const Hearers& hearers, const Clock* clock, logging::Logger log,
                 metrics::Registry* metrics)
    : hearers_(hearers),
      clock_(clock),
      log_(std::move(log)),
      events_(metrics->NewGauges({.name = "callfleet_supervisor_history_events",
                                  .help = "Events kept since the start, by source.",
                                  .labels = {"source"}})),
      batches_(metrics->NewGauges({.name = "callfleet_supervisor_history_batches",
                                   .help = "Transactions that kept them.",
                                   .labels = {"source"}})),
      gaps_(metrics->NewGauges({.name = "callfleet_supervisor_history_gaps",
                                .help = "Times that events were gone before they were read.",
                                .labels = {"source"}})) {
  metrics->OnCollect([this] {
    const std::lock_guard lock(mutex_);
    for (const auto& [source, consumer] : consumers_) {
      const auto counts = consumer->counts();
      events_.With({source}).Set(static_cast<double>(counts.events));
      batches_.With({source}).Set(static_cast<double>(counts.batches));
      gaps_.With({source}).Set(static_cast<double>(counts.gaps));
    }
  });
}

void History::Open(const HistoryOptions& options) {
  Add(options, "agent_registry", RegistryFeed(options.registry));
  Add(options, "dialer", DialerFeed(options.dialer));
  Add(options, "queue", QueueFeed(options.queue));
  Add(options, "sip_edge", EdgeFeed(options.edges));
}

void History::Add(const HistoryOptions& options, const char* source,
                  std::unique_ptr<EventFeed> feed) {
  auto log = std::make_unique<PgHistoryLog>(
      HistoryLogOptions{.session = options.database, .retention = options.retention}, clock_);
  auto tell = [hearers = hearers_](const HistoryBatch& batch) {
    std::vector<CallRow> calls;
    std::vector<RepairRow> repairs;
    for (const auto& event : batch.events) {
      if (const auto* call = std::get_if<CallRow>(&event.what)) calls.push_back(*call);
      if (const auto* repair = std::get_if<RepairRow>(&event.what)) repairs.push_back(*repair);
    }
    hearers.alerts->Put(calls);
    hearers.repairs->Put(repairs);
    hearers.performances->Committed();
  };
  auto consumer = std::make_unique<EventConsumer>(source, std::move(feed), std::move(log), clock_,
                                                  log_, std::move(tell));
  const std::lock_guard lock(mutex_);
  consumers_.emplace_back(source, std::move(consumer));
}

void History::Close() {
  std::vector<std::pair<std::string, std::unique_ptr<EventConsumer>>> consumers;
  const std::lock_guard lock(mutex_);
  consumers.swap(consumers_);
}

}  // namespace callfleet::supervisor
