// What legs hear of our own: prompts, tones, music, the safe message.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

tl::unexpected<Error> UnknownPrompt(const std::string& prompt, const std::string& field) {
  return Fail(Error{.code = ErrorCode::kNotFound,
                    .reason = "PROMPT_UNKNOWN",
                    .message = "no prompt of this name",
                    .metadata = {{"field", field}, {"prompt", prompt}}});
}

}  // namespace

Status CallSwitch::CheckPrompt(const std::string& prompt, const std::string& field) const {
  if (prompt.empty() || prompts_.contains(prompt)) return {};
  return UnknownPrompt(prompt, field);
}

// With numbers spelt out; refused where a part cannot be heard.
Result<Sound> CallSwitch::Playable(const Sound& sound) const {
  Sound out;
  for (std::size_t i = 0; i < sound.parts.size(); ++i) {
    const SoundPart& part = sound.parts[i];
    if (part.loop && i + 1 < sound.parts.size()) {
      return InvalidField("sound.loop", "what follows a loop is never heard");
    }
    if (part.prompt.empty()) {
      out.parts.push_back(part);
    } else {
      auto spoken = Spoken(part.prompt, prompts_);
      if (spoken.empty()) return UnknownPrompt(part.prompt, "sound.prompt");
      if (part.loop && spoken.size() > 1) {
        return InvalidField("sound.loop", "a number that is spoken does not loop");
      }
      for (auto& name : spoken) {
        out.parts.push_back({.prompt = std::move(name), .loop = part.loop});
      }
    }
    if (out.parts.size() > kMaxSoundParts)
      return InvalidField("sound", "at most 32 prompts in all");
  }
  if (out.parts.empty()) return InvalidField("sound", "a tone or a prompt is required");
  return out;
}

void CallSwitch::StartSound(Leg& leg, Sound sound, const RequestId& request, bool over_row,
                            Instant now) {
  leg.sound = next_sound_++;
  RecordOf(leg).playback = Playback{.request = request, .start = now.wall};
  acts_.push_back(act::Play{
      .leg = MediaOf(leg), .sound = std::move(sound), .number = leg.sound, .over_row = over_row});
  Touch(*leg.call, CallChange::kPlayback);
}

void CallSwitch::EndPlayback(Leg& leg, PlaybackEnd how, Instant now) {
  auto& playback = RecordOf(leg).playback;
  if (std::exchange(leg.sound, 0) == 0 || !playback) return;
  playback->end = now.wall;
  playback->how = how;
  Touch(*leg.call, CallChange::kPlayback);
}

void CallSwitch::SoundDone(LegHandle media, std::uint32_t number, bool finished, Instant now) {
  if (number == 0) return;  // A tone that nobody waits for: the zip of a dedicated line.
  Leg* leg = FindLeg(media);
  // What a dedicated line plays is asked for, and told, by the view on it.
  if (leg != nullptr && leg->sound != number && leg->view != 0) leg = FindLeg(leg->view);
  if (leg == nullptr) return;
  // Before all else: what took the place of the consent prompt is the leg's sound by now.
  if (leg->call->consent == number) ConsentOver(*leg->call, finished, now);
  if (leg->sound != number) return;
  EndPlayback(*leg, finished ? PlaybackEnd::kFinished : PlaybackEnd::kReplaced, now);
  if (leg->amd_message == number) MessageOver(*leg, finished, now);
  if (leg->farewell == number && RecordOf(*leg).phase == LegPhase::kFarewell) {
    Apply(*leg, LegEvent::kFarewellOver, now);
  }
}

// A consent prompt that is gone is as one that was gone at the bridge.
void CallSwitch::SoundUnheard(LegHandle media, std::uint32_t number, Instant now) {
  Leg* leg = FindLeg(media);
  if (leg != nullptr && leg->sound != number && leg->view != 0) leg = FindLeg(leg->view);
  if (leg != nullptr && number != 0 && leg->call->consent == number) {
    FailRecording(*leg->call, "CONSENT_UNKNOWN", now);
  }
  SoundDone(media, number, false, now);
}

void CallSwitch::PlayMusic(Leg& leg, Instant now) {
  const std::string& own = leg.follows.hold_music;
  const std::string& music = prompts_.contains(own) ? own : config_.hold_music;
  if (!prompts_.contains(music)) return;  // Silence.
  StartSound(leg, Sound::Of(music, true), {}, false, now);
}

const std::string& CallSwitch::SafeMessageOf(const Leg& leg) const {
  const std::string& own = leg.follows.safe_message;
  return prompts_.contains(own) ? own : config_.safe_message;
}

// For a person outside whom we called; an agent's phone that answers late is just let go.
bool CallSwitch::IsFarewellDue(Leg& leg) const {
  const LegRecord& record = RecordOf(leg);
  return record.role == LegRole::kCustomer && !record.incoming && !leg.was_bridged &&
         !IsMachine(VerdictOf(leg)) && prompts_.contains(SafeMessageOf(leg));
}

void CallSwitch::StartFarewell(Leg& leg, Instant now) {
  Deafen(MediaOf(leg));
  StartSound(leg, Sound::Of(SafeMessageOf(leg)), {}, true, now);
  leg.farewell = leg.sound;
  ArmLeg(leg, SwitchTimer::kFarewell, config_.farewell_limit);
}

CallSwitch::RecordResult CallSwitch::Play(const PlayCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  auto call = Controlled(command.context, command.call);
  if (!call) return Fail(call.error());
  auto found = LegOf(**call, command.leg);
  if (!found) return Fail(found.error());
  Leg& leg = **found;
  if (!IsLive(leg) || RecordOf(leg).phase == LegPhase::kFarewell) {
    return FailedPrecondition("TOO_LATE", "the leg is ending or has ended");
  }
  Leg* peer = FindLeg(leg.peer);
  const bool over_row = command.to != PlayTo::kFreeLeg;
  if (over_row && peer == nullptr) return FailedPrecondition("TOO_LATE", "the leg is not bridged");
  if (!over_row && peer != nullptr && !RecordOf(leg).held_by_us) {
    return FailedPrecondition("LEG_BRIDGED", "a bridged leg hears its peer");
  }
  std::vector<Leg*> listeners{&leg};
  if (command.to == PlayTo::kBridge) listeners.push_back(peer);
  if (!command.sound) {
    for (Leg* listener : listeners) acts_.push_back(act::StopSound{MediaOf(*listener)});
    return Done(**call, command.context.request);
  }
  auto sound = Playable(*command.sound);
  if (!sound) return Fail(sound.error());
  if (over_row && sound->parts.back().loop) {
    return InvalidField("sound.loop", "a loop would hide the peer for ever");
  }
  for (Leg* listener : listeners) {
    StartSound(*listener, *sound, command.context.request, over_row, now);
  }
  return Done(**call, command.context.request);
}

}  // namespace callfleet::sip_edge
