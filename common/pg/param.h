#pragma once
// A parameter of a prepared statement, in PostgreSQL's text format.
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::pg {

struct Bytes {
  std::string_view data;
};

// A text's zero bytes, which PostgreSQL cannot hold, become U+FFFD.
class Param {
 public:
  Param(std::nullopt_t) {}  // NOLINT: lists of parameters are written inline.
  Param(std::string_view text);
  Param(const std::string& text) : Param(std::string_view(text)) {}
  Param(const char* text) : Param(std::string_view(text)) {}
  Param(bool value) : text_(value ? "t" : "f") {}
  template <std::integral I>
  requires(!std::same_as<I, bool>) Param(I value) : text_(std::to_string(value)) {}
  Param(double value);
  Param(WallTime time);  // timestamptz, to the microsecond.
  Param(Bytes bytes);
  Param(const std::vector<std::string>& items);   // text[].
  Param(const std::vector<std::int64_t>& items);  // bigint[].
  Param(const std::vector<Param>& items);         // Any array; a null item is NULL.
  template <class Tag>
  Param(const Id<Tag>& id) : Param(std::string_view(id.str())) {}
  template <class T>
  Param(const std::optional<T>& value) {
    if (value) *this = Param(*value);
  }

  const std::optional<std::string>& text() const { return text_; }

 private:
  std::optional<std::string> text_;
};
using Params = std::vector<Param>;

std::string FormatTime(WallTime time);  // "2026-01-31 09:30:00.000001+00".
// Of a session in UTC; nullopt where it is no such time.
std::optional<WallTime> ParseTime(std::string_view text);

}  // namespace callfleet::pg
