// Whether an agent may still be rung: asked by whoever has waited since it was granted.
#include <gtest/gtest.h>

#include "common/agent_pool_actor/pools.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet::agent_pool {
namespace {

using namespace std::chrono_literals;

const Unit kOwner{UnitKind::kQueue, "q"};
const ReservationId kRung("r");

// The registry: what was said to it, and what it answers.
struct Registry {
  std::shared_ptr<PoolLinkListener> listener;
  std::vector<Message> heard;
};

class Link final : public PoolLink {
 public:
  explicit Link(Registry* registry) : registry_(registry) {}
  ~Link() override { registry_->listener = nullptr; }
  void Write(std::vector<Message> messages) override {
    for (auto& one : messages) registry_->heard.push_back(std::move(one));
  }

 private:
  Registry* registry_;
};

class Leases : public test::DeterministicActors {
 protected:
  Leases() {
    pools.Join({.unit = kOwner, .token = 1}, PoolId("p"), {{.reservation = kRung}});
    Settle();
    Says(LinkUp{});
    Says(PoolReady{{kOwner}});
  }
  ~Leases() override { pools.StopAll(); }
  void Says(Input input) {
    registry.listener->OnInput(std::move(input));
    Settle();
  }
  void AcknowledgesAll() {
    for (const auto& message : std::exchange(registry.heard, {})) {
      if (const auto* beat = std::get_if<SayHeartbeat>(&message)) Says(PoolAck{beat->number});
    }
  }
  // Each second a beat, and its answer.
  void Pass(std::chrono::seconds time) {
    for (auto second = 0s; second < time; ++second) {
      Advance(1s);
      AcknowledgesAll();
    }
  }
  Lease Now() const { return pools.LeaseOf(kOwner, kRung); }

  Registry registry;
  std::vector<Event> told;
  Pools pools{system,
              {.tell = [this](const Unit&, Event event) { told.push_back(std::move(event)); },
               .timers = &timers,
               .clock = &timers,
               .make_link =
                   [this](const PoolId&, std::shared_ptr<PoolLinkListener> listener) {
                     registry.listener = std::move(listener);
                     return std::make_unique<Link>(&registry);
                   }}};
};

TEST_F(Leases, OfNobodyIsKnownBeforeItHasJoined) {
  EXPECT_EQ(pools.LeaseOf({UnitKind::kQueue, "other"}, kRung), Lease::kUnsure);
}

TEST_F(Leases, WhatIsDeclaredIsUnsureBeforeTheFirstAcknowledgedBeat) {
  EXPECT_EQ(Now(), Lease::kUnsure);
  AcknowledgesAll();
  EXPECT_EQ(Now(), Lease::kSure);
}

TEST_F(Leases, AHeartbeatASecondKeepsThemSure) {
  Pass(30s);
  EXPECT_EQ(Now(), Lease::kSure);
}

// The clock alone says so: whoever stood still has not heard anything yet.
TEST_F(Leases, EightSecondsAfterTheLastAcknowledgedBeatTheyAreUnsure) {
  Pass(3s);
  timers.Advance(8s);
  EXPECT_EQ(Now(), Lease::kSure);
  timers.Advance(1ms);
  EXPECT_EQ(Now(), Lease::kUnsure);
}

// The news may still be on its way to the reservation's owner while the lease is sure again.
TEST_F(Leases, OneThatTheRegistryHasLetGoOfIsLostAlsoWhileTheOthersAreSure) {
  Pass(3s);
  Says(PoolRevoked{kRung});
  Pass(1s);
  EXPECT_EQ(Now(), Lease::kLost);
  EXPECT_EQ(pools.LeaseOf(kOwner, ReservationId("another")), Lease::kSure);
}

TEST_F(Leases, OneThatLapsedStaysLostWhenTheRegistryIsBack) {
  Pass(3s);
  Advance(9s);
  EXPECT_EQ(Now(), Lease::kLost);
  AcknowledgesAll();
  EXPECT_EQ(Now(), Lease::kLost);
  EXPECT_EQ(pools.LeaseOf(kOwner, ReservationId("another")), Lease::kSure);
}

}  // namespace
}  // namespace callfleet::agent_pool
