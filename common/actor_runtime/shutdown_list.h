#pragma once
#include <caf/actor.hpp>
#include <mutex>
#include <vector>

namespace callfleet::actor_runtime {

// Every root actor of a process. An actor that holds a response promise or a delayed message keeps
// itself alive, and caf::actor_system's destructor would wait for it for ever. Thread safe.
class ShutdownList {
 public:
  void Add(caf::actor root);  // After StopAll: the actor is told to end at once.
  // Tells all to end (kill: without their exit handlers), the newest first.
  void StopAll(bool kill = false);

 private:
  std::mutex mutex_;
  std::vector<caf::actor> roots_;
  bool stopped_ = false;
};

}  // namespace callfleet::actor_runtime
