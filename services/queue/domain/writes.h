#pragma once
// What a step wants kept: rows and events of one transaction.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/result/result.h"
#include "services/queue/domain/number_plan.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/ticket.h"

namespace callfleet::queue {

struct InsertQueue {
  Queue queue;
  RequestId request;
};
struct UpdateQueue {
  Queue queue;
  std::string change;  // Unique; makes the event's id.
  WallTime at{};
};
struct RemoveQueue {
  Queue queue;
  WallTime at{};
};
struct SaveRoute {
  Route route;
  std::string change;
  WallTime at{};
};
struct RemoveRoute {
  Route route;
  std::string change;
  WallTime at{};
};

// A caller who reached no queue, or was not let in; the final record, for history.
struct CallRefused {
  CallId call;
  std::string caller;
  std::string called;
  int sip_code = 0;  // 0: the caller left before the answer.
  WallTime create_time{};
  WallTime end_time{};
  QueueId queue{};
  std::string reason{};
};

// The whole ticket as it is from now on.
struct SaveTicket {
  Ticket ticket;
  QueueId queue;
  TicketChange change = TicketChange::kEnqueued;
  bool short_abandon = false;
  bool within_threshold = false;
  WallTime at{};
  Token token = 0;           // Of the owner, who numbers its writes from 1:
  std::uint64_t number = 0;  // both make the event's id.
};

enum class RepairKind : std::uint8_t {
  kCallAdopted = 1,
  kCallInterrupted = 2,
  kCallUnowned = 3,
  kOwnerFenced = 4,
};
struct NoteRepair {
  RepairKind kind = RepairKind::kCallAdopted;
  std::string reason;
  CallId call{};
  TicketId ticket{};
  WallTime at{};
};

// What a person asked for, and what was answered: a repeat is answered so, also by a successor.
struct KeepRequest {
  std::string request;
  bool answered = false;
  std::optional<Error> refused{};
  TicketId ticket{};  // It is answered with, where that is not the one that was asked about.
  WallTime at{};
};

// Each is an outbox event of the unit's stream, but for requests; and a row where it is one.
using Write = std::variant<InsertQueue, UpdateQueue, RemoveQueue, SaveRoute, RemoveRoute,
                           CallRefused, SaveTicket, NoteRepair, KeepRequest>;
using Writes = std::vector<Write>;

}  // namespace callfleet::queue
