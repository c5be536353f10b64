#pragma once
// A trunk's settings as the jsonb of its row; the secret has a column of its own.
#include <string>

#include "common/result/result.h"
#include "services/sip_edge/domain/trunk.h"

namespace callfleet::sip_edge {
std::string ToJson(const TrunkSettings& settings);
Result<TrunkSettings> TrunkFromJson(const std::string& text);  // BAD_ROW
}  // namespace callfleet::sip_edge
