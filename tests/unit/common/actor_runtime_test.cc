#include <gtest/gtest.h>

#include <atomic>
#include <caf/all.hpp>
#include <future>
#include <string>

#include "common/actor_runtime/real_timers.h"
#include "common/actor_runtime/shutdown_list.h"
#include "common/actor_runtime/system_config.h"
#include "tests/support/deterministic_actors.h"

namespace callfleet {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ArmAtom = caf::atom_constant<caf::atom("arm")>;
using FireAtom = caf::atom_constant<caf::atom("fire")>;

// Arms a timer through the port and counts its firings.
caf::behavior Clockwork(caf::event_based_actor* self, Timers* timers, int* fired) {
  return {[=](ArmAtom) {
            timers->Start(seconds(30), [to = caf::actor_cast<caf::actor>(self)] {
              caf::anon_send(to, FireAtom::value);
            });
          },
          [=](FireAtom) { ++*fired; }};
}

class ActorsTest : public test::DeterministicActors {};

TEST_F(ActorsTest, ATimersMessageArrivesWhenTheClockIsTurned) {
  int fired = 0;
  const auto actor = Root(system.spawn(Clockwork, &timers, &fired));
  caf::anon_send(actor, ArmAtom::value);
  Advance(seconds(29));
  EXPECT_EQ(fired, 0);
  Advance(seconds(1));
  EXPECT_EQ(fired, 1);
}

TEST_F(ActorsTest, AnActorThatHoldsAPromiseDoesNotHangTheEnd) {
  const auto holder = Root(system.spawn([](caf::event_based_actor* self) -> caf::behavior {
    auto held = std::make_shared<std::vector<caf::response_promise>>();
    return {[=](ArmAtom) -> caf::result<int> {
      held->push_back(self->make_response_promise());
      return held->back();
    }};
  }));
  caf::anon_send(holder, ArmAtom::value);
  Settle();
}

TEST(ShutdownListTest, ARealSystemEndsWithAnActorThatHoldsAPromise) {
  actor_runtime::SystemConfig config(2);
  caf::actor_system system(config);
  actor_runtime::ShutdownList roots;
  const auto holder = system.spawn([](caf::event_based_actor* self) -> caf::behavior {
    auto held = std::make_shared<std::vector<caf::response_promise>>();
    return {[=](ArmAtom) -> caf::result<int> {
      self->delayed_send(self, hours(1), FireAtom::value);
      held->push_back(self->make_response_promise());
      return held->back();
    }};
  });
  roots.Add(holder);
  caf::anon_send(holder, ArmAtom::value);
  roots.StopAll();
}

TEST(RealTimersTest, TheEarliestFiresFirst) {
  RealTimers timers;
  std::promise<void> last;
  std::string fired;
  timers.Start(milliseconds(20), [&] {
    fired += "b";
    last.set_value();
  });
  timers.Start(milliseconds(1), [&] { fired += "a"; });
  last.get_future().wait();
  EXPECT_EQ(fired, "ab");
  EXPECT_EQ(timers.waiting(), 0U);
}

TEST(RealTimersTest, ACancelledTimerNeverFires) {
  RealTimers timers;
  std::atomic<bool> fired{false};
  const auto id = timers.Start(hours(1), [&] { fired = true; });
  EXPECT_TRUE(timers.Cancel(id));
  EXPECT_FALSE(timers.Cancel(id));
  timers.Stop();
  EXPECT_FALSE(fired);
  EXPECT_EQ(timers.Start(seconds(0), [] {}), 0U);
}

TEST(RealTimersTest, AFiringMayStartAndCancelOthers) {
  RealTimers timers;
  std::promise<bool> cancelled;
  const auto never = timers.Start(hours(1), [] {});
  timers.Start(seconds(0), [&] {
    timers.Start(seconds(0), [&] { cancelled.set_value(timers.Cancel(never)); });
  });
  EXPECT_TRUE(cancelled.get_future().get());
}

}  // namespace
}  // namespace callfleet
