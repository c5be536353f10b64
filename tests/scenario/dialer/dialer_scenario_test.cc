// The dialer's engine on fakes and a virtual clock: thousands of calls, restarts, faults; the
// invariants are checked at each step by the fakes and at the end by the test.
#include <gtest/gtest.h>

#include <sstream>

#include "services/dialer/app/service.h"
#include "tests/scenario/dialer/fake_edge.h"
#include "tests/scenario/dialer/fake_registry.h"
#include "tests/scenario/dialer/fake_store.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::dialer {
namespace {

using namespace std::chrono_literals;

// One zone, always in the same hour as UTC.
class OneZone final : public ZoneRules {
 public:
  std::optional<LocalTime> LocalAt(const std::string&, WallTime at) const override {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count();
    return LocalTime{static_cast<int>((minutes / 1440 + 3) % 7), static_cast<int>(minutes % 1440)};
  }
  std::vector<std::string> ZonesOf(const std::string&) const override { return {"UTC"}; }
};

class Watchers final : public CampaignWatchers {
 public:
  void OnView(const CampaignView& view) override { newest[view.id] = view; }
  void OnNews(const CampaignId&, const TrunkId&, const News& news) override {
    ++news_by[news.kind];
    if (news.kind == NewsKind::kRepair) ++repairs[news.repair];
  }
  std::map<CampaignId, CampaignView> newest;
  std::map<NewsKind, int> news_by;
  std::map<RepairKind, int> repairs;
};

class DialerScenario : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kSeed = 20260105;

  void SetUp() override { RecordProperty("seed", std::to_string(kSeed)); }
  void TearDown() override {
    Kill();
    actors.Settle();
  }

  void StartDialer() {
    service = Build({.store = &store,
                     .calls = &edge,
                     .timers = &actors.timers,
                     .watchers = &watchers,
                     .clock = &actors.timers,
                     .zones = &zones,
                     .make_pool_link =
                         [this](const PoolId&, std::shared_ptr<PoolLinkListener> listener) {
                           return registry.Connect(std::move(listener));
                         }},
                    actors.system, log);
    edge.Attach(&service->desk());
    for (const auto& [id, campaign] : store.campaigns) service->desk().Open(id);
    actors.Settle();
  }
  void Kill() {
    if (!service) return;
    edge.Attach(nullptr);
    store.Crash();
    service->Stop();
    actors.Settle();
    dead.push_back(std::move(service));  // Its timers may still fire, at nobody.
  }
  CampaignId Campaign(const std::string& name, int leads, int most,
                      const std::function<void(CampaignSettings&)>& more = {}) {
    CampaignSettings settings;
    settings.name = name;
    settings.trunk = TrunkId("t1");
    settings.max_concurrent = most;
    settings.window = {.from_minute = 0, .to_minute = 1440};
    if (more) more(settings);
    const CampaignId id(name);
    store.AddCampaign(id, settings);
    for (int n = 0; n < leads; ++n) {
      Lead lead;
      lead.id = LeadId(name + "-" + std::to_string(10'000 + n));
      lead.number = "+1415" + std::to_string(5'000'000 + n);  // Campaigns share numbers.
      lead.region = "US";
      store.AddLead(id, std::move(lead));
    }
    return id;
  }
  void Turn(const CampaignId& id, CampaignEvent verb) {
    service->desk().Turn(
        id, verb, [](Result<CampaignView> view) { EXPECT_TRUE(view) << view.error().message; });
    actors.Settle();
  }
  bool Ended(const CampaignId& id) {
    return store.campaigns[id].state == CampaignState::kCompleted;
  }
  void RunUntilCompleted(const std::vector<CampaignId>& ids, std::chrono::hours limit) {
    for (auto passed = 0s; passed < limit; passed += 10s) {
      if (std::all_of(ids.begin(), ids.end(), [this](const auto& id) { return Ended(id); })) return;
      actors.Advance(10s);
    }
    std::ostringstream why;
    for (const auto& id : ids) {
      const auto& view = watchers.newest[id];
      why << id.str() << ": " << CampaignMachine::Name(view.state) << ", " << Name(view.waits)
          << ", queued " << view.counters.leads[0] << ", dialing " << view.counters.leads[1]
          << ", waiting " << view.counters.leads[2] << ", calls " << view.calls.size() << "\n";
    }
    FAIL() << "not completed:\n" << why.str();
  }
  int Count(const CampaignId& id, Outcome outcome) {
    int count = 0;
    for (const auto& [lead_id, lead] : store.campaigns[id].leads) {
      count += LeadMachine::IsTerminal(lead.state) && lead.outcome == outcome;
    }
    return count;
  }
  // Every lead final; no attempt open; tries equal counted attempts; counters equal the table.
  void ExpectWhole(const CampaignId& id) {
    std::map<LeadId, int> counted;
    for (const auto& [attempt_id, attempt] : store.attempts) {
      EXPECT_FALSE(attempt.open) << attempt_id.str();
      if (attempt.campaign == id && attempt.counted) ++counted[attempt.line.lead.id];
    }
    for (const auto& [lead_id, lead] : store.campaigns[id].leads) {
      EXPECT_TRUE(LeadMachine::IsTerminal(lead.state)) << lead_id.str();
      EXPECT_EQ(lead.lead.tries.Total(), counted[lead_id]) << lead_id.str();
      EXPECT_LE(counted[lead_id], store.campaigns[id].settings.retry.max_attempts);
    }
    const auto& view = watchers.newest[id];
    EXPECT_EQ(view.counters.leads[static_cast<std::size_t>(LeadState::kCompleted)],
              Count(id, Outcome::kCompleted));
    EXPECT_TRUE(view.calls.empty());
  }
  void ExpectNothingIsHeld() {
    actors.Advance(30s);
    EXPECT_TRUE(registry.reservations.empty());
    EXPECT_TRUE(store.locks.empty());
    EXPECT_EQ(edge.live(), 0u);
  }

  test::DeterministicSystem actors;
  logging::Logger log{"dialer"};
  FakeStore store{&actors.timers};
  FakeRegistry registry{&actors.timers};
  FakeEdge edge{&actors.timers, kSeed};
  OneZone zones;
  Watchers watchers;
  std::unique_ptr<Service> service;
  std::vector<std::unique_ptr<Service>> dead;
};

// The guide's own example loses calls 9 and 10.
TEST_F(DialerScenario, TenLeadsOnCapacitiesThreeAndFiveAreAllCalled) {
  registry.AddAgent("three", 3);
  registry.AddAgent("five", 5);
  edge.answers = 1.0;
  edge.agent_misses = 0;
  const auto id = Campaign("ten", 10, 100);
  StartDialer();
  Turn(id, CampaignEvent::kStart);
  RunUntilCompleted({id}, 1h);
  EXPECT_EQ(Count(id, Outcome::kCompleted), 10);
  EXPECT_EQ(registry.agents[AgentId("three")].peak, 3);
  EXPECT_EQ(registry.agents[AgentId("five")].peak, 5);
  ExpectWhole(id);
  ExpectNothingIsHeld();
}

TEST_F(DialerScenario, TwoCampaignsShareAgentsOverThousandsOfCalls) {
  for (int n = 0; n < 20; ++n) registry.AddAgent("agent-" + std::to_string(n), 1 + n % 3);
  const auto more = [](CampaignSettings& s) {
    for (auto& [outcome, rule] : s.retry.rules) rule.delay = std::min(rule.delay, 300s);
    s.cap.calls = 6;
  };
  const auto one = Campaign("one", 2000, 30, more);
  const auto two = Campaign("two", 2000, 30, more);
  StartDialer();
  Turn(one, CampaignEvent::kStart);
  Turn(two, CampaignEvent::kStart);
  RunUntilCompleted({one, two}, 96h);
  EXPECT_GE(edge.invites, 5000);
  ExpectWhole(one);
  ExpectWhole(two);
  ExpectNothingIsHeld();
  for (const auto& [number, calls] : edge.invites_by_number) EXPECT_LE(calls, 6) << number;
}

TEST_F(DialerScenario, ARestartInTheMiddleLosesNoLeadAndNoOutcome) {
  for (int n = 0; n < 5; ++n) registry.AddAgent("agent-" + std::to_string(n), 2);
  const auto id = Campaign("c", 300, 10, [](CampaignSettings& s) {
    for (auto& [outcome, rule] : s.retry.rules) rule.delay = std::min(rule.delay, 60s);
  });
  StartDialer();
  Turn(id, CampaignEvent::kStart);
  for (int life = 0; life < 12; ++life) {
    actors.Advance(17s + life * 137ms);
    Kill();
    actors.Advance(3s);
    StartDialer();
  }
  RunUntilCompleted({id}, 48h);
  ExpectWhole(id);
  ExpectNothingIsHeld();
}

// Each call is dialled by one owner and talked to its end under another.
TEST_F(DialerScenario, ARollingRestartLosesNoLeadAndDialsNobodyTwice) {
  for (int n = 0; n < 5; ++n) registry.AddAgent("agent-" + std::to_string(n), 2);
  edge.answers = 1.0;
  edge.agent_misses = 0;
  const auto id = Campaign("c", 200, 10);
  StartDialer();
  Turn(id, CampaignEvent::kStart);
  for (int life = 0; life < 10; ++life) {
    actors.Advance(11s + life * 137ms);
    bool closed = false;
    service->Close([&closed] { closed = true; });
    actors.Settle();
    actors.Advance(20ms);
    EXPECT_TRUE(closed);
    // Only calls keep agents.
    EXPECT_LE(registry.reservations.size(), edge.live());
    Kill();
    actors.Advance(1s);
    StartDialer();
  }
  RunUntilCompleted({id}, 24h);
  EXPECT_EQ(Count(id, Outcome::kCompleted), 200);
  EXPECT_EQ(edge.invites, 200);
  EXPECT_GT(watchers.repairs[RepairKind::kAdopted], 0);
  ExpectWhole(id);
  ExpectNothingIsHeld();
}

TEST_F(DialerScenario, CallsOfAnEdgeThatRestartsAreInterruptedAndTriedAgain) {
  for (int n = 0; n < 5; ++n) registry.AddAgent("agent-" + std::to_string(n), 1);
  const auto id = Campaign("c", 50, 10, [](CampaignSettings& s) {
    for (auto& [outcome, rule] : s.retry.rules) rule.delay = std::min(rule.delay, 60s);
  });
  StartDialer();
  Turn(id, CampaignEvent::kStart);
  for (int n = 0; n < 5; ++n) {
    actors.Advance(20s);
    edge.Restart();
  }
  RunUntilCompleted({id}, 48h);
  ExpectWhole(id);
  ExpectNothingIsHeld();
}

TEST_F(DialerScenario, ATrunkFaultStormChangesNoLead) {
  for (int n = 0; n < 20; ++n) registry.AddAgent("agent-" + std::to_string(n), 1);
  edge.agent_misses = 0;
  edge.trunk_fault_code = 403;
  const auto id = Campaign("storm", 10'000, 10);
  StartDialer();
  Turn(id, CampaignEvent::kStart);
  actors.Advance(30s);
  edge.trunk_fault_code = 503;
  actors.Advance(30s);
  EXPECT_LE(edge.invites, 50);
  EXPECT_GE(edge.invites, 10);
  EXPECT_EQ(watchers.newest[id].waits, WaitReason::kTrunk);
  Turn(id, CampaignEvent::kPause);
  actors.Advance(30s);
  for (const auto& [lead_id, lead] : store.campaigns[id].leads) {
    ASSERT_EQ(lead.state, LeadState::kQueued);
    ASSERT_EQ(lead.lead.tries, Tries{});
  }
}

TEST_F(DialerScenario, PauseAndResumeLoseNothing) {
  for (int n = 0; n < 4; ++n) registry.AddAgent("agent-" + std::to_string(n), 2);
  edge.answers = 1.0;
  const auto id = Campaign("c", 100, 8);
  StartDialer();
  Turn(id, CampaignEvent::kStart);
  for (int n = 0; n < 10; ++n) {
    actors.Advance(7s);
    Turn(id, CampaignEvent::kPause);
    actors.Advance(1s);
    Turn(id, CampaignEvent::kResume);
  }
  RunUntilCompleted({id}, 24h);
  EXPECT_EQ(Count(id, Outcome::kCompleted), 100);
  ExpectWhole(id);
}

TEST_F(DialerScenario, SuppressedNumbersAreNeverDialled) {
  registry.AddAgent("a", 5);
  edge.answers = 1.0;
  const auto id = Campaign("c", 20, 5);
  for (int n = 0; n < 10; ++n) store.Suppress("+1415" + std::to_string(5'000'000 + n));
  StartDialer();
  Turn(id, CampaignEvent::kStart);
  RunUntilCompleted({id}, 24h);
  EXPECT_EQ(edge.invites, 10);
  EXPECT_EQ(Count(id, Outcome::kSuppressed), 10);
}

}  // namespace
}  // namespace callfleet::dialer
