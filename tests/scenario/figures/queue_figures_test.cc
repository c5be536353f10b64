// What a queue shows now and what history makes of its events are one: after every step of mixed
// traffic, by the real codes of both ends.
#include "callfleet/common/v1/event.pb.h"
#include "services/queue/rpc/proto_records.h"
#include "services/supervisor/adapters/history_convert.h"
#include "services/supervisor/domain/performance.h"
#include "services/supervisor/domain/ratios.h"
#include "tests/scenario/figures/busy_queue.h"

namespace callfleet::queue {
namespace {

// As PgHistoryLog: of two records of one call the higher rank stays, of equal ones the newer.
class KeptHistory {
 public:
  void Read(const std::vector<Write>& writes) {
    for (; read_ < writes.size(); ++read_) {
      const EventPayload told = ProtoRecords().Event(writes[read_]);
      callfleet::common::v1::Event event;
      event.set_id(told.id);
      event.set_type(told.type);
      event.set_source("callfleet/queue");
      event.mutable_payload()->set_value(told.bytes);
      const auto heard = supervisor::ToHistory(event);
      const auto* row = std::get_if<supervisor::CallRow>(&heard.what);
      if (row == nullptr) continue;
      auto& known = calls_[{row->began, row->id}];
      if (row->rank >= known.rank) known = *row;
    }
  }
  supervisor::Figures Of(const std::string& queue, supervisor::Micros threshold) const {
    supervisor::PerformanceReport report({.start = WallTime{},
                                          .end = WallTime(std::chrono::hours(1'000'000)),
                                          .breakdown = supervisor::Breakdown::kQueue,
                                          .threshold = threshold});
    for (const auto& [key, row] : calls_) report.Add(row);
    for (auto& row : std::move(report).Rows()) {
      if (row.subject == "queue:" + queue) return row.figures;
    }
    return {};
  }
  supervisor::Micros Talk() const {
    supervisor::Micros talk{0};
    for (const auto& [key, row] : calls_) talk += row.talk;
    return talk;
  }

 private:
  std::size_t read_ = 0;
  std::map<std::pair<WallTime, std::string>, supervisor::CallRow> calls_;
};

class WatchedQueue : public test::BusyQueue {
 public:
  void TestBody() override {}
  void Run(unsigned seed);
  // Live and in history; false: they differ.
  void Compare();
  const Figures& figures() const { return model.figures; }

 private:
  KeptHistory history_;
};

void WatchedQueue::Compare() {
  history_.Read(writes);
  const Figures& live = model.figures;
  const auto kept = history_.Of("q", settings().service_level_threshold);
  ASSERT_EQ(kept.total - kept.refused, live.offered);
  ASSERT_EQ(kept.answered, live.answered);
  ASSERT_EQ(kept.answered_in_threshold, live.answered_in_threshold);
  ASSERT_EQ(kept.abandoned, live.abandoned);
  ASSERT_EQ(kept.abandoned_in_threshold, live.abandoned_in_threshold);
  ASSERT_EQ(kept.short_abandoned, live.short_abandoned);
  ASSERT_EQ(kept.overflowed, live.overflowed);
  ASSERT_EQ(kept.refused, live.refused);
  ASSERT_EQ(kept.interrupted, live.interrupted);
  ASSERT_EQ(kept.removed, live.removed);
  ASSERT_EQ(kept.returned, live.returned);
  ASSERT_EQ(kept.callbacks, live.callbacks);
  ASSERT_EQ(kept.callbacks_answered, live.callbacks_answered);
  ASSERT_EQ(kept.callbacks_failed, live.callbacks_failed);
  ASSERT_EQ(kept.wait, live.answered_wait);  // And so ASA.
  std::uint64_t waiting = 0;
  std::uint64_t callbacks = 0;
  std::optional<WallTime> longest;
  for (const auto& [id, ticket] : model.tickets) {
    if (!ticket.Waits() || ticket.refused) continue;
    callbacks += ticket.IsCallback() ? 1 : 0;
    if (ticket.IsCallback()) continue;
    ++waiting;
    longest = std::min(longest.value_or(ticket.since), ticket.since);
  }
  ASSERT_EQ(kept.waiting, waiting);
  ASSERT_EQ(kept.waiting_since, longest);
  ASSERT_EQ(kept.callbacks_waiting, callbacks);
}

void WatchedQueue::Run(unsigned seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int step = 0; step < 400 && !HasFatalFailure(); ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    Happen(random);
    Compare();
  }
  if (HasFatalFailure()) return;
  Close();
  Compare();
  for (const auto& [id, ticket] : model.tickets) {
    std::string story(TicketMachine::Name(ticket.state));
    for (const auto& note : ticket.notes) {
      story += " " + std::to_string(static_cast<int>(note.what)) + ":" + note.detail;
    }
    ADD_FAILURE() << "ticket " << id.str() << " of call " << ticket.call.str()
                  << " is left: " << story;
  }
  EXPECT_EQ(history_.Talk(), model.figures.talk);
}

// A queue whose callers a test names.
class OneQueue : public test::QueueWorld {
 public:
  explicit OneQueue(const std::string& id) { model.queue.id = QueueId(id); }
  void TestBody() override {}
  using QueueWorld::Call;
  using QueueWorld::Caller;
  using QueueWorld::CallIsOver;
  using QueueWorld::ids;
  using QueueWorld::model;
  using QueueWorld::now;
  using QueueWorld::Pass;
  using QueueWorld::Publish;
  using QueueWorld::settings;
  using QueueWorld::Take;
  using QueueWorld::writes;
};

TEST(QueueFigures, ACallThatTwoQueuesRefuseIsRefusedByBothInHistoryToo) {
  OneQueue full("full");
  full.settings().max_size = 1;
  full.settings().on_full = ToQueue{QueueId("closed")};
  full.Caller("c1");
  full.Caller("c2");
  full.Call("c2").controller = UnitToken{{UnitKind::kQueue, "closed"}, 1};
  full.Publish("c2");
  OneQueue closed("closed");
  closed.model.queue.state = QueueState::kClosed;
  closed.Caller("c2");
  closed.CallIsOver("c2");
  auto told = full.writes;
  told.insert(told.end(), closed.writes.begin(), closed.writes.end());
  KeptHistory history;
  history.Read(told);
  for (const OneQueue* queue : {&full, &closed}) {
    const auto& id = queue->model.queue.id.str();
    EXPECT_EQ(queue->model.figures.refused, 1U) << id;
    EXPECT_EQ(history.Of(id, std::chrono::seconds(20)).refused, 1U) << id;
  }
}

// The rpc's callback gives way to the caller who has waited longer: no ticket is there twice.
TEST(QueueFigures, ACallerWhoTakesTheNumbersCallbackOverIsOneInHistoryToo) {
  OneQueue queue("q");
  queue.settings().callback = CallbackPolicy{.trunk = TrunkId("t")};
  queue.settings().exits = {{.digit = '1', .destination = {}}};
  const auto waits = queue.Caller("c1", "+15550001");
  queue.Pass(std::chrono::seconds(30));
  QueueStepper step(queue.model, queue.now, queue.ids);
  ASSERT_TRUE(step.NewCallback({.number = "+15550001"}));
  queue.Take(step.Finish());
  queue.Call("c1").digits = "1";
  queue.Call("c1").digit_count = 1;
  queue.Publish("c1");
  ASSERT_EQ(queue.model.tickets.size(), 1U);
  EXPECT_EQ(queue.model.tickets.begin()->first, waits);
  KeptHistory history;
  history.Read(queue.writes);
  const auto kept = history.Of("q", std::chrono::seconds(20));
  EXPECT_EQ(kept.total, 2U);
  EXPECT_EQ(kept.removed, queue.model.figures.removed);
  EXPECT_EQ(kept.callbacks, queue.model.figures.callbacks);
  EXPECT_EQ(kept.callbacks_waiting, 1U);
  EXPECT_EQ(kept.waiting, 0U);
}

TEST(QueueFigures, LiveAndInHistoryAreEqualAfterEveryStepOfMixedTraffic) {
  Figures all;
  std::map<std::string, int> happened;
  for (unsigned seed = 0; seed < 480 && !::testing::Test::HasFailure(); ++seed) {
    WatchedQueue queue;
    queue.Run(seed);
    for (const auto& [what, times] : queue.happened) happened[what] += times;
    const Figures& one = queue.figures();
    all.answered += one.answered;
    all.short_abandoned += one.short_abandoned;
    all.overflowed += one.overflowed;
    all.refused += one.refused;
    all.interrupted += one.interrupted;
    all.removed += one.removed;
    all.returned += one.returned;
    all.callbacks += one.callbacks;
    all.callbacks_answered += one.callbacks_answered;
    all.callbacks_failed += one.callbacks_failed;
  }
  // It was not for want of events.
  EXPECT_GT(all.answered, 500U);
  EXPECT_GT(all.short_abandoned, 20U);
  EXPECT_GT(all.overflowed, 50U);
  EXPECT_GT(all.refused, 50U);
  EXPECT_GT(all.interrupted, 20U);
  EXPECT_GT(all.removed, 50U);
  EXPECT_GT(all.returned, 10U);
  EXPECT_GT(all.callbacks, 100U);
  EXPECT_GT(all.callbacks_answered, 10U);
  EXPECT_GT(all.callbacks_failed, 10U);
  EXPECT_GT(happened["requeues"], 50);
  EXPECT_GT(happened["transfers"], 20);
  EXPECT_GT(happened["passed on"], 50);
}

}  // namespace
}  // namespace callfleet::queue
