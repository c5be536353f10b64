#include <gtest/gtest.h>

#include <set>

#include "services/agent_registry/domain/presence_machine.h"
#include "services/agent_registry/domain/slot_machine.h"

namespace callfleet::agent_registry {
namespace {

// Every pair is listed or refused: a new state or event without a decision fails here.
template <class Machine>
int CountRefused(std::span<const fsm::Row<Machine>> rows) {
  int refused = 0;
  for (auto state : Machine::kStates) {
    for (auto event : Machine::kEvents) {
      bool listed = false;
      for (const auto& row : rows) listed |= row.from == state && row.on == event;
      const auto* found = fsm::Find<Machine>(rows, state, event, [](auto) { return true; });
      EXPECT_EQ(found != nullptr, listed) << Machine::Name(state) << " x " << Machine::Name(event);
      refused += found == nullptr ? 1 : 0;
    }
  }
  return refused;
}

TEST(SlotMachine, EveryPairIsAllowedOrRefused) {
  EXPECT_EQ(CountRefused<SlotMachine>(kSlotRows), 7 * 10 - 28);
}

TEST(PresenceMachine, EveryPairIsAllowedOrRefused) {
  EXPECT_EQ(CountRefused<PresenceMachine>(kPresenceRows), 3 * 5 - 13);
}

TEST(SlotMachine, NoSlotStaysForEverOnceItsOwnerAndItsLegAreGone) {
  for (SlotState state : SlotMachine::kStates) {
    if (state == SlotState::kFree || state == SlotState::kWrapUp) continue;
    const SlotEvent gone =
        state == SlotState::kOrphaned ? SlotEvent::kLegEnded : SlotEvent::kLeaseLapsed;
    const auto* row = fsm::Find<SlotMachine>(kSlotRows, state, gone,
                                             [](SlotGuard g) { return g == SlotGuard::kAlways; });
    ASSERT_NE(row, nullptr) << SlotMachine::Name(state);
    EXPECT_EQ(row->to, SlotState::kFree) << SlotMachine::Name(state);
  }
}

TEST(SlotMachine, AWrapUpEndsOnlyByItsTimerTheAgentOrAnOverride) {
  for (SlotEvent event : SlotMachine::kEvents) {
    const auto* row =
        fsm::Find<SlotMachine>(kSlotRows, SlotState::kWrapUp, event, [](auto) { return true; });
    EXPECT_EQ(row != nullptr, event == SlotEvent::kWrapUpOver) << SlotMachine::Name(event);
  }
}

}  // namespace
}  // namespace callfleet::agent_registry
