#pragma once
// The tables as running campaigns use them, schema `dialer`.
#include "common/ids/id_source.h"
#include "common/pg/committer.h"
#include "common/pg/pool.h"
#include "services/dialer/ports/campaign_store.h"
#include "services/dialer/ports/event_codec.h"

namespace callfleet::dialer {

// Thread safe. Pool, committer, ids and codec outlive the store.
class PgCampaignStore final : public CampaignStore {
 public:
  PgCampaignStore(pg::Pool* pool, pg::Committer* committer, IdSource* ids, const EventCodec* codec)
      : pool_(pool), committer_(committer), ids_(ids), codec_(codec) {}

  void Load(const CampaignId& id, Reply<CampaignModel> reply) override;
  std::unique_ptr<CampaignWriter> Open(const UnitToken& unit, const TrunkId& trunk) override;
  void ReadPage(const UnitToken& unit, LoadPage page, WallTime now,
                std::function<void(PageLoaded)> reply) override;
  void AskGate(const UnitToken& unit, CheckGate check, WallTime now,
               std::function<void(std::optional<NumberFacts>)> reply) override;

  // All campaigns, for the start. Blocks.
  Result<std::vector<CampaignId>> AllCampaigns();

 private:
  pg::Pool* pool_;
  pg::Committer* committer_;
  IdSource* ids_;
  const EventCodec* codec_;
};

}  // namespace callfleet::dialer
