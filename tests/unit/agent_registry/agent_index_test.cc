#include "services/agent_registry/domain/agent_index.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/agent_registry/linear_scan.h"

namespace callfleet::agent_registry {
namespace {

constexpr SkillKey kQueueA = 1;
constexpr SkillKey kQueueB = 2;
constexpr SkillKey kGerman = 10;
constexpr SkillKey kSales = 11;
constexpr SkillKey kWestEdge = 20;
constexpr SkillKey kEastEdge = 21;

AgentTraits Member(std::uint16_t max_load = 1) { return {{{kQueueA, 1}}, max_load, false}; }
Requirement ForQueueA(Strategy strategy = Strategy::kLeastBusy) {
  return {kQueueA, {}, strategy, false, false};
}

class AgentIndexTest : public ::testing::Test {
 protected:
  Slot Open(const AgentTraits& traits, std::uint16_t load = 0, bool engaged = false) {
    const Slot slot = index.Add(traits);
    index.Update(slot, {true, true, true, engaged, load}, index.NextRank());
    return slot;
  }
  AgentIndex index;
};

TEST_F(AgentIndexTest, LeastBusyTakesTheLowestLoadFirst) {
  Open(Member(5), 2);
  const Slot idle = Open(Member(5), 1);
  EXPECT_EQ(index.Best(index.Intern(ForQueueA())), idle);
}

TEST_F(AgentIndexTest, EqualLoadGoesToTheLowerRatio) {
  Open(Member(3), 1);
  const Slot roomy = Open(Member(5), 1);
  EXPECT_EQ(index.Best(index.Intern(ForQueueA())), roomy);
}

TEST_F(AgentIndexTest, TiesGoToTheLongestIdleNotToTheFirstAgent) {
  const Slot first = Open(Member());
  const Slot second = Open(Member());
  index.Update(first, {true, true, true, false, 0}, index.NextRank());  // Had a call meanwhile.
  EXPECT_EQ(index.Best(index.Intern(ForQueueA())), second);
  EXPECT_EQ(index.Best(index.Intern(ForQueueA(Strategy::kFewestCalls))), second);
}

TEST_F(AgentIndexTest, AnAgentAtItsMaximumIsNeverBest) {
  Open(Member(3), 3);
  EXPECT_EQ(index.Best(index.Intern(ForQueueA())), kNoSlot);
}

TEST_F(AgentIndexTest, PrimariesComeBeforeMembersEvenWhenBusier) {
  Open(Member(5), 0);
  const Slot primary = Open({{{kQueueA, kPrimaryLevel}}, 5, false}, 3);
  EXPECT_EQ(index.Best(index.Intern(ForQueueA())), primary);
}

TEST_F(AgentIndexTest, ANeededSkillLevelKeepsOthersOut) {
  Open({{{kQueueA, 1}, {kGerman, 3}}, 1, false});
  const Slot fluent = Open({{{kQueueA, 1}, {kGerman, 8}}, 1, false});
  EXPECT_EQ(index.Best(index.Intern({kQueueA, {{kGerman, 5}}, Strategy::kLeastBusy, false, false})),
            fluent);
}

TEST_F(AgentIndexTest, ASkillThatNobodyHasLeadsToNobodyUntilSomebodyHasIt) {
  Open({{{kQueueA, 1}}, 1, false});
  const auto german = index.Intern({kQueueA, {{kGerman, 1}}, Strategy::kLeastBusy, false, false});
  EXPECT_EQ(index.Best(german), kNoSlot);
  const Slot fluent = Open({{{kQueueA, 1}, {kGerman, 1}}, 1, false});
  EXPECT_EQ(index.Best(german), fluent);
}

TEST_F(AgentIndexTest, AnEdgeKeepsThoseOutWhomItCannotRing) {
  Open({{{kQueueA, kPrimaryLevel}, {kWestEdge, 1}}, 1, false});
  const Slot east = Open({{{kQueueA, 1}, {kEastEdge, 1}}, 1, false}, 0);
  Requirement need = ForQueueA();
  need.edge = kEastEdge;
  EXPECT_EQ(index.Best(index.Intern(need)), east);
}

TEST_F(AgentIndexTest, SkillLevelFirstPrefersTheMoreSkilled) {
  Open({{{kQueueA, 1}, {kGerman, 5}}, 1, false});
  const Slot fluent = Open({{{kQueueA, 1}, {kGerman, 9}}, 1, false});
  Open({{{kQueueA, 1}, {kGerman, 7}}, 1, false});
  EXPECT_EQ(
      index.Best(index.Intern({kQueueA, {{kGerman, 1}}, Strategy::kSkillLevelFirst, false, false})),
      fluent);
}

TEST_F(AgentIndexTest, RoundRobinOverAChangingListSkipsNobody) {
  const SignatureId turn = index.Intern(ForQueueA(Strategy::kRoundRobin));
  const Slot a = Open(Member());
  const Slot b = Open(Member());
  const Slot c = Open(Member());
  index.Chosen(index.Best(turn), turn);
  EXPECT_EQ(index.Best(turn), b);
  index.Remove(a);  // An array cursor would now point past b.
  EXPECT_EQ(index.Best(turn), b);
  index.Chosen(b, turn);
  EXPECT_EQ(index.Best(turn), c);
}

TEST_F(AgentIndexTest, LiveAnsweredWorkGoesOnlyToInstantLegsWithoutWorkUnderWay) {
  const SignatureId live = index.Intern({kQueueA, {}, Strategy::kLeastBusy, false, true});
  Open(Member());  // Its phone has to ring first.
  const Slot engaged = Open({{{kQueueA, 1}}, 2, true}, 1, true);
  EXPECT_EQ(index.Best(live), kNoSlot);
  EXPECT_EQ(index.Best(index.Intern({kQueueA, {}, Strategy::kLeastBusy, false, false})), Slot{0});
  index.Update(engaged, {true, true, true, false, 1}, index.RankOf(engaged));
  EXPECT_EQ(index.Best(live), engaged);
}

TEST_F(AgentIndexTest, SequentialExhaustsTheLowerTierFirst) {
  AgentTraits second = Member();
  second.tier = 2;
  Open(second);
  AgentTraits first = Member(3);
  first.tier = 1;
  const Slot busy = Open(first, 2);
  EXPECT_EQ(index.Best(index.Intern(ForQueueA(Strategy::kSequential))), busy);
}

TEST_F(AgentIndexTest, CountsWhoCouldServeAnAudience) {
  Open(Member());
  Open({{{kQueueA, 1}}, 1, true}, 1);
  index.Add(Member());
  EXPECT_EQ(index.Count(kQueueA), (Headcount{2, 2, 1, 1}));
  EXPECT_EQ(index.Count(kQueueB), Headcount{});
}

TEST_F(AgentIndexTest, CountsByEdgeWhomItCanRing) {
  Open({{{kQueueA, 1}, {kWestEdge, 1}}, 1, true});
  Open({{{kQueueA, 1}, {kWestEdge, 1}, {kEastEdge, 1}}, 2, true}, 1, true);
  Open(Member());
  Open({{{kQueueB, 1}, {kEastEdge, 1}}, 1, false});
  index.Add({{{kQueueA, 1}, {kEastEdge, 1}}, 1, false});  // Not ready.
  const std::vector<EdgeHeadcount> queue_a{
      {kWestEdge, 2, 2, 1}, {kEastEdge, 1, 1, 0}, {0, 1, 1, 0}};
  EXPECT_EQ(index.CountByEdge(kQueueA, {kWestEdge, kEastEdge}), queue_a);
  const std::vector<EdgeHeadcount> queue_b{{kEastEdge, 1, 1, 0}};
  EXPECT_EQ(index.CountByEdge(kQueueB, {kWestEdge, kEastEdge}), queue_b);
}

TEST_F(AgentIndexTest, AWithdrawnOfferLeavesTheIdleOrderAsItWas) {
  const SignatureId any = index.Intern(ForQueueA());
  const Slot first = Open(Member());
  Open(Member());
  const Rank old = index.RankOf(first);
  index.Update(first, {true, true, true, false, 1}, index.NextRank());
  index.Update(first, {true, true, true, false, 0}, old);
  EXPECT_EQ(index.Best(any), first);
}

TEST_F(AgentIndexTest, RandomIsUniformOverTheFreeAgents) {
  const SignatureId dice = index.Intern(ForQueueA(Strategy::kRandom));
  for (int i = 0; i < 4; ++i) Open(Member(i < 2 ? 1 : 2));
  std::map<Slot, int> hits;
  for (int i = 0; i < 40000; ++i) ++hits[index.Best(dice)];
  ASSERT_EQ(hits.size(), 4u);
  for (const auto& [slot, n] : hits) EXPECT_NEAR(n, 10000, 500) << slot;
}

// --- The index and the linear scan agree on random histories.

class IndexProperty : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  explicit IndexProperty() : rng(GetParam()) {}
  std::uint32_t Upto(std::uint32_t n) { return static_cast<std::uint32_t>(rng() % n); }

  AgentTraits SomeTraits() {
    AgentTraits traits;
    for (SkillKey audience : {kQueueA, kQueueB}) {
      if (Upto(4) != 0)
        traits.capabilities.push_back({audience, static_cast<std::uint8_t>(1 + Upto(2))});
    }
    for (SkillKey skill : {kGerman, kSales}) {
      if (Upto(2) != 0)
        traits.capabilities.push_back({skill, static_cast<std::uint8_t>(1 + Upto(3))});
    }
    for (SkillKey edge : {kWestEdge, kEastEdge}) {
      if (Upto(3) != 0) traits.capabilities.push_back({edge, 1});
    }
    traits.max_load = static_cast<std::uint16_t>(1 + Upto(4));
    traits.answers_at_once = Upto(2) == 0;
    traits.tier = Upto(3);
    return traits;
  }
  Requirement SomeRequirement() {
    static constexpr Strategy kAll[] = {
        Strategy::kLeastBusy,     Strategy::kLongestIdle, Strategy::kRoundRobin,
        Strategy::kFewestCalls,   Strategy::kRandom,      Strategy::kSequential,
        Strategy::kLeastTalkTime, Strategy::kRingAll,     Strategy::kSkillLevelFirst};
    Requirement r{Upto(2) == 0 ? kQueueA : kQueueB, {}, kAll[Upto(9)], Upto(4) == 0, Upto(3) == 0};
    if (Upto(2) == 0) r.skills.push_back({kGerman, static_cast<std::uint8_t>(Upto(4))});
    if (Upto(3) == 0) r.skills.push_back({kSales, static_cast<std::uint8_t>(1 + Upto(3))});
    if (Upto(3) != 0) r.edge = Upto(2) == 0 ? kWestEdge : kEastEdge;
    return r;
  }
  Slot SomeAgent() { return std::next(scan.agents.begin(), Upto(scan.agents.size()))->first; }

  void Add() {
    LinearScan::Agent agent;
    agent.traits = SomeTraits();
    const Slot slot = index.Add(agent.traits);
    ASSERT_FALSE(scan.agents.contains(slot));
    scan.agents[slot] = agent;
  }
  void Restand(Slot slot) {
    auto& agent = scan.agents[slot];
    agent.standing = {Upto(5) != 0, true, Upto(2) == 0, Upto(3) == 0,
                      static_cast<std::uint16_t>(Upto(agent.traits.max_load + 1U))};
    if (Upto(4) != 0) agent.rank = index.NextRank();  // Otherwise a withdrawn offer: the old rank.
    index.Update(slot, agent.standing, agent.rank);
  }
  void Retrait(Slot slot) {
    auto& agent = scan.agents[slot];
    agent.traits = SomeTraits();
    index.SetTraits(slot, agent.traits);
  }
  void Score(Slot slot) {
    scan.agents[slot].record = {Upto(5), Upto(5)};
    index.SetRecord(slot, scan.agents[slot].record);
  }
  void Ask() {
    const Requirement r = SomeRequirement();
    const SignatureId signature = index.Intern(r);
    const Slot got = index.Best(signature);
    if (r.strategy == Strategy::kRandom) {
      const Slot any = scan.Best(r);
      ASSERT_EQ(got == kNoSlot, any == kNoSlot);
      if (got == kNoSlot) return;
      ASSERT_TRUE(LinearScan::Available(scan.agents[got], r));
      ASSERT_EQ(Preference(scan.agents[got].traits, r), Preference(scan.agents[any].traits, r));
      return;
    }
    ASSERT_EQ(got, scan.Best(r)) << "strategy " << static_cast<int>(r.strategy);
    if (got == kNoSlot || r.strategy != Strategy::kRoundRobin) return;
    index.Chosen(got, signature);
    scan.agents[got].chosen[r.audience] = ++chosen;
  }

  std::mt19937 rng;
  AgentIndex index;
  LinearScan scan;
  std::uint64_t chosen = 0;
};

TEST_P(IndexProperty, AgreesWithTheLinearScanOnARandomHistory) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  for (int i = 0; i < 12; ++i) Add();
  for (int step = 0; step < 6000; ++step) {
    const std::uint32_t dice = Upto(100);
    if (dice < 2 && scan.agents.size() < 40) {
      Add();
    } else if (dice < 4 && scan.agents.size() > 2) {
      const Slot slot = SomeAgent();
      index.Remove(slot);
      scan.agents.erase(slot);
    } else if (dice < 8) {
      Retrait(SomeAgent());
    } else if (dice < 15) {
      Score(SomeAgent());
    } else if (dice < 60) {
      Restand(SomeAgent());
    } else {
      Ask();
    }
    if (HasFatalFailure()) FAIL() << "at step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, IndexProperty, ::testing::Range(1U, 13U));

}  // namespace
}  // namespace callfleet::agent_registry
