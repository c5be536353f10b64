#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
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

// Of the body's own fields; in objects within it a null counts as absent.
enum class Nulls {
  kAbsent,  // Taken out, as if they were not there.
  kClear,   // Left in of fields that are nullable, a fault of others.
};

// All faulty fields at once. Unknown fields are taken out of the body and named in `ignored`.
Status CheckBody(Fields fields, Json* body, std::vector<std::string>* ignored,
                 Nulls nulls = Nulls::kAbsent);

// The same for a query: values become JSON by the types of `fields`; an unknown one is a fault.
Result<Json> CheckQuery(Fields fields, const std::multimap<std::string, std::string>& query);

// What a null of a PATCH takes away.
template <class Message>
struct Clearing {
  std::string_view field;
  void (*clear)(Message& message);
};
// Takes the nulls of a checked body out of it and does what they mean.
template <class Message>
void TakeNulls(std::span<const Clearing<Message>> clearings, Json* body, Message* message) {
  for (const auto& [field, clear] : clearings) {
    const auto found = body->find(field);
    if (found == body->end() || !found->is_null()) continue;
    clear(*message);
    body->erase(found);
  }
}

// The values of a path; INVALID_ARGUMENT naming the one that is no text.
Status CheckPath(const std::map<std::string, std::string, std::less<>>& path);

}  // namespace callfleet::supervisor::rest
