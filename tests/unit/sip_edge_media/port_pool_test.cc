#include "services/sip_edge/media/port_pool.h"

#include <gtest/gtest.h>

#include <set>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;
constexpr MonoTime kNow{std::chrono::hours(1)};

TEST(PortPool, GivesEachEvenPortOnceInAnUnforeseenOrder) {
  PortPool pool(20000, 20199, milliseconds(1000), 7);
  std::set<std::uint16_t> seen;
  int ascending = 0;
  std::uint16_t last = 0;
  while (const auto port = pool.Take(kNow)) {
    EXPECT_EQ(*port % 2, 0);
    EXPECT_TRUE(seen.insert(*port).second);
    ascending += *port > last ? 1 : 0;
    last = *port;
  }
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_LT(ascending, 80);
}

TEST(PortPool, APortRestsAfterItsCallWhileOthersAreFree) {
  PortPool pool(20000, 20003, milliseconds(1000), 7);
  const auto used = *pool.Take(kNow);
  pool.Return(used, kNow);
  const auto next = *pool.Take(kNow + milliseconds(500));
  EXPECT_NE(next, used);
  pool.Return(next, kNow + milliseconds(500));
  EXPECT_EQ(*pool.Take(kNow + milliseconds(1000)), used);
}

TEST(PortPool, ARestingPortIsBetterThanNone) {
  PortPool pool(20000, 20001, milliseconds(1000), 7);
  const auto only = *pool.Take(kNow);
  EXPECT_FALSE(pool.Take(kNow).has_value());
  pool.Return(only, kNow);
  EXPECT_EQ(pool.Take(kNow), only);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
