#include "services/queue/actors/routing_actor.h"

#include <gtest/gtest.h>

#include <deque>

#include "services/queue/actors/routing_senders.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class FakeCalls final : public CallControl {
 public:
  void Claim(const CallId& call) override { log.push_back("claim " + call.str()); }
  void Refuse(const CallId& call, int code) override {
    log.push_back("refuse " + call.str() + " " + std::to_string(code));
  }
  void Acknowledge(const CallId& call) override { log.push_back("acknowledge " + call.str()); }
  std::vector<std::string> log;
};

class FakeCommitter final : public Committer {
 public:
  void Commit(Writes writes, Done done) override {
    batches.push_back({std::move(writes), std::move(done)});
  }
  void CommitNext(Status status = {}) {
    auto done = std::move(batches.front().second);
    batches.pop_front();
    done(std::move(status));
  }
  std::deque<std::pair<Writes, Done>> batches;
};

class CountingIds final : public IdSource {
 public:
  std::string Next() override { return "id-" + std::to_string(++last_); }

 private:
  int last_ = 0;
};

class RoutingActorTest : public test::DeterministicActors {
 protected:
  RoutingActorTest()
      : actor(Root(system.spawn(RoutingActor,
                                RoutingPorts{.calls = &calls,
                                             .committer = &committer,
                                             .timers = &timers,
                                             .clock = &timers,
                                             .ids = &ids,
                                             .on_lost = [this](const Error& e) { lost = e; }},
                                Directory(), logging::Logger("test")))),
        facts(actor),
        desk(actor) {}

  void Hear(std::uint64_t version, bool ended, std::optional<UnitToken> controller = {}) {
    CallFact fact;
    fact.call = CallId("c");
    fact.version = version;
    fact.ended = ended;
    fact.controller = std::move(controller);
    facts.OnFact(std::move(fact));
    Settle();
  }
  void Create(const std::string& name) {
    QueueSettings settings;
    settings.name = name;
    desk.Create(RequestId("r-" + name), settings, [this](Result<Queue> queue) { got = queue; });
    Settle();
  }

  FakeCalls calls;
  FakeCommitter committer;
  CountingIds ids;
  std::optional<Error> lost;
  std::optional<Result<Queue>> got;
  caf::actor actor;
  RoutingFacts facts;
  RoutingDesk desk;
  const UnitToken routing{{UnitKind::kRouting, ""}, 3};
};

TEST_F(RoutingActorTest, ACallIsAcknowledgedOnlyAfterItsEndIsKept) {
  Hear(1, false);
  Hear(2, false, routing);
  Hear(3, true, routing);
  EXPECT_EQ(calls.log, (std::vector<std::string>{"claim c", "refuse c 404"}));
  committer.CommitNext();
  Settle();
  EXPECT_EQ(calls.log.back(), "acknowledge c");
}

TEST_F(RoutingActorTest, ANewQueueIsAnsweredOnlyAfterItIsKept) {
  Create("sales");
  EXPECT_FALSE(got);
  committer.CommitNext();
  Settle();
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->settings.name, "sales");
}

TEST_F(RoutingActorTest, ARefusedQueueIsAnsweredAtOnceAndWritesNothing) {
  Create("");
  ASSERT_TRUE(got && !*got);
  EXPECT_EQ(got->error().fields.front().field, "queue.name");
  EXPECT_TRUE(committer.batches.empty());
}

TEST_F(RoutingActorTest, AFailedClaimIsRepeatedWhenItsPauseIsOver) {
  Hear(1, false);
  facts.OnCommandFailed(CallId("c"));
  Settle();
  EXPECT_EQ(calls.log.size(), 1U);
  Advance(Arrivals::kRetryDelay);
  EXPECT_EQ(calls.log, (std::vector<std::string>{"claim c", "claim c"}));
}

TEST_F(RoutingActorTest, AFencedWriteEndsAllActsOfTheUnit) {
  Hear(1, true);
  committer.CommitNext(FailedPrecondition("FENCED", "Another process owns the unit."));
  Settle();
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->reason, "FENCED");
  EXPECT_TRUE(calls.log.empty());
}

}  // namespace
}  // namespace callfleet::queue
