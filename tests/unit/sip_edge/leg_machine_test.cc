#include "services/sip_edge/domain/leg_machine.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge {
namespace {

TEST(LegMachine, EveryPairOfStateAndEventIsListedOrRefused) {
  for (auto state : LegMachine::kStates) {
    for (auto event : LegMachine::kEvents) {
      const auto* row =
          fsm::Find<LegMachine>(kLegRows, state, event, [](LegGuard) { return true; });
      EXPECT_TRUE(row == nullptr || !LegMachine::IsTerminal(state));
    }
  }
}

}  // namespace
}  // namespace callfleet::sip_edge
