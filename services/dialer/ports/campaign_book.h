#pragma once
// Driven: what operators keep and read: campaigns, leads, the call log, the suppression list.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/dialer/domain/attempt_record.h"
#include "services/dialer/domain/campaign_machine.h"
#include "services/dialer/domain/campaign_settings.h"
#include "services/dialer/domain/lead.h"
#include "services/dialer/domain/lead_machine.h"

namespace callfleet::dialer {

struct CampaignRecord {
  CampaignId id;
  CampaignSettings settings;
  CampaignState state = CampaignMachine::kInitial;
  WallTime created{};
  std::optional<WallTime> started;
  int revision = 1;  // Raised by each change of the settings.
};

struct LeadRecord {
  Lead lead;
  CampaignId campaign;
  LeadState state = LeadState::kQueued;
  Outcome outcome = Outcome::kNone;
  int attempts = 0;
  std::optional<WallTime> due;
  std::string gate_reason;
  int line = 0;
};

struct SuppressionRecord {
  CampaignId campaign;  // Empty: for all campaigns.
  std::string number;
  std::string reason;
  WallTime created{};
};

template <class T>
struct Page {
  std::vector<T> items;
  std::string next_token;  // Empty: that was all.
};

// Thread safe, never blocks; each reply comes once, on any thread. Page sizes 1 to 1,000.
class CampaignBook {
 public:
  template <class T>
  using Reply = std::function<void(Result<T>)>;

  virtual ~CampaignBook() = default;
  // A known request id answers with what it created. CAMPAIGN_NAME_TAKEN.
  virtual void Create(const RequestId& request, const CampaignSettings& settings,
                      Reply<CampaignRecord> reply) = 0;
  virtual void Get(const CampaignId& id, Reply<CampaignRecord> reply) = 0;
  virtual void List(std::string token, int size, Reply<Page<CampaignRecord>> reply) = 0;
  virtual void Update(const CampaignId& id, const CampaignSettings& settings,
                      Reply<CampaignRecord> reply) = 0;
  // With leads and log; its actor has refused if it is in use.
  virtual void Delete(const CampaignId& id, Reply<bool> reply) = 0;
  virtual void ListLeads(const CampaignId& id, std::optional<LeadState> state, std::string token,
                         int size, Reply<Page<LeadRecord>> reply) = 0;
  virtual void GetLead(const LeadId& id, Reply<LeadRecord> reply) = 0;
  virtual void AttemptsOf(const LeadId& id, Reply<std::vector<AttemptRecord>> reply) = 0;
  virtual void ListAttempts(const CampaignId& id, std::string token, int size,
                            Reply<Page<AttemptRecord>> reply) = 0;
  virtual void AddSuppressions(std::vector<SuppressionRecord> records, Reply<int> reply) = 0;
  virtual void RemoveSuppressions(const CampaignId& list, std::vector<std::string> numbers,
                                  Reply<int> reply) = 0;
  virtual void ListSuppressions(const CampaignId& list, std::string token, int size,
                                Reply<Page<SuppressionRecord>> reply) = 0;
};

}  // namespace callfleet::dialer
