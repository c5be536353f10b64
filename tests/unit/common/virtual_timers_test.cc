#include "tests/support/virtual_timers.h"

#include <gtest/gtest.h>

#include <string>

namespace callfleet::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class VirtualTimersTest : public ::testing::Test {
 protected:
  std::function<void()> Note(const std::string& name) {
    return [this, name] { fired += name; };
  }
  VirtualTimers timers;
  std::string fired;
};

TEST_F(VirtualTimersTest, TimersFireInOrderAndNotBeforeTheirTime) {
  timers.Start(seconds(2), Note("b"));
  timers.Start(seconds(1), Note("a"));
  timers.Start(seconds(2), Note("c"));
  timers.Advance(milliseconds(1999));
  EXPECT_EQ(fired, "a");
  timers.Advance(milliseconds(1));
  EXPECT_EQ(fired, "abc");
}

TEST_F(VirtualTimersTest, ACancelledTimerNeverFires) {
  const auto id = timers.Start(seconds(1), Note("a"));
  EXPECT_TRUE(timers.Cancel(id));
  EXPECT_FALSE(timers.Cancel(id));
  timers.Advance(seconds(5));
  EXPECT_EQ(fired, "");
}

TEST_F(VirtualTimersTest, ATimerStartedByAnotherFiresInTheSameTurn) {
  timers.Start(seconds(1), [this] { timers.Start(seconds(1), Note("b")); });
  timers.Advance(seconds(2));
  EXPECT_EQ(fired, "b");
}

TEST_F(VirtualTimersTest, BothClocksMoveTogether) {
  const auto before = timers.Now();
  timers.Advance(seconds(7));
  EXPECT_EQ(timers.Now().mono - before.mono, seconds(7));
  EXPECT_EQ(timers.Now().wall - before.wall, seconds(7));
}

}  // namespace
}  // namespace callfleet::test
