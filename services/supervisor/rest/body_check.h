#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

using Json = nlohmann::json;

inline constexpr std::size_t kMaxJsonBytes = 1024 * 1024;
inline constexpr std::size_t kMaxJsonDepth = 32;

// INVALID_ARGUMENT NOT_JSON where the text is none or no object, JSON_TOO_DEEP beyond
// kMaxJsonDepth.
Result<Json> ParseBody(const std::string& text);

// All faulty fields at once. Unknown fields are taken out of the body and named in `ignored`;
// a null counts as absent.
Status CheckBody(Fields fields, Json* body, std::vector<std::string>* ignored);

// The same for a query: values become JSON by the types of `fields`; an unknown one is a fault.
Result<Json> CheckQuery(Fields fields, const std::multimap<std::string, std::string>& query);

// The values of a path; INVALID_ARGUMENT naming the one that is no text.
Status CheckPath(const std::map<std::string, std::string, std::less<>>& path);

}  // namespace callfleet::supervisor::rest
