#include "common/pg/outbox_keeper.h"

#include <algorithm>
#include <utility>

namespace callfleet::pg {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLookLimit{5000};

// First of all locks; the writers wait for the end of this transaction.
constexpr Statement kLockHead{"pg_outbox_lock_head",
                              "SELECT last_pos, now() AS now FROM outbox_head FOR UPDATE"};
constexpr Statement kHead{"pg_outbox_head", "SELECT last_pos, now() AS now FROM outbox_head"};
// The newest partition is never full; an older one was when its next one was opened.
constexpr Statement kParts{"pg_outbox_parts",
                           "SELECT first_pos, end_pos, lead(open_time) OVER (ORDER BY first_pos) "
                           "AS full_time FROM outbox_parts ORDER BY first_pos"};
constexpr Statement kConsumers{"pg_outbox_consumers",
                               "SELECT consumer, pos FROM outbox_consumers ORDER BY consumer"};
constexpr Statement kMissed{"pg_outbox_missed",
                            "SELECT count(*) AS events, min(time) AS first, max(time) AS last "
                            "FROM outbox WHERE pos > $1 AND pos < $2"};
constexpr Statement kForgetPart{"pg_outbox_forget_part",
                                "DELETE FROM outbox_parts WHERE first_pos = $1"};
constexpr Statement kEpoch{"pg_outbox_epoch", "SELECT epoch FROM outbox_head"};

struct Part {
  std::int64_t first = 0;
  std::int64_t end = 0;
  std::optional<WallTime> full;
};
struct Consumer {
  std::string name;
  std::int64_t pos = 0;
};

// What one look sees.
struct Kept {
  std::int64_t last_pos = 0;
  WallTime now{};
  std::vector<Part> parts;
  std::vector<Consumer> consumers;

  void Read(Transaction& transaction, const Statement& head) {
    const auto row = transaction.Exec(head);
    last_pos = row[0].Int("last_pos");
    now = row[0].Time("now");
    for (const auto part : transaction.Exec(kParts)) {
      parts.push_back({part.Int("first_pos"), part.Int("end_pos"), part.OptionalTime("full_time")});
    }
    for (const auto one : transaction.Exec(kConsumers)) {
      consumers.push_back({one.Text("consumer"), one.Int("pos")});
    }
  }
  std::int64_t rows() const { return parts.empty() ? 0 : last_pos - parts.front().first + 1; }
  bool Passed(const Part& part) const {
    return !consumers.empty() &&
           std::ranges::all_of(consumers, [&](const Consumer& c) { return c.pos + 1 >= part.end; });
  }
  // Why the partition goes; empty: it stays.
  std::string Why(const Part& part, const OutboxKeeping& keeping) const {
    if (!part.full) return "";
    const auto age = std::chrono::duration_cast<milliseconds>(now - *part.full);
    if (Passed(part) && age >= keeping.min_age) return "passed";
    if (age >= keeping.max_age) return "age";
    return last_pos - part.first + 1 > keeping.max_rows ? "rows" : "";
  }
};

}  // namespace

struct OutboxKeeper::Shared : std::enable_shared_from_this<Shared> {
  OutboxKeeperParts parts;
  OutboxKeeping keeping;
  mutable std::mutex mutex;
  OutboxState state;

  Status DropWhatMayGo(Transaction& transaction, OutboxState* seen);
  Status Drop(Transaction& transaction, OutboxState* seen);
  Status TellGaps(Transaction& transaction, const Kept& kept, const Part& part,
                  const std::string& reason, OutboxState* seen);
  void Look(std::function<void(Status)> done);
  void LookAgain();
};

// Most looks find nothing to drop and lock nobody out.
Status OutboxKeeper::Shared::DropWhatMayGo(Transaction& transaction, OutboxState* seen) {
  *seen = {};  // The work may run more than once.
  Kept kept;
  kept.Read(transaction, kHead);
  if (!kept.parts.empty() && !kept.Why(kept.parts.front(), keeping).empty()) {
    if (auto dropped = Drop(transaction, seen); !dropped) return dropped;
    kept = {};
    kept.Read(transaction, kHead);
  }
  seen->rows = kept.rows();
  seen->parts = static_cast<std::int64_t>(kept.parts.size());
  for (const Consumer& consumer : kept.consumers) {
    seen->consumers.push_back({consumer.name, kept.last_pos - consumer.pos});
  }
  return {};
}

Status OutboxKeeper::Shared::Drop(Transaction& transaction, OutboxState* seen) {
  transaction.Script("SET LOCAL lock_timeout TO 500");  // A reader in the way: at the next look.
  Kept kept;
  kept.Read(transaction, kLockHead);
  for (const Part& part : kept.parts) {
    const std::string why = kept.Why(part, keeping);
    if (why.empty()) break;
    if (why != "passed") {
      if (auto told = TellGaps(transaction, kept, part, why, seen); !told) return told;
    }
    transaction.Script("DROP TABLE outbox_" + std::to_string(part.first));
    transaction.Exec(kForgetPart, {part.first});
    ++seen->dropped_parts;
  }
  return {};
}

Status OutboxKeeper::Shared::TellGaps(Transaction& transaction, const Kept& kept, const Part& part,
                                      const std::string& reason, OutboxState* seen) {
  const std::string epoch = transaction.Exec(kEpoch)[0].Text(0);
  std::vector<OutboxEvent> told;
  for (const Consumer& consumer : kept.consumers) {
    const auto after = std::max(consumer.pos, part.first - 1);
    if (after + 1 >= part.end) continue;
    const auto row = transaction.Exec(kMissed, {after, part.end});
    const events::HistoryGap gap{.consumer = consumer.name,
                                 .events = row[0].Int("events"),
                                 .first = row[0].Time("first"),
                                 .last = row[0].Time("last"),
                                 .reason = reason};
    told.push_back({.stream = "unit:outbox",
                    .event_id = "gap-" + consumer.name + "-" + epoch + "-" + std::to_string(after),
                    .source = "callfleet/" + parts.service,
                    .type = "callfleet.common.v1.HistoryGap",
                    .time = kept.now,
                    .subject = "consumer:" + consumer.name,
                    .payload = parts.payload(gap)});
    ++seen->gaps;
  }
  std::vector<EventOfUnit> events;
  for (const OutboxEvent& event : told) events.push_back({&event, 0});
  // A writer of its own each time: processes take turns by the lock of outbox_head.
  return OutboxWriter().Append(transaction, events);
}

void OutboxKeeper::Shared::Look(std::function<void(Status)> done) {
  auto seen = std::make_shared<OutboxState>();
  parts.pool->Submit(
      kLookLimit,
      [self = shared_from_this(), seen](Transaction& transaction) {
        return self->DropWhatMayGo(transaction, seen.get());
      },
      [self = shared_from_this(), seen, done = std::move(done)](Status status) {
        const bool wrote = status && seen->gaps > 0;
        if (status) {
          const std::lock_guard lock(self->mutex);
          seen->dropped_parts += self->state.dropped_parts;
          seen->gaps += self->state.gaps;
          self->state = std::move(*seen);
        }
        if (wrote && self->parts.on_written) self->parts.on_written();
        done(std::move(status));
      });
}

void OutboxKeeper::Shared::LookAgain() {
  parts.timers->Start(keeping.look_every, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->Look([](const Status&) {});
    self->LookAgain();
  });
}

OutboxKeeper::OutboxKeeper(OutboxKeeperParts parts, OutboxKeeping keeping)
    : shared_(std::make_shared<Shared>()) {
  shared_->parts = std::move(parts);
  shared_->keeping = keeping;
}

void OutboxKeeper::Start() { shared_->LookAgain(); }

void OutboxKeeper::Look(std::function<void(Status)> done) { shared_->Look(std::move(done)); }

OutboxState OutboxKeeper::state() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->state;
}

void OutboxKeeper::AddMetrics(metrics::Registry* metrics) const {
  const std::string prefix = "callfleet_" + shared_->parts.service + "_outbox_";
  const auto rows = metrics->NewGauge(prefix + "rows", "Events kept.");
  const auto parts = metrics->NewGauge(prefix + "partitions", "Partitions kept.");
  const auto dropped =
      metrics->NewGauge(prefix + "dropped_partitions", "Partitions dropped since the start.");
  const auto gaps = metrics->NewGauge(prefix + "history_gaps",
                                      "Gaps told to consumers since the start: alert above 0.");
  const auto behind = metrics->NewGauges({.name = prefix + "behind",
                                          .help = "Events that a consumer has not kept yet.",
                                          .labels = {"consumer"}});
  metrics->OnCollect([=, shared = shared_] {
    const std::lock_guard lock(shared->mutex);
    const OutboxState& now = shared->state;
    rows.Set(static_cast<double>(now.rows));
    parts.Set(static_cast<double>(now.parts));
    dropped.Set(static_cast<double>(now.dropped_parts));
    gaps.Set(static_cast<double>(now.gaps));
    for (const auto& one : now.consumers) {
      behind.With({one.name}).Set(static_cast<double>(one.behind));
    }
  });
}

}  // namespace callfleet::pg
