#pragma once
// Our side of the session with a pool: what is demanded and held, said again whole after each
// reconnect, and until when it may be acted on. Pure; one a pool.
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "common/clock/clock.h"
#include "services/queue/domain/pool_messages.h"

namespace callfleet::queue {

class PoolSession {
 public:
  static constexpr std::chrono::seconds kTick{1};
  // The registry lets go 10 s after it has received a heartbeat; we stop 8 s after sending it.
  static constexpr std::chrono::seconds kActUntil{8};

  PoolStep Apply(const PoolInput& input, Instant now);
  std::size_t held() const { return held_.size(); }
  bool up() const { return up_; }

 private:
  struct Member {
    Token token = 0;
    bool ready = false;
    std::map<TicketId, SendDemand> demands;
  };
  struct Held {
    QueueId queue;
    JoinPool::Held reservation;
  };
  struct Seizing {
    QueueId queue;
    SeizeAgent wish;
  };

  void On(const QueueJoins& input);
  void On(const QueueLeaves& input);
  void On(const WishOf& input);
  void On(const LinkUp& input);
  void On(const LinkDown& input);
  void On(const PoolReady& input);
  void On(const PoolGrant& input);
  void On(const PoolClosed& input);
  void On(const PoolRevoked& input);
  void On(const PoolFenced& input);
  void On(const PoolAck& input);
  void On(const PoolAudience& input);
  void On(const PoolSeized& input);
  void On(const PoolTick& input);
  void Wish(const QueueId& queue, const SendDemand& wish);
  void Wish(const QueueId& queue, const CancelDemand& wish);
  void Wish(const QueueId& queue, const TakeGrant& wish);
  void Wish(const QueueId& queue, const ReturnGrant& wish);
  void Wish(const QueueId& queue, const ReportOffer& wish);
  void Wish(const QueueId& queue, const CompleteWork& wish);
  void Wish(const QueueId& queue, const SeizeAgent& wish);
  void Declare(const std::vector<QueueId>& queues);
  void Say(PoolMessage message);
  void Tell(const QueueId& queue, QueueEvent event);
  void Lapse();
  void Forget(const QueueId& queue);

  std::map<QueueId, Member> members_;
  std::map<ReservationId, Held> held_;
  std::map<std::string, Seizing> seizing_;
  bool up_ = false;
  // Grants are numbered a stream; a queue's late answer to one of an older stream is void.
  std::uint64_t stream_ = 0;
  std::uint64_t highest_grant_ = 0;
  std::map<std::uint64_t, QueueId> unanswered_;  // Grants that a queue still thinks about.
  std::uint64_t heartbeat_ = 0;
  std::map<std::uint64_t, MonoTime> sent_;  // Heartbeats not acknowledged yet.
  MonoTime acknowledged_{};                 // Send time of the last that was.
  MonoTime last_tick_{};
  bool lapsed_ = false;
  Instant now_{};
  PoolStep out_;
};

}  // namespace callfleet::queue
