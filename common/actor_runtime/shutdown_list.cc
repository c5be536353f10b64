#include "common/actor_runtime/shutdown_list.h"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <utility>

namespace callfleet::actor_runtime {

void ShutdownList::Add(caf::actor root) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) {
      roots_.push_back(std::move(root));
      return;
    }
  }
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
}

void ShutdownList::StopAll(bool kill) {
  std::vector<caf::actor> roots;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    roots.swap(roots_);
  }
  const auto reason = kill ? caf::exit_reason::kill : caf::exit_reason::user_shutdown;
  for (auto root = roots.rbegin(); root != roots.rend(); ++root) {
    caf::anon_send_exit(*root, reason);
  }
}

}  // namespace callfleet::actor_runtime
