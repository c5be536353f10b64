#pragma once
// One call as the edge measured it: the whole truth each time, so a lost or merged event is
// nothing.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/agent_pool/words.h"
#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/dialer/domain/outcome.h"

namespace callfleet::dialer {

// How an offer to an agent ended.
using agent_pool::OfferEnd;

constexpr std::string_view Name(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return "agent_hung_up";
    case OfferEnd::kNoAnswer:
      return "agent_no_answer";
    case OfferEnd::kDeclined:
      return "agent_declined";
    case OfferEnd::kDeviceFault:
      return "agent_device_fault";
    case OfferEnd::kWithdrawn:
      return "agent_withdrawn";
  }
  return "?";
}

struct AgentLegFacts {
  LegId leg;  // The newest agent leg of the call; empty: none yet.
  ReservationId reservation{};
  AgentId agent{};
  bool answered = false;
  WallTime answered_at{};
  bool ended = false;
  WallTime ended_at{};
  OfferEnd end = OfferEnd::kWithdrawn;  // Once ended without an answer.
  bool taken_over = false;              // Ended as a supervisor took the agent's place.
};

// Times are zero until the thing happened.
struct CustomerLegFacts {
  bool exists = false;
  WallTime placed{};
  WallTime progressed{};
  WallTime answered{};
  WallTime ended{};
  std::optional<AmdFacts> amd{};  // Nothing: nobody has asked.
  EndFacts end{};                 // Whole once ended.
};

// The newest transfer of the call, or none.
struct TransferFacts {
  enum class State : std::uint8_t { kNone, kAsked, kUnderWay, kOver };
  std::string id{};  // Empty: none.
  State state = State::kNone;
  bool completed = false;  // Over: the customer is with the target.
  bool by_phone = false;
  std::string dialled{};  // By a phone.
  LegId referrer{};
};

// How the newest offer of the call came back.
struct OfferBack {
  std::string request{};  // Of the offer; empty: none came back.
  std::string reason{};
  AgentId agent{};       // What a number leads to: an agent,
  std::string number{};  // or a number,
  TrunkId trunk{};       // by this trunk.
  int sip_code = 0;
};

struct CallFacts {
  AttemptId attempt;  // Also the id of the call.
  EdgeId edge;
  BootId boot;
  std::uint64_t version = 0;
  AgentLegFacts agent;
  CustomerLegFacts customer;
  WallTime bridged{};
  TransferFacts transfer{};
  AgentLegFacts target{};  // Of that transfer, until it has the customer.
  bool offered = false;    // To another unit, now.
  OfferBack offer_back{};
  WallTime passed{};       // Another unit has the customer since; what comes after is not ours.
  bool call_over = false;  // All legs ended: the record waits to be acknowledged.
};

}  // namespace callfleet::dialer
