#include "services/sip_edge/media/spsc_ring.h"

#include <gtest/gtest.h>

#include <thread>

namespace callfleet::sip_edge::media {
namespace {

TEST(SpscRing, AFullRingRefusesAndAnEmptyOneGivesNothing) {
  SpscRing<int> ring(4);
  int out = 0;
  EXPECT_FALSE(ring.Pop(out));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.Push(i));
  EXPECT_FALSE(ring.Push(4));
  EXPECT_TRUE(ring.Pop(out));
  EXPECT_EQ(out, 0);
  EXPECT_TRUE(ring.Push(4));
}

TEST(SpscRing, WhatOneThreadPushesTheOtherGetsInOrder) {
  constexpr int kItems = 100'000;
  SpscRing<int> ring(64);
  std::thread producer([&] {
    for (int i = 0; i < kItems;) {
      if (ring.Push(i)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  int out = 0;
  bool in_order = true;
  for (int expected = 0; expected < kItems;) {
    if (!ring.Pop(out)) {
      std::this_thread::yield();
      continue;
    }
    in_order &= out == expected++;
  }
  producer.join();
  EXPECT_TRUE(in_order);
  EXPECT_TRUE(ring.Empty());
}

}  // namespace
}  // namespace callfleet::sip_edge::media
