#pragma once
// A synthetic speaker.
#include <random>

#include "tests/voice/samples.h"

namespace callfleet::amd_samples {

using Random = std::mt19937_64;
float Between(Random& random, float low, float high);
bool Chance(Random& random, float share);

class Voice {
 public:
  // `rate` divides all lengths.
  Voice(Random& random, float rate);
  // Speaks for about `ms` (the last syllable ends it) at mean square 1.
  void Speak(Audio& out, float ms);
  static void Pause(Audio& out, float ms) { out.resize(out.size() + Samples(ms), 0); }
  static std::size_t Samples(float ms) { return static_cast<std::size_t>(ms * kRate / 1000); }

 private:
  void Syllable(Audio& out, float ms);
  void Vowel(Audio& out, float ms);
  void Hiss(Audio& out, float ms);

  Random& random_;
  float rate_;
  float pitch_hz_;
  float breath_;  // Noise in the voice.
};

// A sine or two, at mean square 1, with edges of 3 ms.
void AddTone(Audio& out, float ms, float first_hz, float second_hz = 0);
// Makes the mean power over what is not silent `dbm0`.
void SetLevel(Audio& audio, float dbm0);
void AddNoise(Audio& audio, float dbm0, bool hum, Random& random);

}  // namespace callfleet::amd_samples
