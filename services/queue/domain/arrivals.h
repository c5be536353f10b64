#pragma once
// What the unit `routing` does with calls that nobody owns: it claims those that arrive, refuses
// those whose number leads nowhere, and lets the edge forget those that ended without an owner.
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
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

// What the edge's record says, as far as routing cares.
struct CallFact {
  CallId call;
  std::uint64_t version = 0;
  bool inbound = true;
  bool ended = false;
  std::optional<UnitToken> controller;
  std::string caller;
  std::string called;
  WallTime create_time{};
  WallTime end_time{};
};

struct Claim {
  CallId call;
};
struct Refuse {
  CallId call;
  int sip_code = 404;
};
struct Acknowledge {  // Durable: after the commit of the step's writes.
  CallId call;
};
struct Pause {  // Comes back as RetryDue with the same generation.
  CallId call;
  std::uint64_t generation = 0;
  std::chrono::milliseconds delay{0};
};
using Act = std::variant<Claim, Refuse, Acknowledge, Pause>;

struct ArrivalStep {
  Writes writes;
  std::vector<Act> acts;
};

// Pure state of the unit `routing`; single owner. Lives as long as one boot of one edge is watched.
class Arrivals {
 public:
  static constexpr std::chrono::milliseconds kRetryDelay{250};

  ArrivalStep OnFact(const CallFact& fact);
  ArrivalStep OnForgotten(const CallId& call);
  // The edge did not obey a command of ours, and the call may still need it.
  ArrivalStep OnCommandFailed(const CallId& call);
  ArrivalStep OnRetryDue(const CallId& call, std::uint64_t generation);
  // A new snapshot begins: what was known is heard again, or is no more.
  void Reset() { calls_.clear(); }

  std::size_t size() const { return calls_.size(); }
  std::uint64_t unlisted_events() const { return unlisted_events_; }  // Refused by the table.

 private:
  using Machine = ArrivalMachine;
  struct Call {
    Machine::State state = Machine::kInitial;
    CallFact fact;
    int sip_code = 0;
    std::uint64_t generation = 0;
  };
  ArrivalStep Step(const CallId& id, Machine::Event event);
  void Perform(Machine::Effect effect, Call* call, ArrivalStep* step);

  std::map<CallId, Call> calls_;
  std::uint64_t unlisted_events_ = 0;
};

}  // namespace callfleet::queue
