// What befalls the house.
#include <utility>

#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

using namespace std::chrono_literals;

void World::PlanFaults() {
  const Scenario& s = scenario_;
  Happen("dialer crash", s.dialer_crash, &World::CrashDialer);
  Happen("dialer roll", s.dialer_roll, &World::RollDialer);
  Happen("registry roll", s.registry_roll, &World::RollRegistry);
  Happen("edge roll", s.edge_roll, &World::RollEdge);
  Happen("registry crash", s.registry_crash, &World::CrashRegistry);
  Happen("edge crash", s.edge_crash, &World::CrashEdge);
  Happen("supervisor crash", s.supervisor_crash, &World::CrashHistory);
  Happen("dialer stall", s.dialer_stall, &World::StallDialer);
  Happen("registry stall", s.registry_stall, &World::StallRegistry);
  Happen("edge stall", s.edge_stall, &World::StallEdge);
  Happen("late owner", s.late_owner, &World::LateOwner);
  if (TakesCalls()) {
    Happen("queue roll", s.queue_roll, &World::RollQueue);
    Happen("queue crash", s.queue_crash, &World::CrashQueue);
    Happen("queue stall", s.queue_stall, &World::StallQueue);
    Happen("late queue", s.late_queue, &World::LateQueue);
  }
  Happen("supervisor roll", s.supervisor_roll, &World::RollHistory);
  Happen("stream", s.stream_break, &World::BreakStream);
  Happen("partition", s.partition, &World::Partition);
  Happen("database", s.database_away, &World::DatabaseAway);
  Happen("storm", s.trunk_storms, &World::Storm);
  Happen("operator", s.operator_pauses, &World::PauseCampaign);
  kernel_.After(MonoDuration(static_cast<std::int64_t>(s.calm_after * 1e6)), "calm",
                [this] { people_.calm = true; });
}

void World::Happen(const char* what, double rate, void (World::*fault)()) {
  if (rate <= 0) return;
  const auto mean = MonoDuration(static_cast<std::int64_t>(3.6e9 / rate));
  kernel_.After(kernel_.Exponential(mean), what, [this, what, rate, fault] {
    if (people_.calm) return;
    ++faults_;
    last_fault_ = kernel_.now();
    house_.calm = false;
    (this->*fault)();
    Happen(what, rate, fault);
  });
}

MonoDuration World::Restart() {
  return kernel_.Between(300ms, milliseconds(static_cast<int>(scenario_.restart * 1000)));
}

void World::CrashDialer() {
  if (!dialer_) return;
  kernel_.Note("dialer dies");
  const LifeRef life = dialer_->life();
  dialer_.reset();
  house_.network.ProcessDied(life.get());
  ++faults_open_;
  kernel_.After(Restart(), "restart", [this] {
    --faults_open_;
    last_fault_ = kernel_.now();
    if (!dialer_) StartDialer();
  });
}

void World::CrashRegistry() {
  if (!registry_) return;
  kernel_.Note("registry dies");
  const LifeRef life = registry_->life();
  house_.registry = nullptr;
  registry_.reset();
  house_.network.ProcessDied(life.get());
  ++faults_open_;
  kernel_.After(Restart(), "restart", [this] {
    --faults_open_;
    last_fault_ = kernel_.now();
    StartRegistry();
  });
}

void World::CrashEdge() {
  if (!edge_) return;
  kernel_.Note("edge dies", edge_->boot_id());
  const LifeRef life = edge_->life_ref();
  const MonoDuration died = life->ran_until();
  life->Kill();
  house_.edge = nullptr;
  house_.far.EdgeDown();
  edge_.reset();
  house_.network.ProcessDied(life.get());
  ++faults_open_;
  kernel_.After(Restart(), "restart", [this, died] {
    --faults_open_;
    last_fault_ = kernel_.now();
    StartEdge();
    // Dialogs younger than the journal's 100 ms (and what was on the wire) may be missed.
    kernel_.After(10s, "orphans", [this, died, boot = boots_] {
      if (house_.far.Orphans(boot, died - 200ms) > 0) {
        kernel_.Broken("a leg outlives its edge by 10 s");
      }
    });
  });
}

void World::CrashHistory() {
  if (!history_) return;
  kernel_.Note("supervisor dies");
  const LifeRef life = history_->life();
  queue_history_.reset();
  history_.reset();
  house_.network.ProcessDied(life.get());
  ++faults_open_;
  kernel_.After(Restart(), "restart", [this] {
    --faults_open_;
    last_fault_ = kernel_.now();
    StartHistory();
  });
}

void World::StallDialer() {
  if (dialer_) Stall(dialer_->life());
}
void World::StallRegistry() {
  if (registry_) Stall(registry_->life());
}
void World::StallEdge() {
  if (edge_) Stall(edge_->life_ref());
}

void World::Stall(const LifeRef& life) {
  if (life->stopped()) return;
  kernel_.Note("stands still", life->host().name);
  life->StandStill();
  house_.network.ProcessStopped(life.get());
  ++faults_open_;
  kernel_.After(kernel_.Between(2s, 20s), "goes on", [this, life] {
    --faults_open_;
    last_fault_ = kernel_.now();
    kernel_.Note("goes on", life->host().name);
    life->GoOn();
  });
}

// The dialer is cut off; another one takes its campaigns; then the old one is heard again.
void World::LateOwner() {
  if (!dialer_ || old_dialer_ || dialer_->life()->stopped()) return;
  kernel_.Note("dialer is replaced");
  std::swap(dialer_host_, old_dialer_host_);
  std::swap(dialer_host_.cut_to, old_dialer_host_.cut_to);  // Ways are cut between places.
  old_dialer_ = std::move(dialer_);
  old_dialer_->life()->MoveTo(&old_dialer_host_);
  old_dialer_host_.cut = true;
  house_.network.WaysCut();
  ++faults_open_;
  kernel_.After(Restart(), "successor", [this] {
    if (!dialer_) StartDialer();
  });
  kernel_.After(kernel_.Between(1s, 40s), "back", [this] {
    kernel_.Note("the old dialer is back");
    old_dialer_host_.cut = false;
    house_.network.WaysHealed();
  });
  kernel_.After(70s, "old one ends", [this] {
    --faults_open_;
    last_fault_ = kernel_.now();
    const LifeRef life = old_dialer_->life();
    old_dialer_.reset();
    house_.network.ProcessDied(life.get());
  });
}

void World::BreakStream() { house_.network.BreakOne(); }

void World::Partition() {
  std::vector<Host*> hosts{&registry_host_, &edge_host_};
  if (scenario_.campaigns > 0) hosts.push_back(&dialer_host_);
  if (TakesCalls()) hosts.push_back(&queue_host_);
  Host* a = hosts[kernel_.Below(hosts.size())];
  hosts.push_back(&house_.database.host());
  Host* b = hosts[kernel_.Below(hosts.size())];
  if (a == b || a->cut_to.contains(b->name)) return;
  kernel_.Note("no way between", a->name + " and " + b->name);
  a->cut_to.insert(b->name);
  house_.network.WaysCut();
  ++faults_open_;
  kernel_.After(kernel_.Between(1s, 30s), "way again", [this, a, name = b->name] {
    --faults_open_;
    last_fault_ = kernel_.now();
    kernel_.Note("a way again between", a->name + " and " + name);
    a->cut_to.erase(name);
    house_.network.WaysHealed();
  });
}

void World::DatabaseAway() {
  if (house_.database.away()) return;
  kernel_.Note("database is away");
  house_.database.GoAway();
  ++faults_open_;
  kernel_.After(kernel_.Between(1s, 40s), "database", [this] {
    --faults_open_;
    last_fault_ = kernel_.now();
    kernel_.Note("database is back");
    house_.database.ComeBack();
  });
}

void World::Storm() {
  kernel_.Note("the carrier refuses all");
  house_.far.SetStorm(true);
  ++faults_open_;
  const MonoDuration lasts = kernel_.Between(5s, 90s);
  kernel_.After(lasts, "storm over", [this, lasts, before = house_.far.invites(), boot = boots_] {
    --faults_open_;
    last_fault_ = kernel_.now();
    house_.far.SetStorm(false);
    // The breaker opens at 20 faults that are half of a minute's calls; what is under way fails
    // too; then one call probes each 5 s.
    const double most = 20 + 60 * scenario_.calls_a_second +
                        scenario_.max_calls * scenario_.campaigns + static_cast<double>(lasts / 5s);
    const auto dialled = static_cast<double>(house_.far.invites() - before);
    if (boot == boots_ && dialled > most) {
      kernel_.Broken("a trunk that refuses everything is dialled over and over");
    }
  });
}

void World::PauseCampaign() {
  auto& campaigns = house_.dialer_tables.campaigns;
  if (!dialer_ || campaigns.empty()) return;
  auto at = campaigns.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(kernel_.Below(campaigns.size())));
  kernel_.Note("campaign is paused", at->first.str());
  paused_until_[at->first] = kernel_.now() + kernel_.Between(5s, 60s);
  dialer_->Turn(at->first, dialer::CampaignEvent::kPause);
}

}  // namespace callfleet::engine
