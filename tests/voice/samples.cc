#include "tests/voice/samples.h"

#include <array>

#include "tests/voice/voice.h"

namespace callfleet::amd_samples {
namespace {

constexpr float kCallMs = 4500;

struct Scene {
  Random& random;
  Voice voice;
  Audio audio{};

  void Wait(float low, float high) { Voice::Pause(audio, Between(random, low, high)); }
  void Say(float low, float high) { voice.Speak(audio, Between(random, low, high)); }
  void Tone(float ms, float first, float second = 0) { AddTone(audio, ms, first, second); }
};

void Beep(Scene& s) {
  constexpr std::array<float, 7> kBeeps{620, 800, 880, 1000, 1050, 1400, 1633};
  s.Tone(Between(s.random, 150, 900), kBeeps[s.random() % kBeeps.size()]);
}

void Sentences(Scene& s, float first_low, float first_high) {
  s.Say(first_low, first_high);
  for (int i = 0; i < 3; ++i) {
    s.Wait(200, 600);
    s.Say(800, 2200);
  }
}

void Person(Kind kind, Scene& s) {
  s.Wait(100, 800);
  switch (kind) {
    case Kind::kPersonTwice:
      s.Say(220, 450);
      s.Wait(80, 900);
      return s.Say(220, 500);
    case Kind::kPersonName:
      s.Say(250, 500);
      s.Wait(30, 150);
      return s.Say(250, 550);
    case Kind::kPersonBusiness:
      s.Say(450, 1100);
      s.Wait(130, 350);
      s.Say(400, 900);
      s.Wait(100, 350);
      return s.Say(400, 900);
    case Kind::kPersonLate:
      s.Wait(600, 1400);
      return s.Say(250, 600);
    default:
      return s.Say(200, 600);
  }
}

void Machine(Kind kind, Scene& s) {
  s.Wait(50, 700);
  if (kind == Kind::kMachineLong) return Sentences(s, 1500, 3500);
  if (kind == Kind::kMachinePaused) {
    s.Say(250, 500);
    s.Wait(120, 450);
    return Sentences(s, 1200, 3000);
  }
  s.Say(400, 900);
  s.Wait(100, 300);
  Beep(s);
}

void Network(Kind kind, Scene& s) {
  s.Wait(30, 300);
  switch (kind) {
    case Kind::kBeep:
      s.Wait(50, 500);
      return Beep(s);
    case Kind::kFaxAnswer:
      s.Wait(0, 400);
      return s.Tone(3000, Between(s.random, 2086, 2114));
    case Kind::kFaxCall:
      for (int i = 0; i < 2; ++i) {
        s.Tone(500, Between(s.random, 1080, 1120));
        s.Wait(3000, 3000);
      }
      return;
    case Kind::kSit: {
      const bool low = Chance(s.random, 0.5F);
      s.Tone(Chance(s.random, 0.5F) ? 276 : 380, low ? 913.8F : 985.2F);
      s.Tone(Chance(s.random, 0.5F) ? 276 : 380, low ? 1370.6F : 1428.5F);
      s.Tone(380, 1776.7F);
      s.Wait(100, 300);
      return s.Say(2000, 3000);
    }
    case Kind::kBusy: {
      const bool american = Chance(s.random, 0.5F);
      const float on = american || Chance(s.random, 0.5F) ? 500 : 250;
      for (int i = 0; i < 6; ++i) {
        if (american) {
          s.Tone(on, 480, 620);
        } else {
          s.Tone(on, 425);
        }
        s.Wait(on, on);
      }
      return;
    }
    case Kind::kRingbackThenPerson: {
      const bool american = Chance(s.random, 0.5F);
      s.Tone(Between(s.random, 500, 1500), american ? 440 : 425, american ? 480 : 0);
      s.Wait(300, 2000);
      return s.Say(250, 600);
    }
    default:
      return;
  }
}

}  // namespace

std::string Name(Kind kind) {
  constexpr std::array<const char*, kKinds> kNames{
      "person_word", "person_twice",    "person_name",    "person_business",
      "person_late", "machine_long",    "machine_paused", "machine_terse",
      "beep",        "fax_answer",      "fax_call",       "sit",
      "busy",        "ringback_person", "silence"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string Truth(Kind kind) {
  constexpr std::array<const char*, kKinds> kTruths{
      "human", "human", "human", "human", "human", "machine", "machine", "machine",
      "beep",  "fax",   "fax",   "sit",   "sit",   "human",   "silence"};
  return kTruths[static_cast<std::size_t>(kind)];
}

Kind DrawPerson(std::mt19937_64& random) {
  const float x = Between(random, 0, 100);
  if (x < 68) return Kind::kPersonWord;
  if (x < 80) return Kind::kPersonTwice;
  if (x < 92) return Kind::kPersonName;
  return x < 95 ? Kind::kPersonBusiness : Kind::kPersonLate;
}

std::vector<Setting> TuningSettings() {
  return {{.name = "quiet line"},
          {.name = "noisy line",
           .quietest_noise = -46,
           .loudest_noise = -40,
           .quietest_voice = -22,
           .loudest_voice = -12}};
}

std::vector<Setting> HeldOutSettings() {
  return {{.name = "other voices",
           .quietest_noise = -70,
           .loudest_noise = -50,
           .quietest_voice = -26,
           .loudest_voice = -9,
           .slowest = 0.75F,
           .fastest = 1.35F},
          {.name = "30 ms, A-law, lossy",
           .quietest_noise = -60,
           .loudest_noise = -46,
           .loss = 0.05F,
           .jitter_ms = 60,
           .packets_ms = {10, 30, 60},
           .a_law = true},
          {.name = "loud noise",
           .quietest_noise = -42,
           .loudest_noise = -36,
           .quietest_voice = -20,
           .loudest_voice = -11},
          {.name = "all late, all DTX", .latest_rtp_ms = 600, .dtx = 1, .jitter_ms = 30}};
}

Sample Generate(Kind kind, const Setting& setting, std::uint64_t seed) {
  Random random(seed);
  Sample out{.kind = kind};
  Line& line = out.line;
  line.noise_dbm0 = Between(random, setting.quietest_noise, setting.loudest_noise);
  line.hum_noise = Chance(random, 0.5F);
  line.voice_dbm0 = Between(random, setting.quietest_voice, setting.loudest_voice);
  line.rate = Between(random, setting.slowest, setting.fastest);
  line.rtp_late_ms =
      static_cast<int>(Between(random, 0, static_cast<float>(setting.latest_rtp_ms)));
  line.comfort_noise = Chance(random, setting.dtx);
  line.loss = setting.loss;
  line.jitter_ms = setting.jitter_ms;
  line.packet_ms = setting.packets_ms[random() % setting.packets_ms.size()];
  line.a_law = setting.a_law;
  Scene scene{random, Voice(random, line.rate)};
  switch (kind) {
    case Kind::kPersonWord:
    case Kind::kPersonTwice:
    case Kind::kPersonName:
    case Kind::kPersonBusiness:
    case Kind::kPersonLate:
      Person(kind, scene);
      break;
    case Kind::kMachineLong:
    case Kind::kMachinePaused:
    case Kind::kMachineTerse:
      Machine(kind, scene);
      break;
    default:
      Network(kind, scene);
      break;
  }
  SetLevel(scene.audio, line.voice_dbm0);
  scene.audio.resize(Voice::Samples(kCallMs), 0);
  AddNoise(scene.audio, line.noise_dbm0, line.hum_noise, random);
  out.audio = std::move(scene.audio);
  return out;
}

}  // namespace callfleet::amd_samples
