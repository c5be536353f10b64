#pragma once
// Our side of the session with a pool: what is demanded and held, said again whole after each
// reconnect, and until when it may be acted on. Pure; one a pool.
#include <chrono>
#include <cstdint>
#include <map>
#include <set>

#include "common/clock/clock.h"
#include "services/dialer/domain/pool_messages.h"

namespace callfleet::dialer {

class PoolSession {
 public:
  static constexpr std::chrono::seconds kTick{1};
  // The registry lets go 10 s after it has received a heartbeat; we stop 8 s after sending it.
  static constexpr std::chrono::seconds kActUntil{8};

  PoolStep Apply(const PoolInput& input, Instant now);
  std::size_t held() const { return held_.size(); }
  bool up() const { return up_; }
  // Nothing new may be done on what is held from then on; zero: nothing yet.
  MonoTime act_until() const {
    return acknowledged_ == MonoTime{} || unconfirmed_ > 0 ? MonoTime{} : acknowledged_ + kActUntil;
  }

 private:
  struct Member {
    Token token = 0;
    bool ready = false;
    std::map<AttemptId, SendDemand> demands;
  };
  struct Held {
    CampaignId campaign;
    HeldReservation reservation;
  };

  void On(const JoinPool& input);
  void On(const LeavePool& input);
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
  void On(const PoolTick& input);
  void On(const PoolSeized& input);
  void Wish(const CampaignId& campaign, const SendDemand& wish);
  void Wish(const CampaignId& campaign, const CancelDemand& wish);
  void Wish(const CampaignId& campaign, const TakeGrant& wish);
  void Wish(const CampaignId& campaign, const ReturnGrant& wish);
  void Wish(const CampaignId& campaign, const ReportOffer& wish);
  void Wish(const CampaignId& campaign, const CompleteWork& wish);
  void Wish(const CampaignId& campaign, const SeizeAgent& wish);
  void Declare(const std::vector<CampaignId>& campaigns);
  void Say(PoolMessage message);
  void Tell(const CampaignId& campaign, Event event);
  void Beat();
  void Lapse();
  void Forget(const CampaignId& campaign);

  std::map<CampaignId, Member> members_;
  std::map<ReservationId, Held> held_;
  bool up_ = false;
  // Grants are numbered a stream; a campaign's late answer to one of an older stream is void.
  std::uint64_t stream_ = 0;
  std::uint64_t highest_grant_ = 0;
  std::map<std::uint64_t, CampaignId> unanswered_;  // Grants that a campaign still thinks about.
  std::map<std::string, std::pair<CampaignId, AttemptId>> seizing_;  // Asked on this stream.
  std::uint64_t heartbeat_ = 0;
  std::map<std::uint64_t, MonoTime> sent_;  // Heartbeats not acknowledged yet.
  MonoTime acknowledged_{};                 // Send time of the last that was.
  MonoTime last_tick_{};
  bool lapsed_ = false;
  // The beat that must be acknowledged before anything is done on what was held already when we
  // declared it: the registry may have let go of it, and says so before. Zero: none.
  std::uint64_t unconfirmed_ = 0;
  Instant now_{};
  PoolStep out_;
};

}  // namespace callfleet::dialer
