#pragma once
// Writes of a step as statements of the committer.
#include <vector>

#include "common/ids/id_source.h"
#include "common/pg/committer.h"
#include "services/dialer/domain/step.h"
#include "services/dialer/ports/event_codec.h"

namespace callfleet::dialer {

// Both outlive the writes.
struct EventParts {
  IdSource* ids;
  const EventCodec* codec;
};

// Appends the statements and events of one write to the batch.
void AddWrite(const Write& write, const std::string& trunk, const EventParts& parts,
              pg::Batch* batch);

}  // namespace callfleet::dialer
