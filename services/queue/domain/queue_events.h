#pragma once
// What a queue hears: from the edge, the registry, operators and time.
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "common/steering/steer_words.h"
#include "services/queue/domain/agent_offer.h"
#include "services/queue/domain/call_fact.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/ticket.h"

namespace callfleet::queue {

struct CallForgotten {
  CallId call;
};
// A whole snapshot of an edge was heard: what is not in it is not there. Says nothing of calls of
// other edges.
struct EdgeUp {
  EdgeId edge;
  BootId boot;
  std::set<CallId> known;
};
// Its calls are as they were, until it is heard again.
struct EdgeDown {
  EdgeId edge;
};
// All edges that are there were heard: what is held is known.
struct EdgesHeard {};
enum class Command : std::uint8_t {
  kClaim,
  kAnswer,
  kRing,
  kOriginate,
  kHandOver,
  kPlay,
  kHangUp,
  kHold,
  kTransfer
};
// The edge refused a command. What it did comes as a fact.
struct CommandRefused {
  CallId call;
  LegId leg;
  Command command = Command::kClaim;
  std::string reason;
};
// Somebody is about to hand this call over to us; or it is ours to claim.
struct CallComing {
  CallId call;
  IncomingCall incoming;
  bool claim = false;
  EdgeId edge{};  // Where it is claimed.
  BootId boot{};
};
using agent_pool::AudienceChanged;
using agent_pool::SessionChanged;
struct Granted {
  TicketId demand;
  std::uint64_t grant = 0;
  std::uint64_t revision = 0;
  std::vector<AgentOffer> offers;
};
struct DemandClosed {
  TicketId demand;
  std::string refused{};  // Why it is not taken as it is; empty: it was, and has ended.
};
using agent_pool::ReservationLost;
struct SeizeAnswered {
  std::string seize;
  std::optional<AgentOffer> offer;  // None: refused.
  std::string reason;
};
using agent_pool::Fenced;
struct TimerFired {
  std::uint64_t generation = 0;
};
struct SettingsChanged {
  Queue queue;
};
// What a person wants done with a call.
struct Steer {
  std::string request{};
  CallId call{};
  AgentId agent{};  // Who must have the customer; empty: whoever has.
  SteerWhat what = SteerWhat::kHold;
  AgentId to_agent{};  // Transfer: one of the three; consult: one of the first two.
  std::string to_number{};
  QueueId to_queue{};
};
// Where the number plan sends a number that a customer is to be passed to; or, with `call`, the one
// that a caller dialled.
struct NumberFound {
  TicketId ticket{};
  std::string transfer{};
  std::string number{};
  std::string request{};
  std::optional<Destination> to{};  // None: no number of ours.
  CallId call{};
  IncomingCall with{};  // What the number's route says of its callers.
};
// The process stops: offers go back.
struct Closing {};

using QueueEvent =
    std::variant<CallFact, CallForgotten, EdgeUp, EdgeDown, EdgesHeard, CommandRefused, CallComing,
                 SessionChanged, AudienceChanged, Granted, DemandClosed, ReservationLost,
                 SeizeAnswered, Fenced, TimerFired, SettingsChanged, Closing, Steer, NumberFound>;

}  // namespace callfleet::queue
