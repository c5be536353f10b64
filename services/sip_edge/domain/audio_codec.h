#pragma once
// What the edge speaks on the wire.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace callfleet::sip_edge {

enum class AudioCodec : std::uint8_t { kPcmu, kPcma, kG722 };
inline constexpr AudioCodec kAudioCodecs[] = {AudioCodec::kPcmu, AudioCodec::kPcma,
                                              AudioCodec::kG722};

// The encoding name of RFC 3551, as in SDP and in the API.
constexpr const char* RtpName(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::kPcmu:
      return "PCMU";
    case AudioCodec::kPcma:
      return "PCMA";
    case AudioCodec::kG722:
      return "G722";
  }
  return "";
}

inline std::optional<AudioCodec> AudioCodecOf(std::string_view name) {
  for (const AudioCodec codec : kAudioCodecs) {
    if (name == RtpName(codec)) return codec;
  }
  return std::nullopt;
}

// What both are offered alike needs no conversion: the codec of the other leg goes first.
inline void Prefer(AudioCodec first, std::vector<AudioCodec>& codecs) {
  const auto found = std::find(codecs.begin(), codecs.end(), first);
  if (found != codecs.end()) std::rotate(codecs.begin(), found, found + 1);
}

}  // namespace callfleet::sip_edge
