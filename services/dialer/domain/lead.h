#pragma once
// A lead as the campaign needs it to work: what is dialled, in which order, with which needs.
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "common/ids/ids.h"
#include "services/dialer/domain/outcome.h"

namespace callfleet::dialer {

struct SkillNeed {
  std::string name;   // 1 to 64 characters.
  int min_level = 1;  // 1 to 10.
  friend bool operator==(const SkillNeed&, const SkillNeed&) = default;
};

// Counted attempts by outcome; their sum is what the total limit looks at.
struct Tries {
  std::array<std::uint8_t, kOutcomes.size()> by_outcome{};
  int Of(Outcome outcome) const { return by_outcome[static_cast<std::size_t>(outcome)]; }
  int Total() const;
  void Count(Outcome outcome);
  friend bool operator==(const Tries&, const Tries&) = default;
};

struct Lead {
  LeadId id;
  std::int64_t position = 0;  // Order of upload within the campaign, from 1.
  int priority = 0;           // -1000 to 1000; higher first.
  std::string number;         // E.164 with +.
  std::string name;
  std::string zone;    // The lead's own; empty: the campaign's, else all of `region`.
  std::string region;  // "US", or "+1" where the number belongs to no one region.
  std::vector<SkillNeed> skills;
  Tries tries;
  std::map<std::string, std::string> metadata;  // Other columns; at most 1 KiB in all.

  // Higher priority first, then order of upload: a retry that is due is back at its old place.
  bool Before(const Lead& other) const {
    return std::tuple(-priority, position) < std::tuple(-other.priority, other.position);
  }
};

// "sales:3|english" → {sales, 3}, {english, 1}. Separators | ; and ,. False: a level is no number
// from 1 to 10 or a name is empty or too long.
bool ParseSkills(const std::string& text, std::vector<SkillNeed>& out);

}  // namespace callfleet::dialer
