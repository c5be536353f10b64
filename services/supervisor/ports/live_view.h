#pragma once
// Driving: rpc/ and rest/ read the world, once or as it changes. Thread safe.
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "common/result/result.h"
#include "services/supervisor/domain/view_update.h"

namespace callfleet::supervisor {

class Watcher {
 public:
  virtual ~Watcher() = default;
  // Called by the view's owner, never twice at once; must not block. False: there is no room, what
  // was told is void, tell a snapshot at the next chance.
  virtual bool OnUpdate(const std::shared_ptr<const ViewUpdate>& update) = 0;
};

// Whatever tells watchers of a topic. Thread safe.
class Watchable {
 public:
  virtual ~Watchable() = default;
  // A snapshot comes first. The watcher is held until Unwatch.
  virtual void Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) = 0;
  virtual void Unwatch(const std::shared_ptr<Watcher>& watcher) = 0;
};

class LiveView : public Watchable {
 public:
  // Runs `read` where the world lives; not at all once that has ended. Must not block.
  virtual void Read(std::function<void(const World&)> read) = 0;
};

// For threads that may wait: at most 5 s, then UNAVAILABLE VIEW_BUSY.
template <class Value>
Result<Value> Ask(LiveView& view, std::function<Result<Value>(const World&)> read) {
  auto promise = std::make_shared<std::promise<Result<Value>>>();
  auto future = promise->get_future();
  view.Read(
      [promise, read = std::move(read)](const World& world) { promise->set_value(read(world)); });
  promise.reset();  // Dropped unread with the view: the future then breaks instead of waiting.
  if (future.wait_for(std::chrono::seconds(5)) != std::future_status::ready) {
    return Unavailable("VIEW_BUSY", "The live view did not answer in 5 s.");
  }
  try {
    return future.get();
  } catch (const std::future_error&) {
    return Unavailable("SHUTTING_DOWN", "The supervisor stops.");
  }
}

}  // namespace callfleet::supervisor
