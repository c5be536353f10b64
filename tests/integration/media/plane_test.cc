// What the media plane cannot do is told, not passed over.
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/sip_edge/adapters/engine_media_plane.h"

namespace callfleet::sip_edge {
namespace {

class PlaneTest : public ::testing::Test, public MediaFacts {
 protected:
  using Refused = std::vector<std::pair<LegHandle, std::string>>;

  void SetUp() override {
    auto engine = media::MediaEngine::Start({.bind_address = "127.0.0.1"}, clock_,
                                            static_cast<std::uint64_t>(::getpid()));
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = *std::move(engine);
    plane = std::make_unique<EngineMediaPlane>(*engine_);
  }
  void Open(LegHandle last) {
    for (LegHandle leg = 1; leg <= last; ++leg) {
      ASSERT_TRUE(plane->Open(leg, "call"));
    }
  }
  void Hear(LegHandle listener, LegHandle source) {
    const HeardLeg heard{source};
    plane->SetRow(listener, {&heard, 1});
  }

  std::unique_ptr<EngineMediaPlane> plane;
  Refused refused;
  std::vector<std::uint32_t> unheard;

 private:
  void OnDigit(LegHandle, char) override {}
  void OnNoRtp(LegHandle) override {}
  void OnSoundDone(LegHandle, std::uint32_t, bool) override {}
  void OnSoundUnheard(LegHandle, std::uint32_t number) override { unheard.push_back(number); }
  void OnRowRefused(LegHandle leg, const std::string& reason) override {
    refused.emplace_back(leg, reason);
  }
  void OnOneWayAudio(LegHandle, OneWayAudio) override {}
  void OnAmdFinding(LegHandle, const AmdFinding&) override {}
  void OnAmdCue(LegHandle) override {}
  void OnMediaClosed(LegHandle, const MediaQuality&) override {}

  SystemClock clock_;
  std::unique_ptr<media::MediaEngine> engine_;
};

TEST_F(PlaneTest, ARowThatTheEngineRefusesIsToldOnce) {
  constexpr LegHandle kLast = 18;  // 16 hear the first one; there is no place for one more.
  Open(kLast);
  for (LegHandle listener = 2; listener <= kLast; ++listener) Hear(listener, 1);
  plane->Poll(*this);
  EXPECT_EQ(refused, (Refused{{kLast, "TOO_MANY_LISTENERS"}}));
  plane->Poll(*this);
  EXPECT_EQ(refused.size(), 1U);
  plane->SetRow(2, {});
  Hear(kLast, 1);
  plane->Poll(*this);
  EXPECT_EQ(refused.size(), 1U);
}

TEST_F(PlaneTest, ARowThatWasRefusedAndThenTakenIsNotToldAsRefused) {
  constexpr LegHandle kLast = 18;
  Open(kLast);
  for (LegHandle listener = 2; listener <= kLast; ++listener) Hear(listener, 1);
  plane->SetRow(2, {});
  Hear(kLast, 1);
  plane->Poll(*this);
  EXPECT_EQ(refused, Refused{});
}

TEST_F(PlaneTest, APromptThatIsGoneIsToldAsUnheard) {
  Open(1);
  plane->Play(1, Sound::Of("gone"), 7, true);
  plane->Poll(*this);
  EXPECT_EQ(unheard, std::vector<std::uint32_t>{7});
}

}  // namespace
}  // namespace callfleet::sip_edge
