// Callers and campaigns share agents: who goes before whom.
#include "tests/unit/agent_registry/matchmaker_fixture.h"

namespace callfleet::agent_registry {
namespace {

class BlendedPool : public MatchmakerTest {
 protected:
  void SetUp() override {
    pool.Start();
    campaign = pool.Join({Campaign("c")});
    queue = pool.Join({Queue("q")});
    for (const char* name : {"anna", "bert"}) {
      pool.Add({.name = name, .units = {Campaign("c"), Queue("q")}});
    }
  }
  // A campaign's leads are standing: its head alone is in the book, since its last grant.
  void WantLead() {
    pool.Want(campaign, "lead" + std::to_string(++leads),
              {.demand_class = DemandClass::kAgentFirst});
  }
  void WantCaller() {
    pool.Want(queue, "caller" + std::to_string(++callers),
              {.unit = Queue("q"), .demand_class = DemandClass::kWaiting});
  }
  // The talk that began first is over.
  void OneIsFreed() {
    const auto [owner, key] = talks.front();
    talks.pop_front();
    pool.Finish(owner, key);
  }
  // What was granted since the last look; each is taken.
  std::string Granted() {
    std::string granted;
    for (const StreamId owner : {campaign, queue}) {
      while (const auto grant = pool.Grant(owner)) {
        pool.Take(owner, *grant);
        talks.emplace_back(owner, grant->offers.at(0).key);
        granted += (granted.empty() ? "" : " ") + grant->demand;
      }
    }
    return granted;
  }

  StreamId campaign = 0;
  StreamId queue = 0;
  int leads = 0;
  int callers = 0;
  std::deque<std::pair<StreamId, ReservationKey>> talks;
};

// Whatever is behind the head of its leads is not in the book, be it a million.
TEST_F(BlendedPool, ACampaignOfAMillionLeadsDelaysNoCallerByMoreThanOneMatch) {
  WantLead();
  Granted();
  WantLead();
  Granted();
  WantLead();  // Waits: both agents talk.
  for (int match = 0; match < 10'000; ++match) {
    pool.Freeze(10ms);
    const bool calls = match % 3 == 0;
    if (calls) WantCaller();
    OneIsFreed();  // The match at which the caller came is the caller's.
    const std::string granted = Granted();
    if (calls) {
      ASSERT_EQ(granted, "caller" + std::to_string(callers)) << match;
    } else {
      ASSERT_EQ(granted, "lead" + std::to_string(leads)) << match;
      WantLead();
    }
  }
}

TEST_F(BlendedPool, ABookFullOfOlderLeadsDelaysNoCaller) {
  for (int lead = 0; lead < 100'000; ++lead) WantLead();
  Granted();
  pool.Freeze(10s);
  WantCaller();
  OneIsFreed();
  EXPECT_EQ(Granted(), "caller1");
  WantCaller();
  WantCaller();
  OneIsFreed();
  EXPECT_EQ(Granted(), "caller2");
  OneIsFreed();
  EXPECT_EQ(Granted(), "caller3");
}

}  // namespace
}  // namespace callfleet::agent_registry
