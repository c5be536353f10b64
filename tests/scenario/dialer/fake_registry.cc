#include "tests/scenario/dialer/fake_registry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace callfleet::dialer {

using namespace std::chrono_literals;

class FakeRegistry::Link final : public PoolLink {
 public:
  Link(FakeRegistry* registry, std::shared_ptr<PoolLinkListener> listener)
      : registry_(registry), listener_(std::move(listener)) {}
  ~Link() override {
    if (registry_->listener_ == listener_) registry_->listener_ = nullptr;
  }
  void Write(std::vector<PoolMessage> messages) override {
    for (const auto& message : messages) registry_->Take(message);
    registry_->Match();
  }

 private:
  FakeRegistry* registry_;
  std::shared_ptr<PoolLinkListener> listener_;
};

std::unique_ptr<PoolLink> FakeRegistry::Connect(std::shared_ptr<PoolLinkListener> listener) {
  listener_ = listener;
  book_.clear();  // A new owner: everything is declared anew.
  ready_.clear();
  granted_.clear();
  declared_.clear();
  last_grant_ = 0;
  auto link = std::make_unique<Link>(this, listener);
  timers_->Start(1ms, [this, listener] {
    if (listener_ == listener) listener->OnInput(LinkUp{});
  });
  return link;
}

void FakeRegistry::Tell(PoolInput input) {
  timers_->Start(1ms, [listener = listener_, input = std::move(input)] {
    if (listener) listener->OnInput(input);
  });
}

void FakeRegistry::Free(const ReservationId& reservation) {
  const auto found = reservations.find(reservation);
  if (found == reservations.end()) return;
  agents[found->second].slots.erase(reservation);
  reservations.erase(found);
}

FakeRegistry::Agent* FakeRegistry::LeastBusy(AgentId* id) {
  Agent* best = nullptr;
  for (auto& [name, agent] : agents) {
    if (static_cast<int>(agent.slots.size()) >= agent.capacity) continue;
    if (best == nullptr || agent.slots.size() < best->slots.size()) {
      best = &agent;
      *id = name;
    }
  }
  return best;
}

void FakeRegistry::Match() {
  for (auto demand = book_.begin(); demand != book_.end() && listener_;) {
    AgentId id;
    Agent* agent = ready_.contains(demand->first.campaign) ? LeastBusy(&id) : nullptr;
    if (agent == nullptr) {
      ++demand;
      continue;
    }
    const ReservationId reservation("r" + std::to_string(++last_reservation_));
    agent->slots.insert(reservation);
    agent->peak = std::max(agent->peak, static_cast<int>(agent->slots.size()));
    EXPECT_LE(static_cast<int>(agent->slots.size()), agent->capacity);
    reservations[reservation] = id;
    const auto grant = ++last_grant_;
    granted_[grant] = {demand->first, reservation};
    granted_demands_[grant] = demand->second;
    Tell(PoolGrant{.campaign = demand->first.campaign,
                   .grant = grant,
                   .demand = demand->first.demand,
                   .revision = demand->second.revision,
                   .offer = {.reservation = reservation, .agent = id, .agent_name = id.str()}});
    demand = book_.erase(demand);
  }
}

void FakeRegistry::Take(const PoolMessage& message) {
  const auto drop_demand = [this](const Key& key) {
    std::erase_if(book_, [&](const auto& one) { return one.first == key; });
  };
  if (const auto* hello = std::get_if<SayHello>(&message)) {
    for (const auto& unit : hello->units) ready_.erase(CampaignId(unit.unit.id));
  } else if (const auto* held = std::get_if<SayHeld>(&message)) {
    declared_.insert(held->held.reservation);
  } else if (const auto* demand = std::get_if<SayDemand>(&message)) {
    drop_demand({demand->campaign, demand->demand.demand});
    book_.push_back({{demand->campaign, demand->demand.demand}, demand->demand});
  } else if (const auto* end = std::get_if<SayDeclareEnd>(&message)) {
    std::vector<ReservationId> missing;
    for (const auto& [id, agent] : reservations) {
      if (!declared_.contains(id)) missing.push_back(id);
    }
    // Only a whole new owner replaces what there was; campaigns that join later hold nothing.
    if (ready_.empty()) {
      for (const auto& id : missing) Free(id);
    }
    ready_.insert(end->campaigns.begin(), end->campaigns.end());
    Tell(PoolReady{end->campaigns});
  } else if (const auto* cancel = std::get_if<SayCancel>(&message)) {
    drop_demand({cancel->campaign, cancel->demand});
    for (const auto& [grant, given] : granted_) {
      if (given.first == Key{cancel->campaign, cancel->demand}) Free(given.second);
    }
  } else if (const auto* taken = std::get_if<SayTaken>(&message)) {
    granted_.erase(taken->grant);
  } else if (const auto* returned = std::get_if<SayReturned>(&message)) {
    if (const auto given = granted_.find(returned->grant); given != granted_.end()) {
      Free(given->second.second);
      granted_.erase(given);
    }
  } else if (const auto* report = std::get_if<ReportOffer>(&message)) {
    if (report->end != OfferEnd::kAnswered) Free(report->reservation);
  } else if (const auto* done = std::get_if<CompleteWork>(&message)) {
    const auto found = reservations.find(done->reservation);
    if (found != reservations.end()) ++agents[found->second].calls;
    Free(done->reservation);
  } else if (const auto* beat = std::get_if<SayHeartbeat>(&message)) {
    Tell(PoolAck{beat->number});
  }
}

}  // namespace callfleet::dialer
