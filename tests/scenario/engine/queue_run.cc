#include "tests/scenario/engine/queue_run.h"

#include <algorithm>
#include <utility>

#include "tests/scenario/engine/pool_link.h"
#include "tests/scenario/engine/wish_link.h"

namespace callfleet::engine {

namespace {
constexpr seconds kProveEach{1};
// Whoever has been asked for so long is in the registry's book for certain.
constexpr seconds kInTheBook{3};
}  // namespace

QueueRun::QueueRun(House* house, LifeRef life, QueueTables::Taken taken, Task on_lost)
    : house_(house),
      life_(std::move(life)),
      unit_(taken.unit),
      on_lost_(std::move(on_lost)),
      store_(&house->queue_tables, &house->database, life_),
      committer_(store_.Open(unit_)),
      link_(house, life_, this) {
  core_ = std::make_unique<queue::Core>(
      queue::CorePorts{
          .unit = unit_,
          .calls = &link_,
          .committer = committer_.get(),
          .store = &store_,
          .watchers = this,
          .timers = life_.get(),
          .clock = life_.get(),
          .zones = &zones_,
          .ids = this,
          .agents = this,
          .make_pool_link =
              [house, life = life_](const PoolId& pool,
                                    std::shared_ptr<agent_pool::PoolLinkListener> listener) {
                return std::make_unique<PoolLinkRun>(house, life, pool, "queue",
                                                     std::move(listener));
              },
          .on_lost = [this](const Error&) { OnLost(); }},
      house->kernel->system(), std::move(taken.directory), std::move(taken.plan), house->log);
}

QueueRun::~QueueRun() {
  life_->Kill();
  link_.Stop();
  core_->Kill();
  house_->kernel->Settle();
}

void QueueRun::Start() {
  core_->OpenQueues();
  link_.Start(&core_->facts());
  ProveToken();
}

void QueueRun::Close() {
  link_.Stop();
  life_->StopTimers();
  core_->Stop();
  house_->kernel->Settle();
}

void QueueRun::ProveToken() {
  committer_->Commit({}, [this](const Status& status) {
    if (!status && status.error().reason == "FENCED") OnLost();
  });
  life_->Start(kProveEach, [this] { ProveToken(); });
}

void QueueRun::OnLost() {
  if (std::exchange(lost_, true)) return;
  on_lost_();
}

void QueueRun::Do(const queue::AgentWish& wish, std::function<void(Status)> reply) {
  AskRegistry(house_, life_, wish, std::move(reply));
}

std::string QueueRun::Next() {
  return "q" + std::to_string(unit_.token) + "-" + std::to_string(1'000'000 + ++ids_);
}

void QueueRun::OnTicket(const queue::TicketView& view) {
  const queue::Ticket& ticket = view.ticket;
  const bool waits =
      ticket.state == queue::TicketState::kWaiting || ticket.state == queue::TicketState::kCallback;
  if (waits && ticket.demanded) {
    const WallTime place =
        queue::EffectiveSince(ticket, house_->queue_tables.queues().at(view.queue).settings);
    waiting_.try_emplace(ticket.id, Waiting{view.queue, place, house_->kernel->now()});
    return;
  }
  waiting_.erase(ticket.id);
  if (ticket.state == queue::TicketState::kOffered && house_->calm) CheckOrder(view);
}

// First come, first served.
void QueueRun::CheckOrder(const queue::TicketView& granted) const {
  const WallTime place = queue::EffectiveSince(
      granted.ticket, house_->queue_tables.queues().at(granted.queue).settings);
  for (const auto& [id, other] : waiting_) {
    if (other.queue != granted.queue || other.place >= place) continue;
    if (other.asked + kInTheBook > house_->kernel->now()) continue;
    house_->kernel->Broken("ticket " + granted.ticket.id.str() + " is served before " + id.str() +
                           ", who has waited longer");
  }
}

MonoDuration QueueRun::LongestWait(const QueueId& queue) const {
  MonoDuration longest{0};
  for (const auto& [id, one] : waiting_) {
    if (one.queue == queue) longest = std::max(longest, house_->kernel->now() - one.asked);
  }
  return longest;
}

}  // namespace callfleet::engine
