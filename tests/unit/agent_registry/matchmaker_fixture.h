#pragma once
// A pool with one owner, a campaign's, as most tests of the matchmaker want it.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/unit/agent_registry/pool_harness.h"

namespace callfleet::agent_registry {

class MatchmakerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    pool.Start();
    owner = pool.Join({Campaign("c")});
  }
  ReservationKey KeyOf(const std::optional<GrantReply>& grant) {
    return grant.value().offers.at(0).key;
  }
  std::string NameOf(const std::optional<GrantReply>& grant) {
    return grant.value().offers.at(0).face->profile->name;
  }
  PoolHarness pool;
  StreamId owner = 0;
};

}  // namespace callfleet::agent_registry
