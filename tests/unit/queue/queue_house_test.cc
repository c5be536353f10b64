// How queues are opened: what is there when the database has time, and what is told until then.
#include "services/queue/actors/queue_house.h"

#include <gtest/gtest.h>

#include <deque>
#include <sstream>

#include "tests/support/counted_ids.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class NoCommits final : public Committer {
 public:
  void Commit(Writes, Done done) override { done({}); }
};

// Answers as it is told to, one reading after the other; then it has each queue.
class BusyStore final : public QueueStore {
 public:
  void Load(const Queue& queue, WallTime, Reply<std::shared_ptr<QueueModel>> reply) override {
    ++reads;
    if (!faults.empty()) {
      Error fault = std::move(faults.front());
      faults.pop_front();
      return reply(Fail(std::move(fault)));
    }
    auto model = std::make_shared<QueueModel>();
    model->queue = queue;
    reply(std::move(model));
  }
  std::unique_ptr<Committer> Open(const UnitToken&) override {
    return std::make_unique<NoCommits>();
  }
  void FindTicket(const TicketId&, Reply<std::pair<QueueId, Ticket>> reply) override {
    reply(NotFound("TICKET_NOT_FOUND", "None."));
  }
  std::deque<Error> faults;
  int reads = 0;
};

class NobodyWatches final : public Watchers {
 public:
  void OnQueue(const QueueView&) override {}
  void OnTicket(const TicketView&) override {}
  void OnRemoved(const QueueId&) override {}
};

class QueueHouseTest : public test::DeterministicActors {
 protected:
  ~QueueHouseTest() override {
    house.StopAll(true);
    Settle();
  }
  void Open() {
    house.Open(sales);
    Settle();
  }
  // "OK", else the reason.
  std::string Asked() {
    std::string got = "no answer";
    house.Stats(sales.id, [&](Result<QueueView> view) {
      got = view ? std::string("OK") : view.error().reason;
    });
    Settle();
    return got;
  }

  const Queue sales{.id = QueueId("sales"), .settings = {}};
  BusyStore store;
  NobodyWatches watchers;
  test::CountedIds ids;
  std::ostringstream said;
  std::optional<Error> lost;
  QueueHouse house{system,
                   {.store = &store,
                    .queue = {.pool = nullptr,
                              .calls = nullptr,
                              .queues = nullptr,
                              .timers = &timers,
                              .watchers = &watchers,
                              .clock = &timers,
                              .ids = &ids,
                              .on_lost = [this](const Error& e) { lost = e; }},
                    .routing = nullptr},
                   logging::Logger("test", said)};
};

TEST_F(QueueHouseTest, AQueueIsLoadingForAsLongAsTooMuchIsToBeRead) {
  for (int i = 0; i < 2; ++i) {
    store.faults.push_back({.code = ErrorCode::kResourceExhausted, .reason = "POOL_FULL"});
  }
  Open();
  EXPECT_EQ(Asked(), "QUEUE_LOADING");
  Advance(1s);
  EXPECT_EQ(Asked(), "QUEUE_LOADING");
  EXPECT_FALSE(lost);
  Advance(1s);
  EXPECT_EQ(Asked(), "OK");
  EXPECT_EQ(store.reads, 3);
}

TEST_F(QueueHouseTest, WhatNoTimeMendsLosesTheProcess) {
  store.faults.push_back({.code = ErrorCode::kInternal, .reason = "SQL_ERROR"});
  Open();
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->reason, "SQL_ERROR");
  Advance(5s);
  EXPECT_EQ(store.reads, 1);
}

}  // namespace
}  // namespace callfleet::queue
