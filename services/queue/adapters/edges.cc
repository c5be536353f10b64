#include "services/queue/adapters/edges.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>

namespace callfleet::queue {

// Timers hold it weakly; the links' callbacks end with Stop.
class Edges::Shared : public std::enable_shared_from_this<Shared> {
 public:
  using Order = std::function<void(EdgeLink&)>;

  Shared(std::vector<EdgeLinkOptions> links, Timers* timers, const logging::Logger& log)
      : timers_(timers), log_(log) {
    for (auto& options : links) {
      ears_.push_back(std::make_unique<Ear>(this, std::move(options), log));
    }
  }

  void Start(CallFacts* facts) {
    facts_ = facts;
    for (const auto& ear : ears_) ear->link.Start(ear.get());
  }
  void Stop() {
    for (const auto& ear : ears_) ear->link.Stop();
  }
  std::size_t connected() const {
    return static_cast<std::size_t>(std::count_if(
        ears_.begin(), ears_.end(), [](const auto& ear) { return ear->link.connected(); }));
  }
  void Give(const EdgeId& edge, const Order& order);

 private:
  // What one edge says.
  struct Ear final : public CallFacts {
    Ear(Shared* all, EdgeLinkOptions options, const logging::Logger& log)
        : all(all), link(std::move(options), log) {}
    void OnSnapshot(const EdgeId& edge, const BootId& boot) override {
      all->Met(this, edge);
      all->facts_->OnSnapshot(edge, boot);
    }
    void OnFact(CallFact fact) override { all->facts_->OnFact(std::move(fact)); }
    void OnWhole(const EdgeId& edge) override {
      all->facts_->OnWhole(edge);
      all->Settled(this, true);
    }
    void OnDown(const EdgeId& edge) override {
      all->facts_->OnDown(edge);
      all->Settled(this, false);
    }
    void OnAllHeard() override {}
    void OnForgotten(CallId call) override { all->facts_->OnForgotten(std::move(call)); }
    void OnRefused(const Unit& unit, CommandRefused refused) override {
      all->facts_->OnRefused(unit, std::move(refused));
    }

    Shared* all;
    EdgeLink link;
    EdgeId id{};           // Empty: never heard.
    bool settled = false;  // Heard as a whole, or not to be reached.
  };

  void Met(Ear* ear, const EdgeId& edge);
  void Settled(Ear* ear, bool whole);
  void AllHeard();
  Ear* Find(const EdgeId& edge);

  Timers* timers_;
  logging::Logger log_;
  CallFacts* facts_ = nullptr;
  std::vector<std::unique_ptr<Ear>> ears_;
  mutable std::mutex mutex_;
  std::deque<std::pair<EdgeId, Order>> waiting_;
  bool one_heard_ = false;
  bool all_heard_ = false;
};

Edges::Shared::Ear* Edges::Shared::Find(const EdgeId& edge) {
  for (const auto& ear : ears_) {
    if (ear->id == edge && !edge.empty()) return ear.get();
  }
  if (!edge.empty()) return nullptr;
  for (const auto& ear : ears_) {
    if (ear->link.connected()) return ear.get();
  }
  return ears_.front().get();
}

void Edges::Shared::Give(const EdgeId& edge, const Order& order) {
  Ear* ear = nullptr;
  bool dropped = false;
  {
    const std::lock_guard lock(mutex_);
    ear = Find(edge);
    if (ear == nullptr) {
      waiting_.emplace_back(edge, order);
      dropped = waiting_.size() > kMostWaiting;
      if (dropped) waiting_.pop_front();
    }
  }
  if (dropped)
    log_.Warn("an order for an edge that was never heard is dropped", {{"edge_id", edge}});
  if (ear != nullptr) order(ear->link);
}

void Edges::Shared::Met(Ear* ear, const EdgeId& edge) {
  std::vector<Order> orders;
  {
    const std::lock_guard lock(mutex_);
    const Ear* other = Find(edge);
    if (other != nullptr && other != ear && other->link.connected()) {
      log_.Error("two edges have one name", {{"edge_id", edge}});
    }
    ear->id = edge;
    for (auto& [to, order] : waiting_) {
      if (to == edge) orders.push_back(std::move(order));
    }
    std::erase_if(waiting_, [&](const auto& each) { return each.first == edge; });
  }
  for (const auto& order : orders) order(ear->link);
}

void Edges::Shared::Settled(Ear* ear, bool whole) {
  bool all = false;
  {
    const std::lock_guard lock(mutex_);
    ear->settled = true;
    if (all_heard_) return;
    const bool first = whole && !std::exchange(one_heard_, true);
    all = one_heard_ &&
          std::all_of(ears_.begin(), ears_.end(), [](const auto& each) { return each->settled; });
    if (!all && first) {
      timers_->Start(kPatience, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->AllHeard();
      });
    }
  }
  if (all) AllHeard();
}

void Edges::Shared::AllHeard() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(all_heard_, true)) return;
  }
  facts_->OnAllHeard();
}

Edges::Edges(std::vector<EdgeLinkOptions> links, Timers* timers, const logging::Logger& log)
    : shared_(std::make_shared<Shared>(std::move(links), timers, log)) {}
Edges::~Edges() { Stop(); }
void Edges::Start(CallFacts* facts) { shared_->Start(facts); }
void Edges::Stop() { shared_->Stop(); }
std::size_t Edges::connected() const { return shared_->connected(); }

void Edges::Do(const UnitToken& unit, EdgeCommand command) {
  const EdgeId edge = std::visit([](const auto& act) { return act.call.edge; }, command);
  shared_->Give(edge,
                [unit, command = std::move(command)](EdgeLink& link) { link.Do(unit, command); });
}

void Edges::Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) {
  shared_->Give(ring.call.edge, [unit, ring, lease = std::move(lease)](EdgeLink& link) {
    link.Ring(unit, ring, lease);
  });
}

}  // namespace callfleet::queue
