#pragma once
// All that a queue's owner knows; changed by queue_step alone. Single owner, no locks.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/clock/clock.h"
#include "common/steering/steer_book.h"
#include "services/queue/domain/agent_offer.h"
#include "services/queue/domain/figures.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/queue_step.h"
#include "services/queue/domain/recent_callers.h"
#include "services/queue/domain/ticket.h"
#include "services/queue/domain/wait_estimator.h"
#include "services/queue/domain/waiting_order.h"
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

enum class TimerKind : std::uint8_t {
  kMaxWait,
  kRelax,
  kNextSound,
  kEarlyMedia,
  kStaffing,  // Of the queue, no ticket.
  kCallbackDue,
  kCallbackAge,
  kLeaveOver,
  kDemandAgain,
};

// A place that was given up by dropping.
struct LeftPlace {
  WallTime since{};
  int priority = 0;
};

// Who wants a caller to be given to one agent.
enum class SeizedFor : std::uint8_t {
  kOperator,  // Is told of a refusal.
  kRule,      // Whom that agent does not take is hung up on.
  kCaller,    // By a digit: whom that agent does not take keeps the place.
};

// An agent taken past the rules, asked of the registry.
struct Seizure {
  TicketId ticket;
  AgentId agent;
  SeizedFor by = SeizedFor::kOperator;
  bool transfer = false;  // The customer of a talk is to be passed on to this agent.
  std::string request{};  // Who asked for that is answered; empty: a phone.
};

// A call of ours without a ticket, being ended.
struct LooseCall {
  CallRef call;
  std::vector<LiveOffer> ringing{};  // Told as withdrawn when their legs are over.
};

struct QueueModel {
  Queue queue;
  Token token = 0;
  WallTime loaded{};
  std::map<TicketId, Ticket> tickets;  // Not ended.
  std::map<CallId, TicketId> by_call;
  std::map<CallId, LooseCall> loose;
  std::map<CallId, IncomingCall> coming;  // Announced, or claimed in this life.
  std::map<CallId, CallFact> unknown;     // Claimed before: the number plan is asked about them.
  // Written; acknowledged in this life or an earlier one, or not yet. The edge is empty where only
  // the store has told.
  std::map<CallId, EdgeId> done;
  std::map<EdgeId, BootId> edges;  // Those that are watched now.
  WaitingOrder order;
  int connected = 0;  // Tickets in this state, and in the next.
  int offered = 0;
  Figures figures;
  WaitEstimator estimator;
  RecentCallers<AgentId> last_agents;
  RecentCallers<LeftPlace> left_places;
  std::optional<Audience> audience;
  bool session_ready = false;
  bool joined = false;                     // The pool was told what is held.
  std::map<EdgeId, MonoTime> short_since;  // Edges whose callers have not whom they need to stay.
  bool fenced = false;
  bool closing = false;
  std::map<std::string, Seizure> seizures;
  SteerBook steers;
  std::vector<MonoTime> wrapping;             // Until when agents are in wrap-up after our calls.
  std::chrono::milliseconds last_wrap_up{0};  // Of the agent who has answered last.
  std::set<std::tuple<MonoTime, TimerKind, TicketId>> timers;
  MonoTime armed{};  // The timer under way fires then; zero: none.
  std::uint64_t timer_generation = 0;
  std::uint64_t unlisted_events = 0;  // Refused by the table.
  std::uint64_t writes = 0;           // Numbers the writes of this life.
};

// As the store had it: open tickets take their places; calls are compared when an edge is heard.
void Restore(QueueModel& model, Ticket ticket);

// A request that an earlier owner took, as it was kept: a repeat is answered so.
void RestoreRequest(QueueModel& model, KeepRequest kept);

int PlaceOf(const QueueModel& model, const Ticket& ticket);  // From 1; 0: does not wait.
StaffNow StaffOf(const QueueModel& model, Instant now);
std::optional<WaitRange> ExpectedWait(const QueueModel& model, int place, Instant now);

}  // namespace callfleet::queue
