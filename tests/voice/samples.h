#pragma once
// Calls as they sound at the caller's end, generated from a seed: persons, machines, tones. Nothing
// here knows the detector; speech is pulses through formants, in syllables, words and phrases.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace callfleet::amd_samples {

inline constexpr int kRate = 8000;
using Audio = std::vector<float>;  // Full scale is 32,768.

enum class Kind {
  kPersonWord,      // "Hello?"
  kPersonTwice,     // "Hello? ... Hello?"
  kPersonName,      // "Anna Smith speaking."
  kPersonBusiness,  // "Smith and Sons, good morning, you speak with Anna."
  kPersonLate,      // Says something after one to two seconds only.
  kMachineLong,     // One sentence after the other.
  kMachinePaused,   // "Hi. This is ..."
  kMachineTerse,    // Two words and the beep.
  kBeep,            // A voice mail that only beeps.
  kFaxAnswer,
  kFaxCall,
  kSit,
  kBusy,
  kRingbackThenPerson,  // The 200 came before the ringing ended.
  kSilence
};
inline constexpr int kKinds = 15;
std::string Name(Kind kind);
// human, machine, beep, fax, sit or silence: what the call is, not what can be known in time.
std::string Truth(Kind kind);

// How the line was: drawn for each call from ranges.
struct Line {
  float noise_dbm0 = -60;
  bool hum_noise = false;      // Low-pass noise rather than white.
  float voice_dbm0 = -20;      // Mean power while somebody speaks.
  float rate = 1;              // Of speech: 1.2 speaks 20 % faster.
  int rtp_late_ms = 0;         // The first packet comes so long after the answer.
  bool comfort_noise = false;  // The sender stops in silence (DTX).
  float loss = 0;              // Share of packets.
  int jitter_ms = 0;
  int packet_ms = 20;
  bool a_law = false;
  int stall_from_ms = 0;  // From here on nothing comes for stall_ms, and then all of it at once.
  int stall_ms = 0;
};
// Settings for tuning and, different ones, for the test: ranges of what Line holds.
struct Setting {
  std::string name;
  float quietest_noise = -65, loudest_noise = -48;
  float quietest_voice = -30, loudest_voice = -12;
  float slowest = 0.85F, fastest = 1.2F;
  int latest_rtp_ms = 600;
  float dtx = 0.3F;  // Share of calls.
  float loss = 0.01F;
  int jitter_ms = 20;
  std::vector<int> packets_ms{20};
  bool a_law = false;
};
std::vector<Setting> TuningSettings();
std::vector<Setting> HeldOutSettings();

struct Sample {
  Kind kind = Kind::kPersonWord;
  Line line{};
  Audio audio{};  // From the answer on, noise included, 4.5 s.
};
Sample Generate(Kind kind, const Setting& setting, std::uint64_t seed);
// Persons as consumers answer: of 100, 68 a word, 12 twice, 12 a name, 3 business, 5 late.
Kind DrawPerson(std::mt19937_64& random);

}  // namespace callfleet::amd_samples
