// The sofia thread says how long it has not been through with its work.
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "services/sip_edge/loop/sip_thread.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class BusyTest : public ::testing::Test {
 protected:
  BusyTest() {
    thread_.Start({.start = [] {}, .tick = [] {}, .settled = [] {}, .stop = [] {}});
  }
  // What the thread says while it works on one task.
  milliseconds Asked() {
    std::promise<milliseconds> told;
    auto busy = told.get_future();
    thread_.Post([&] { told.set_value(Now()); });
    return busy.get();
  }
  // The same at the end of so much work in tasks of 2 ms, each of which is followed by the next.
  milliseconds AskedAfter(milliseconds work) {
    std::promise<milliseconds> told;
    auto busy = told.get_future();
    const auto end = steady_clock::now() + work;
    std::function<void()> task = [&] {
      if (steady_clock::now() >= end) return told.set_value(Now());
      const auto until = steady_clock::now() + milliseconds(2);
      while (steady_clock::now() < until) {
      }
      thread_.Post(task);
    };
    thread_.Post(task);
    return busy.get();
  }
  milliseconds Now() { return std::chrono::duration_cast<milliseconds>(thread_.Busy()); }

  SipThread thread_;
};

TEST_F(BusyTest, WorkWithoutAPauseCountsFromItsBegin) {
  EXPECT_GE(AskedAfter(milliseconds(300)), milliseconds(250));
}

TEST_F(BusyTest, WaitingIsNoWork) {
  (void)AskedAfter(milliseconds(300));
  std::this_thread::sleep_for(milliseconds(150));
  EXPECT_EQ(Asked(), milliseconds(0));
}

}  // namespace
}  // namespace callfleet::sip_edge
