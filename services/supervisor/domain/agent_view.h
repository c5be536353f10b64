#pragma once
// S2, S3: an agent as a supervisor sees it.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/supervisor/domain/call_history.h"
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

const char* Name(AgentKind kind);
const char* Name(Presence presence);
const char* Name(SlotState state);
const char* Name(AgentActivity activity);

struct AgentCallView {
  CallId call{};         // Empty where only a slot is taken so far.
  std::string number{};  // Of the other side.
  SlotState state = SlotState::kReserved;
  std::string unit{};  // "campaign:<id>"; "" for a manual call.
  std::chrono::microseconds duration{0};
};

struct AgentView {
  AgentFact fact;
  std::string sip_uri{};
  std::vector<AgentCallView> calls{};
  // Mean of the measured parts, 0 to 1; none until `samples` is kScoreSamples.
  std::optional<double> score{};
  std::uint64_t samples = 0;
  std::vector<CoachingNote> coaching{};  // During its calls, oldest first.
  std::optional<double> answer_rate{};   // Answered / (answered + missed) offers.
};

inline constexpr std::uint64_t kScoreSamples = 20;

using FindCall = std::function<const CallHistory*(const CallId&)>;
AgentView ViewAgent(const AgentFact& agent, const std::string& sip_domain, const FindCall& find,
                    WallTime now);

// Calls that count as load: every slot but wrap-up.
unsigned ActiveCalls(const AgentFact& agent);

}  // namespace callfleet::supervisor
