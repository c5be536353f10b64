#include "services/sip_edge/domain/prompt.h"

#include <algorithm>

namespace callfleet::sip_edge {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxSpokenDigits = 6;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool IsPromptName(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name.front() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '.' || c == '_' ||
           c == '-';
  });
}

Status CheckPromptName(std::string_view name, const std::string& field) {
  if (IsPromptName(name)) return {};
  return InvalidField(field, "1 to 64 of A-Z a-z 0-9 . _ -, not beginning with a dot");
}

std::vector<std::string> Spoken(const std::string& name, const PromptNames& known) {
  if (known.contains(name)) return {name};
  if (name.empty() || name.size() > kMaxSpokenDigits) return {};
  std::vector<std::string> digits;
  for (const char c : name) {
    std::string digit(1, c);
    if (!IsDigit(c) || !known.contains(digit)) return {};
    digits.push_back(std::move(digit));
  }
  return digits;
}

}  // namespace callfleet::sip_edge
