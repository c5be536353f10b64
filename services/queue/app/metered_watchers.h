#pragma once
// What an operator asks of queues, for /metrics; counted from what queues tell their watchers.
#include "common/metrics/registry.h"
#include "services/queue/ports/watchers.h"

namespace callfleet::queue {

// Thread safe. Registry and `next` outlive it.
class MeteredWatchers final : public Watchers {
 public:
  MeteredWatchers(metrics::Registry* registry, Watchers* next);

  void OnQueue(const QueueView& view) override;
  void OnTicket(const TicketView& view) override { next_->OnTicket(view); }
  void OnRemoved(const QueueId& queue) override;

 private:
  struct Gauges {
    metrics::Family<metrics::Gauge> waiting;
    metrics::Family<metrics::Gauge> longest_wait;
    metrics::Family<metrics::Gauge> expected_wait;
    metrics::Family<metrics::Gauge> agents_ready;
    metrics::Family<metrics::Gauge> agents_available;
  };
  struct Totals {
    metrics::Family<metrics::Counter> offered;
    metrics::Family<metrics::Counter> answered;
    metrics::Family<metrics::Counter> answered_in_threshold;
    metrics::Family<metrics::Counter> answered_wait;
    metrics::Family<metrics::Counter> abandoned;
    metrics::Family<metrics::Counter> abandoned_in_threshold;
    metrics::Family<metrics::Counter> short_abandoned;
    metrics::Family<metrics::Counter> overflowed;
    metrics::Family<metrics::Counter> refused;
    metrics::Family<metrics::Counter> callbacks;
  };

  Gauges now_;
  Totals totals_;
  Watchers* next_;
};

}  // namespace callfleet::queue
