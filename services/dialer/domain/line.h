#pragma once
// One line of a campaign in use: its lead, its agent once there is one, and what the edge said.
#include <optional>
#include <string>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/dialer/domain/agent_offer.h"
#include "services/dialer/domain/attempt_machine.h"
#include "services/dialer/domain/call_facts.h"
#include "services/dialer/domain/gate.h"
#include "services/dialer/domain/lead.h"

namespace callfleet::dialer {

// A transfer or consultation that we know of, until it is over.
struct LineTransfer {
  std::string id;
  bool consult = false;
  bool by_phone = false;
  LegId leg{};                        // Of the target, once ordered.
  std::optional<AgentOffer> agent{};  // Seized for it.
  TrunkId trunk{};                    // Empty: the campaign's.
  bool by_person = false;             // A number that must be one that agents may dial.
  std::string request{};              // Answered once the edge has placed the number.
};

// A talk that is offered to a queue, or to whom a number of ours leads, until somebody answers.
struct LinePassing {
  std::string id;        // Of the transfer that it becomes where no queue takes it.
  QueueId queue{};       // Empty: by number.
  std::string number{};  // As asked, or dialled by a phone.
  bool consult = false;  // Only asked where the number leads.
  bool by_phone = false;
  std::string request{};  // Who asked over the API.
  std::string Offer() const { return id + ":offer"; }
};

struct Line {
  AttemptId id;  // Also demand id, call id and dispatch id: one thing, one name.
  AttemptState state = AttemptMachine::kInitial;
  Lead lead;
  bool agent_first = true;
  std::optional<AgentOffer> agent;
  int agent_legs = 0;          // Rung so far; makes their ids.
  std::uint64_t revision = 0;  // Of the demand.
  GateDecision gate;
  bool number_reserved = false;  // The store holds the number for this line.
  bool row_written = false;      // The attempt has a row.
  LegId command_leg;             // Ring or Originate of it was sent, no reply yet.
  bool taken_unwatched = false;  // The reply came while the edge's watch was down.
  bool adopted = false;          // From the database, not yet seen at the edge.
  bool undialled = false;        // Adopted without a customer: hung up, its last record tells.
  EdgeId edge;
  BootId boot;  // Believed in when the command was sent.
  WallTime opened{};
  WallTime dialed{};
  Outcome refused_as = Outcome::kTrunkFault;  // Of an attempt that the edge did not take.
  bool refused_for_good = false;              // The lead is final with it.
  std::string put_back_for;  // Why nothing came of the line; empty: as it was told.
  CallFacts facts;           // Newest.
  std::optional<LineTransfer> transfer{};
  std::optional<LinePassing> passing{};
  int transfers = 0;      // Begun so far; makes their ids.
  std::string heir_of{};  // An adopted line: the token of its owner, in those ids.
  WallTime segment{};  // Since when its present agent has the customer, where not from the bridge.
  // Whose place a supervisor took: its work is completed, the attempt is still its own.
  AgentOffer relieved{};

  LegId AgentLeg() const { return LegId(id.str() + "-a" + std::to_string(agent_legs)); }
  // As the edge names it: a dedicated leg keeps its own id.
  LegId AgentLegAtEdge() const { return facts.agent.leg.empty() ? AgentLeg() : facts.agent.leg; }
  // Not so where another phone took the agent's place in the call.
  bool AgentLegIsOurs() const {
    const AgentLegFacts& leg = facts.agent;
    if (!agent) return false;
    return leg.leg == AgentLeg() ||
           (!leg.reservation.empty() && leg.reservation == agent->reservation);
  }
  // Whom rows and events name.
  AgentOffer NamedAgent() const { return agent.value_or(relieved); }
  LegId CustomerLeg() const { return LegId(id.str() + "-c"); }
  std::string NextTransfer() { return id.str() + "-x" + heir_of + std::to_string(++transfers); }
  bool Undialed() const {
    return state == AttemptState::kNew || state == AttemptState::kDemanding ||
           state == AttemptState::kGating || state == AttemptState::kRingingAgent;
  }
  bool Unanswered() const {
    return state == AttemptState::kDialing || state == AttemptState::kRinging;
  }
};

}  // namespace callfleet::dialer
