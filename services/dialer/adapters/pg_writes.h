#pragma once
// Writes of a step as statements of the committer.
#include <vector>

#include "common/ids/id_source.h"
#include "common/pg/committer.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

// What a News becomes for readers of the outbox; its payload is a WatchCampaignResponse.CallEvent.
pg::OutboxEvent ToOutboxEvent(const News& news, const Unit& unit, const std::string& trunk,
                              const std::string& event_id);

// Appends the statements and events of one write to the batch.
void AddWrite(const Write& write, const std::string& trunk, IdSource* ids, pg::Batch* batch);

}  // namespace callfleet::dialer
