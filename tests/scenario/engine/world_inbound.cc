// Callers, the queue that takes them, what befalls it, and what it promises.
#include <algorithm>
#include <utility>

#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

using namespace std::chrono_literals;

namespace {
constexpr std::chrono::hours kAsLongAsItTakes{30};
constexpr seconds kSettledIn{30};  // From the INVITE until a caller is somewhere.
constexpr seconds kAstray{5};

// A phone of the house that is joined with a number outside.
bool IsSentOn(const sip_edge::CallRecord& record) {
  return record.legs.front().role == sip_edge::LegRole::kAgent &&
         std::any_of(record.legs.begin() + 1, record.legs.end(),
                     [](const auto& leg) { return !leg.ended; });
}

std::string NumberOf(std::size_t n) { return "+1800" + std::to_string(1'000'000 + n); }
}  // namespace

// Two numbers a queue, the second with a priority.
void World::AddQueues() {
  const auto count = static_cast<std::size_t>(scenario_.queues);
  for (std::size_t n = 0; n < count; ++n) {
    queue::Queue queue;
    queue.id = QueueId("q" + std::to_string(n));
    queue.settings.name = queue.id.str();
    queue.settings.sound.music.clear();
    if (scenario_.callbacks > 0) {
      queue.settings.callback =
          queue::CallbackPolicy{.trunk = TrunkId("trunk"), .max_attempts = kCallbackTries};
      queue.settings.callback->retry_after = 60s;
      queue.settings.callback->max_age = 1h;
    }
    if (n > 0) {
      queue.settings.strategy = queue::Strategy::kRingAll;
      queue.settings.max_wait = milliseconds(static_cast<int>(scenario_.overflow * 1000));
      queue.settings.overflow_queue = "q0";
    }
    for (int priority = 0; priority < 2; ++priority) {
      queue::Route route;
      route.number = NumberOf(n + static_cast<std::size_t>(priority) * count);
      route.destination = queue::ToQueue{queue.id};
      route.priority = priority;
      house_.queue_tables.AddRoute(route);
    }
    house_.queue_tables.AddQueue(queue);
  }
  if (scenario_.direct > 0) AddDirectNumbers();
  if (scenario_.dials > 0) AddOutsideNumbers();
  house_.queue_tables.may_return = scenario_.steers > 0;
  sip_edge::TrunkSettings trunk;
  trunk.id = TrunkId("in");
  house_.edge_tables.trunks.push_back(trunk);
  callers_left_ = static_cast<std::uint64_t>(scenario_.callers);
  kernel_.After(5s, "first caller", [this] { NextCaller(); });
}

// A number each person, which leads on to the first queue where half of them take no call.
void World::AddDirectNumbers() {
  queue::Queue queue;
  queue.id = queue::DirectQueue();
  queue.settings.name = "Direct calls";
  house_.queue_tables.AddQueue(queue);
  for (int n = 0; n < static_cast<int>(scenario_.agents); ++n) {
    queue::Route route;
    route.number = DirectNumberOf("agent" + std::to_string(100 + n));
    route.destination = queue::ToAgent{AgentId("agent" + std::to_string(100 + n))};
    if (n % 2 == 0) route.otherwise = queue::ToQueue{QueueId("q0")};
    house_.queue_tables.AddRoute(route);
  }
}

std::string World::NumberToCall() {
  if (!kernel_.Chance(scenario_.direct)) {
    return NumberOf(kernel_.Below(static_cast<std::uint64_t>(scenario_.queues) * 2));
  }
  const auto person = 100 + kernel_.Below(static_cast<std::uint64_t>(scenario_.agents));
  return DirectNumberOf("agent" + std::to_string(person));
}

void World::NextCaller() {
  if (callers_left_ == 0) return;
  --callers_left_;
  house_.far.Call(NumberToCall());
  kernel_.After(
      kernel_.Exponential(MonoDuration(static_cast<std::int64_t>(3.6e9 / scenario_.arrivals))),
      "next caller", [this] { NextCaller(); });
}

void World::StartQueue() {
  if (std::exchange(queue_starting_, true)) return;
  const auto life = std::make_shared<Life>(&kernel_, &queue_host_);
  const auto taken = std::make_shared<QueueTables::Taken>();
  house_.database.Transact(
      life, kAsLongAsItTakes,
      [this, taken] { *taken = house_.queue_tables.Take(&house_.database); },
      [this, life, taken](bool) {
        queue_starting_ = false;
        queue_ = std::make_unique<QueueRun>(&house_, life, std::move(*taken), [this, life] {
          kernel_.Note("queue gives up", life->host().name);
          kernel_.After(MonoDuration(0), "exit", [this, life] { EndQueue(life); });
        });
        house_.queue_life = life;
        queue_->Start();
        kernel_.Note("queue is up");
      });
}

void World::EndQueue(const LifeRef& life) {
  if (queue_ && queue_->life() == life) return CrashQueue();
  if (!old_queue_ || old_queue_->life() != life) return;
  old_queue_.reset();
  house_.network.ProcessDied(life.get());
}

void World::CrashQueue() {
  if (!queue_) return;
  kernel_.Note("queue dies");
  const LifeRef life = queue_->life();
  queue_.reset();
  house_.network.ProcessDied(life.get());
  ++faults_open_;
  kernel_.After(Restart(), "restart", [this] {
    --faults_open_;
    last_fault_ = kernel_.now();
    if (!queue_) StartQueue();
  });
}

void World::StallQueue() {
  if (queue_) Stall(queue_->life());
}

// The queue is cut off; another one takes its units; then the old one is heard again.
void World::LateQueue() {
  if (!queue_ || old_queue_ || queue_->life()->stopped()) return;
  kernel_.Note("queue is replaced");
  std::swap(queue_host_, old_queue_host_);
  std::swap(queue_host_.cut_to, old_queue_host_.cut_to);  // Ways are cut between places.
  old_queue_ = std::move(queue_);
  const LifeRef life = old_queue_->life();
  life->MoveTo(&old_queue_host_);
  old_queue_host_.cut = true;
  house_.network.WaysCut();
  ++faults_open_;
  kernel_.After(Restart(), "successor", [this] {
    if (!queue_) StartQueue();
  });
  kernel_.After(kernel_.Between(1s, 40s), "back", [this] {
    kernel_.Note("the old queue is back");
    old_queue_host_.cut = false;
    house_.network.WaysHealed();
  });
  kernel_.After(70s, "old one ends", [this, life] {
    --faults_open_;
    last_fault_ = kernel_.now();
    EndQueue(life);
  });
}

// Nobody has two agents. Whoever was answered talks, waits with a ticket, or is being let go.
void World::CheckCallers() {
  if (!edge_) return;
  const bool calm = Calm();
  std::map<CallId, MonoDuration> astray;
  for (const auto& record : edge_->calls().Snapshot()) {
    if (record->direction != sip_edge::CallDirection::kInbound || record->ended) continue;
    const LegId customer = record->legs.front().id;
    std::set<LegId> partners;
    for (const auto& span : record->bridges) {
      if (!span.end && std::ranges::find(span.legs, customer) != span.legs.end()) {
        partners.insert(span.legs.begin(), span.legs.end());
      }
    }
    // The customer, the agent, and in a conference whom that one has consulted.
    const std::size_t most = conferences_.contains(record->id) ? 3 : 2;
    if (partners.size() > most) kernel_.Broken("call " + record->id.str() + " has two agents");
    const bool settled = calm && edge_->life().Now().wall > record->created + kSettledIn;
    if (!settled || house_.queue_tables.OpenTicketOf(record->id) != nullptr) continue;
    if (IsSentOn(*record)) continue;
    const MonoDuration since =
        astray_since_.contains(record->id) ? astray_since_[record->id] : kernel_.now();
    astray[record->id] = since;
    if (since + kAstray < kernel_.now()) {
      kernel_.Broken("caller " + record->caller + ", call " + record->id.str() +
                     ", is left without a ticket, controller " +
                     (record->controller ? ToString(record->controller->unit) : "none"));
    }
  }
  astray_since_ = std::move(astray);
}

void World::CheckWaiting(const std::set<std::string>& waited_for) {
  for (const auto& [id, queue] : house_.queue_tables.queues()) {
    if (waited_for.contains(id.str()) && queue_->LongestWait(id) > kMostIdle) {
      return kernel_.Broken("an agent and a caller of " + id.str() + " wait for each other");
    }
  }
}

void World::CheckInboundEnd() {
  for (const auto& [id, row] : house_.queue_tables.tickets) {
    if (row.open()) kernel_.Broken("ticket " + id.str() + " has no end");
  }
  for (const auto& [id, queue] : house_.queue_tables.queues()) {
    const auto view = queue_->views.find(id);
    if (view == queue_->views.end()) {
      kernel_.Broken("no view of " + id.str());
    } else if (view->second.waiting + view->second.ringing + view->second.connected != 0) {
      kernel_.Broken("somebody is in " + id.str() + " at the end");
    }
  }
  CheckCallbacks();
  if (const auto trunk = edge_->trunks().View(TrunkId("in"), edge_->life().Now());
      trunk->active_channels != 0) {
    kernel_.Broken("channels of callers in use at the end");
  }
}

}  // namespace callfleet::engine
