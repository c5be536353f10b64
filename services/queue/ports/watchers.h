#pragma once
// Driven: those who look on.
#include <chrono>
#include <optional>

#include "services/queue/domain/queue_model.h"

namespace callfleet::queue {

struct TicketView {
  QueueId queue;
  Ticket ticket;
  int place = 0;
  std::optional<WaitRange> expected{};
  WallTime now{};
  WallTime deadline{};  // When it overflows; zero: never.
};

struct QueueView {
  Queue queue;
  Figures figures;
  int waiting = 0;
  int ringing = 0;
  int connected = 0;
  int callbacks = 0;
  std::chrono::microseconds longest_wait{0};
  std::chrono::microseconds waiting_wait{0};
  std::optional<Audience> audience;
  std::optional<WaitRange> expected;
  WallTime since{};
};

// Thread safe, never blocks.
class Watchers {
 public:
  virtual ~Watchers() = default;
  virtual void OnQueue(const QueueView& view) = 0;  // At most 5 times a second a queue.
  virtual void OnTicket(const TicketView& view) = 0;
  virtual void OnRemoved(const QueueId& queue) = 0;
};

}  // namespace callfleet::queue
