// A sound with all that follows it, as one list.
#include "services/sip_edge/rpc/convert.h"

namespace callfleet::sip_edge {

namespace {

constexpr int kMaxDepth = 8;
constexpr int kMaxNames = 16;

Tone ToTone(v1::Sound::Tone tone) {
  switch (tone) {
    case v1::Sound::TONE_RINGBACK:
      return Tone::kRingback;
    case v1::Sound::TONE_BUSY:
      return Tone::kBusy;
    case v1::Sound::TONE_BEEP:
      return Tone::kBeep;
    case v1::Sound::TONE_ZIP:
      return Tone::kZip;
    default:
      return Tone::kSilence;
  }
}

Status Append(const v1::Sound& sound, Sound& out) {
  switch (sound.source_case()) {
    case v1::Sound::kPrompt:
      if (auto ok = CheckPromptName(sound.prompt(), "sound.prompt"); !ok) return ok;
      out.parts.push_back({.prompt = sound.prompt(), .loop = sound.loop()});
      return {};
    case v1::Sound::kPrompts: {
      const auto& names = sound.prompts().names();
      if (names.empty() || names.size() > kMaxNames) {
        return InvalidField("sound.prompts.names", "1 to 16");
      }
      if (sound.loop() && names.size() > 1) {
        return InvalidField("sound.loop", "a tone or one prompt may loop");
      }
      for (const auto& name : names) {
        if (auto ok = CheckPromptName(name, "sound.prompts.names"); !ok) return ok;
        out.parts.push_back({.prompt = name, .loop = sound.loop()});
      }
      return {};
    }
    case v1::Sound::kTone:
    case v1::Sound::SOURCE_NOT_SET:
      break;
  }
  out.parts.push_back({.tone = ToTone(sound.tone()), .loop = sound.loop()});
  return {};
}

}  // namespace

Result<Sound> FromProto(const v1::Sound& sound) {
  Sound out;
  const v1::Sound* at = &sound;
  for (int depth = 0; at != nullptr; ++depth) {
    if (depth == kMaxDepth) return InvalidField("sound.then", "at most 8 deep");
    if (auto ok = Append(*at, out); !ok) return Fail(ok.error());
    at = at->has_then() ? &at->then() : nullptr;
  }
  return out;
}

}  // namespace callfleet::sip_edge
