#pragma once
// A caller who waits, talks or is to be called back, with all that happened so far.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/queue/domain/agent_offer.h"
#include "services/queue/domain/call_fact.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/ticket_machine.h"

namespace callfleet::queue {

enum class TicketEnd : std::uint8_t {
  kNone = 0,
  kAnswered = 1,
  kAbandoned = 2,
  kOverflowed = 3,
  kInterrupted = 4,
  kCallbackFailed = 5,
  kRemoved = 6,
};

// Numbered as in the proto.
enum class TicketChange : std::uint8_t {
  kEnqueued = 1,
  kOffered = 2,
  kOfferEnded = 3,
  kAnswered = 4,
  kRelaxed = 5,
  kPriority = 6,
  kForced = 7,
  kCallback = 8,
  kCallbackMissed = 9,
  kOverflowed = 10,
  kRequeued = 11,
  kAdopted = 12,
  kEnded = 13,
};

struct TicketNote {
  WallTime at{};
  TicketChange what = TicketChange::kEnqueued;
  AgentId agent{};
  std::string detail{};
};

// What comes along with a call that somebody sends here.
struct IncomingCall {
  std::optional<WallTime> since{};  // None: since it arrived at the edge.
  int priority = 0;
  std::string customer_type{};
  std::vector<SkillRequirement> skills{};
  QueueId from{};
  std::string why{};                       // The number, or the rule that sent it.
  int hops = 0;                            // Queues that it has been sent through.
  AgentId agent{};                         // Nobody else is looked for.
  std::optional<Destination> otherwise{};  // Where that agent does not take it.
};

struct Callback {
  std::string number;
  int attempts = 0;
  WallTime not_before{};
};

// An agent's phone that rings, or has rung, for a ticket.
struct LiveOffer {
  AgentOffer agent;
  LegId leg;
  bool reported = false;   // Its end was told to the registry.
  bool withdrawn = false;  // Its leg was told to end: that it was answered meanwhile is no talk.
};

// A transfer or consultation that we know of, until it is over.
struct TicketTransfer {
  std::string id;
  bool consult = false;
  bool by_phone = false;
  std::string number{};               // Empty: to an agent.
  TrunkId trunk{};                    // Empty: the customer's.
  LegId leg{};                        // Of the target, once ordered.
  std::optional<AgentOffer> agent{};  // Seized for it.
  bool told_answered = false;         // To the registry.
  bool by_person = false;             // A number that must be one that agents may dial.
  std::string request{};              // Answered once the edge has placed the number.
};

struct Ticket {
  static constexpr std::size_t kMaxNotes = 64;

  TicketId id;
  CallId call;  // Empty: none now.
  CallId
      left_call{};  // That was left last: kept while there is none, for whoever finds it going on.
  LegId customer_leg{};
  EdgeId edge{};
  BootId boot{};
  std::string caller{};
  std::string called{};
  WallTime since{};    // When the person began to wait.
  WallTime created{};  // When this queue took it in.
  int priority = 0;
  std::string customer_type{};
  std::vector<SkillRequirement> skills{};
  TicketState state = TicketMachine::kInitial;
  TicketEnd end = TicketEnd::kNone;
  std::string reason{};
  QueueId from{};
  CampaignId from_campaign{};  // That had dialled this customer.
  int hops = 0;
  AgentId sticky{};
  AgentId required_agent{};  // The dialled number leads to: nobody else is looked for.
  std::optional<Destination> otherwise{};  // Where that agent does not take it.
  int relaxed = 0;                         // Steps taken.
  bool returned = false;
  bool refused = false;  // Was not let in: it has no place and is told as a refused call.
  int refused_with = 0;  // SIP; 0: nothing was said yet.
  std::optional<Callback> callback{};
  WallTime callback_asked{};  // Last; `callback` goes when the customer is put back.
  bool callback_answered = false;
  AgentId agent{};  // Connected, or last connected.
  std::string agent_name{};
  int offers_made = 0;
  WallTime answered{};     // By an agent.
  WallTime waits_again{};  // Back in the queue after a talk.
  WallTime ended{};
  std::chrono::milliseconds talk{0};
  std::vector<TicketNote> notes{};

  // --- Not kept: known again from the edge and the registry.
  std::vector<LiveOffer> offers{};
  LegId talking_leg{};  // The agent's.
  ReservationId talking_reservation{};
  bool talk_reported = false;
  std::optional<std::chrono::milliseconds> agents_wrap_up{};  // Of the agent who talks.
  WallTime segment{};  // Since when the present agent has the customer; zero: since the answer.
  std::optional<TicketTransfer> transfer{};
  LegId passed_leg{};          // Of a number that the customer was passed on to.
  bool parting = false;        // The agent's leg is let go, the customer's stays.
  bool may_stay = false;       // The customer's leg may outlive the other one.
  std::uint64_t revision = 0;  // Of the demand.
  bool demanded = false;
  int refusals = 0;  // Of the demand as it is: it is asked again after a pause.
  bool in_order = false;
  bool agent_asked = false;          // The required one, of the registry.
  bool last_chance = false;          // A rule gave it to one agent: who else is to take it?
  bool plain_sound = false;          // The edge does not have the prompt: a tone instead.
  std::map<int, MonoTime> timers{};  // Armed, by kind.
  CallId saying_goodbye{};  // The call that the callback was asked for in hears its confirmation.
  bool asked_while_tried = false;  // The callback was asked for again since this try began.
  std::optional<Destination> leaving_to{};
  std::string moved_by{};  // Request that sends it to another queue; empty: none, or it is there.
  bool sent_on_by_leg = false;  // Leaving through a leg of our own.
  LegId way_out{};              // That leg.
  bool answered_here = false;   // A 200 was sent.
  std::uint64_t digits = 0;     // Heard so far.
  CallFact fact{};              // Newest.
  bool adopted = false;         // From the database, not yet seen at the edge.
  bool IsCallback() const { return callback.has_value(); }
  bool Waits() const {
    return state == TicketState::kWaiting || state == TicketState::kOffered ||
           state == TicketState::kCallback;
  }
};

// Of this wait: not of one elsewhere, nor of the one before a talk. Empty: it waits as long as it
// likes.
inline std::optional<WallTime> DeadlineOf(const Ticket& ticket, const QueueSettings& settings) {
  const bool waits = ticket.state == TicketState::kWaiting || ticket.state == TicketState::kOffered;
  const bool limited = settings.max_wait > std::chrono::milliseconds(0);
  if (!waits || !limited || ticket.IsCallback() || !ticket.required_agent.empty()) return {};
  return std::max(ticket.created, ticket.waits_again) + settings.max_wait;
}

// A priority of p jumps p times the queue's bonus of wait.
inline WallTime EffectiveSince(const Ticket& ticket, const QueueSettings& settings) {
  return ticket.since - ticket.priority * settings.priority_bonus;
}

}  // namespace callfleet::queue
