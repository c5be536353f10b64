#include "services/queue/actors/queue_house.h"

#include <algorithm>
#include <utility>

namespace callfleet::queue {
namespace {

constexpr std::chrono::seconds kOpenAgain{1};

// The database is away, or more is to be read than may wait there (POOL_FULL).
bool MayOpenLater(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kResourceExhausted;
}

std::optional<QueueId> QueueIn(const std::optional<Unit>& unit) {
  if (!unit || unit->kind != UnitKind::kQueue) return std::nullopt;
  return QueueId(unit->id);
}

}  // namespace

QueueHouse::QueueHouse(caf::actor_system& system, HousePorts ports, const logging::Logger& log)
    : system_(system), ports_(std::move(ports)), log_(log) {
  ports_.queue.queues = this;
}

void QueueHouse::Open(const Queue& queue, std::function<void()> opened) {
  {
    const std::lock_guard lock(mutex_);
    opening_.try_emplace(queue.id);
  }
  Load(queue, std::move(opened));
}

void QueueHouse::Expect(const std::vector<Queue>& queues) {
  const std::lock_guard lock(mutex_);
  for (const auto& queue : queues) opening_.try_emplace(queue.id);
}

void QueueHouse::Load(const Queue& queue, std::function<void()> opened) {
  ports_.store->Load(queue, ports_.queue.clock->Now().wall,
                     [this, queue, opened = std::move(opened)](auto model) {
                       if (Opened(queue, std::move(model), opened) && opened) opened();
                     });
}

bool QueueHouse::Opened(const Queue& queue, Result<std::shared_ptr<QueueModel>> model,
                        const std::function<void()>& opened) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  if (!model) {
    log_.Warn("a queue is not open yet",
              {{"queue_id", queue.id}, {"detail", model.error().message}});
    if (MayOpenLater(model.error())) {
      ports_.queue.timers->Start(kOpenAgain, [this, queue, opened] { Load(queue, opened); });
    } else {
      ports_.queue.on_lost(model.error());
    }
    return false;
  }
  const UnitToken unit{{UnitKind::kQueue, queue.id.str()}, (*model)->token};
  auto& actor = queues_[queue.id];
  actor = system_.spawn(QueueActor, ports_.queue, *model,
                        std::shared_ptr<Committer>(ports_.store->Open(unit)), log_);
  if (auto changed = opening_.extract(queue.id); !changed.empty() && changed.mapped()) {
    caf::anon_send(actor, QueueEventMessage{*std::move(changed.mapped())});
  }
  for (auto& [id, call] : calls_) {
    if (auto coming = call.coming.extract(queue.id); !coming.empty()) {
      caf::anon_send(actor, QueueEventMessage{std::move(coming.mapped())});
    }
    Tell(queue.id, call.fact);
  }
  for (const auto& [edge, seen] : edges_) {
    if (seen.whole) caf::anon_send(actor, QueueEventMessage{UpFor(queue.id, edge)});
  }
  if (all_heard_) caf::anon_send(actor, QueueEventMessage{EdgesHeard{}});
  return true;
}

tl::unexpected<Error> QueueHouse::Loading() {
  return Unavailable("QUEUE_LOADING", "The queue is being read; try again.");
}

tl::unexpected<Error> QueueHouse::NoQueue(const QueueId& queue) const {
  const std::lock_guard lock(mutex_);
  if (opening_.contains(queue)) return Loading();
  return NotFound("QUEUE_NOT_FOUND", "No queue of this id is open.");
}

void QueueHouse::Retire(const QueueId& queue, std::function<void(Status)> reply) {
  if (const auto actor = Find(queue)) {
    return caf::anon_send(actor, RetireMessage{std::move(reply)});
  }
  reply(NoQueue(queue));
}

void QueueHouse::Close(const QueueId& queue) {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(queue);
  if (found == queues_.end()) return;
  caf::anon_send_exit(found->second, caf::exit_reason::user_shutdown);
  queues_.erase(found);
  ports_.queue.watchers->OnRemoved(queue);
}

void QueueHouse::StopAll(bool kill) {
  std::map<QueueId, caf::actor> queues;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    queues.swap(queues_);
  }
  for (const auto& [id, actor] : queues) {
    caf::anon_send_exit(actor, kill ? caf::exit_reason::kill : caf::exit_reason::user_shutdown);
  }
}

std::size_t QueueHouse::size() const {
  const std::lock_guard lock(mutex_);
  return queues_.size();
}

caf::actor QueueHouse::Find(const QueueId& queue) const {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(queue);
  return found == queues_.end() ? caf::actor{} : found->second;
}

void QueueHouse::Send(const QueueId& queue, QueueEvent event) {
  const std::lock_guard lock(mutex_);
  if (const auto actor = queues_.find(queue); actor != queues_.end()) {
    return caf::anon_send(actor->second, QueueEventMessage{std::move(event)});
  }
  if (auto* changed = std::get_if<SettingsChanged>(&event)) {
    const auto opening = opening_.find(queue);
    if (opening != opening_.end()) opening->second = std::move(*changed);
  }
  const auto* coming = std::get_if<CallComing>(&event);
  if (coming == nullptr) return;
  const auto call = calls_.find(coming->call);
  if (call != calls_.end()) call->second.coming[queue] = *coming;
}

void QueueHouse::OnSnapshot(const EdgeId& edge, const BootId& boot) {
  const std::lock_guard lock(mutex_);
  edges_[edge] = {.boot = boot, .whole = false};
  std::erase_if(calls_, [&](const auto& each) { return each.second.fact.edge == edge; });
  ports_.routing->OnSnapshot(edge, boot);
}

void QueueHouse::OnFact(CallFact fact) {
  const std::lock_guard lock(mutex_);
  auto& call = calls_[fact.call];
  call.fact = fact;
  if (const auto queue = QueueIn(fact.offered)) call.queues.insert(*queue);
  if (fact.controller) {
    if (const auto queue = QueueIn(fact.controller->unit)) call.queues.insert(*queue);
  }
  for (const auto& queue : call.queues) Tell(queue, fact);
  ports_.routing->OnFact(std::move(fact));
}

// Those that it is offered to, or that control it, or did: these learn who has it now.
void QueueHouse::Tell(const QueueId& queue, const CallFact& fact) {
  const auto known = calls_.find(fact.call);
  if (known == calls_.end() || !known->second.queues.contains(queue)) return;
  const auto actor = queues_.find(queue);
  if (actor != queues_.end()) caf::anon_send(actor->second, QueueEventMessage{fact});
}

EdgeUp QueueHouse::UpFor(const QueueId& queue, const EdgeId& edge) const {
  EdgeUp up{.edge = edge, .boot = edges_.at(edge).boot, .known = {}};
  for (const auto& [id, call] : calls_) {
    if (call.fact.edge == edge && call.queues.contains(queue)) up.known.insert(id);
  }
  return up;
}

void QueueHouse::TellAll(const QueueEvent& event) {
  for (const auto& [id, actor] : queues_) caf::anon_send(actor, QueueEventMessage{event});
}

void QueueHouse::OnWhole(const EdgeId& edge) {
  const std::lock_guard lock(mutex_);
  edges_[edge].whole = true;
  for (const auto& [id, actor] : queues_) caf::anon_send(actor, QueueEventMessage{UpFor(id, edge)});
  ports_.routing->OnWhole(edge);
}

void QueueHouse::OnDown(const EdgeId& edge) {
  const std::lock_guard lock(mutex_);
  const auto known = edges_.find(edge);
  if (known == edges_.end() || !std::exchange(known->second.whole, false)) return;
  TellAll(EdgeDown{edge});
  ports_.routing->OnDown(edge);
}

void QueueHouse::OnAllHeard() {
  const std::lock_guard lock(mutex_);
  all_heard_ = true;
  TellAll(EdgesHeard{});
  ports_.routing->OnAllHeard();
}

void QueueHouse::OnForgotten(CallId call) {
  const std::lock_guard lock(mutex_);
  if (const auto known = calls_.find(call); known != calls_.end()) {
    for (const auto& queue : known->second.queues) {
      const auto actor = queues_.find(queue);
      if (actor != queues_.end()) {
        caf::anon_send(actor->second, QueueEventMessage{CallForgotten{call}});
      }
    }
    calls_.erase(known);
  }
  ports_.routing->OnForgotten(std::move(call));
}

void QueueHouse::OnRefused(const Unit& unit, CommandRefused refused) {
  if (unit.kind == UnitKind::kRouting) return ports_.routing->OnRefused(unit, std::move(refused));
  Send(QueueId(unit.id), std::move(refused));
}

}  // namespace callfleet::queue
