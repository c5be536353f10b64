// A queue with its session to a registry that lets go: nobody who has been given away is rung.
#include <gtest/gtest.h>

#include <deque>

#include "common/agent_pool_actor/pools.h"
#include "services/queue/actors/queue_actor.h"
#include "tests/support/counted_ids.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

// Time also passes while the process stands still: no timer fires then.
class StoppedClock final : public Clock {
 public:
  explicit StoppedClock(const Clock* running) : running_(running) {}
  Instant Now() const override {
    const Instant now = running_->Now();
    return {now.mono + stood_still, now.wall + stood_still};
  }
  std::chrono::milliseconds stood_still{0};

 private:
  const Clock* running_;
};

// Does as the link to an edge does: a Ring waits for its lease.
class WaitingCalls final : public CallControl {
 public:
  explicit WaitingCalls(Timers* timers) : timers_(timers) {}
  void Do(const UnitToken&, EdgeCommand command) override {
    if (const auto* act = std::get_if<HangUpCall>(&command)) hung_up.push_back(act->leg);
  }
  void Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) override {
    switch (lease()) {
      case agent_pool::Lease::kSure:
        rung.push_back(ring.leg);
        break;
      case agent_pool::Lease::kUnsure:
        timers_->Start(200ms, [this, unit, ring, lease] { Ring(unit, ring, lease); });
        break;
      case agent_pool::Lease::kLost:
        refused({.call = ring.call.call,
                 .leg = ring.leg,
                 .command = Command::kRing,
                 .reason = "TOO_LATE"});
        break;
    }
  }
  std::function<void(CommandRefused)> refused;
  std::vector<LegId> rung;
  std::vector<LegId> hung_up;

 private:
  Timers* timers_;
};

class HeldBack final : public Committer {
 public:
  void Commit(Writes, Done done) override { waiting.push_back(std::move(done)); }
  std::deque<Done> waiting;
};

class NoWatchers final : public Watchers {
 public:
  void OnQueue(const QueueView&) override {}
  void OnTicket(const TicketView& view) override { newest = view.ticket; }
  void OnRemoved(const QueueId&) override {}
  Ticket newest;
};

class NoOthers final : public QueueInbox {
 public:
  void Send(const QueueId&, QueueEvent) override {}
};

struct TalkedTo {
  std::shared_ptr<agent_pool::PoolLinkListener> listener;
  std::vector<agent_pool::Message> heard;
};

class RegistryLink final : public agent_pool::PoolLink {
 public:
  explicit RegistryLink(TalkedTo* registry) : registry_(registry) {}
  ~RegistryLink() override { registry_->listener = nullptr; }
  void Write(std::vector<agent_pool::Message> messages) override {
    for (auto& one : messages) registry_->heard.push_back(std::move(one));
  }

 private:
  TalkedTo* registry_;
};

class LeaseTest : public test::DeterministicActors {
 protected:
  LeaseTest() {
    auto model = std::make_shared<QueueModel>();
    model->queue.id = QueueId("q");
    model->token = 7;
    actor = Root(system.spawn(QueueActor,
                              QueuePorts{.pool = &pools,
                                         .calls = &calls,
                                         .queues = &others,
                                         .timers = &timers,
                                         .watchers = &watchers,
                                         .clock = &clock,
                                         .ids = &ids,
                                         .on_lost = [](const Error&) {}},
                              model, committer, logging::Logger("test")));
    calls.refused = [this](CommandRefused refused) { Send(std::move(refused)); };
    Tell(EdgeUp{.edge = EdgeId("edge"), .boot = BootId("boot"), .known = {}});
    Tell(EdgesHeard{});
    Says(agent_pool::LinkUp{});
    Says(agent_pool::PoolReady{{unit}});
    AcknowledgesAll();
  }
  ~LeaseTest() override { pools.StopAll(); }

  void Send(QueueEvent event) { caf::anon_send(actor, QueueEventMessage{std::move(event)}); }
  void Tell(QueueEvent event) {
    Send(std::move(event));
    Settle();
  }
  void Says(agent_pool::Input input) {
    registry.listener->OnInput(std::move(input));
    Settle();
  }
  template <class Message>
  int Heard() const {
    return static_cast<int>(std::count_if(
        registry.heard.begin(), registry.heard.end(),
        [](const auto& message) { return std::holds_alternative<Message>(message); }));
  }
  void AcknowledgesAll() {
    for (const auto& message : std::exchange(registry.heard, {})) {
      const auto* beat = std::get_if<agent_pool::SayHeartbeat>(&message);
      if (beat != nullptr) Says(agent_pool::PoolAck{beat->number});
    }
  }
  void StandStill(std::chrono::milliseconds time) { clock.stood_still += time; }
  // A caller whose ticket is not kept yet, and an agent who is granted.
  void CallerAndGrant() {
    CallFact fact{
        .call = CallId("c"), .edge = EdgeId("edge"), .boot = BootId("boot"), .version = 1};
    fact.customer = LegFact{.leg = LegId("c-l")};
    fact.controller = UnitToken{unit, 7};
    fact.create_time = clock.Now().wall;
    Tell(CallComing{fact.call, {}});
    Tell(fact);
    Says(agent_pool::PoolGrant{
        .unit = unit,
        .grant = 1,
        .demand = DemandId(watchers.newest.id.str()),
        .revision = 1,
        .offers = {{.reservation = ReservationId("r"), .agent = AgentId("anna")}}});
    EXPECT_EQ(watchers.newest.state, TicketState::kOffered);
    EXPECT_EQ(Heard<agent_pool::SayTaken>(), 1);
  }
  void Kept() {
    while (!committer->waiting.empty()) {
      auto done = std::move(committer->waiting.front());
      committer->waiting.pop_front();
      done({});
      Settle();
    }
  }

  const Unit unit{UnitKind::kQueue, "q"};
  StoppedClock clock{&timers};
  TalkedTo registry;
  WaitingCalls calls{&timers};
  NoOthers others;
  NoWatchers watchers;
  test::CountedIds ids;
  std::shared_ptr<HeldBack> committer = std::make_shared<HeldBack>();
  caf::actor actor;
  agent_pool::Pools pools{
      system,
      {.tell = [this](const Unit&, agent_pool::Event event) { Send(ToEvent(std::move(event))); },
       .timers = &timers,
       .clock = &clock,
       .make_link =
           [this](const PoolId&, std::shared_ptr<agent_pool::PoolLinkListener> listener) {
             registry.listener = std::move(listener);
             return std::make_unique<RegistryLink>(&registry);
           }}};
};

TEST_F(LeaseTest, AnAgentWhoseLeaseIsSureIsRungAtOnce) {
  CallerAndGrant();
  Kept();
  EXPECT_EQ(calls.rung, std::vector<LegId>{LegId("r-a")});
}

TEST_F(LeaseTest, AQueueThatStoodStillRingsNobodyWhoHasBeenGivenAway) {
  CallerAndGrant();
  StandStill(10s);
  Kept();
  EXPECT_TRUE(calls.rung.empty());
  // What the registry did meanwhile is read now.
  Says(agent_pool::PoolRevoked{ReservationId("r")});
  Says(agent_pool::LinkDown{});
  EXPECT_EQ(watchers.newest.state, TicketState::kWaiting) << "in its place again";
  Kept();
  registry.heard.clear();
  Says(agent_pool::LinkUp{});
  Says(agent_pool::PoolReady{{unit}});
  EXPECT_EQ(Heard<agent_pool::SayDemand>(), 1);
  EXPECT_EQ(Heard<agent_pool::SayHeld>(), 0);
  Advance(1s);
  AcknowledgesAll();
  Advance(1s);
  EXPECT_TRUE(calls.rung.empty());
  EXPECT_EQ(watchers.newest.state, TicketState::kWaiting);
}

// 8 s are over, 10 are not: the agent is still ours, as the next answered beat says.
TEST_F(LeaseTest, ARingThatWaitedIsSentOnceTheLeaseIsSureAgain) {
  CallerAndGrant();
  StandStill(8'500ms);
  Kept();
  EXPECT_TRUE(calls.rung.empty());
  Advance(1s);
  AcknowledgesAll();
  Advance(200ms);
  EXPECT_EQ(calls.rung, std::vector<LegId>{LegId("r-a")});
  Advance(1s);
  EXPECT_EQ(calls.rung.size(), 1U);
}

TEST_F(LeaseTest, AReservationThatIsDeclaredAgainIsNotRungBeforeTheFirstAcknowledgedBeat) {
  CallerAndGrant();
  Says(agent_pool::LinkDown{});
  Says(agent_pool::LinkUp{});
  Says(agent_pool::PoolReady{{unit}});
  Kept();
  EXPECT_TRUE(calls.rung.empty());
  AcknowledgesAll();
  Advance(200ms);
  EXPECT_EQ(calls.rung, std::vector<LegId>{LegId("r-a")});
}

// The answer to the declaration: it was let go of while the session was away.
TEST_F(LeaseTest, AReservationThatIsRefusedWhenItIsDeclaredAgainIsNeverRung) {
  CallerAndGrant();
  Says(agent_pool::LinkDown{});
  Says(agent_pool::LinkUp{});
  Says(agent_pool::PoolReady{{unit}});
  Kept();
  // The lease of all others is sure before the queue has read what became of this one.
  registry.listener->OnInput(agent_pool::PoolRevoked{ReservationId("r")});
  AcknowledgesAll();
  Advance(1s);
  EXPECT_TRUE(calls.rung.empty());
  EXPECT_EQ(watchers.newest.state, TicketState::kWaiting);
  EXPECT_GE(Heard<agent_pool::SayDemand>(), 1);
}

TEST_F(LeaseTest, ARegistryThatStaysAwayGetsTheReservationBackAndTheCallerWaits) {
  CallerAndGrant();
  StandStill(8'500ms);
  Kept();
  Says(agent_pool::LinkDown{});
  Advance(3s);
  EXPECT_TRUE(calls.rung.empty());
  EXPECT_EQ(watchers.newest.state, TicketState::kWaiting);
  registry.heard.clear();
  Says(agent_pool::LinkUp{});
  EXPECT_EQ(Heard<agent_pool::SayHeld>(), 0) << "it was given up";
  EXPECT_EQ(Heard<agent_pool::SayDemand>(), 1);
}

}  // namespace
}  // namespace callfleet::queue
