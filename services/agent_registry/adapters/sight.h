#pragma once
// Whether an edge is in sight: its watch is open and not silent. The edge says something each
// second; over a way that has gone half-open nothing comes, and nothing tells so.
#include <algorithm>
#include <chrono>
#include <utility>

#include "common/clock/clock.h"

namespace callfleet::agent_registry {

class Sight {
 public:
  // An owner acts on a reservation until 8 s after it sent its last heartbeat, its lease lapses
  // 10 s after that was received: what its last acts made at the edge has been seen here by then,
  // or the edge is known to be out of sight.
  static constexpr std::chrono::milliseconds kSilence{1800};

  void Opened(MonoTime now) {  // With a whole snapshot.
    open_ = in_sight_ = true;
    heard_ = now;
  }
  // True where it is back in sight by this, with nothing lost between. The first that is heard
  // after a silence was said when it began, and all else follows in a burst: so only once the watch
  // has been heard for as long again.
  bool Heard(MonoTime now) {
    const bool silent = now - heard_ >= kSilence;
    heard_ = now;
    if (in_sight_) return false;
    if (silent) back_ = now;
    return open_ && now - back_ >= kSilence && !std::exchange(in_sight_, true);
  }
  // True where it was in sight until now.
  bool Closed() {
    open_ = false;
    return std::exchange(in_sight_, false);
  }
  // True where it has just been silent for too long.
  bool Silent(MonoTime now) {
    if (!open_ || now - heard_ < kSilence) return false;
    back_ = now;
    return std::exchange(in_sight_, false);
  }
  bool open() const { return open_; }
  // Until Silent is worth asking again.
  std::chrono::milliseconds Left(MonoTime now) const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(heard_ + kSilence - now);
    return in_sight_ ? std::max(left, std::chrono::milliseconds(1)) : kSilence;
  }

 private:
  bool open_ = false;
  bool in_sight_ = false;
  MonoTime heard_{};
  MonoTime back_{};  // Heard again since; while it is out of sight.
};

}  // namespace callfleet::agent_registry
