#pragma once
// WAV files from outside, by libsndfile: what they may be is checked here, how they are parsed is
// the library's work.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace callfleet::sip_edge {

inline constexpr int kMaxPromptSeconds = 300;

// Mono at 8,000 Hz, whatever of 8,000 or 16,000 Hz, mono or stereo, 8 or 16 bit PCM the file holds.
// INVALID_ARGUMENT naming `field`: PROMPT_FORMAT, PROMPT_TOO_LONG.
Result<std::vector<std::int16_t>> ReadWav(std::string_view bytes, const std::string& field);

// 44 octets of header for 16 bit PCM.
std::string WavHeader(std::uint32_t rate, std::uint16_t channels, std::uint32_t data_bytes);
inline constexpr std::size_t kWavHeaderBytes = 44;

}  // namespace callfleet::sip_edge
