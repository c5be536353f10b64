#pragma once
// Driven: queues, routes, tickets and events as the bytes in which they are kept and told: messages
// of the service's own proto, so that a row and an event never say different things.
#include <optional>
#include <string>

#include "services/queue/domain/number_plan.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

struct EventPayload {
  std::string id;       // Unique for ever; the same for the same fact.
  std::string type;     // Full name of the message.
  std::string subject;  // "ticket:…"
  WallTime time{};
  std::string bytes;  // The message.
};

// Thread safe; never blocks.
class RecordCodec {
 public:
  virtual ~RecordCodec() = default;
  virtual std::string Pack(const Queue& queue) const = 0;
  virtual std::string Pack(const Route& route) const = 0;
  virtual std::string Pack(const Ticket& ticket, const QueueId& queue) const = 0;
  // nullopt: no such message; of a later release, or spoilt.
  virtual std::optional<Queue> UnpackQueue(const std::string& bytes) const = 0;
  virtual std::optional<Route> UnpackRoute(const std::string& bytes) const = 0;
  virtual std::optional<Ticket> UnpackTicket(const std::string& bytes) const = 0;
  virtual EventPayload Event(const Write& write) const = 0;  // Without a type: it tells nothing.
};

}  // namespace callfleet::queue
