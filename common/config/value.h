#pragma once
// Text to values; what is wrong is said as text that never repeats the value (it may be a secret).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/schema.h"

namespace callfleet::config {

// Each returns "" and sets `to`, or returns the fault and leaves `to` alone.
std::string ParseInt(std::string_view text, const Key& key, std::int64_t* to);
std::string ParseBool(std::string_view text, bool* to);
std::string CheckChoice(const std::string& text, const Key& key);
std::vector<std::string> SplitList(std::string_view text);
std::string Join(const std::vector<std::string>& items);
std::string QuoteToml(std::string_view text);

}  // namespace callfleet::config
