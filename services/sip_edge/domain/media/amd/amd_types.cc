#include "services/sip_edge/domain/media/amd/amd_types.h"

#include <array>
#include <string>

namespace callfleet::sip_edge::media::amd {
namespace {

struct Range {
  std::string_view field;
  std::int64_t value;
  std::int64_t low;
  std::int64_t high;
};

}  // namespace

std::string_view Name(Verdict verdict) {
  constexpr std::array<std::string_view, kVerdicts> kNames{"human", "machine", "beep",
                                                           "fax",   "sit",     "silence"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string_view Name(Reason reason) {
  constexpr std::array<std::string_view, 6> kNames{"short_greeting", "long_run", "many_words",
                                                   "tone",           "no_sound", "deadline"};
  return kNames[static_cast<std::size_t>(reason)];
}

Status Check(const Thresholds& t) {
  const std::array<Range, 11> ranges{{
      {"max_from_rtp", t.max_from_rtp.count(), 200, 1800},
      {"max_from_answer", t.max_from_answer.count(), t.max_from_rtp.count(), 1800},
      {"silence", t.silence.count(), 200, 1800},
      {"after_greeting", t.after_greeting.count(), 200, 1500},
      {"longest_run", t.longest_run.count(), 500, 1800},
      {"word_gap", t.word_gap.count(), 40, 300},
      {"max_words", t.max_words, 2, 20},
      {"min_level_dbm0", t.min_level_dbm0, -60, -20},
      {"over_floor_db", t.over_floor_db, 3, 30},
      {"under_peak_db", t.under_peak_db, 6, 40},
      {"message_silence", t.message_silence.count(), 500, 10000},
  }};
  for (const Range& r : ranges) {
    if (r.value < r.low || r.value > r.high) {
      return InvalidField(std::string(r.field),
                          "must be " + std::to_string(r.low) + " to " + std::to_string(r.high));
    }
  }
  return {};
}

}  // namespace callfleet::sip_edge::media::amd
