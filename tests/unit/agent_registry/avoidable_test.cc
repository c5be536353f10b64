// An agent and a demand that fit, and are there for each other before they are offered to each
// other: how long, told with the offer; against a naive count of every pair.
#include <algorithm>
#include <random>

#include "tests/unit/agent_registry/matchmaker_fixture.h"

namespace callfleet::agent_registry {
namespace {

std::chrono::microseconds AvoidableOf(const Agent& agent) {
  return agent.figures().lost.at(static_cast<std::size_t>(LostCause::kAvoidable));
}

TEST_F(MatchmakerTest, WhoeverComesSecondIsMatchedAtOnceAndNothingIsAvoidable) {
  pool.Want(owner, "d1");
  pool.Freeze(1s);
  pool.Add({"anna"});
  ASSERT_TRUE(pool.Grant(owner));
  EXPECT_EQ(AvoidableOf(pool.agent("anna")), 0s);
  EXPECT_EQ(pool.agent("anna").slots().at(0).avoidable, 0s);
}

TEST_F(MatchmakerTest, WhoIsAskedSecondHasWaitedForTheDemandSinceItCame) {
  pool.Add({"anna"});
  pool.Freeze(10ms);
  pool.Add({"bert"});
  pool.Settle();
  pool.Freeze(1s);
  pool.Want(owner, "d1");  // Asked of anna, who is no longer ready when she hears of it.
  pool.Freeze(20ms);
  pool.Apply("anna", pool.agent("anna").OnPresenceWish(Presence::kNotReady, "lunch", pool.now));
  pool.Settle();
  ASSERT_EQ(NameOf(pool.Grant(owner)), "bert");
  EXPECT_EQ(AvoidableOf(pool.agent("bert")), 20ms);
  EXPECT_EQ(AvoidableOf(pool.agent("anna")), 0s);
}

TEST_F(MatchmakerTest, AnOwnerThatIsNotHeardOfCostsItsAgentsAvoidableTime) {
  pool.beating.clear();
  pool.Want(owner, "d1");
  pool.Advance(2s);
  pool.Add({"anna"});
  pool.Advance(300ms);
  EXPECT_FALSE(pool.Grant(owner));
  pool.Beat(owner);
  ASSERT_TRUE(pool.Grant(owner));
  EXPECT_EQ(AvoidableOf(pool.agent("anna")), 300ms);
}

TEST_F(MatchmakerTest, WhatNobodyOfThoseThereCouldServeIsNotAvoidable) {
  pool.Add({.name = "anna", .skills = {{"german", 3}}});
  pool.Want(owner, "d1", {.skills = {{"german", 5}}});
  pool.Freeze(5s);
  pool.Want(owner, "d1", {.revision = 2, .skills = {{"german", 3}}});  // Requirements gave way.
  ASSERT_TRUE(pool.Grant(owner));
  EXPECT_EQ(AvoidableOf(pool.agent("anna")), 0s);
}

TEST_F(MatchmakerTest, AnAgentThatIsSeizedWasNotMatched) {
  pool.Add({"anna"});
  pool.Freeze(5s);
  pool.Say(owner, SeizeRequest{"s1", Campaign("c"), AgentId("anna"), false, ""});
  pool.Settle();
  EXPECT_FALSE(pool.agent("anna").slots().at(0).avoidable);
}

// --- Random histories against every pair, looked at after each step.
class EveryPair : public MatchmakerTest {
 public:
  void TestBody() override {}
  void Run(unsigned seed);
  std::size_t matched = 0;
  std::size_t waited = 0;  // Matches of some that had been there for each other.

 private:
  using Pair = std::pair<std::string, std::string>;
  static bool Fits(const Agent& agent, const std::vector<SkillLevel>& needed) {
    return std::ranges::all_of(needed, [&](const SkillLevel& need) {
      return std::ranges::any_of(agent.profile().skills, [&](const SkillLevel& skill) {
        return skill.name == need.name && skill.level >= need.level;
      });
    });
  }
  void Look() {
    std::map<Pair, MonoTime> now_there;
    for (auto& [name, seat] : pool.seats) {
      const Standing standing = seat.agent->standing();
      const bool free = standing.open && standing.load < seat.agent->profile().max_concurrent_calls;
      for (const auto& [demand, skills] : open) {
        if (!free || !Fits(*seat.agent, skills)) continue;
        const auto before = there.find({name, demand});
        now_there[{name, demand}] = before == there.end() ? pool.now.mono : before->second;
      }
    }
    there = std::move(now_there);
  }
  // One message reaches its agent; what it grants is held against the pair's own clock.
  void DeliverOne() {
    if (pool.to_agents.empty()) return;
    const std::string name = pool.by_slot.at(pool.to_agents.front().slot);
    const auto* ask = std::get_if<AskSlot>(&pool.to_agents.front().message);
    const auto asked = ask == nullptr ? std::optional<AskSlot>() : std::optional(*ask);
    pool.DeliverOne();
    if (asked) {
      const auto& slots = pool.agent(name).slots();
      const auto slot = std::ranges::find(slots, asked->key, &SlotRecord::key);
      const auto pair = there.find({name, asked->demand});
      if (slot != slots.end() && open.contains(asked->demand)) {
        ASSERT_NE(pair, there.end()) << name << " got " << asked->demand;
        ASSERT_EQ(slot->avoidable, pool.now.mono - pair->second) << name << " " << asked->demand;
        ++matched;
        waited += pair->second < pool.now.mono ? 1 : 0;
        granted[asked->demand] = open.at(asked->demand);
        open.erase(asked->demand);
      }
    }
    Look();
  }
  void Happen(std::mt19937& random);

  std::map<std::string, std::vector<SkillLevel>> open;  // Demands that wait for a grant.
  std::map<std::string, std::vector<SkillLevel>> granted;
  std::map<Pair, MonoTime> there;
  int demands = 0;
};

void EveryPair::Happen(std::mt19937& random) {
  const auto pick = [&](std::size_t n) { return random() % n; };
  pool.Freeze(std::chrono::milliseconds(pick(20)));
  const std::string name = "a" + std::to_string(pick(6));
  switch (pick(8)) {
    case 0:
    case 1: {
      const std::string id = "d" + std::to_string(++demands);
      std::vector<SkillLevel> skills;
      if (pick(2) == 0) skills.push_back({pick(2) == 0 ? "x" : "y", 3});
      open[id] = skills;
      pool.Want(owner, id, {.skills = skills});
      break;
    }
    case 2:
      if (open.empty()) break;
      pool.Say(owner, CancelDemand{Campaign("c"), open.begin()->first});
      open.erase(open.begin());
      break;
    case 3: {
      const bool ready = pool.agent(name).presence() == Presence::kReady;
      pool.Apply(name, pool.agent(name).OnPresenceWish(
                           ready ? Presence::kNotReady : Presence::kReady, "pause", pool.now));
      break;
    }
    case 4:
      for (const auto& grant : pool.Heard<GrantReply>(owner)) {
        if (grant.grant <= pool.seen[owner]) continue;
        pool.seen[owner] = grant.grant;
        if (pick(4) == 0) {
          open[grant.demand] = granted.at(grant.demand);
          pool.Say(owner, Returned{grant.grant});
        } else {
          pool.Take(owner, grant);
        }
        break;
      }
      break;
    case 5:
      if (pool.held[owner].empty()) break;
      pool.Say(owner, CompleteSlot{*pool.held[owner].begin(), "completed", 1s, 0ms});
      pool.held[owner].erase(pool.held[owner].begin());
      break;
    default:
      return DeliverOne();
  }
  Look();
}

void EveryPair::Run(unsigned seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  SetUp();
  std::mt19937 random(seed);
  for (int i = 0; i < 6; ++i) {
    AgentWish wish{.name = "a" + std::to_string(i)};
    if (i % 3 == 0) {
      wish.kind = AgentKind::kAi;
      wish.max = 2;
    }
    if (i % 2 == 0) wish.skills.push_back({"x", 4});
    if (i > 2) wish.skills.push_back({"y", 4});
    pool.Add(wish);
  }
  for (int step = 0; step < 300 && !HasFatalFailure(); ++step) {
    Happen(random);
    if (step % 50 != 49) continue;
    // Nobody who waits has an agent that fits and is free.
    while (!pool.to_agents.empty() && !HasFatalFailure()) DeliverOne();
    ASSERT_TRUE(there.empty()) << there.begin()->first.first << " and "
                               << there.begin()->first.second << " wait for each other";
  }
}

TEST(AvoidableProperty, IsTheTimeForWhichThatPairWasThereAndNoPairIsLeftWaiting) {
  std::size_t matched = 0;
  std::size_t waited = 0;
  for (unsigned seed = 0; seed < 300 && !::testing::Test::HasFailure(); ++seed) {
    EveryPair one;
    one.Run(seed);
    matched += one.matched;
    waited += one.waited;
  }
  EXPECT_GT(matched, 5'000U);  // It was not for want of matches.
  EXPECT_GT(waited, 1'000U);
}

}  // namespace
}  // namespace callfleet::agent_registry
