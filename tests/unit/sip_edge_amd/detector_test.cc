// The detector as a story: what was heard, what it says and when.
#include <gtest/gtest.h>

#include "tests/amd/play.h"
#include "tests/voice/voice.h"

namespace callfleet::amd_samples {
namespace {

using amd::LateFinding;
using amd::Millis;
using amd::Reason;
using amd::Verdict;
constexpr MonoTime kStart{std::chrono::seconds{50}};

class Call {
 public:
  explicit Call(amd::Thresholds thresholds = {}) : thresholds_(thresholds) {}
  Call& Says(float ms) {
    voice_.Speak(audio_, ms);
    return *this;
  }
  Call& Waits(float ms) {
    Voice::Pause(audio_, ms);
    return *this;
  }
  Call& Beeps(float ms, float hz, float second = 0) {
    AddTone(audio_, ms, hz, second);
    return *this;
  }
  Played Play(Line line = {}) {
    SetLevel(audio_, line.voice_dbm0);
    Voice::Pause(audio_, 3000);
    AddNoise(audio_, line.noise_dbm0, line.hum_noise, random_);
    return amd_samples::Play(audio_, line, thresholds_, 1, true);
  }

 private:
  amd::Thresholds thresholds_;
  Random random_{11};
  Voice voice_{random_, 1};
  Audio audio_;
};

TEST(Amd, AHelloAndAWaitIsAPerson) {
  const auto played = Call().Waits(300).Says(450).Play();
  EXPECT_EQ(played.decision.verdict, Verdict::kHuman);
  EXPECT_EQ(played.decision.reason, Reason::kShortGreeting);
  EXPECT_LE(played.decision.from_rtp, Millis{1400});
  EXPECT_EQ(played.decision.parts.words, 1);
  EXPECT_NEAR(static_cast<double>(played.decision.parts.initial_silence.count()), 300, 80);
}

TEST(Amd, AGreetingThatGoesOnIsAMachine) {
  const auto played = Call().Waits(100).Says(4000).Play();
  EXPECT_EQ(played.decision.verdict, Verdict::kMachine);
  EXPECT_EQ(played.decision.reason, Reason::kLongRun);
  EXPECT_LE(played.decision.from_rtp, Millis{1500});
  EXPECT_GE(played.decision.parts.run, Millis{1100});
}

TEST(Amd, WhatIsNotSureInTimeIsAPerson) {
  const auto played = Call().Waits(900).Says(4000).Play();
  EXPECT_EQ(played.decision.verdict, Verdict::kHuman);
  EXPECT_EQ(played.decision.reason, Reason::kDeadline);
  EXPECT_LE(played.decision.from_rtp, Millis{1500});
  EXPECT_GT(played.decision.from_rtp, Millis{1480});
}

TEST(Amd, WithoutRtpThePersonIsThereAtThe1800MillisecondsOfTheAnswer) {
  const auto played = Call().Says(3000).Play({.rtp_late_ms = 100000});
  EXPECT_EQ(played.decision.verdict, Verdict::kHuman);
  EXPECT_LE(played.decision.from_answer, Millis{1800});
  EXPECT_GT(played.decision.from_answer, Millis{1780});
  EXPECT_EQ(played.decision.from_rtp, Millis{0});
}

TEST(Amd, LateRtpNeverMovesTheDecisionBeyondThe1800Milliseconds) {
  const auto played = Call().Waits(900).Says(4000).Play({.rtp_late_ms = 600});
  EXPECT_LE(played.decision.from_answer, Millis{1800});
  EXPECT_GT(played.decision.from_answer, Millis{1780});
}

TEST(Amd, ASilentLineIsSilence) {
  const auto played = Call().Play();
  EXPECT_EQ(played.decision.verdict, Verdict::kSilence);
  EXPECT_LE(played.decision.from_rtp, Millis{1500});
}

TEST(Amd, ASenderThatStopsAfterHelloIsAPersonWhoWaits) {
  const auto played = Call().Waits(200).Says(450).Play({.comfort_noise = true});
  EXPECT_EQ(played.decision.verdict, Verdict::kHuman);
  EXPECT_EQ(played.decision.reason, Reason::kShortGreeting);
}

TEST(Amd, ABeepAloneIsABeep) {
  const auto played = Call().Waits(300).Beeps(400, 1000).Play();
  EXPECT_EQ(played.decision.verdict, Verdict::kBeep);
  EXPECT_NEAR(played.decision.parts.tone_hz, 1000, 10);
}

TEST(Amd, TheBeepAfterAMachinesGreetingIsToldOnceAndLater) {
  const auto played = Call().Says(3000).Waits(300).Beeps(500, 1000).Play();
  EXPECT_EQ(played.decision.verdict, Verdict::kMachine);
  ASSERT_GE(played.late.size(), 1U);
  EXPECT_EQ(played.late[0], LateFinding::kBeepEnded);
}

TEST(Amd, AMachineWithoutABeepIsDoneWhenItIsQuiet) {
  const auto played = Call().Says(3000).Play();
  ASSERT_EQ(played.late.size(), 1U);
  EXPECT_EQ(played.late[0], LateFinding::kGreetingEnded);
}

TEST(Amd, AFaxWhosePacketsAreHeldUpIsAFax) {
  for (const int from : {140, 180, 240, 290}) {
    const auto played = Call().Beeps(3000, 2100).Play({.stall_from_ms = from, .stall_ms = 240});
    EXPECT_EQ(played.decision.verdict, Verdict::kFax) << "held up from " << from << " ms on";
  }
}

TEST(Amd, ABeepThatIsTheLastThatComesIsABeep) {
  const auto played = Call().Waits(300).Beeps(400, 1000).Play({.comfort_noise = true});
  EXPECT_EQ(played.decision.verdict, Verdict::kBeep);
}

TEST(Amd, RingingAfterAnEarly200IsNotAVoice) {
  const auto played = Call().Waits(100).Beeps(1300, 440, 480).Play();
  EXPECT_EQ(played.decision.verdict, Verdict::kHuman);
  EXPECT_EQ(played.decision.reason, Reason::kDeadline);
  EXPECT_TRUE(played.decision.parts.ringback);
  EXPECT_EQ(played.decision.parts.words, 0);
}

TEST(Amd, FrequenciesOfTheNetworkDecideInEarlyMedia) {
  Audio audio;
  AddTone(audio, 330, 950);
  AddTone(audio, 330, 1400);
  AddTone(audio, 400, 1800);
  SetLevel(audio, -18);
  amd::AnsweringDetector detector({});
  std::optional<amd::Decision> decision;
  for (std::size_t at = 0; at + 160 <= audio.size(); at += 160) {
    const std::vector<std::int16_t> samples(audio.begin() + static_cast<std::ptrdiff_t>(at),
                                            audio.begin() + static_cast<std::ptrdiff_t>(at) + 160);
    const auto out = detector.OnFrame({.arrived = kStart + Millis{at / 8},
                                       .timestamp = static_cast<std::uint32_t>(at),
                                       .samples = samples});
    if (out.decision) decision = out.decision;
  }
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->verdict, Verdict::kSit);
  EXPECT_TRUE(detector.decided());
  EXPECT_FALSE(detector.OnAnswer(kStart + Millis{2000}).decision);
}

TEST(Amd, AnAnnouncementBeforeTheAnswerIsNotThePersonsGreeting) {
  Random random(2);
  Voice voice(random, 1);
  Audio audio;
  voice.Speak(audio, 4000);
  SetLevel(audio, -18);
  amd::AnsweringDetector detector({});
  for (std::size_t at = 0; at + 160 <= audio.size(); at += 160) {
    const std::vector<std::int16_t> samples(audio.begin() + static_cast<std::ptrdiff_t>(at),
                                            audio.begin() + static_cast<std::ptrdiff_t>(at) + 160);
    EXPECT_FALSE(detector
                     .OnFrame({.arrived = kStart + Millis{at / 8},
                               .timestamp = static_cast<std::uint32_t>(at),
                               .samples = samples})
                     .decision);
  }
  EXPECT_FALSE(detector.OnAnswer(kStart + Millis{5000}).decision);
  EXPECT_EQ(detector.state(), amd::AmdState::kListening);
}

TEST(Amd, OldAndRepeatedPacketsAreDropped) {
  amd::AnsweringDetector detector({});
  detector.OnAnswer(kStart);
  const std::vector<std::int16_t> loud(160, 8000);
  for (int i = 0; i < 400; ++i) {
    detector.OnFrame({.arrived = kStart, .timestamp = 1000, .samples = loud});
  }
  EXPECT_EQ(detector.state(), amd::AmdState::kListening);
}

}  // namespace
}  // namespace callfleet::amd_samples
