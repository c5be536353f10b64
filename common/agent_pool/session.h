#pragma once
// Our side of the session with a pool: what is demanded and held, said again whole after each
// reconnect, and until when it may be acted on. Pure; one a pool.
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/agent_pool/messages.h"
#include "common/clock/clock.h"

namespace callfleet::agent_pool {

class Session {
 public:
  static constexpr std::chrono::seconds kTick{1};
  // The registry lets go 10 s after it has received a heartbeat; we stop 8 s after sending it.
  static constexpr std::chrono::seconds kActUntil{8};

  Step Apply(const Input& input, Instant now);
  std::size_t held() const { return held_.size(); }
  bool up() const { return up_; }
  // Nothing new may be done on what is held from then on; zero: nothing yet.
  MonoTime act_until() const {
    const bool none = acknowledged_ == MonoTime{} || unconfirmed_ > 0 || lapsed_;
    return none ? MonoTime{} : acknowledged_ + kActUntil;
  }

 private:
  struct Member {
    Token token = 0;
    bool ready = false;
    std::map<DemandId, SendDemand> demands;
  };
  struct Held {
    Unit unit;
    HeldReservation reservation;
  };
  struct Seizing {
    Unit unit;
    SeizeAgent wish;
  };

  void On(const UnitJoins& input);
  void On(const UnitLeaves& input);
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
  void Do(const Unit& unit, const SendDemand& wish);
  void Do(const Unit& unit, const CancelDemand& wish);
  void Do(const Unit& unit, const TakeGrant& wish);
  void Do(const Unit& unit, const ReturnGrant& wish);
  void Do(const Unit& unit, const ReportOffer& wish);
  void Do(const Unit& unit, const CompleteWork& wish);
  void Do(const Unit& unit, const SeizeAgent& wish);
  void Declare(const std::vector<Unit>& units);
  void Say(Message message);
  void Tell(const Unit& unit, Event event);
  void Beat();
  void Lapse();
  void Forget(const Unit& unit);
  bool HoldsAny(const std::vector<Unit>& units) const;

  std::map<Unit, Member> members_;
  std::map<ReservationId, Held> held_;
  std::map<std::string, Seizing> seizing_;  // Asked on this stream.
  bool up_ = false;
  // Grants are numbered a stream; a unit's late answer to one of an older stream is void.
  std::uint64_t stream_ = 0;
  std::uint64_t highest_grant_ = 0;
  std::map<std::uint64_t, Unit> unanswered_;  // Grants that a unit still thinks about.
  std::uint64_t heartbeat_ = 0;
  std::map<std::uint64_t, MonoTime> sent_;  // Heartbeats not acknowledged yet.
  MonoTime declared_{};                     // When this stream began, and all was declared.
  MonoTime acknowledged_{};                 // Send time of the last that was.
  MonoTime last_tick_{};
  bool lapsed_ = false;
  // The beat that must be acknowledged before anything is done on what was held already when we
  // declared it: the registry may have let go of it, and says so before. Zero: none.
  std::uint64_t unconfirmed_ = 0;
  Instant now_{};
  Step out_;
};

}  // namespace callfleet::agent_pool
