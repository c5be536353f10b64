#pragma once
// What a JSON object or a query may hold: one table checks a request and describes it in OpenAPI.
#include <limits>
#include <span>
#include <string_view>

namespace callfleet::supervisor::rest {

enum class JsonType {
  kString,
  kInteger,
  kNumber,
  kBoolean,
  kStringList,
  kIntegerList,
  kObject,
  kObjectList,
};

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

// min and max are inclusive: of a number its value (in integer lists of each item), of a string its
// length in characters, of a list its number of items.
struct FieldSpec {
  std::string_view name;
  JsonType type = JsonType::kString;
  std::string_view about;
  bool required = false;
  bool nullable = false;  // PATCH takes null as "none", as it is answered.
  double min = 0;
  double max = kNoLimit;
  std::span<const std::string_view> one_of{};  // Strings only; empty: anything.
  std::span<const FieldSpec> fields{};         // Objects and object lists only.
};

using Fields = std::span<const FieldSpec>;

}  // namespace callfleet::supervisor::rest
