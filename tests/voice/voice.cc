#include "tests/voice/voice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace callfleet::amd_samples {
namespace {

constexpr float kTwoPi = 2 * std::numbers::pi_v<float>;

// A resonance of the throat: two poles.
struct Formant {
  float a = 0, b = 0, y1 = 0, y2 = 0;
  Formant(float hz, float width) {
    const float r = std::exp(-std::numbers::pi_v<float> * width / kRate);
    a = 2 * r * std::cos(kTwoPi * hz / kRate);
    b = -r * r;
  }
  float Step(float x) {
    const float y = x + a * y1 + b * y2;
    y2 = y1;
    y1 = y;
    return y;
  }
};

float Gauss(Random& random) { return std::normal_distribution<float>(0, 1)(random); }

// Mean square 1 over the part that was added, then an envelope over it.
template <class Envelope>
void Shape(Audio& out, std::size_t from, float level, Envelope envelope) {
  double sum = 0;
  for (std::size_t i = from; i < out.size(); ++i) sum += out[i] * out[i];
  const auto count = static_cast<float>(out.size() - from);
  const float scale = sum > 0 ? level / std::sqrt(static_cast<float>(sum) / count) : 0;
  for (std::size_t i = from; i < out.size(); ++i) {
    out[i] *= scale * envelope(static_cast<float>(i - from) / count);
  }
}

}  // namespace

float Between(Random& random, float low, float high) {
  return std::uniform_real_distribution<float>(low, high)(random);
}
bool Chance(Random& random, float share) { return Between(random, 0, 1) < share; }

Voice::Voice(Random& random, float rate)
    : random_(random),
      rate_(rate),
      pitch_hz_(Chance(random, 0.5F) ? Between(random, 85, 140) : Between(random, 165, 260)),
      breath_(Between(random, 0.05F, 0.3F)) {}

void Voice::Speak(Audio& out, float ms) {
  const std::size_t end = out.size() + Samples(ms / rate_);
  while (out.size() + Samples(60) < end) {
    const float left = static_cast<float>(end - out.size()) * 1000 / kRate;
    Syllable(out, std::min(left, Between(random_, 120, 260) / rate_));
  }
}

// A consonant that hisses or closes the mouth, then a vowel that rises and falls.
void Voice::Syllable(Audio& out, float ms) {
  float consonant = std::min(Between(random_, 20, 80), ms * 0.35F);
  if (Chance(random_, 0.45F)) {
    Hiss(out, consonant);
  } else if (Chance(random_, 0.6F)) {
    Pause(out, consonant);
  } else {
    consonant = 0;
  }
  Vowel(out, ms - consonant);
}

void Voice::Vowel(Audio& out, float ms) {
  constexpr std::array<std::array<float, 3>, 6> kVowels{{{730, 1090, 2440},
                                                         {530, 1840, 2480},
                                                         {390, 1990, 2550},
                                                         {570, 840, 2410},
                                                         {440, 1020, 2240},
                                                         {300, 870, 2240}}};
  const auto& v = kVowels[random_() % kVowels.size()];
  std::array<Formant, 3> formants{Formant(v[0] * Between(random_, 0.9F, 1.1F), 80),
                                  Formant(v[1] * Between(random_, 0.9F, 1.1F), 110),
                                  Formant(v[2] * Between(random_, 0.9F, 1.1F), 160)};
  const std::size_t from = out.size();
  const std::size_t count = Samples(ms);
  const float glide = Between(random_, -0.25F, 0.15F);
  const float start = pitch_hz_ * Between(random_, 0.9F, 1.15F);
  float phase = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const float along = static_cast<float>(i) / static_cast<float>(count);
    phase += start * (1 + glide * along) * Between(random_, 0.97F, 1.03F) / kRate;
    float x = breath_ * 0.2F * Gauss(random_);
    if (phase >= 1) {
      phase -= 1;
      x += 3;
    }
    float y = 0;
    const float first = formants[0].Step(x);
    y = first + 0.6F * formants[1].Step(x) + 0.3F * formants[2].Step(x);
    out.push_back(y);
  }
  const float tail = Between(random_, 0.05F, 0.5F);
  Shape(out, from, Between(random_, 0.5F, 1.5F), [tail](float t) {
    const float rise = std::min(1.0F, t / 0.15F);
    const float fall = t < 0.5F ? 1 : 1 - (1 - tail) * (t - 0.5F) / 0.5F;
    return rise * fall;
  });
}

void Voice::Hiss(Audio& out, float ms) {
  const std::size_t from = out.size();
  float last = 0;
  for (std::size_t i = 0; i < Samples(ms); ++i) {
    const float x = Gauss(random_);
    out.push_back(x - 0.7F * last);
    last = x;
  }
  Shape(out, from, Between(random_, 0.08F, 0.4F),
        [](float t) { return std::min(1.0F, std::min(t, 1 - t) / 0.2F); });
}

void AddTone(Audio& out, float ms, float first_hz, float second_hz) {
  const auto count = static_cast<int>(Voice::Samples(ms));
  constexpr int kEdge = 24;
  for (int i = 0; i < count; ++i) {
    const float t = static_cast<float>(i) / kRate;
    float x = std::sin(kTwoPi * first_hz * t);
    x = second_hz > 0 ? x + std::sin(kTwoPi * second_hz * t) : x * std::numbers::sqrt2_v<float>;
    const float edge = std::min(1.0F, static_cast<float>(std::min(i, count - i)) / kEdge);
    out.push_back(x * edge);
  }
}

void SetLevel(Audio& audio, float dbm0) {
  double sum = 0;
  double count = 0;
  for (const float x : audio) {
    if (std::abs(x) < 0.05F) continue;
    sum += x * x;
    ++count;
  }
  if (count == 0) return;
  const float want = std::pow(10.0F, (dbm0 + 84) / 20);
  const float scale = want / static_cast<float>(std::sqrt(sum / count));
  for (float& x : audio) x *= scale;
}

void AddNoise(Audio& audio, float dbm0, bool hum, Random& random) {
  const float want = std::pow(10.0F, (dbm0 + 84) / 20);
  float low = 0;
  for (float& x : audio) {
    const float white = Gauss(random);
    low += 0.15F * (white - low);
    x += want * (hum ? low * 3.5F : white);  // The low-pass leaves 1 / 12 of the power.
  }
}

}  // namespace callfleet::amd_samples
