#pragma once
// The dialer's tables, and the store that one process has of them.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/dialer/ports/campaign_store.h"
#include "tests/scenario/engine/database.h"
#include "tests/scenario/engine/event_log.h"

namespace callfleet::engine {

// Outlives all processes. What SQL would refuse breaks an invariant here.
class DialerTables {
 public:
  struct LeadRow {
    dialer::Lead lead;
    CampaignId campaign;
    dialer::LeadState state = dialer::LeadState::kQueued;
    WallTime due{};
    dialer::Outcome outcome = dialer::Outcome::kNone;
    std::vector<AttemptId> attempts;
  };
  struct AttemptRow {
    CampaignId campaign;
    dialer::Line line;
    bool open = true;
    bool counted = false;
    dialer::Outcome outcome = dialer::Outcome::kNone;
    WallTime ended{};
  };
  struct CampaignRow {
    dialer::CampaignSettings settings;
    dialer::CampaignState state = dialer::CampaignMachine::kInitial;
    std::vector<LeadId> all;
    std::set<std::pair<std::int64_t, LeadId>> queued;  // By position.
    std::set<std::pair<WallTime, LeadId>> waiting;     // By due time.
    std::set<AttemptId> open_attempts;
    dialer::Counters closed;  // Of attempts that have ended.
    std::int64_t denied = 0;
    std::map<dialer::NewsKind, std::int64_t> told;  // How many of each.
  };

  explicit DialerTables(Kernel* kernel) : kernel_(kernel) {}

  void AddCampaign(const CampaignId& id, dialer::CampaignSettings settings);
  void AddLead(const CampaignId& id, dialer::Lead lead);

  // --- Transactions
  Result<dialer::CampaignModel> Load(Database* database, const CampaignId& id);
  dialer::PageLoaded Page(const CampaignId& id, const dialer::LoadPage& page, WallTime now);
  dialer::NumberFacts AskGate(const CampaignId& id, const dialer::CheckGate& check, WallTime now);
  void Write(const CampaignId& id, const std::vector<dialer::Write>& writes);

  std::map<CampaignId, CampaignRow> campaigns;
  std::unordered_map<LeadId, LeadRow> leads;
  std::unordered_map<AttemptId, AttemptRow> attempts;
  std::set<std::string> suppressed;  // Numbers.
  EventLog events{"callfleet/dialer"};

 private:
  struct Lock {
    AttemptId attempt;
    CampaignId campaign;
  };
  void Apply(const CampaignId& id, const dialer::SaveCampaignState& write);
  void Apply(const CampaignId& id, const dialer::WriteAttempt& write);
  void Apply(const CampaignId& id, const dialer::CloseAttempt& write);
  void Apply(const CampaignId& id, const dialer::SettleLead& write);
  void Apply(const CampaignId& id, const dialer::NoteDecision& write);
  void Apply(const CampaignId& id, const dialer::ReleaseNumber& write);
  void Apply(const CampaignId& id, const dialer::News& write);
  void Tell(const CampaignId& id, const dialer::Write& write);
  void Move(LeadRow& row, dialer::LeadState to, WallTime due = {});
  void Unlock(const AttemptId& attempt);

  Kernel* kernel_;
  std::unordered_map<std::string, Lock> locks_;                      // By number.
  std::unordered_map<std::string, std::vector<AttemptId>> counted_;  // By number.
};

// One process's way to the tables.
class DialerStore final : public dialer::CampaignStore {
 public:
  DialerStore(DialerTables* tables, Database* database, LifeRef life)
      : tables_(tables),
        database_(database),
        life_(life),
        writer_(std::make_shared<GroupCommit>(database, life)) {}

  void Load(const CampaignId& id, Reply<dialer::CampaignModel> reply) override;
  std::unique_ptr<dialer::CampaignWriter> Open(const UnitToken& unit,
                                               const TrunkId& trunk) override;
  void ReadPage(const UnitToken& unit, dialer::LoadPage page, WallTime now,
                std::function<void(dialer::PageLoaded)> reply) override;
  void AskGate(const UnitToken& unit, dialer::CheckGate check, WallTime now,
               std::function<void(std::optional<dialer::NumberFacts>)> reply) override;

 private:
  DialerTables* tables_;
  Database* database_;
  LifeRef life_;
  std::shared_ptr<GroupCommit> writer_;
};

}  // namespace callfleet::engine
