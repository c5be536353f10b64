#include "services/dialer/domain/lead.h"

#include <charconv>
#include <limits>
#include <numeric>

namespace callfleet::dialer {

int Tries::Total() const { return std::accumulate(by_outcome.begin(), by_outcome.end(), 0); }

void Tries::Count(Outcome outcome) {
  auto& count = by_outcome[static_cast<std::size_t>(outcome)];
  if (count < std::numeric_limits<std::uint8_t>::max()) ++count;
}

namespace {
constexpr std::size_t kMaxSkillName = 64;

std::string Trim(const std::string& text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

bool ParseOne(const std::string& text, SkillNeed& need) {
  const auto colon = text.find(':');
  need.name = Trim(text.substr(0, colon));
  if (need.name.empty() || need.name.size() > kMaxSkillName) return false;
  if (colon == std::string::npos) return true;
  const std::string level = Trim(text.substr(colon + 1));
  const auto [end, fault] =
      std::from_chars(level.data(), level.data() + level.size(), need.min_level);
  return fault == std::errc{} && end == level.data() + level.size() && need.min_level >= 1 &&
         need.min_level <= 10;
}
}  // namespace

bool ParseSkills(const std::string& text, std::vector<SkillNeed>& out) {
  std::size_t from = 0;
  while (from <= text.size()) {
    auto to = text.find_first_of("|;,", from);
    if (to == std::string::npos) to = text.size();
    const std::string part = Trim(text.substr(from, to - from));
    from = to + 1;
    if (part.empty()) continue;
    SkillNeed need;
    if (!ParseOne(part, need)) return false;
    out.push_back(std::move(need));
  }
  return true;
}

}  // namespace callfleet::dialer
