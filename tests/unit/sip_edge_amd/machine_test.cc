// Every state with every event; and which pairs are refused.
#include <gtest/gtest.h>

#include <set>

#include "services/sip_edge/domain/media/amd/amd_machine.h"

namespace callfleet::sip_edge::media::amd {
namespace {

using S = AmdState;
using E = AmdEvent;

const fsm::Row<AmdMachine>* Find(S state, E event) {
  return fsm::Find<AmdMachine>(kAmdRows, state, event, [](AmdGuard) { return false; });
}

TEST(AmdMachine, RefusesExactlyWhatCannotHappen) {
  const std::set<std::pair<S, E>> refused{
      {S::kEarly, E::kDeadline},  // Its clock starts with the answer.
      {S::kListening, E::kAnswered},   {S::kSpeaking, E::kAnswered}, {S::kPausing, E::kAnswered},
      {S::kSpeaking, E::kBeep},  // A tone inside a word is music or a voice.
      {S::kSpeaking, E::kNetworkTone},
  };
  for (const S state : AmdMachine::kStates) {
    for (const E event : AmdMachine::kEvents) {
      const bool listed = Find(state, event) != nullptr;
      const bool allowed = state != S::kDecided && !refused.contains({state, event});
      EXPECT_EQ(listed, allowed) << AmdMachine::Name(state) << " " << AmdMachine::Name(event);
    }
  }
}

TEST(AmdMachine, TheDeadlineIsHumanWhereverItFinds) {
  for (const S state : {S::kListening, S::kSpeaking, S::kPausing}) {
    const auto* row = Find(state, E::kDeadline);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->to, S::kDecided);
    EXPECT_EQ(row->effects.items[0], AmdEffect::kDecideUnsure);
  }
}

TEST(AmdMachine, VoiceBeforeTheAnswerDecidesNothing) {
  EXPECT_EQ(Find(S::kEarly, E::kVoice)->to, S::kEarly);
  EXPECT_EQ(Find(S::kEarly, E::kBeep)->to, S::kEarly);
}

}  // namespace
}  // namespace callfleet::sip_edge::media::amd
