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

// What was told and nobody has looked at yet: most facts change what is shown at the next tick
// only, so they wake nobody.
class FactBox {
 public:
  // Whether so many wait that somebody should take them.
  bool Put(SourcedFact fact) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || waiting_.size() < kMaxFactsUnderWay; });
    if (closed_) return false;
    waiting_.push_back(std::move(fact));
    return waiting_.size() % kMany == 0;
  }
  std::vector<SourcedFact> Take() {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxFactsUnderWay) room_.notify_all();
    return std::exchange(waiting_, {});
  }
  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    room_.notify_all();
  }

 private:
  static constexpr std::size_t kMany = 500;

  std::mutex mutex_;
  std::condition_variable room_;
  std::vector<SourcedFact> waiting_;
  bool closed_ = false;
};

struct TakeFactsMessage {};
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

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::TakeFactsMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::ReadMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::WatchMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::UnwatchMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::supervisor::TickMessage)

namespace callfleet::supervisor {
namespace {

using ViewInterface = caf::typed_actor<caf::reacts_to<TakeFactsMessage>,
                                       caf::reacts_to<ReadMessage>, caf::reacts_to<WatchMessage>,
                                       caf::reacts_to<UnwatchMessage>, caf::reacts_to<TickMessage>>;

struct Watching {
  std::shared_ptr<Watcher> watcher;
  bool needs_snapshot = true;
};

// Watchers of one topic share each update: it is made once.
class ViewState {
 public:
  static constexpr const char* name = "live_view";

  // Before anybody looks.
  void TakeFacts() {
    for (const SourcedFact& fact : facts->Take()) world->Apply(fact);
  }

  void Read(const std::function<void(const World&)>& read) {
    TakeFacts();
    read(*world);
  }

  void Tick(WallTime now) {
    TakeFacts();
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
  std::shared_ptr<FactBox> facts;
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
                                    std::shared_ptr<std::unique_ptr<World>> world,
                                    std::shared_ptr<FactBox> facts) {
  self->state.world = std::move(*world);
  self->state.facts = std::move(facts);
  return {
      [self](TakeFactsMessage) { self->state.TakeFacts(); },
      [self](const ReadMessage& message) { self->state.Read(*message.read); },
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
  std::shared_ptr<FactBox> facts = std::make_shared<FactBox>();
  ViewInterface actor;
};

LiveViewActor::LiveViewActor(caf::actor_system& system, World world)
    : impl_(std::make_unique<Impl>()) {
  auto owned = std::make_shared<std::unique_ptr<World>>(std::make_unique<World>(std::move(world)));
  impl_->actor = system.spawn(Behave, std::move(owned), impl_->facts);
}

LiveViewActor::~LiveViewActor() { Stop(); }

void LiveViewActor::Push(SourcedFact fact) {
  if (impl_->facts->Put(std::move(fact))) caf::anon_send(impl_->actor, TakeFactsMessage{});
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
  impl_->facts->Close();
  caf::anon_send_exit(impl_->actor, caf::exit_reason::user_shutdown);
}

}  // namespace callfleet::supervisor
