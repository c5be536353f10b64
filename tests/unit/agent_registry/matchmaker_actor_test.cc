// What a matchmaker's actor says, and when.
#include "services/agent_registry/actors/matchmaker_actor.h"

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "tests/support/deterministic_actors.h"
#include "tests/unit/agent_registry/pool_harness.h"

namespace callfleet::agent_registry {
namespace {

class HeldJournal final : public Journal {
 public:
  void Commit(const PoolId&, RegistryWrites, Done done) override {
    if (done) waiting.push_back(std::move(done));
  }
  void KeepNext() {
    const auto done = std::move(waiting.front());
    waiting.pop_front();
    done({});
  }
  std::deque<Done> waiting;
};

class HeardOwners final : public OwnerStreams {
 public:
  void Send(StreamId stream, OwnerReply reply) override {
    heard[stream].push_back(std::move(reply));
  }
  template <class Reply>
  int Count(StreamId stream) {
    int count = 0;
    for (const auto& one : heard[stream]) count += std::holds_alternative<Reply>(one);
    return count;
  }
  std::map<StreamId, std::vector<OwnerReply>> heard;
};

// Says yes to whatever it is asked for.
caf::behavior WillingAgent(caf::event_based_actor* self, caf::actor matchmaker, AgentView view) {
  return {[](const AgentSeated&) {},
          [self, matchmaker, view](const AgentOrder& order) {
            const auto* ask = std::get_if<AskSlot>(&order.order);
            if (ask == nullptr) return;
            self->send(matchmaker, AgentSays{0, view, AskReply{ask->key, Refusal::kNone}, {}});
          }};
}

class MatchmakerActorTest : public test::DeterministicActors {
 protected:
  void SetUp() override {
    ports.clock = &timers;
    ports.timers = &timers;
    ports.journal = &journal;
    ports.owners = &owners;
    PoolHarness people;
    people.Add({.name = "anna", .max = 3, .kind = AgentKind::kAi});
    const AgentView view = people.ViewOf(people.seats.at("anna"));
    matchmaker =
        Root(system.spawn(MatchmakerActor, &ports, PoolId("default"), MatchRules{}, Token{1},
                          std::vector<SaveUnit>{}, std::make_shared<PoolStats>()));
    const auto anna = Root(system.spawn(WillingAgent, matchmaker, view));
    Tell(AgentJoins{view, anna});
    Tell(EdgesSeen{});
  }
  template <class Message>
  void Tell(Message message) {
    caf::anon_send(matchmaker, std::move(message));
    Settle();
  }
  void Say(StreamId stream, OwnerMessage message) { Tell(OwnerSays{stream, std::move(message)}); }
  void Declare(StreamId stream, const Unit& unit, const std::string& demand) {
    Say(stream, Hello{{{unit, 1}}});
    DemandSpec spec;
    spec.unit = spec.audience = unit;
    spec.id = demand;
    spec.revision = 1;
    Say(stream, spec);
    Say(stream, DeclareEnd{{unit}});
  }

  HeldJournal journal;
  HeardOwners owners;
  RegistryPorts ports;
  caf::actor matchmaker;
};

// Were we to die before it is kept that the unit has a session, the next life would not wait for it
// and give its agents away.
TEST_F(MatchmakerActorTest, NothingIsGrantedOnAStreamBeforeItIsReady) {
  Declare(1, Campaign("c"), "d1");
  EXPECT_EQ(owners.Count<ReadyReply>(1), 0);
  EXPECT_EQ(owners.Count<GrantReply>(1), 0);
  journal.KeepNext();
  Settle();
  ASSERT_EQ(owners.Count<ReadyReply>(1), 1);
  ASSERT_EQ(owners.Count<GrantReply>(1), 1);
  EXPECT_TRUE(std::holds_alternative<GrantReply>(owners.heard[1].back()));
}

TEST_F(MatchmakerActorTest, AStreamThatIsReadyWaitsForNoOther) {
  Declare(1, Campaign("c"), "d1");
  journal.KeepNext();
  Settle();
  Say(2, Hello{{{Queue("q"), 1}}});
  Say(2, DeclareEnd{{Queue("q")}});
  DemandSpec spec;
  spec.unit = spec.audience = Campaign("c");
  spec.id = "d2";
  spec.revision = 1;
  Say(1, spec);
  EXPECT_EQ(owners.Count<ReadyReply>(2), 0);
  EXPECT_EQ(owners.Count<GrantReply>(1), 2);
}

}  // namespace
}  // namespace callfleet::agent_registry
