#pragma once
// What the unit `routing` does with calls that nobody owns: it claims those that arrive, sends each
// where the number plan says, and lets the edge forget those that ended without an owner.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/queue/domain/arrival_machine.h"
#include "services/queue/domain/call_fact.h"
#include "services/queue/domain/feature_code.h"
#include "services/queue/domain/number_plan.h"
#include "services/queue/domain/queue_step.h"
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

struct Pause {  // Comes back as RetryDue with the same generation.
  CallId call;
  std::uint64_t generation = 0;
  std::chrono::milliseconds delay{0};
  bool announcement = false;  // Comes back as WayEnded instead.
};
struct ServeAgent {  // Comes back as OnServed.
  CallId call;
  AgentWish wish;
};
struct PassCall {  // To a queue, which claims it: a way to the edge less than handing it over.
  CallRef call;
  QueueId to;
  IncomingCall with;
};
// AcknowledgeCall alone is durable: after the commit of the step's writes.
using Act = std::variant<ClaimCall, HangUpCall, AcknowledgeCall, HandOver, AnswerCall, DialOut,
                         PlaySound, Pause, ServeAgent, DeclineOffer, PassCall>;

struct ArrivalStep {
  Writes writes;
  std::vector<Act> acts;
};

// Pure state of the unit `routing`; single owner.
class Arrivals {
 public:
  static constexpr std::chrono::milliseconds kRetryDelay{250};
  static constexpr std::chrono::milliseconds kConfirmation{600};  // A feature code's tone.

  ArrivalStep OnFact(const CallFact& fact, const NumberPlan& plan, const ZoneRules& zones,
                     WallTime now);
  ArrivalStep OnForgotten(const CallId& call);
  // The edge did not obey a command of ours, and the call may still need it.
  ArrivalStep OnCommandFailed(const CallId& call);
  ArrivalStep OnRetryDue(const CallId& call, std::uint64_t generation);
  ArrivalStep OnAnnouncementOver(const CallId& call, std::uint64_t generation);
  ArrivalStep OnServed(const CallId& call, bool done);
  // A new snapshot of this edge begins: what was known of it is heard again, or is no more.
  void Reset(const EdgeId& edge) {
    std::erase_if(calls_, [&](const auto& each) { return each.second.fact.edge == edge; });
  }

  std::size_t size() const { return calls_.size(); }
  std::uint64_t unlisted_events() const { return unlisted_events_; }  // Refused by the table.

 private:
  using Machine = ArrivalMachine;
  struct Call {
    Machine::State state = Machine::kInitial;
    CallFact fact;
    std::optional<Decision> decision;
    std::optional<AgentWish> wish;  // Instead of a decision's destination.
    int sip_code = 0;
    bool offered = false;  // The edge has shown our offer.
    LegId way{};           // Leg that it is sent on by, if it is.
    WallTime heard{};      // When `fact` was.
    std::uint64_t generation = 0;
  };
  ArrivalStep Step(const CallId& id, Machine::Event event);
  void Perform(Machine::Effect effect, Call* call, ArrivalStep* step);
  static bool IsOurs(Machine::State state);
  static void Decide(Call* call, const NumberPlan& plan, const ZoneRules& zones, WallTime now);
  static HandOver HandingOver(const Call& call);
  static void Pass(const Call& call, ArrivalStep* step);
  static bool Holds(Machine::Guard guard, const Call& call);
  static void Confirm(Call* call, ArrivalStep* step);
  static void Refuse(Call* call, ArrivalStep* step);
  static void Announce(const Call& call, ArrivalStep* step);
  static void Sound(const Call& call, HeardSound sound, ArrivalStep* step);
  static Machine::Event EventOf(const Call& call);

  std::map<CallId, Call> calls_;
  std::uint64_t unlisted_events_ = 0;
};

}  // namespace callfleet::queue
