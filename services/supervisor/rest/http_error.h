#pragma once
// Errors of ours as HTTP answers.
#include <nlohmann/json.hpp>
#include <string>

#include "common/result/result.h"

namespace callfleet::supervisor::rest {

// 400, 401, 403, 404, 405, 409, 413, 416, 429, 500, 501, 503; see README.md.
int HttpCode(const Error& error);
// {"success": false, "error": {code, reason, message, field, fields, details, retryAfterSeconds}}.
nlohmann::json ErrorBody(const Error& error);
// A field as the protos spell it, as this API spells it: "campaign.trunk_id" → "sipTrunkId".
std::string RestField(const std::string& field);
// 1 or more, for Retry-After.
long RetryAfterSeconds(const Error& error);

}  // namespace callfleet::supervisor::rest
