// Prompts and music towards the far end.
#include <cmath>
#include <numbers>

#include "services/sip_edge/media/clip_encoder.h"
#include "tests/integration/media/world.h"

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

std::shared_ptr<const SoundClip> ToneClip(double hz, int ms) {
  std::vector<std::int16_t> samples;
  for (std::size_t i = 0; i < static_cast<std::size_t>(ms) * kSamplesPerMs; ++i) {
    const double t = 2 * std::numbers::pi * hz * static_cast<double>(i) / kClockHz;
    samples.push_back(static_cast<std::int16_t>(8000 * std::sin(t)));
  }
  return std::make_shared<const SoundClip>(EncodeClip(samples));
}

const std::function<void()> kNothing = [] {};

TEST_F(World, AnAnnouncementIsHeardOverMusicAndThenTheMusicAgain) {
  Phone caller(Codec::kPcma);
  const auto c = OpenLeg(caller, Codec::kPcma);
  const auto music = ToneClip(500, 200);
  ASSERT_TRUE(engine_->Play(c.id, {.items = {{music, 0}}, .number = 1}).has_value());
  Run(milliseconds(300), {&caller}, kNothing);
  EXPECT_GT(caller.ShareOf(500), 0.9);
  ASSERT_TRUE(engine_->Play(c.id, {.items = {{ToneClip(900, 300), 1}, {music, 0}}, .number = 2})
                  .has_value());
  Run(milliseconds(100), {&caller}, kNothing);
  caller.Forget();
  Run(milliseconds(160), {&caller}, kNothing);
  EXPECT_GT(caller.ShareOf(900), 0.9);
  Run(milliseconds(200), {&caller}, kNothing);
  caller.Forget();
  Run(milliseconds(300), {&caller}, kNothing);
  EXPECT_GT(caller.ShareOf(500), 0.9);
  const auto done = EventsOf(MediaEventKind::kSoundDone);
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].number, 1U);
  EXPECT_TRUE(done[0].replaced);
}

TEST_F(World, TheEndOfAPromptIsTold) {
  Phone caller;
  const auto c = OpenLeg(caller);
  ASSERT_TRUE(engine_->Play(c.id, {.items = {{ToneClip(500, 100), 1}}, .number = 7}).has_value());
  DrainUntil(MediaEventKind::kSoundDone);
  const auto done = EventsOf(MediaEventKind::kSoundDone).back();
  EXPECT_EQ(done.number, 7U);
  EXPECT_FALSE(done.replaced);
}

TEST_F(World, MusicYieldsToTheAgentButAPromptOverTheRowDoesNot) {
  Phone caller;
  Phone agent(Codec::kPcmu, "127.0.0.1", 1);
  const auto c = OpenLeg(caller);
  const auto a = OpenLeg(agent);
  const auto talk = [&] { agent.SendFrame(a.port, 1200); };
  ASSERT_TRUE(engine_->Play(c.id, {.items = {{ToneClip(500, 200), 0}}, .number = 1}).has_value());
  Run(milliseconds(200), {&caller}, talk);
  ASSERT_TRUE(engine_->StopSound(c.id, true).has_value());
  ASSERT_TRUE(engine_->Bridge(c.id, a.id).has_value());
  Run(milliseconds(100), {&caller}, talk);
  caller.Forget();
  Run(milliseconds(300), {&caller}, talk);
  EXPECT_GT(caller.ShareOf(1200), 0.9);
  ASSERT_TRUE(
      engine_->Play(c.id, {.items = {{ToneClip(500, 400), 1}}, .number = 2, .over_row = true})
          .has_value());
  ASSERT_TRUE(engine_->StopSound(c.id, true).has_value());
  Run(milliseconds(100), {&caller}, talk);
  caller.Forget();
  Run(milliseconds(200), {&caller}, talk);
  EXPECT_GT(caller.ShareOf(500), 0.9);
  Run(milliseconds(200), {&caller}, talk);
  caller.Forget();
  Run(milliseconds(200), {&caller}, talk);
  EXPECT_GT(caller.ShareOf(1200), 0.9);
  EXPECT_EQ(caller.Discontinuity(), "");
}

TEST_F(World, SoundsThatCannotBeHeardAreRefused) {
  Phone caller;
  const auto c = OpenLeg(caller);
  EXPECT_FALSE(engine_->Play(c.id, SoundList{}).has_value());
  EXPECT_FALSE(engine_->Play(c.id, {.items = {{nullptr, 1}}}).has_value());
  EXPECT_FALSE(
      engine_->Play(c.id, {.items = {{std::make_shared<const SoundClip>(), 0}}}).has_value());
}

}  // namespace
}  // namespace callfleet::sip_edge::media
