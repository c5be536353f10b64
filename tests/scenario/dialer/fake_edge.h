#pragma once
// An edge with a carrier and phones behind it, seeded. It outlives the dialer's restarts.
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/dialer/ports/call_control.h"
#include "services/dialer/ports/campaign_inbox.h"
#include "tests/support/virtual_timers.h"

namespace callfleet::dialer {

class FakeEdge final : public CallControl {
 public:
  FakeEdge(test::VirtualTimers* timers, std::uint64_t seed) : timers_(timers), random_(seed) {}

  void Attach(CampaignInbox* inbox) { inbox_ = inbox; }  // Null: the dialer is down.
  void Restart();                                        // A new boot; all calls are gone.

  int trunk_fault_code = 0;    // Set: every INVITE is answered with it.
  double answers = 0.5;        // Share of calls that are answered.
  double agent_misses = 0.05;  // Share of offers that ring in vain.
  int invites = 0;
  std::map<std::string, int> invites_by_number;
  std::size_t live() const { return calls_.size(); }

  void Follow(const UnitToken& campaign, const TrunkId& trunk) override;
  void Forget(const CampaignId& campaign) override { followers_.erase(campaign); }
  void Ring(const UnitToken& campaign, const RingAgent& ring) override;
  void Dial(const UnitToken& campaign, const Originate& originate) override;
  void End(const UnitToken& campaign, const HangUp& hang_up) override;
  void Acknowledged(const UnitToken& campaign, const Acknowledge& acknowledge) override;
  void FindTrunk(const TrunkId&, std::function<void(Status)> reply) override { reply({}); }

 private:
  struct Call {
    CampaignId campaign;
    CallFacts facts;
    std::string number;
  };
  bool Chance(double share) { return std::uniform_real_distribution<>(0, 1)(random_) < share; }
  void After(std::chrono::milliseconds delay, const AttemptId& id,
             const std::function<void(Call&)>& change);
  void Tell(const Call& call);
  void Reply(const CampaignId& campaign, CommandReply reply);
  void EndCustomer(Call& call, int code, EndCause cause);
  BootId boot() const { return BootId("boot-" + std::to_string(boot_)); }

  test::VirtualTimers* timers_;
  std::mt19937_64 random_;
  CampaignInbox* inbox_ = nullptr;
  std::set<CampaignId> followers_;
  std::map<AttemptId, Call> calls_;
  int boot_ = 1;
};

}  // namespace callfleet::dialer
