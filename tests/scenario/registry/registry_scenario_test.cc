#include <gtest/gtest.h>

#include "tests/scenario/registry/registry_world.h"

namespace callfleet::agent_registry {
namespace {

class RegistryScenario : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  RegistryScenario() : world(GetParam()) { world.StartRegistry(); }
  void Shared() {
    world.AddAgent("three", 3, {"spring", "autumn"});
    world.AddAgent("five", 5, {"spring", "autumn"});
    world.AddAgent("spring-only", 2, {"spring"});
    world.AddAgent("one", 1, {"autumn", "spring"});
  }
  std::size_t Left() const {
    std::size_t left = 0;
    for (const auto& [name, owner] : world.owners) left += owner->left() + owner->open();
    return left;
  }
  void RunOut(int most_seconds) {
    for (int i = 0; i < most_seconds && Left() > 0; ++i) world.Second();
  }
  void ExpectNoSlotLeft() {
    for (int i = 0; i < 15; ++i) world.Second();
    for (const auto& [id, record] : world.shown)
      EXPECT_TRUE(record->slots.empty()) << record->profile->name;
    EXPECT_EQ(world.service->stats().at(PoolId("default"))->reservations, 0U);
    EXPECT_EQ(world.service->stats().at(PoolId("default"))->demands, 0U);
  }
  World world;
};

TEST_P(RegistryScenario, TwoCampaignsSharingAgentsServeAllCallsAndNeverExceedAMaximum) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Shared();
  Owner& spring = world.AddOwner("spring", 3000);
  Owner& autumn = world.AddOwner("autumn", 3000);
  RunOut(5000);
  EXPECT_EQ(spring.served + autumn.served, 6000U);
  EXPECT_TRUE(world.faults.empty()) << world.faults.front();
  ExpectNoSlotLeft();
}

TEST_P(RegistryScenario, OwnersThatDieAndStreamsThatBreakLeakNoSlotAndLoseNoCall) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Shared();
  Owner& spring = world.AddOwner("spring", 600);
  Owner& autumn = world.AddOwner("autumn", 600);
  for (int i = 0; i < 2000 && Left() > 0; ++i) {
    for (Owner* owner : {&spring, &autumn}) {
      if (owner->stream() == 0) {
        if (world.Chance(30)) owner->Connect();  // Sometimes later than a lease.
      } else if (world.Chance(3)) {
        owner->Disconnect();
      } else if (world.Chance(1)) {
        owner->Die();
      }
    }
    world.Second();
  }
  for (Owner* owner : {&spring, &autumn}) {
    if (owner->stream() == 0) owner->Connect();
  }
  RunOut(1000);
  EXPECT_EQ(Left(), 0U);
  EXPECT_GE(spring.served + autumn.served, 1000U);
  EXPECT_TRUE(world.faults.empty()) << world.faults.front();
  ExpectNoSlotLeft();
}

TEST_P(RegistryScenario, RestartsOfTheRegistryWithGrantsInFlightGiveNoAgentTwice) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Shared();
  Owner& spring = world.AddOwner("spring", 400);
  Owner& autumn = world.AddOwner("autumn", 400);
  for (int i = 0; i < 1500 && Left() > 0; ++i) {
    world.Second();
    if (!world.Chance(5)) continue;
    spring.Work();  // Demands and grants under way.
    autumn.Work();
    world.CrashRegistry();
    world.StartRegistry();
  }
  RunOut(500);
  EXPECT_EQ(spring.served + autumn.served + spring.left() + autumn.left(), 800U);
  EXPECT_EQ(Left(), 0U);
  EXPECT_TRUE(world.faults.empty()) << world.faults.front();
  ExpectNoSlotLeft();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RegistryScenario, ::testing::Values(1U, 2U, 3U));

}  // namespace
}  // namespace callfleet::agent_registry
