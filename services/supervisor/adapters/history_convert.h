#pragma once
#include "callfleet/common/v1/event.pb.h"
#include "services/supervisor/domain/history_rows.h"

namespace callfleet::supervisor {

// What an event means to history: nothing (monostate) where its type is not known, or has no place
// there. A payload that cannot be read counts as unknown.
HistoryEvent ToHistory(const callfleet::common::v1::Event& event);

}  // namespace callfleet::supervisor
