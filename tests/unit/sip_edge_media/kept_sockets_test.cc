#include "services/sip_edge/media/kept_sockets.h"

#include <gtest/gtest.h>

#include <utility>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr MonoTime kNow{std::chrono::hours(1)};

SocketPair PairOf(std::uint16_t port) {
  SocketPair pair;
  pair.port = port;
  return pair;
}

TEST(KeptSockets, APairIsTakenOnceAndOnlyAfterItsRest) {
  KeptSockets kept(milliseconds(1000), 7);
  ASSERT_TRUE(kept.Put(PairOf(20000), kNow));
  EXPECT_FALSE(kept.Take(kNow + milliseconds(999)).has_value());
  const auto pair = kept.Take(kNow + milliseconds(1000));
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->port, 20000);
  EXPECT_FALSE(kept.Take(kNow + seconds(3)).has_value());
}

TEST(KeptSockets, AnyOfThoseThatRestedIsTakenNoneThatStillRests) {
  KeptSockets kept(milliseconds(1000), 7);
  for (std::uint16_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(kept.Put(PairOf(static_cast<std::uint16_t>(20000 + 2 * i)), kNow));
  }
  ASSERT_TRUE(kept.Put(PairOf(30000), kNow + milliseconds(500)));
  int ascending = 0;
  std::uint16_t last = 0;
  for (int i = 0; i < 50; ++i) {
    const auto pair = kept.Take(kNow + milliseconds(1000));
    ASSERT_TRUE(pair.has_value());
    EXPECT_NE(pair->port, 30000);
    ascending += pair->port > last ? 1 : 0;
    last = pair->port;
  }
  EXPECT_LT(ascending, 45);
  EXPECT_FALSE(kept.Take(kNow + milliseconds(1000)).has_value());
}

TEST(KeptSockets, WhatNobodyTakesIsGivenUpFiveSecondsAfterItsRest) {
  KeptSockets kept(milliseconds(1000), 7);
  ASSERT_TRUE(kept.Put(PairOf(20000), kNow));
  ASSERT_TRUE(kept.Put(PairOf(20002), kNow + seconds(2)));
  EXPECT_TRUE(kept.Expire(kNow + milliseconds(5999)).empty());
  EXPECT_EQ(kept.Expire(kNow + seconds(6)), std::vector<std::uint16_t>{20000});
  EXPECT_EQ(kept.Clear(), std::vector<std::uint16_t>{20002});
}

TEST(KeptSockets, NoMoreThanTheMostAreKept) {
  KeptSockets kept(milliseconds(1000), 7);
  for (std::size_t i = 0; i < KeptSockets::kMost; ++i) ASSERT_TRUE(kept.Put(PairOf(2), kNow));
  EXPECT_FALSE(kept.Put(PairOf(4), kNow));
}

}  // namespace
}  // namespace callfleet::sip_edge::media
