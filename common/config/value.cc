#include "common/config/value.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace callfleet::config {

std::string ParseInt(std::string_view text, const Key& key, std::int64_t* to) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return "must be an integer";
  if (value < key.min || value > key.max) {
    const bool has_min = key.min != std::numeric_limits<std::int64_t>::min();
    const bool has_max = key.max != std::numeric_limits<std::int64_t>::max();
    if (!has_max) return "must be " + std::to_string(key.min) + " or more";
    if (!has_min) return "must be " + std::to_string(key.max) + " or less";
    return "must be " + std::to_string(key.min) + " to " + std::to_string(key.max);
  }
  *to = value;
  return "";
}

std::string ParseBool(std::string_view text, bool* to) {
  if (text == "true" || text == "1") {
    *to = true;
  } else if (text == "false" || text == "0") {
    *to = false;
  } else {
    return "must be true or false";
  }
  return "";
}

std::string CheckChoice(const std::string& text, const Key& key) {
  if (key.one_of.empty() || std::ranges::find(key.one_of, text) != key.one_of.end()) return "";
  return "must be one of " + Join(key.one_of);
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto item = text.substr(0, comma);
    const auto first = item.find_first_not_of(" \t");
    const auto last = item.find_last_not_of(" \t");
    if (first != std::string_view::npos) items.emplace_back(item.substr(first, last - first + 1));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return items;
}

std::string Join(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::string QuoteToml(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace callfleet::config
