// Work of an edge goes to agents whom that edge can ring, and to nobody else.
#include <random>

#include "tests/unit/agent_registry/agent_story.h"
#include "tests/unit/agent_registry/matchmaker_fixture.h"

namespace callfleet::agent_registry {
namespace {

const EdgeId kWest("west");
const EdgeId kEast("east");

class EdgesOfAgents : public MatchmakerTest {
 protected:
  // With a phone that is registered at these edges.
  std::string AddLike(AgentWish wish, const std::vector<EdgeId>& edges) {
    const std::string name = pool.Add(wish);
    Reach(name, EdgeId("e"), false);  // Where the harness puts everybody.
    for (const EdgeId& edge : edges) Reach(name, edge, true);
    return name;
  }
  std::string Add(const std::string& name, const std::vector<EdgeId>& edges) {
    return AddLike({.name = name}, edges);
  }
  void Reach(const std::string& name, const EdgeId& edge, bool there) {
    pool.Apply(name, pool.agent(name).OnReachability({edge, there, "sip:x"}, pool.now));
    pool.Settle();
  }
  void Sight(const std::string& name, const EdgeId& edge, bool in_sight) {
    pool.Apply(name, pool.agent(name).OnSight({edge, in_sight}, pool.now));
    pool.Settle();
  }
  // "anna at west"; empty: nobody yet.
  std::string GrantedTo(const std::string& demand, DemandSpec spec) {
    pool.Want(owner, demand, std::move(spec));
    return Granted();
  }
  std::string Granted() {
    std::string said;
    const auto grant = pool.Grant(owner);
    if (!grant) return said;
    pool.Take(owner, *grant);
    for (const Offer& offer : grant->offers) {
      said += (said.empty() ? "" : ", ") + offer.face->profile->name + " at " + offer.edge.str();
    }
    return said;
  }
  std::string SeizedAs(const std::string& agent, const EdgeId& edge, bool forced) {
    pool.Say(owner, SeizeRequest{"s", Campaign("c"), AgentId(agent), forced, "", edge});
    pool.Settle();
    const SeizeReply answer = pool.Heard<SeizeReply>(owner).back();
    if (answer.offer) return "at " + answer.offer->edge.str();
    return answer.refusal == Refusal::kNotAtEdge ? "not at edge" : "refused";
  }
};

TEST_F(EdgesOfAgents, ACallerIsGivenToAnAgentWhomItsEdgeCanRing) {
  Add("anna", {kWest});
  Add("bert", {kEast});
  EXPECT_EQ(GrantedTo("d", {.edge = kEast}), "bert at east");
  EXPECT_EQ(GrantedTo("e", {.edge = kEast}), "");
  EXPECT_EQ(GrantedTo("f", {.edge = kWest}), "anna at west");
}

TEST_F(EdgesOfAgents, AnAgentAtSeveralEdgesIsMatchedAtEachOfThem) {
  AddLike({.name = "anna", .max = 2}, {kWest, kEast});
  EXPECT_EQ(GrantedTo("d", {.edge = kEast}), "anna at east");
  EXPECT_EQ(GrantedTo("e", {.edge = kWest}), "anna at west");
}

TEST_F(EdgesOfAgents, WhereNoEdgeIsAskedForAnybodyWill) {
  Add("anna", {kWest});
  Add("bert", {kEast});
  EXPECT_EQ(GrantedTo("d", {}), "anna at ");
  EXPECT_EQ(GrantedTo("e", {}), "bert at ");
}

TEST_F(EdgesOfAgents, WhoWaitsAtAnEdgeIsGivenToTheFirstAgentWhoRegistersThere) {
  Add("anna", {kWest});
  EXPECT_EQ(GrantedTo("d", {.edge = kEast}), "");
  Reach("anna", kEast, true);
  EXPECT_EQ(Granted(), "anna at east");
}

TEST_F(EdgesOfAgents, AnEdgeOutOfSightRingsNobodyUntilItIsSeenAgain) {
  Add("anna", {kWest, kEast});
  Sight("anna", kEast, false);
  EXPECT_EQ(GrantedTo("d", {.edge = kEast}), "");
  EXPECT_TRUE(pool.agent("anna").standing().open);
  Sight("anna", kEast, true);
  EXPECT_EQ(Granted(), "anna at east");
}

TEST_F(EdgesOfAgents, AnAgentWhoseOnlyEdgeIsOutOfSightGetsNothing) {
  Add("anna", {kWest});
  Sight("anna", kWest, false);
  EXPECT_FALSE(pool.agent("anna").standing().open);
  EXPECT_EQ(pool.agent("anna").presence(), Presence::kReady);
  EXPECT_EQ(GrantedTo("d", {}), "");
}

TEST_F(EdgesOfAgents, OrderIsKeptAmongThoseOfOneEdge) {
  EXPECT_EQ(GrantedTo("first", {.since = pool.now.wall - 9s, .edge = kWest}), "");
  EXPECT_EQ(GrantedTo("second", {.since = pool.now.wall - 8s, .edge = kEast}), "");
  EXPECT_EQ(GrantedTo("third", {.since = pool.now.wall - 7s, .edge = kEast}), "");
  Add("anna", {kEast});
  const auto grant = pool.Grant(owner);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->demand, "second");
}

TEST_F(EdgesOfAgents, WhoeverIsSeizedMustBeInReachOfTheEdge) {
  Add("anna", {kWest});
  EXPECT_EQ(SeizedAs("anna", kEast, false), "not at edge");
  EXPECT_EQ(SeizedAs("anna", kEast, true), "not at edge");
  EXPECT_EQ(pool.agent("anna").load(), 0U);
  EXPECT_EQ(SeizedAs("anna", kWest, false), "at west");
}

TEST_F(EdgesOfAgents, AStickyAgentOutOfReachIsNotWaitedFor) {
  Add("anna", {kWest});
  Add("bert", {kEast});
  const DemandSpec caller{.sticky = AgentId("anna"), .sticky_patience = 30s, .edge = kEast};
  EXPECT_EQ(GrantedTo("d", caller), "bert at east");
}

TEST_F(EdgesOfAgents, OnlyPhonesOfTheEdgeRingTogether) {
  Add("anna", {kWest});
  Add("bert", {kEast});
  Add("carl", {kEast, kWest});
  EXPECT_EQ(GrantedTo("d", {.strategy = Strategy::kRingAll, .edge = kEast}),
            "bert at east, carl at east");
}

TEST_F(EdgesOfAgents, PhonesThatRingTogetherForACallToBeMadeAreInReachOfOneEdge) {
  Add("anna", {kWest});
  Add("bert", {kEast});
  Add("carl", {kEast, kWest});
  EXPECT_EQ(GrantedTo("d", {.strategy = Strategy::kRingAll}), "anna at west, carl at west");
}

TEST_F(EdgesOfAgents, ATierOutOfReachIsPassedOver) {
  AddLike({.name = "anna", .primary = true}, {kWest});
  Add("bert", {kEast});
  EXPECT_EQ(GrantedTo("d", {.edge = kEast}), "bert at east");
}

TEST_F(EdgesOfAgents, TheOwnerHearsHowManyEachEdgeCanRing) {
  Add("anna", {kWest});
  Add("bert", {kWest, kEast});
  Add("carl", {});
  const auto told = [&] {
    pool.Advance(300ms);
    std::map<std::string, std::uint32_t> ready;
    const AudienceReply last = pool.Heard<AudienceReply>(owner).back();
    for (const auto& at : last.at_edges) {
      ready[at.edge.str()] = at.count.ready;
    }
    return ready;
  };
  using Ready = std::map<std::string, std::uint32_t>;
  EXPECT_EQ(told(), (Ready{{"west", 2}, {"east", 1}, {"", 1}}));
  Reach("bert", kEast, false);
  EXPECT_EQ(told(), (Ready{{"west", 2}, {"", 1}}));
  Sight("anna", kWest, false);
  Sight("bert", kWest, false);
  EXPECT_EQ(told(), (Ready{{"", 3}}));
}

// The phone is gone, and the word of it on its way, as the agent is asked.
TEST_F(EdgesOfAgents, AnAgentWhoHasLeftTheEdgeMeanwhileRefusesAndAnotherIsAsked) {
  Add("anna", {kWest, kEast});
  Add("bert", {kEast});
  pool.Want(owner, "d", {.edge = kEast});
  const AgentStep gone = pool.agent("anna").OnReachability({kEast, false, ""}, pool.now);
  EXPECT_TRUE(gone.standing_changed);
  EXPECT_EQ(Granted(), "bert at east");
  EXPECT_EQ(pool.agent("anna").load(), 0U);
}

// --- Agents by themselves

TEST_F(AgentTest, ADedicatedLineIsInReachOfItsEdgeAlone) {
  Make({.line_mode = LineMode::kDedicated});
  Keep(agent->OnReachability({kWest, true, "sip:anna@h"}, now));
  EXPECT_TRUE(agent->edges().empty());
  Keep(agent->OnLeg({kWest, CallId("d"), LegId("d"), "", LegPhase::kAnswered, true}, now));
  EXPECT_EQ(agent->edges(), std::vector<EdgeId>{kWest});
  EXPECT_EQ(agent->edge(), kWest);
  Keep(agent->OnLeg({kWest, CallId("d"), LegId("d"), "", LegPhase::kEnded, true}, now));
  EXPECT_TRUE(agent->edges().empty());
}

TEST_F(AgentTest, WhetherItsPhoneMayRingUnseenIsAskedOfTheEdgeOfItsCall) {
  Make();
  Keep(agent->OnReachability({kWest, true, "sip:anna@h"}, now));
  AskSlot ask{{1}, std::make_shared<const Unit>(Unit{UnitKind::kQueue, "q"}), "d", "c"};
  ask.edge = kWest;
  Keep(agent->OnAsk(ask, now));
  Keep(agent->OnSight({kWest, false}, now));
  Keep(agent->OnLeaseLapsed({{1}, "lease_expired"}, now));
  Keep(agent->OnSnapshot({EdgeId("e"), {}}, now));  // Says nothing about the other edge.
  ASSERT_EQ(agent->load(), 1U);
  Keep(agent->OnSnapshot({kWest, {}}, now));
  EXPECT_EQ(agent->load(), 0U);
}

TEST_F(AgentTest, AnEdgeThatNeverReportsKeepsNobodyReadyWithoutAPhone) {
  AgentProfile profile;
  profile.id = AgentId("anna");
  profile.sip_user = "anna";
  agent.emplace(std::make_shared<const AgentProfile>(profile), AgentRules{.edges = 2});
  Registered(true);
  Registered(false);
  Advance(5s);
  EXPECT_EQ(agent->presence(), Presence::kReady);
  Advance(6s);
  EXPECT_EQ(agent->presence(), Presence::kNotReady);
}

// --- Against a reference that looks at everybody: agents, edges and demands at random.

class EdgesProperty : public EdgesOfAgents, public ::testing::WithParamInterface<std::uint32_t> {
 protected:
  EdgesProperty() : rng(GetParam()) {}
  std::uint32_t Upto(std::uint32_t n) { return static_cast<std::uint32_t>(rng() % n); }
  EdgeId SomeEdge() { return EdgeId("edge-" + std::to_string(Upto(3))); }
  std::string SomeAgent() { return "a" + std::to_string(Upto(kAgents)); }

  void Want() {
    static constexpr Strategy kAll[] = {Strategy::kLeastBusy,  Strategy::kLongestIdle,
                                        Strategy::kRoundRobin, Strategy::kRandom,
                                        Strategy::kRingAll,    Strategy::kSequential};
    DemandSpec spec{.strategy = kAll[Upto(6)]};
    if (Upto(5) != 0) spec.edge = SomeEdge();
    if (Upto(4) == 0) {
      spec.sticky = AgentId(SomeAgent());
      spec.sticky_patience = Upto(2) == 0 ? 0s : 1s;
    }
    const std::string id = "d" + std::to_string(++demands);
    waiting[id] = spec;
    pool.Want(owner, id, spec);
  }
  void MoveSomebody() {
    const std::string name = SomeAgent();
    const EdgeId edge = SomeEdge();
    if (Upto(4) == 0) {
      const bool dark = !std::exchange(darkness[{name, edge}], !darkness[{name, edge}]);
      Sight(name, edge, !dark);
    } else {
      const bool there = reach[{name, edge}] = Upto(2) == 0;
      Reach(name, edge, there);
    }
  }
  bool CanRing(const std::string& name, const EdgeId& edge) {
    return reach[{name, edge}] && !darkness[{name, edge}];
  }
  bool CanRingAnywhere(const std::string& name) {
    for (int i = 0; i < 3; ++i) {
      if (CanRing(name, EdgeId("edge-" + std::to_string(i)))) return true;
    }
    return false;
  }
  void ReadGrants() {
    pool.Settle();
    for (const auto& grant : pool.Heard<GrantReply>(owner)) {
      if (grant.grant <= read) continue;
      read = grant.grant;
      pool.seen[owner] = grant.grant;
      const EdgeId wanted = waiting.at(grant.demand).edge;
      for (const Offer& offer : grant.offers) {
        const std::string name = offer.face->profile->name;
        if (!wanted.empty()) {
          ASSERT_EQ(offer.edge, wanted);
          ASSERT_TRUE(CanRing(name, wanted)) << name << " for " << grant.demand;
        }
        ASSERT_TRUE(CanRingAnywhere(name)) << name << " for " << grant.demand;
        ASSERT_EQ(offer.edge, grant.offers.front().edge);
        talks.push_back(offer.key);
      }
      pool.Take(owner, grant);
      waiting.erase(grant.demand);
    }
  }
  // Nobody waits for an agent who could be had, but for somebody of its own choice.
  void NobodyWaitsInVain() {
    for (const auto& [id, spec] : waiting) {
      if (!spec.sticky.empty() && spec.sticky_patience > 0s) continue;
      for (const auto& [name, seat] : pool.seats) {
        const Agent& agent = *seat.agent;
        const bool room = agent.load() < agent.profile().max_concurrent_calls;
        const bool fits = spec.edge.empty() ? CanRingAnywhere(name) : CanRing(name, spec.edge);
        const bool ready = agent.presence() == Presence::kReady;
        ASSERT_FALSE(room && fits && ready) << id << " waits, and " << name << " is free";
      }
    }
  }

  static constexpr std::uint32_t kAgents = 8;
  std::mt19937 rng;
  std::map<std::pair<std::string, EdgeId>, bool> reach;
  std::map<std::pair<std::string, EdgeId>, bool> darkness;
  std::map<std::string, DemandSpec> waiting;
  std::vector<ReservationKey> talks;
  std::uint64_t read = 0;
  int demands = 0;
};

TEST_P(EdgesProperty, EveryOfferCanBeRungAndNobodyWaitsInVain) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  for (std::uint32_t i = 0; i < kAgents; ++i) {
    const auto max = static_cast<std::uint16_t>(1 + Upto(3));
    AddLike({.name = "a" + std::to_string(i), .max = max, .primary = Upto(2) == 0}, {});
  }
  for (int step = 0; step < 1500; ++step) {
    const std::uint32_t dice = Upto(10);
    if (dice < 4) {
      Want();
    } else if (dice < 7) {
      MoveSomebody();
    } else if (!talks.empty()) {
      pool.Finish(owner, talks.back());
      talks.pop_back();
    }
    if (Upto(20) == 0) pool.Advance(500ms);
    ReadGrants();
    NobodyWaitsInVain();
    if (HasFatalFailure()) FAIL() << "at step " << step;
  }
  EXPECT_GT(read, 100U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EdgesProperty, ::testing::Range(1U, 13U));

}  // namespace
}  // namespace callfleet::agent_registry
