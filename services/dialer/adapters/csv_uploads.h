#pragma once
// CSV files into tables, a thousand rows a transaction.
#include <atomic>

#include "common/clock/clock.h"
#include "common/ids/id_source.h"
#include "common/pg/pool.h"
#include "services/dialer/adapters/workers.h"
#include "services/dialer/ports/campaign_inbox.h"
#include "services/dialer/ports/uploads.h"

namespace callfleet::dialer {

struct UploadParts {
  pg::Pool* pool;
  IdSource* ids;
  const Clock* clock;
  CampaignInbox* campaigns;
  Workers* workers;
};

// Thread safe. The parts outlive the uploads.
class CsvUploads final : public Uploads {
 public:
  static constexpr int kMost = 8;  // At once.

  explicit CsvUploads(UploadParts parts) : parts_(parts) {}
  void Leads(const CampaignId& campaign, Reply reply) override;
  void Suppressions(const CampaignId& list, const std::string& default_region,
                    Reply reply) override;

 private:
  UploadParts parts_;
  std::shared_ptr<std::atomic<int>> open_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace callfleet::dialer
