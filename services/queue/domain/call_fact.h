#pragma once
// One call as the edge measured it: the whole truth each time, so a lost or merged event is
// nothing.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/agent_pool/words.h"
#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::queue {

// How an offer to an agent ended.
using agent_pool::OfferEnd;

constexpr std::string_view Name(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return "answered";
    case OfferEnd::kNoAnswer:
      return "no_answer";
    case OfferEnd::kDeclined:
      return "declined";
    case OfferEnd::kDeviceFault:
      return "device_fault";
    case OfferEnd::kWithdrawn:
      return "withdrawn";
  }
  return "?";
}

// An agent's leg or the customer's. Times are zero until they happened.
struct LegFact {
  LegId leg;
  AgentId agent{};              // Agent legs.
  ReservationId reservation{};  // Agent legs of ours.
  WallTime answered{};
  WallTime ended{};
  bool over = false;
  bool bridged = false;                 // Now.
  bool was_bridged = false;             // Now or earlier.
  OfferEnd end = OfferEnd::kWithdrawn;  // Once over.
  std::string why{};                    // Once over: who ended it, in one word.
  bool answered_at_all() const { return answered != WallTime{}; }
};

// The newest transfer of the call, or none.
struct TransferFact {
  enum class State : std::uint8_t { kNone, kAsked, kUnderWay, kOver };
  std::string id{};  // Empty: none.
  State state = State::kNone;
  bool completed = false;  // Over: the customer is with the target.
  bool by_phone = false;
  std::string dialled{};  // By a phone.
  LegId referrer{};
  LegId target{};  // Empty until it exists.
  bool pending() const { return state == State::kAsked || state == State::kUnderWay; }
};

// What goes with an offer of a call that another unit has.
struct OfferFact {
  std::string number{};  // That a person asked for.
  LegId release{};       // Agent's leg that ends when we take the customer; empty: none.
};

// Another unit's talk was passed to queues.
struct PassFact {
  Unit by{};
  WallTime time{};
};

inline const LegFact* FindLeg(const std::vector<LegFact>& legs, const LegId& id) {
  for (const auto& leg : legs) {
    if (leg.leg == id) return &leg;
  }
  return nullptr;
}

struct CallFact {
  CallId call;
  EdgeId edge{};
  BootId boot{};
  std::uint64_t version = 0;
  bool inbound = true;
  bool ended = false;
  std::optional<UnitToken> controller{};
  std::optional<Unit> offered{};
  std::optional<OfferFact> offer{};  // With `offered`.
  std::optional<PassFact> passed{};
  std::string caller{};
  std::string called{};
  std::string digits{};               // Of the customer's leg, the last 64.
  std::uint64_t digit_count = 0;      // All of them.
  std::optional<LegFact> customer{};  // The first one; inbound: the caller.
  std::vector<LegFact> others{};      // Further outside legs: calls that were sent on.
  std::vector<LegFact> agents{};
  TransferFact transfer{};
  TrunkId trunk{};       // By which the customer came, or was called.
  AgentId from_agent{};  // An agent's phone called: `customer` is its leg.
  WallTime create_time{};
  WallTime end_time{};
};

}  // namespace callfleet::queue
