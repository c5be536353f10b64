#pragma once
// What operators keep and read, in PostgreSQL, schema `dialer`.
#include "common/clock/clock.h"
#include "common/ids/id_source.h"
#include "common/pg/pool.h"
#include "services/dialer/ports/campaign_book.h"

namespace callfleet::dialer {

// Thread safe. The pool, ids and clock outlive the book.
class PgCampaignBook final : public CampaignBook {
 public:
  PgCampaignBook(pg::Pool* pool, IdSource* ids, const Clock* clock)
      : pool_(pool), ids_(ids), clock_(clock) {}

  void Create(const RequestId& request, const CampaignSettings& settings,
              Reply<CampaignRecord> reply) override;
  void Get(const CampaignId& id, Reply<CampaignRecord> reply) override;
  void List(std::string token, int size, Reply<Page<CampaignRecord>> reply) override;
  void Update(const CampaignId& id, const CampaignSettings& settings,
              Reply<CampaignRecord> reply) override;
  void Delete(const CampaignId& id, Reply<bool> reply) override;
  void ListLeads(const CampaignId& id, std::optional<LeadState> state, std::string token, int size,
                 Reply<Page<LeadRecord>> reply) override;
  void GetLead(const LeadId& id, Reply<LeadRecord> reply) override;
  void AttemptsOf(const LeadId& id, Reply<std::vector<AttemptRecord>> reply) override;
  void ListAttempts(const CampaignId& id, std::string token, int size,
                    Reply<Page<AttemptRecord>> reply) override;
  void AddSuppressions(std::vector<SuppressionRecord> records, Reply<int> reply) override;
  void RemoveSuppressions(const CampaignId& list, std::vector<std::string> numbers,
                          Reply<int> reply) override;
  void ListSuppressions(const CampaignId& list, std::string token, int size,
                        Reply<Page<SuppressionRecord>> reply) override;

 private:
  pg::Pool* pool_;
  IdSource* ids_;
  const Clock* clock_;
};

}  // namespace callfleet::dialer
