#pragma once
// The dialer's tables in memory: committed in order after a moment of virtual time, lost with a
// crash if that moment had not passed.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/dialer/ports/campaign_store.h"
#include "tests/support/virtual_timers.h"

namespace callfleet::dialer {

struct StoredLead {
  Lead lead;
  LeadState state = LeadState::kQueued;
  WallTime due{};
  Outcome outcome = Outcome::kNone;
};
struct StoredAttempt {
  CampaignId campaign;
  Line line;
  bool open = true;
  bool counted = false;
  Outcome outcome = Outcome::kNone;
  WallTime ended{};
};

class FakeStore final : public CampaignStore {
 public:
  explicit FakeStore(test::VirtualTimers* timers) : timers_(timers) {}

  void AddCampaign(const CampaignId& id, CampaignSettings settings);
  void AddLead(const CampaignId& id, Lead lead);
  void Suppress(const std::string& number) { suppressed.insert(number); }
  void Crash() { ++life_; }  // What was not committed is gone.

  void Load(const CampaignId& id, Reply<CampaignModel> reply) override;
  std::unique_ptr<CampaignWriter> Open(const UnitToken& unit, const TrunkId& trunk) override;
  void ReadPage(const UnitToken& unit, LoadPage page, WallTime now,
                std::function<void(PageLoaded)> reply) override;
  void AskGate(const UnitToken& unit, CheckGate check, WallTime now,
               std::function<void(std::optional<NumberFacts>)> reply) override;

  struct Campaign {
    CampaignSettings settings;
    CampaignState state = CampaignMachine::kInitial;
    Token token = 0;
    std::map<LeadId, StoredLead> leads;
  };
  std::map<CampaignId, Campaign> campaigns;
  std::map<AttemptId, StoredAttempt> attempts;
  std::map<std::string, AttemptId> locks;
  std::set<std::string> suppressed;
  int decisions = 0;  // Noted for leads that were held back.
  bool away = false;  // Commits wait, reads fail.

 private:
  class Writer;
  void Commit(const CampaignId& id, const std::vector<Write>& writes);
  void Apply(const CampaignId& id, const SaveCampaignState& write);
  void Apply(const CampaignId& id, const WriteAttempt& write);
  void Apply(const CampaignId& id, const CloseAttempt& write);
  void Apply(const CampaignId& id, const SettleLead& write);
  void Apply(const CampaignId& id, const ReleaseNumber& write);
  void Apply(const CampaignId&, const NoteDecision&) { ++decisions; }
  void Apply(const CampaignId&, const News&) {}

  test::VirtualTimers* timers_;
  int life_ = 0;
};

}  // namespace callfleet::dialer
