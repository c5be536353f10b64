#pragma once
// The service's own messages as what is kept and told.
#include "services/queue/ports/record_codec.h"

namespace callfleet::queue {

class ProtoRecords final : public RecordCodec {
 public:
  std::string Pack(const Queue& queue) const override;
  std::string Pack(const Route& route) const override;
  std::string Pack(const Ticket& ticket, const QueueId& queue) const override;
  std::optional<Queue> UnpackQueue(const std::string& bytes) const override;
  std::optional<Route> UnpackRoute(const std::string& bytes) const override;
  std::optional<Ticket> UnpackTicket(const std::string& bytes) const override;
  EventPayload Event(const callfleet::queue::Write& write) const override;
};

}  // namespace callfleet::queue
