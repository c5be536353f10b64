// Restarts as an upgrade does them: SIGTERM, and a successor.
#include <utility>

#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

using namespace std::chrono_literals;

// SIGTERM: intake stops, what is not dialled is given back, and it is over within two seconds.
// Calls go on until the successor has adopted them.
void World::RollDialer() {
  if (!dialer_) return;
  kernel_.Note("dialer is rolled");
  const auto closed = std::make_shared<bool>(false);
  dialer_->service().Close([closed] { *closed = true; });
  kernel_.After(1800ms, "closed", [this, closed, life = dialer_->life()] {
    const bool calm = registry_ && edge_ && faults_open_ == 0;
    // What is over may not be told yet. Nothing is granted any more.
    const sip_edge::SwitchCounts counts = calm ? edge_->calls().counts() : sip_edge::SwitchCounts{};
    const std::uint32_t calls = counts.active_calls + counts.unacknowledged;
    kernel_.After(200ms, "rolled", [this, closed, life, calm, calls] {
      if (!dialer_ || dialer_->life() != life) return;
      if (!*closed) kernel_.Broken("a dialer is not closed after two seconds");
      if (calm && registry_ && faults_open_ == 0) CheckReservationsHaveCalls(calls);
      CrashDialer();
    });
  });
}

// The registry's figures are at most 100 ms old.
void World::CheckReservationsHaveCalls(std::uint32_t calls) {
  for (const auto& [pool, stats] : registry_->service().stats()) {
    if (TakesCalls()) break;  // A caller may have many phones ring.
    if (stats->reservations > calls) {
      kernel_.Broken("a closed dialer keeps agents without calls");
    }
  }
  for (const auto& [id, view] : dialer_->views) {
    for (const auto& call : view.calls) {
      if (call.phase == "agent_ringing") kernel_.Broken("a closed dialer still rings agents");
    }
  }
}

// It writes what it has begun, and is over within two seconds; callers stay where they are.
void World::RollQueue() {
  if (!queue_ || queue_->life()->stopped()) return;
  kernel_.Note("queue is rolled");
  queue_->Close();
  kernel_.After(kernel_.Between(100ms, 2s), "rolled", [this, life = queue_->life()] {
    if (queue_ && queue_->life() == life) CrashQueue();
  });
}

// What it had shown is kept: presence and wrap-up are the same for its successor.
void World::RollRegistry() {
  if (!registry_ || house_.registry == nullptr || registry_->life()->stopped()) return;
  kernel_.Note("registry is rolled");
  ++faults_open_;
  house_.registry = nullptr;  // It takes no session any more.
  registry_->Close();
  const bool alone = faults_open_ == 1;
  const WallTime soon = registry_->life()->Now().wall + 3s;
  kernel_.After(2s, "rolled", [this, life = registry_->life(), alone, soon] {
    --faults_open_;
    if (!registry_ || registry_->life() != life) return;
    for (const auto& [id, shown] : registry_->board()) {
      if (!alone || faults_open_ > 0 || house_.registry_tables.Has(*shown, soon)) continue;
      kernel_.Broken("a registry that was closed has not kept " + shown->profile->name);
    }
    CrashRegistry();
  });
}

// It reads no more, and writes what it has read.
void World::RollHistory() {
  if (!history_ || house_.database.away()) return;
  kernel_.Note("supervisor is rolled");
  history_->Close();
  if (queue_history_) queue_history_->Close();
  const bool alone = faults_open_ == 0;
  kernel_.After(2s, "rolled", [this, life = history_->life(), alone] {
    if (!history_ || history_->life() != life) return;
    const bool closed = history_->closed() && (!queue_history_ || queue_history_->closed());
    if (alone && faults_open_ == 0 && !closed) {
      kernel_.Broken("a supervisor is not closed after two seconds");
    }
    CrashHistory();
  });
}

// No call is begun any more; those that are there go on until they end, or to a deadline.
void World::RollEdge() {
  if (!edge_ || edge_->life().stopped() || edge_->calls().draining()) return;
  kernel_.Note("edge is rolled", edge_->boot_id());
  edge_->calls().SetDraining(true);
  ++faults_open_;
  Drain(edge_->life_ref(), kernel_.now() + kernel_.Between(5s, 60s));
}

void World::Drain(const LifeRef& life, MonoDuration deadline) {
  if (!edge_ || edge_->life_ref() != life) {
    --faults_open_;
    return;
  }
  const bool at_work = !life->stopped() && edge_->calls().CallsAtWork() > 0;
  if (life->stopped() || (at_work && kernel_.now() < deadline)) {
    return kernel_.After(100ms, "drains", [=, this] { Drain(life, deadline); });
  }
  cut_by_drain_ += edge_->EndAll();
  kernel_.Note("edge has drained", edge_->boot_id());
  kernel_.After(1s, "drained", [this, life, ended = kernel_.now()] {
    --faults_open_;
    if (!edge_ || edge_->life_ref() != life || life->stopped()) return;
    if (house_.far.Orphans(boots_ + 1, ended - 200ms) > 0) {
      kernel_.Broken("an edge that has drained leaves a leg behind");
    }
    CrashEdge();
  });
}

// Where nothing else befalls the house, no call is cut but those that an edge carried past its
// deadline.
void World::CheckRolls() {
  if (!scenario_.OnlyRolls()) return;
  std::uint64_t cut = 0;
  for (const auto& [id, row] : house_.dialer_tables.attempts) {
    cut += row.outcome == dialer::Outcome::kInterrupted;
  }
  for (const auto& [id, row] : house_.queue_tables.tickets) {
    cut += row.end == queue::TicketEnd::kInterrupted;
  }
  if (cut > cut_by_drain_) {
    kernel_.Broken("restarts have cut " + std::to_string(cut) + " calls, an edge's deadline " +
                   std::to_string(cut_by_drain_));
  }
}

}  // namespace callfleet::engine
