// The queue's actor: what is durable waits for its commit, what is urgent does not.
#include "services/queue/actors/queue_actor.h"

#include <gtest/gtest.h>

#include <deque>
#include <sstream>

#include "tests/support/counted_ids.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class FakeCalls final : public CallControl {
 public:
  void Do(const UnitToken& unit, EdgeCommand command) override {
    EXPECT_EQ(unit.token, 7U);
    static constexpr const char* kNames[] = {"claim",     "answer",      "dial", "hang up", "play",
                                             "hand over", "acknowledge", "hold", "transfer"};
    log.emplace_back(kNames[command.index()]);
  }
  void Ring(const UnitToken&, const RingAgent&, agent_pool::LeaseCheck lease) override {
    log.emplace_back("ring");
    leases.push_back(std::move(lease));
  }
  std::vector<agent_pool::LeaseCheck> leases;
  std::vector<std::string> log;
};

class FakePool final : public agent_pool::AgentPool {
 public:
  void Join(const UnitToken&, const PoolId&, std::vector<agent_pool::HeldReservation>) override {
    log.emplace_back("join");
  }
  void Leave(const Unit&) override { log.emplace_back("leave"); }
  void Ask(const Unit&, agent_pool::Wish wish) override {
    static constexpr const char* kNames[] = {"demand", "cancel",   "take", "return",
                                             "report", "complete", "seize"};
    log.emplace_back(kNames[wish.index()]);
    if (const auto* asked = std::get_if<agent_pool::SeizeAgent>(&wish)) seize = asked->seize;
  }
  agent_pool::Lease LeaseOf(const Unit& unit, const ReservationId& reservation) const override {
    EXPECT_EQ(unit.id, "q");
    return reservation == ReservationId("r") ? lease : agent_pool::Lease::kUnsure;
  }
  std::vector<std::string> log;
  std::string seize;
  agent_pool::Lease lease = agent_pool::Lease::kSure;
};

class FakeCommitter final : public Committer {
 public:
  void Commit(Writes, Done done) override { waiting.push_back(std::move(done)); }
  void Next(Status status = {}) {
    auto done = std::move(waiting.front());
    waiting.pop_front();
    done(std::move(status));
  }
  std::deque<Done> waiting;
};

class FakeWatchers final : public Watchers {
 public:
  void OnQueue(const QueueView& view) override { newest = view; }
  void OnTicket(const TicketView& view) override { tickets.push_back(view); }
  void OnRemoved(const QueueId&) override {}
  QueueView newest;
  std::vector<TicketView> tickets;
};

class NoQueues final : public QueueInbox {
 public:
  void Send(const QueueId&, QueueEvent) override {}
};

class QueueActorTest : public test::DeterministicActors {
 protected:
  QueueActorTest() {
    auto model = std::make_shared<QueueModel>();
    model->queue.id = QueueId("q");
    model->queue.settings.name = "Sales";
    model->queue.settings.callback = CallbackPolicy{.trunk = TrunkId("t")};
    model->token = 7;
    actor = Root(system.spawn(QueueActor,
                              QueuePorts{.pool = &pool,
                                         .calls = &calls,
                                         .queues = &others,
                                         .timers = &timers,
                                         .watchers = &watchers,
                                         .clock = &timers,
                                         .ids = &ids,
                                         .on_lost = [this](const Error& e) { lost = e; }},
                              model, committer, logging::Logger("test", said)));
    Send(EdgeUp{.edge = EdgeId("edge"), .boot = BootId("boot"), .known = {}});
    Send(EdgesHeard{});
    Send(SessionChanged{true});
  }
  void Send(QueueEvent event) {
    caf::anon_send(actor, QueueEventMessage{std::move(event)});
    Settle();
  }
  void Arrive(const std::string& id) {
    CallFact fact{.call = CallId(id), .edge = EdgeId("edge"), .boot = BootId("boot"), .version = 1};
    fact.customer = LegFact{.leg = LegId(id + "-l")};
    fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 7};
    fact.create_time = timers.Now().wall;
    Send(CallComing{fact.call, {}});
    Send(fact);
  }
  // The agent a talks with the caller; all of it is kept.
  void Talk(const std::string& id) {
    Arrive(id);
    Send(Granted{.demand = watchers.tickets.back().ticket.id,
                 .grant = 1,
                 .revision = 1,
                 .offers = {{.reservation = ReservationId("r"), .agent = AgentId("a")}}});
    CallFact fact{.call = CallId(id), .edge = EdgeId("edge"), .boot = BootId("boot"), .version = 2};
    fact.customer =
        LegFact{.leg = LegId(id + "-l"), .answered = timers.Now().wall, .bridged = true};
    fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 7};
    fact.create_time = timers.Now().wall;
    fact.agents.push_back({.leg = LegId("r-a"),
                           .agent = AgentId("a"),
                           .reservation = ReservationId("r"),
                           .answered = timers.Now().wall,
                           .bridged = true,
                           .was_bridged = true});
    Send(fact);
    while (!committer->waiting.empty()) {
      committer->Next();
      Settle();
    }
  }
  template <class Message, class Answer>
  std::optional<Result<Answer>> Ask(Message message) {
    std::optional<Result<Answer>> got;
    message.reply = [&got](Result<Answer> answer) { got = std::move(answer); };
    caf::anon_send(actor, std::move(message));
    Settle();
    return got;
  }

  // All of it is kept when it returns.
  Result<TicketView> Order(OrderMessage message) {
    std::optional<Result<TicketView>> got;
    message.reply = [&got](Result<TicketView> view) { got = std::move(view); };
    caf::anon_send(actor, std::move(message));
    Settle();
    while (!committer->waiting.empty()) {
      committer->Next();
      Settle();
    }
    return got ? *std::move(got) : Result<TicketView>(NotFound("NO_ANSWER", "It never came."));
  }
  Result<TicketView> Callback(const CallbackOrder& order, OrderMessage message = {}) {
    message.order = [order](QueueStepper& step) { return step.NewCallback(order); };
    return Order(std::move(message));
  }
  std::optional<Result<TicketPage>> List(TicketQuery query) {
    return Ask<ListTicketsMessage, TicketPage>({.query = std::move(query), .reply = {}});
  }

  std::ostringstream said;
  FakePool pool;
  FakeCalls calls;
  NoQueues others;
  FakeWatchers watchers;
  test::CountedIds ids;
  std::shared_ptr<FakeCommitter> committer = std::make_shared<FakeCommitter>();
  std::optional<Error> lost;
  caf::actor actor;
};

TEST_F(QueueActorTest, TheCallerIsAnsweredOnlyWhenTheTicketIsKept) {
  Arrive("c");
  EXPECT_TRUE(calls.log.empty());
  EXPECT_EQ(pool.log, (std::vector<std::string>{"join", "demand"}));
  committer->Next();
  Settle();
  EXPECT_EQ(calls.log, std::vector<std::string>{"answer"});
}

TEST_F(QueueActorTest, ARingWaitsForTheTicketToo) {
  Arrive("c");
  Send(Granted{.demand = watchers.tickets.back().ticket.id,
               .grant = 1,
               .revision = 1,
               .offers = {{.reservation = ReservationId("r"), .agent = AgentId("a")}}});
  EXPECT_EQ(pool.log.back(), "take");
  EXPECT_TRUE(calls.log.empty());
  committer->Next();
  Settle();
  EXPECT_EQ(calls.log, (std::vector<std::string>{"answer", "ring"}));
}

TEST_F(QueueActorTest, ARingGoesWithTheLeaseOfItsAgent) {
  Talk("c");
  ASSERT_EQ(calls.leases.size(), 1U);
  for (const auto lease : {agent_pool::Lease::kUnsure, agent_pool::Lease::kSure}) {
    pool.lease = lease;
    EXPECT_EQ(calls.leases[0](), lease);
  }
}

// The edge may have it although its answer was lost.
TEST_F(QueueActorTest, ARingThatWentOutBeforeItsLeaseWasLostIsHungUp) {
  Talk("c");
  pool.lease = agent_pool::Lease::kLost;
  EXPECT_EQ(calls.leases[0](), agent_pool::Lease::kLost);
  EXPECT_EQ(calls.log.back(), "ring") << "it was never sent";
  pool.lease = agent_pool::Lease::kSure;
  calls.leases[0]();
  pool.lease = agent_pool::Lease::kLost;
  calls.leases[0]();
  EXPECT_EQ(calls.log.back(), "hang up");
}

TEST_F(QueueActorTest, AListShowsWaitingCallersInTheirOrderPageByPage) {
  for (const char* call : {"c1", "c2", "c3"}) {
    Arrive(call);
    Advance(1s);
  }
  const auto first = List({.after = {}, .size = 2});
  ASSERT_TRUE(first && *first);
  ASSERT_EQ((*first)->tickets.size(), 2U);
  EXPECT_EQ((*first)->tickets[1].place, 2);
  const auto rest = List({.after = (*first)->next, .size = 2});
  ASSERT_EQ((*rest)->tickets.size(), 1U);
  EXPECT_EQ((*rest)->tickets[0].ticket.call, CallId("c3"));
  EXPECT_TRUE((*rest)->next.empty());
}

TEST_F(QueueActorTest, CallbacksThatAreNotDueComeAfterWhoWaitsByWhenTheyAreDue) {
  const WallTime from = timers.Now().wall;
  Callback({.request = "late", .number = "+4930123", .not_before = from + 2h});
  Callback({.request = "soon", .number = "+4930124", .not_before = from + 1h});
  Arrive("c1");
  const auto all = List({.after = {}, .size = 10});
  ASSERT_TRUE(all && *all);
  ASSERT_EQ((*all)->tickets.size(), 3U);
  EXPECT_EQ((*all)->tickets[0].ticket.call, CallId("c1"));
  EXPECT_EQ((*all)->tickets[1].ticket.id, TicketId("cb-soon"));
  EXPECT_EQ((*all)->tickets[1].place, 0);
  EXPECT_EQ((*all)->tickets[2].ticket.id, TicketId("cb-late"));
  const auto stats = Ask<StatsMessage, QueueView>({});
  EXPECT_EQ((*stats)->waiting, 1);
  EXPECT_EQ((*stats)->callbacks, 2);
}

TEST_F(QueueActorTest, AListHoldsWhatIsAskedForPageByPage) {
  const WallTime from = timers.Now().wall;
  Arrive("c1");
  Callback({.request = "late", .number = "+4930123", .not_before = from + 2h});
  Callback({.request = "soon", .number = "+4930124", .not_before = from + 1h});
  const auto page = [&](std::string after) {
    return List({.after = std::move(after), .size = 1, .callbacks = true}).value().value();
  };
  const auto first = page("");
  ASSERT_EQ(first.tickets.size(), 1U);
  EXPECT_EQ(first.tickets[0].ticket.id, TicketId("cb-soon"));
  const auto second = page(first.next);
  ASSERT_EQ(second.tickets.size(), 1U);
  EXPECT_EQ(second.tickets[0].ticket.id, TicketId("cb-late"));
  EXPECT_TRUE(second.next.empty());
  const auto waiting = List({.after = {}, .size = 10, .states = {TicketState::kWaiting}});
  ASSERT_EQ((*waiting)->tickets.size(), 1U);
  EXPECT_EQ((*waiting)->tickets[0].ticket.call, CallId("c1"));
}

TEST_F(QueueActorTest, ARepeatWhoseTicketIsOverIsAnsweredAsThatIsKept) {
  const CallbackOrder order{.request = "one", .number = "+4930123"};
  const auto made = Callback(order);
  ASSERT_TRUE(made);
  const TicketId id = made->ticket.id;
  ASSERT_TRUE(Order(
      {.order = [id](QueueStepper& step) { return step.Remove(id); }, .reply = {}, .seize = {}}));
  const auto again = Callback(
      order, {.order = {},
              .reply = {},
              .seize = {},
              .kept = [](const TicketId& asked, const DeskReply<TicketView>& reply) {
                reply(TicketView{.queue = QueueId("as kept"), .ticket = {.id = asked, .call = {}}});
              }});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->queue, QueueId("as kept"));
  EXPECT_EQ(again->ticket.id, id);
}

TEST_F(QueueActorTest, FiguresShowWhoWaitsAndSinceWhen) {
  Arrive("c1");
  Advance(5s);
  Arrive("c2");
  const auto stats = Ask<StatsMessage, QueueView>({});
  ASSERT_TRUE(stats && *stats);
  EXPECT_EQ((*stats)->waiting, 2);
  EXPECT_EQ((*stats)->longest_wait, 5s);
  EXPECT_EQ((*stats)->figures.offered, 2U);
}

TEST_F(QueueActorTest, AQueueWithCallersDoesNotRetire) {
  Arrive("c");
  std::optional<Status> may;
  caf::anon_send(actor, RetireMessage{[&](Status status) { may = std::move(status); }});
  Settle();
  ASSERT_TRUE(may && !*may);
  EXPECT_EQ(may->error().reason, "QUEUE_IN_USE");
}

TEST_F(QueueActorTest, AForcedAssignmentIsAnsweredWithTheRegistrysReason) {
  Arrive("c");
  const TicketId ticket = watchers.tickets.back().ticket.id;
  std::optional<Result<TicketView>> got;
  caf::anon_send(actor, OrderMessage{.order =
                                         [ticket](QueueStepper& step) {
                                           return step.Force(ticket, AgentId("a"), false, "s");
                                         },
                                     .reply = [&](Result<TicketView> view) { got = view; },
                                     .seize = "s"});
  Settle();
  EXPECT_FALSE(got);
  EXPECT_EQ(pool.log.back(), "seize");
  Send(SeizeAnswered{"s", std::nullopt, "OFFLINE"});
  ASSERT_TRUE(got && !*got);
  EXPECT_EQ(got->error().reason, "OFFLINE");
}

TEST_F(QueueActorTest, ARequeueIsAnsweredAndTheAgentLetGoOnlyWhenTheTicketIsKept) {
  Talk("c");
  std::vector<Status> answers;
  const auto ask = [&] {
    caf::anon_send(
        actor,
        SteerMessage{.steer = {.request = "r", .call = CallId("c"), .what = SteerWhat::kRequeue},
                     .reply = [&](Status done) { answers.push_back(done); }});
    Settle();
  };
  ask();
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(calls.log, (std::vector<std::string>{"answer", "ring"}));
  committer->Next();
  Settle();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0]);
  EXPECT_EQ(calls.log.back(), "hang up");
  ask();  // Again: as the first time, and nothing is done.
  EXPECT_EQ(answers.size(), 2U);
  EXPECT_EQ(calls.log.size(), 3U);
}

TEST_F(QueueActorTest, ATransferIsAnsweredWithTheRegistrysReason) {
  Talk("c");
  std::optional<Status> got;
  caf::anon_send(actor, SteerMessage{.steer = {.request = "r",
                                               .call = CallId("c"),
                                               .what = SteerWhat::kTransfer,
                                               .to_agent = AgentId("b")},
                                     .reply = [&](Status done) { got = std::move(done); }});
  Settle();
  EXPECT_EQ(pool.log.back(), "seize");
  EXPECT_FALSE(got);
  Send(SeizeAnswered{pool.seize, std::nullopt, "FULL"});
  EXPECT_FALSE(got);  // Its answer is kept first.
  while (!committer->waiting.empty()) committer->Next();
  Settle();
  ASSERT_TRUE(got && !*got);
  EXPECT_EQ(got->error().reason, "FULL");
}

TEST_F(QueueActorTest, WhyTheRegistryTakesNoDemandIsToldOnce) {
  Arrive("c");
  const DemandClosed refused{.demand = watchers.tickets.back().ticket.id, .refused = "invalid: x"};
  Send(refused);
  EXPECT_NE(said.str().find("invalid: x"), std::string::npos);
  const auto once = said.str();
  Advance(1s);
  Send(refused);
  EXPECT_EQ(said.str(), once);
  Send(DemandClosed{.demand = refused.demand, .refused = "too_many"});
  const auto both = said.str();
  EXPECT_NE(both.find("too_many"), std::string::npos);
  Send(refused);
  EXPECT_EQ(said.str(), both) << "two reasons in turn are two warnings";
}

TEST_F(QueueActorTest, ALostWriteEndsAllActs) {
  Arrive("c");
  committer->Next(FailedPrecondition("FENCED", "Another process owns the queue."));
  Settle();
  ASSERT_TRUE(lost);
  EXPECT_TRUE(calls.log.empty());
}

}  // namespace
}  // namespace callfleet::queue
