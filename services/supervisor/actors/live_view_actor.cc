#include "services/supervisor/actors/live_view_actor.h"

#include <caf/all.hpp>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "services/supervisor/domain/readiness.h"

namespace callfleet::supervisor {

// How many facts are in the mailbox; a dropped message gives its place back.
class FactGate {
 public:
  void Enter() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || inside_ < kMaxFactsUnderWay; });
    ++inside_;
  }
  void Leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    room_.notify_one();
  }
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    room_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t inside_ = 0;
  bool closed_ = false;
};

struct FactMessage {
  std::shared_ptr<const SourcedFact> fact;
};
struct ReadMessage {
  std::shared_ptr<std::function<void(const World&)>> read;
};
struct WatchMessage {
  Topic topic;
  std::shared_ptr<Watcher> watcher;
};
struct UnwatchMessage {
  std::shared_ptr<Watcher> watcher;
};
struct TickMessage {
  WallTime now{};
};

}  // namespace callfleet::supervisor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::FactMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::ReadMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::WatchMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::UnwatchMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::TickMessage)

namespace callfleet::supervisor {
namespace {

using ViewInterface = caf::typed_actor<caf::reacts_to<FactMessage>, caf::reacts_to<ReadMessage>,
                                       caf::reacts_to<WatchMessage>, caf::reacts_to<UnwatchMessage>,
                                       caf::reacts_to<TickMessage>>;

struct Watching {
  std::shared_ptr<Watcher> watcher;
  bool needs_snapshot = true;
};

// Watchers of one topic share each update: it is made once.
class ViewState {
 public:
  static constexpr const char* name = "live_view";

  void Apply(const SourcedFact& fact) { world->Apply(fact); }

  void Tick(WallTime now) {
    world->Expire(now);
    Changes changes = world->TakeChanges();
    HoldQueueCalls(&changes);
    for (auto& [topic, watchers] : topics) Tell(topic, changes, now, &watchers);
  }

  void Unwatch(const std::shared_ptr<Watcher>& gone) {
    for (auto it = topics.begin(); it != topics.end();) {
      std::erase_if(it->second, [&](const Watching& w) { return w.watcher == gone; });
      it = it->second.empty() ? topics.erase(it) : std::next(it);
    }
  }

  std::unique_ptr<World> world;
  std::map<Topic, std::vector<Watching>> topics;

 private:
  // All who wait are told each time: every second tick, at most 5 times a second, is enough.
  void HoldQueueCalls(Changes* changes) {
    held_.merge(changes->queue_calls);
    changes->queue_calls.clear();
    hold_ = !hold_;
    if (!hold_) changes->queue_calls = std::exchange(held_, {});
  }

  void Tell(const Topic& topic, const Changes& changes, WallTime now,
            std::vector<Watching>* watchers) {
    std::shared_ptr<const ViewUpdate> snapshot;
    std::shared_ptr<const ViewUpdate> delta;
    const bool in_step = RequireInStep(*world, Needs(topic.kind)).has_value();
    for (auto& watching : *watchers) {
      if (watching.needs_snapshot && !in_step) continue;  // Half a snapshot would be a lie.
      auto& update = watching.needs_snapshot ? snapshot : delta;
      if (!update) {
        auto made = watching.needs_snapshot ? Snapshot(*world, topic, now)
                                            : Delta(*world, topic, changes, now);
        made.seq = ++seq_;
        update = std::make_shared<const ViewUpdate>(std::move(made));
      }
      if (!watching.needs_snapshot && update->empty()) continue;
      watching.needs_snapshot = !watching.watcher->OnUpdate(update);
    }
  }

  std::uint64_t seq_ = 0;
  std::set<QueueId> held_;
  bool hold_ = true;
};

ViewInterface::behavior_type Behave(ViewInterface::stateful_pointer<ViewState> self,
                                    std::shared_ptr<std::unique_ptr<World>> world) {
  self->state.world = std::move(*world);
  return {
      [self](const FactMessage& message) { self->state.Apply(*message.fact); },
      [self](const ReadMessage& message) { (*message.read)(*self->state.world); },
      [self](const WatchMessage& message) {
        self->state.topics[message.topic].push_back({message.watcher});
      },
      [self](const UnwatchMessage& message) { self->state.Unwatch(message.watcher); },
      [self](const TickMessage& message) { self->state.Tick(message.now); },
  };
}

}  // namespace

class LiveViewActor::Impl {
 public:
  std::shared_ptr<FactGate> gate = std::make_shared<FactGate>();
  ViewInterface actor;
};

LiveViewActor::LiveViewActor(caf::actor_system& system, World world)
    : impl_(std::make_unique<Impl>()) {
  auto owned = std::make_shared<std::unique_ptr<World>>(std::make_unique<World>(std::move(world)));
  impl_->actor = system.spawn(Behave, std::move(owned));
}

LiveViewActor::~LiveViewActor() { Stop(); }

void LiveViewActor::Push(SourcedFact fact) {
  auto gate = impl_->gate;
  gate->Enter();
  std::shared_ptr<const SourcedFact> guarded(new SourcedFact(std::move(fact)),
                                             [gate](const SourcedFact* done) {
                                               delete done;
                                               gate->Leave();
                                             });
  caf::anon_send(impl_->actor, FactMessage{std::move(guarded)});
}

void LiveViewActor::Read(std::function<void(const World&)> read) {
  caf::anon_send(impl_->actor,
                 ReadMessage{std::make_shared<std::function<void(const World&)>>(std::move(read))});
}

void LiveViewActor::Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) {
  caf::anon_send(impl_->actor, WatchMessage{topic, std::move(watcher)});
}

void LiveViewActor::Unwatch(const std::shared_ptr<Watcher>& watcher) {
  caf::anon_send(impl_->actor, UnwatchMessage{watcher});
}

void LiveViewActor::Tick(WallTime now) { caf::anon_send(impl_->actor, TickMessage{now}); }

void LiveViewActor::Stop() {
  impl_->gate->Close();
  caf::anon_send_exit(impl_->actor, caf::exit_reason::user_shutdown);
}

}  // namespace callfleet::supervisor
