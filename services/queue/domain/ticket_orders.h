#pragma once
// What people order about tickets, and what makes a repeat of an order known again.
#include <optional>
#include <string>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/result/result.h"

namespace callfleet::queue {

struct RequeueOrder {
  std::string request{};  // Empty: nobody asks again.
  TicketId ticket{};
  QueueId to{};                   // Empty: the same queue.
  std::optional<int> priority{};  // -100 to 100; none: as it was.
};

struct CallbackOrder {
  std::string request{};
  TicketId ticket{};     // A caller who waits; empty: nobody is in a call.
  QueueId queue{};       // Without a ticket.
  std::string number{};  // E.164; empty: the caller's.
  int priority = 0;      // -100 to 100, without a ticket.
  WallTime not_before{};
};

// INVALID_ARGUMENT request_id unless it has 1 to 64 bytes, none of them a control character: what
// is kept of such would not be what was sent.
Status CheckRequest(const std::string& request);

// The ticket of a callback that nobody is in a call for: the same for a repeat, also after a
// restart. At most 64 characters [A-Za-z0-9._-], as it is named to agents' phones and the registry.
TicketId CallbackTicket(const std::string& request);

}  // namespace callfleet::queue
