#include "services/queue/actors/routing_actor.h"

#include <gtest/gtest.h>

#include <deque>

#include "services/queue/actors/routing_senders.h"
#include "tests/support/counted_ids.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class CountedCalls final : public CallControl {
 public:
  void Do(const UnitToken& unit, EdgeCommand command) override {
    EXPECT_EQ(unit.unit.kind, UnitKind::kRouting);
    if (const auto* act = std::get_if<ClaimCall>(&command)) {
      log.push_back("claim " + act->call.call.str());
    } else if (const auto* act = std::get_if<HangUpCall>(&command)) {
      log.push_back("refuse " + act->call.call.str() + " " + std::to_string(act->sip_code));
    } else if (const auto* act = std::get_if<AcknowledgeCall>(&command)) {
      log.push_back("acknowledge " + act->call.call.str());
    } else if (const auto* act = std::get_if<HandOver>(&command)) {
      log.push_back("hand over " + act->call.call.str() + " to " + act->to.str());
    }
  }
  void Ring(const UnitToken&, const RingAgent&, agent_pool::LeaseCheck) override {
    ADD_FAILURE() << "the routing rings nobody";
  }
  std::vector<std::string> log;
};

class HeldCommits final : public Committer {
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

class NoZones final : public ZoneRules {
 public:
  std::optional<LocalTime> LocalAt(const std::string&, WallTime) const override { return {}; }
};

// Queues that are never there: what is sent to them is remembered.
class FakeQueues final : public QueueInbox {
 public:
  void Send(const QueueId& queue, QueueEvent event) override {
    if (std::holds_alternative<CallComing>(event)) coming.push_back(queue);
  }
  std::vector<QueueId> coming;
};

class FakeAgents final : public AgentDesk {
 public:
  void Do(const AgentWish& wish, std::function<void(Status)> reply) override {
    wishes.push_back(wish);
    reply(answer);
  }
  std::vector<AgentWish> wishes;
  Status answer;
};

class RoutingActorTest : public test::DeterministicActors {
 protected:
  RoutingActorTest()
      : actor(Root(system.spawn(RoutingActor,
                                RoutingPorts{.unit = routing,
                                             .calls = &calls,
                                             .committer = &committer,
                                             .queues = &queues,
                                             .agents = &agents,
                                             .doors = Doors(),
                                             .timers = &timers,
                                             .clock = &timers,
                                             .zones = &zones,
                                             .ids = &ids,
                                             .on_lost = [this](const Error& e) { lost = e; }},
                                Directory(), NumberPlan(), logging::Logger("test")))),
        facts(actor),
        desk(actor) {}

  HouseDoors Doors() {
    return {.open =
                [this](const Queue& queue, const std::function<void()>& then) {
                  opened.push_back(queue.id);
                  if (then) then();
                },
            .close = [this](const QueueId& queue) { closed.push_back(queue); },
            .retire = [this](const QueueId&, std::function<void(Status)> reply) { reply(may_go); }};
  }
  void Hear(std::uint64_t version, bool ended, std::optional<UnitToken> controller = {}) {
    CallFact fact;
    fact.call = CallId("c");
    fact.version = version;
    fact.called = "100";
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

  const UnitToken routing{{UnitKind::kRouting, ""}, 3};
  CountedCalls calls;
  FakeQueues queues;
  FakeAgents agents;
  NoZones zones;
  std::vector<QueueId> opened;
  std::vector<QueueId> closed;
  Status may_go;
  HeldCommits committer;
  test::CountedIds ids;
  std::optional<Error> lost;
  std::optional<Result<Queue>> got;
  caf::actor actor;
  RoutingFacts facts;
  RoutingDesk desk;
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
  facts.OnRefused(
      routing.unit,
      {.call = CallId("c"), .leg = {}, .command = Command::kClaim, .reason = "NOT_CONTROLLER"});
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

TEST_F(RoutingActorTest, ANewQueueIsOpenedOnceItIsKept) {
  Create("sales");
  EXPECT_TRUE(opened.empty());
  committer.CommitNext();
  Settle();
  EXPECT_EQ(opened.size(), 1U);
}

TEST_F(RoutingActorTest, ANumberLeadsToItsQueueFromTheMomentItIsSet) {
  Create("sales");
  committer.CommitNext();
  Settle();
  const QueueId sales = (*got)->id;
  desk.SetRoute({.number = "100", .destination = ToQueue{sales}}, [](Result<Route>) {});
  Settle();
  Hear(1, false);
  EXPECT_TRUE(calls.log.empty());  // The queue is told, and claims it.
  EXPECT_EQ(queues.coming, std::vector<QueueId>{sales});
  Advance(Arrivals::kRetryDelay);
  EXPECT_EQ(calls.log.back(), "claim c");
  Hear(2, false, routing);
  EXPECT_EQ(calls.log.back(), "hand over c to " + sales.str());
  EXPECT_EQ(queues.coming, (std::vector<QueueId>{sales, sales}));
}

TEST_F(RoutingActorTest, ANumberOfAnUnknownQueueIsRefused) {
  std::optional<Result<Route>> answer;
  desk.SetRoute({.number = "100", .destination = ToQueue{QueueId("nobody")}},
                [&](Result<Route> route) { answer = std::move(route); });
  Settle();
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(answer->error().reason, "QUEUE_NOT_FOUND");
}

TEST_F(RoutingActorTest, AQueueThatANumberLeadsToIsInUse) {
  Create("sales");
  committer.CommitNext();
  Settle();
  const QueueId sales = (*got)->id;
  desk.SetRoute({.number = "100", .destination = ToQueue{sales}}, [](Result<Route>) {});
  desk.Remove(sales, [this](Result<Queue> queue) { got = std::move(queue); });
  Settle();
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().reason, "QUEUE_IN_USE");
}

TEST_F(RoutingActorTest, TheFirstNumberOfAnAgentMakesTheQueueOfDirectCallsInTheSameCommit) {
  std::optional<Result<Route>> answer;
  desk.SetRoute({.number = "200", .destination = ToAgent{AgentId("zoe")}},
                [&](Result<Route> route) { answer = std::move(route); });
  Settle();
  ASSERT_EQ(committer.batches.size(), 1U);
  EXPECT_EQ(committer.batches[0].first.size(), 2U);
  EXPECT_TRUE(opened.empty());
  committer.CommitNext();
  Settle();
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ(opened, (std::vector<QueueId>{DirectQueue()}));
  desk.Remove(DirectQueue(), [this](Result<Queue> queue) { got = std::move(queue); });
  Settle();
  EXPECT_EQ(got->error().reason, "QUEUE_IN_USE");
}

TEST_F(RoutingActorTest, ARuleThatGivesAnAgentWhoIsNotLetInMakesTheQueueOfDirectCallsToo) {
  Create("sales");
  committer.CommitNext();
  Settle();
  QueueSettings settings = (*got)->settings;
  settings.on_closed = ToAgent{AgentId("zoe")};
  desk.Update((*got)->id, settings, [this](Result<Queue> queue) { got = std::move(queue); });
  Settle();
  ASSERT_EQ(committer.batches.size(), 1U);
  EXPECT_EQ(committer.batches[0].first.size(), 2U);
  committer.CommitNext();
  Settle();
  EXPECT_EQ(opened.back(), DirectQueue());
  desk.Remove(DirectQueue(), [this](Result<Queue> queue) { got = std::move(queue); });
  Settle();
  EXPECT_EQ(got->error().reason, "QUEUE_IN_USE");
}

TEST_F(RoutingActorTest, AFeatureCodeIsServedByTheRegistryAndRefusedWhereItIsRefused) {
  const auto dial = [&](const char* call) {
    CallFact fact;
    fact.call = CallId(call);
    fact.version = 1;
    fact.called = "*03";
    fact.from_agent = AgentId("zoe");
    fact.controller = routing;
    facts.OnFact(std::move(fact));
    Settle();
  };
  dial("c");
  ASSERT_EQ(agents.wishes.size(), 1U);
  EXPECT_EQ(agents.wishes[0].kind, AgentWish::Kind::kReady);
  EXPECT_TRUE(calls.log.empty());
  Advance(Arrivals::kConfirmation);
  EXPECT_EQ(calls.log, (std::vector<std::string>{"refuse c 480"}));  // A BYE: it was answered.
  agents.answer = FailedPrecondition("WRONG_STATE", "No.");
  dial("d");
  EXPECT_EQ(calls.log.back(), "refuse d 480");
}

TEST_F(RoutingActorTest, AnAlternativeIsForNumbersOfAgentsAndNoAgentItself) {
  std::optional<Result<Route>> answer;
  const auto set = [&](Route route) {
    desk.SetRoute(std::move(route), [&](Result<Route> kept) { answer = std::move(kept); });
    Settle();
    return answer->has_value() ? std::string("OK") : answer->error().fields.at(0).field;
  };
  EXPECT_EQ(set({.number = "200", .destination = ToRejection{}, .otherwise = ToRejection{}}),
            "route.otherwise");
  EXPECT_EQ(set({.number = "200",
                 .destination = ToAgent{AgentId("zoe")},
                 .otherwise = ToAgent{AgentId("bob")}}),
            "route.otherwise.agent_id");
}

TEST_F(RoutingActorTest, ANumberOfACampaignShowsWhatTheCampaignShows) {
  std::optional<Result<Route>> kept;
  desk.SetRoute({.number = "+1",
                 .match = RouteMatch::kPrefix,
                 .destination = ToNumber{.trunk = TrunkId("t"),
                                         .number = "",
                                         .caller_id = "+15550100",
                                         .caller_id_campaign = CampaignId("spring")}},
                [&](Result<Route> route) { kept = std::move(route); });
  Settle();
  committer.CommitNext();
  Settle();
  ASSERT_TRUE(*kept);
  std::optional<std::size_t> changed;
  const auto tell = [&](std::map<CampaignId, std::string> caller_ids) {
    desk.SetCallerIds(std::move(caller_ids), [&](Result<std::size_t> n) { changed = n.value(); });
    Settle();
  };
  tell({{CampaignId("spring"), "+15550199"}, {CampaignId("autumn"), "+15550111"}});
  EXPECT_FALSE(changed);  // Not kept yet.
  const auto& saved = std::get<SaveRoute>(committer.batches.front().first.at(0));
  EXPECT_EQ(std::get<ToNumber>(saved.route.destination).caller_id, "+15550199");
  committer.CommitNext();
  Settle();
  EXPECT_EQ(changed, 1U);
  tell({{CampaignId("spring"), "+15550199"}});
  EXPECT_EQ(changed, 0U);
  EXPECT_TRUE(committer.batches.empty());
}

TEST_F(RoutingActorTest, ACampaignsCallerIdIsForRoutesAndNotBesideAQueues) {
  std::vector<FieldViolation> faults;
  ToNumber to{.trunk = TrunkId("t"), .number = "+15550001"};
  to.caller_id_campaign = CampaignId("spring");
  Check(to, "to", &faults, true);
  EXPECT_TRUE(faults.empty());
  Check(to, "to", &faults);
  to.caller_id_of = QueueId("sales");
  Check(to, "to", &faults, true);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[1].field, "to.number.caller_id_campaign_id");
}

TEST_F(RoutingActorTest, AQueueWithCallersIsInUse) {
  Create("sales");
  committer.CommitNext();
  Settle();
  may_go = FailedPrecondition("QUEUE_IN_USE", "Callers are in the queue.");
  desk.Remove((*got)->id, [this](Result<Queue> queue) { got = std::move(queue); });
  Settle();
  ASSERT_FALSE(*got);
  EXPECT_EQ(got->error().reason, "QUEUE_IN_USE");
  EXPECT_TRUE(closed.empty());
}

}  // namespace
}  // namespace callfleet::queue
