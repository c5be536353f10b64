// WAV files from outside.
#include <string_view>

#include "services/sip_edge/adapters/wav_reader.h"
#include "tests/fuzz/targets.h"

namespace callfleet::fuzz {

void Wav(Bytes input) {
  const std::string_view bytes(reinterpret_cast<const char*>(input.data()), input.size());
  const auto samples = sip_edge::ReadWav(bytes, "wav");
  if (!samples) {
    Promise(!samples.error().reason.empty() && !samples.error().fields.empty());
    return;
  }
  // Something, no longer than allowed, and not more than the bytes can hold (8 bit, mono).
  Promise(!samples->empty() && samples->size() <= sip_edge::kMaxPromptSeconds * 8000U);
  Promise(samples->size() <= bytes.size());
}

}  // namespace callfleet::fuzz
