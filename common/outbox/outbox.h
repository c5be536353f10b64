#pragma once
// All of a process's outbox but the writing: its readers' streams and how long events are kept.
#include <string>
#include <utility>

#include "common/grpc_server/event_feed.h"
#include "common/pg/outbox_keeper.h"
#include "common/pg/outbox_log.h"

namespace callfleet::outbox {

// Thread safe. The pool and the timers outlive the streams; wake it from the committer.
class Outbox {
 public:
  Outbox(pg::Pool* pool, Timers* timers, std::string service, pg::OutboxKeeping keeping)
      : log_(pool),
        feed_(&log_, timers),
        keeper_({.pool = pool,
                 .timers = timers,
                 .service = std::move(service),
                 .payload = grpc_server::ToPayload,
                 .on_written = [this] { feed_.Wake(); }},
                keeping) {}

  grpc_server::EventFeed& feed() { return feed_; }
  void Wake() { feed_.Wake(); }
  void StartKeeping() { keeper_.Start(); }
  void AddMetrics(metrics::Registry* metrics) const { keeper_.AddMetrics(metrics); }

 private:
  pg::OutboxLog log_;
  grpc_server::EventFeed feed_;
  pg::OutboxKeeper keeper_;
};

// The keys of every service with an outbox.
template <class Schema>
void AddKeys(Schema* schema, pg::OutboxKeeping* keeping) {
  schema
      ->DurationMs(&keeping->min_age, {.name = "outbox_min_age_ms",
                                       .help = "events that all consumers have kept stay so long",
                                       .max = 31'536'000'000})
      .DurationMs(&keeping->max_age, {.name = "outbox_max_age_ms",
                                      .help = "older events go, kept or not",
                                      .min = 1'000,
                                      .max = 31'536'000'000})
      .Int(&keeping->max_rows, {.name = "outbox_max_rows",
                                .help = "beyond so many the oldest events go, kept or not",
                                .min = 1'000})
      .Int(&keeping->partition_rows, {.name = "outbox_partition_rows",
                                      .help = "events that are dropped together",
                                      .min = 100,
                                      .max = 10'000'000})
      .DurationMs(&keeping->look_every, {.name = "outbox_look_every_ms",
                                         .help = "how often old events are looked for",
                                         .min = 100,
                                         .max = 3'600'000});
}

}  // namespace callfleet::outbox
