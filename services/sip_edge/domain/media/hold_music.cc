#include "services/sip_edge/domain/media/hold_music.h"

#include <array>
#include <cmath>
#include <numbers>

#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr double kNoteSeconds = 0.3;
constexpr std::size_t kNotes = 64;
constexpr double kDecay = 2.6;  // A plucked string dies away so fast, per second.

// Broken chords C, Am, F, G twice over, in half tones above C4; what a listener may hear for long.
constexpr std::array<std::array<int, 8>, 4> kChords{{{0, 4, 7, 12, 16, 12, 7, 4},
                                                     {-3, 0, 4, 9, 12, 9, 4, 0},
                                                     {-7, -3, 0, 5, 9, 5, 0, -3},
                                                     {-5, -1, 2, 7, 11, 7, 2, -1}}};

int HalfTone(std::size_t note) { return kChords[note / 8 % 4][note % 8]; }

double Hertz(int half_tone) { return 261.63 * std::pow(2.0, half_tone / 12.0); }

}  // namespace

std::vector<std::int16_t> RenderHoldMusic() {
  const auto note_samples = static_cast<std::size_t>(kNoteSeconds * kClockHz);
  const std::size_t total = note_samples * kNotes;
  std::vector<double> mix(total, 0.0);
  for (std::size_t note = 0; note < kNotes; ++note) {
    const double hertz = Hertz(HalfTone(note));
    const std::size_t length = note_samples * 4;
    for (std::size_t i = 0; i < length; ++i) {
      const double t = static_cast<double>(i) / kClockHz;
      const double attack = std::min(1.0, t / 0.01);
      const double phase = 2 * std::numbers::pi * hertz * t;
      const double string =
          std::sin(phase) + 0.35 * std::sin(2 * phase) + 0.12 * std::sin(3 * phase);
      // What rings on past the end rings into the beginning: the loop has no seam.
      mix[(note * note_samples + i) % total] += attack * std::exp(-kDecay * t) * string;
    }
  }
  std::vector<std::int16_t> out;
  out.reserve(total);
  for (const double value : mix)
    out.push_back(static_cast<std::int16_t>(std::lround(value * 2600)));
  return out;
}

}  // namespace callfleet::sip_edge::media
