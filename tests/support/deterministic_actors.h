#pragma once
// Actors on one thread, in an order that is always the same, with a clock that the test turns.
#include <gtest/gtest.h>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <utility>
#include <vector>

#include "tests/support/virtual_timers.h"

namespace callfleet::test {

// Also usable without GoogleTest's fixture, by a whole engine in one process.
class DeterministicSystem {
 public:
  DeterministicSystem()
      : system(config),
        scheduler(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())) {}

  // The actor system's destructor waits for every actor: end the roots, then run what is left.
  ~DeterministicSystem() {
    for (const auto& root : roots_) caf::anon_send_exit(root, caf::exit_reason::kill);
    roots_.clear();
    Settle();
    scheduler.inline_all_enqueues();
  }

  // Remembers an actor to be ended with the fixture; every spawned root goes through this.
  template <class Actor>
  Actor Root(Actor actor) {
    roots_.push_back(caf::actor_cast<caf::actor>(actor));
    return actor;
  }
  // Runs until no message waits.
  void Settle() { scheduler.run(); }
  // Turns the clock; timers fire one by one, each with the messages that it causes.
  void Advance(MonoDuration by) {
    timers.Advance(by, [this] { Settle(); });
  }

 private:
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.policy", caf::atom("testing")); }
  };
  Config config;

 public:
  caf::actor_system system;
  caf::scheduler::test_coordinator& scheduler;
  VirtualTimers timers;

 private:
  std::vector<caf::actor> roots_;
};

class DeterministicActors : public ::testing::Test {
 protected:
  template <class Actor>
  Actor Root(Actor actor) {
    return actors.Root(std::move(actor));
  }
  void Settle() { actors.Settle(); }
  void Advance(MonoDuration by) { actors.Advance(by); }

  DeterministicSystem actors;
  caf::actor_system& system = actors.system;
  VirtualTimers& timers = actors.timers;
};

}  // namespace callfleet::test
