#include "services/sip_edge/domain/media/jitter_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace callfleet::sip_edge::media {
namespace {

class JitterBufferTest : public testing::Test {
 protected:
  JitterBufferTest() { buffer_->Reset(); }
  // A packet whose samples all are `level`.
  void Put(std::int16_t level, std::size_t samples = 160) {
    buffer_->Put(7, timestamp_, std::vector<std::int16_t>(samples, level));
    timestamp_ += static_cast<std::uint32_t>(samples);
  }
  void Lose(std::uint32_t samples = 160) { timestamp_ += samples; }
  std::int16_t Tick() {
    heard_ = buffer_->Take(frame_);
    return frame_[0];
  }

  std::unique_ptr<JitterBuffer> buffer_ = std::make_unique<JitterBuffer>();
  std::uint32_t timestamp_ = 0xFFFFFF00;  // Wraps soon.
  PcmFrame frame_{};
  bool heard_ = false;
};

constexpr std::int16_t kLoud = 8000;

TEST_F(JitterBufferTest, WhatCameIsPlayedByTheNextTickInOrder) {
  for (std::int16_t i = 1; i < 200; ++i) {
    Put(static_cast<std::int16_t>(kLoud + i));
    EXPECT_EQ(Tick(), kLoud + i);
  }
  EXPECT_EQ(buffer_->counts().concealed, 0U);
}

TEST_F(JitterBufferTest, NothingCameIsSilence) {
  EXPECT_EQ(Tick(), 0);
  EXPECT_FALSE(heard_);
}

TEST_F(JitterBufferTest, PacketsOutOfOrderArePutInOrder) {
  Put(kLoud);
  const auto second = timestamp_;
  Lose();
  Put(kLoud + 2);
  buffer_->Put(7, second, std::vector<std::int16_t>(160, kLoud + 1));
  EXPECT_EQ(Tick(), kLoud);
  EXPECT_EQ(Tick(), kLoud + 1);
  EXPECT_EQ(Tick(), kLoud + 2);
}

TEST_F(JitterBufferTest, ALostPacketIsConcealedByWhatWasBefore) {
  Put(kLoud);
  Lose();
  Put(kLoud);
  Tick();
  EXPECT_EQ(Tick(), kLoud / 2);
  EXPECT_EQ(Tick(), kLoud);
  EXPECT_EQ(buffer_->counts().concealed, 2U);  // Of 10 ms.
}

TEST_F(JitterBufferTest, ALatePacketMakesTheDelayLongerInsteadOfBeingLost) {
  Put(kLoud);
  Tick();
  Tick();  // The second is late.
  Put(kLoud + 1);
  EXPECT_EQ(Tick(), kLoud + 1);
  EXPECT_EQ(buffer_->counts().late, 0U);
  EXPECT_EQ(buffer_->counts().inserted, 1U);
}

TEST_F(JitterBufferTest, EveryPacketTimeFillsTheFramesOfTheTick) {
  for (const std::uint32_t ms : {10U, 20U, 30U, 40U, 50U, 60U}) {
    buffer_->Reset();
    std::uint32_t sent_ms = 0;
    for (std::uint32_t now = 0; now < 6000; now += 20) {
      while (sent_ms <= now) {
        Put(kLoud, std::size_t{ms} * 8);
        sent_ms += ms;
      }
      const auto heard = Tick();
      // 30 and 50 ms fit no tick: the first of them wait until there is enough to go on.
      if (now >= 200) {
        EXPECT_EQ(heard, kLoud) << ms << " ms packets at " << now;
      }
    }
    EXPECT_EQ(buffer_->counts().concealed, 0U) << ms;
    EXPECT_LE(buffer_->depth(), static_cast<std::int32_t>(480 + ms * 8)) << ms;
  }
}

TEST_F(JitterBufferTest, ASlowClockGetsAFrameInsertedAndAFastOneDropped) {
  for (const int drift : {-1, 1}) {
    buffer_->Reset();
    // 2,000 frames with quiet between the words; the source sends 1 % more or less than we play.
    int due = 0;
    for (int tick = 0; tick < 2000; ++tick) {
      due += 100 + drift;
      while (due >= 100) {
        due -= 100;
        Put(tick % 20 < 10 ? kLoud : 0);
      }
      Tick();
      EXPECT_LE(buffer_->depth(), 5 * 160) << "tick " << tick;
    }
    const auto& counts = buffer_->counts();
    EXPECT_EQ(counts.late, 0U);
    if (drift > 0) {
      EXPECT_GE(counts.dropped, 15U);
      EXPECT_LE(counts.dropped, 22U);
    } else {
      EXPECT_GE(counts.inserted, 15U);
      EXPECT_LE(counts.inserted, 24U);
    }
  }
}

TEST_F(JitterBufferTest, SpeechIsNotCutToFollowAClockUntilTooMuchWaits) {
  for (int i = 0; i < 3; ++i) Put(kLoud);
  for (int tick = 0; tick < 200; ++tick) {
    Put(kLoud);
    Tick();
  }
  EXPECT_EQ(buffer_->counts().dropped, 0U);
  Put(0);
  Tick();
  for (int tick = 0; tick < 10; ++tick) {
    Put(0);
    Tick();
  }
  EXPECT_EQ(buffer_->counts().dropped, 1U);
}

TEST_F(JitterBufferTest, ABurstAfterAStallIsCutToThreeFrames) {
  Put(kLoud);
  Tick();
  for (int i = 0; i < 12; ++i) Put(kLoud);
  for (int i = 0; i < 12; ++i) {
    Put(kLoud);
    Tick();
  }
  EXPECT_LE(buffer_->depth(), 4 * 160);
}

TEST_F(JitterBufferTest, AfterAPauseSpeechStartsAtOnce) {
  Put(kLoud);
  Tick();
  for (int i = 0; i < 100; ++i) Tick();
  EXPECT_FALSE(heard_);
  Lose(160 * 100);
  Put(kLoud);
  EXPECT_EQ(Tick(), kLoud);
}

TEST_F(JitterBufferTest, ANewSsrcAndAJumpOfTimestampsStartAnew) {
  Put(kLoud);
  Tick();
  Put(kLoud);
  buffer_->Put(8, 5, std::vector<std::int16_t>(160, kLoud + 5));
  EXPECT_EQ(Tick(), kLoud + 5);
  buffer_->Put(8, 5 + 160, std::vector<std::int16_t>(160, kLoud));
  buffer_->Put(8, 0x40000000, std::vector<std::int16_t>(160, kLoud + 6));
  EXPECT_EQ(Tick(), kLoud + 6);
  EXPECT_EQ(buffer_->counts().resyncs, 1U);
}

TEST_F(JitterBufferTest, WhatIsTooLargeOrEmptyIsNoPacket) {
  buffer_->Put(7, 0, std::vector<std::int16_t>(481, kLoud));
  buffer_->Put(7, 0, std::vector<std::int16_t>());
  EXPECT_EQ(Tick(), 0);
  EXPECT_EQ(buffer_->depth(), 0);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
