#pragma once
// What answering-machine detection is told and what it answers. Levels are dBm0, times
// milliseconds.
#include <chrono>
#include <cstdint>
#include <string_view>

#include "common/clock/clock.h"
#include "common/result/result.h"

namespace callfleet::sip_edge::media::amd {

using Millis = std::chrono::milliseconds;

enum class Verdict : std::uint8_t {
  kHuman,    // Also whoever is not surely something else.
  kMachine,  // A greeting that goes on.
  kBeep,     // One steady tone, ended: a message can be left now.
  kFax,      // CED 2,100 Hz or CNG 1,100 Hz (ITU-T T.30).
  kSit,      // The network speaks: special information tones (ITU-T E.180) or busy.
  kSilence   // RTP without a sound.
};
inline constexpr int kVerdicts = 6;
std::string_view Name(Verdict verdict);

enum class Reason : std::uint8_t {
  kShortGreeting,  // A few words, then the wait for an answer.
  kLongRun,        // Speech without a pause for longer than people greet.
  kManyWords,
  kTone,
  kNoSound,
  kDeadline  // Time is over and nothing was sure: human.
};
std::string_view Name(Reason reason);

// Per campaign. Defaults are biased to human: a machine that reaches an agent costs seconds, a
// person who is taken for a machine is lost (and counts as an abandoned call).
struct Thresholds {
  Millis max_from_rtp{1500};     // From the first RTP after the answer; 200..1,800.
  Millis max_from_answer{1800};  // Whatever RTP does; max_from_rtp..1,800.
  Millis silence{1400};          // RTP, but no voice for so long: silence; 200..1,800.
  Millis after_greeting{520};    // The wait that ends a person's greeting; 200..1,500.
  Millis longest_run{1120};      // Speech without a pause above this: machine; 500..1,800.
  Millis word_gap{110};          // A shorter quiet part does not end a word; 40..300.
  int max_words = 6;             // More words than this: machine; 2..20.
  int min_level_dbm0 = -42;      // Quieter than this is never voice; -60..-20.
  int over_floor_db = 8;         // Voice is so much above the noise; 3..30.
  int under_peak_db = 20;        // and not further below the voice heard so far; 6..40.
  Millis message_silence{1800};  // After a machine's greeting: a message can be left; 500..10,000.
};
// An error names the field that is out of its range.
Status Check(const Thresholds& thresholds);

// What led to the decision.
struct Parts {
  Millis rtp_after_answer{0};  // How late the first RTP was.
  Millis initial_silence{0};   // RTP before the first word.
  Millis greeting{0};          // From the first word to the end of the last one.
  Millis run{0};               // The longest speech without a pause.
  Millis quiet{0};             // Since the last word.
  int words = 0;
  Millis tone{0};  // Of the tone that decided, or of the last one.
  int tone_hz = 0;
  bool ringback = false;  // Heard after the answer: the 200 came early.
  int floor_dbm0 = 0;
  int voice_dbm0 = 0;  // Peak of the voice.
};

struct Decision {
  Verdict verdict = Verdict::kHuman;
  Reason reason = Reason::kDeadline;
  MonoTime at{};
  Millis from_rtp{0};     // Since the first RTP after the answer; 0: there was none.
  Millis from_answer{0};  // Negative: in early media.
  Parts parts;
};

// Heard after the decision, each once: a message can be left now.
enum class LateFinding : std::uint8_t { kNone, kBeepEnded, kGreetingEnded };

}  // namespace callfleet::sip_edge::media::amd
