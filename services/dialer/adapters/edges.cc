#include "services/dialer/adapters/edges.h"

#include <utility>

namespace callfleet::dialer {

// What one edge has said, as far as campaigns that come later must hear it too.
class Edges::Edge final : public EdgeListener {
 public:
  Edge(Edges* all, const MakeEdgeLink& make_link) : all_(all), link(make_link(this)) {}

  void OnSnapshotBegin(const EdgeId& edge, const BootId& boot) override {
    const std::lock_guard lock(all_->mutex_);
    id = edge;
    boot_ = boot;
    up = false;
    calls.clear();
  }
  void OnFacts(const CampaignId& campaign, CallFacts facts) override {
    const std::lock_guard lock(all_->mutex_);
    calls[facts.attempt] = {campaign, facts};
    if (up && all_->followers_.contains(campaign)) {
      all_->campaigns_->Send(campaign, std::move(facts));
    }
  }
  void OnForgotten(const AttemptId& call) override {
    const std::lock_guard lock(all_->mutex_);
    calls.erase(call);
  }
  void OnSnapshotEnd() override {
    const std::lock_guard lock(all_->mutex_);
    up = true;
    for (const auto& [campaign, follower] : all_->followers_) {
      all_->TellUp(this, campaign);
      all_->campaigns_->Send(campaign, all_->StateOf(follower.trunk));  // Its edge has a name now.
    }
  }
  void OnTrunk(const TrunkId& trunk, TrunkPublished state) override {
    const std::lock_guard lock(all_->mutex_);
    trunks[trunk] = state;
    all_->TellTrunk(trunk);
  }
  void OnTrunkGone(const TrunkId& trunk) override {
    const std::lock_guard lock(all_->mutex_);
    trunks.erase(trunk);
    all_->TellTrunk(trunk);
  }
  void OnDown() override {
    const std::lock_guard lock(all_->mutex_);
    up = false;
    for (const auto& [campaign, follower] : all_->followers_) {
      all_->campaigns_->Send(campaign, EdgeDown{id});
    }
  }
  void OnReply(const CampaignId& campaign, CommandReply reply) override {
    all_->campaigns_->Send(campaign, std::move(reply));
  }

  struct Call {
    CampaignId campaign;
    CallFacts facts;
  };
  EdgeUp UpFor(const CampaignId& campaign) const {
    EdgeUp event{.edge = id, .boot = boot_, .known = {}};
    for (const auto& [attempt, call] : calls) {
      if (call.campaign != campaign) continue;
      event.known[attempt] = call.facts.call_over || call.facts.passed != WallTime{};
    }
    return event;
  }

 private:
  Edges* all_;
  BootId boot_;

 public:
  EdgeId id;
  bool up = false;
  std::map<AttemptId, Call> calls;
  std::map<TrunkId, TrunkPublished> trunks;
  std::unique_ptr<EdgeLink> link;
};

Edges::Edges(std::vector<std::shared_ptr<grpc::Channel>> channels, Timers* timers,
             CampaignInbox* campaigns, const logging::Logger& log)
    : campaigns_(campaigns) {
  for (auto& channel : channels) {
    edges_.push_back(std::make_unique<Edge>(this, [&](EdgeListener* listener) {
      return std::make_unique<GrpcEdgeLink>(
          EdgeLinkOptions{.channel = std::move(channel), .timers = timers}, listener, log);
    }));
  }
}

Edges::Edges(const std::vector<MakeEdgeLink>& links, CampaignInbox* campaigns)
    : campaigns_(campaigns) {
  for (const auto& make_link : links) edges_.push_back(std::make_unique<Edge>(this, make_link));
}

Edges::~Edges() { Stop(); }

void Edges::Start() {
  for (const auto& edge : edges_) edge->link->Start();
}

void Edges::Settle(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (const auto& edge : edges_) edge->link->Settle(until);
}

void Edges::Stop() {
  for (const auto& edge : edges_) edge->link->Stop();
}

bool Edges::connected() const {
  const std::lock_guard lock(mutex_);
  for (const auto& edge : edges_) {
    if (edge->up) return true;
  }
  return false;
}

void Edges::TellUp(Edge* edge, const CampaignId& campaign) {
  for (const auto& [attempt, call] : edge->calls) {
    if (call.campaign == campaign) campaigns_->Send(campaign, call.facts);
  }
  campaigns_->Send(campaign, edge->UpFor(campaign));
}

TrunkPublished Edges::StateOf(const TrunkId& trunk) const {
  TrunkPublished best;
  std::map<EdgeId, TrunkAtEdge> at;
  for (const auto& edge : edges_) {
    const auto found = edge->trunks.find(trunk);
    if (found == edge->trunks.end()) continue;
    const TrunkPublished& here = found->second;
    const bool up = here.state == TrunkState::kUp;
    if (best.state != TrunkState::kUp) {
      best = here;
    } else if (up) {  // Each edge counts its own calls.
      const bool limited = best.free_channels && here.free_channels;
      best.free_channels =
          limited ? std::optional(*best.free_channels + *here.free_channels) : std::nullopt;
    }
    if (edge->id.empty() || (!up && here.state != TrunkState::kBreakerOpen)) continue;
    at[edge->id] = {here.free_channels, !up, here.next_probe};
  }
  best.at = std::move(at);
  return best;
}

void Edges::TellTrunk(const TrunkId& trunk) {
  for (const auto& [campaign, follower] : followers_) {
    if (follower.trunk == trunk) campaigns_->Send(campaign, StateOf(trunk));
  }
}

void Edges::Follow(const UnitToken& campaign, const TrunkId& trunk) {
  const std::lock_guard lock(mutex_);
  const CampaignId id(campaign.unit.id);
  followers_[id] = {campaign, trunk};
  campaigns_->Send(id, StateOf(trunk));
  for (const auto& edge : edges_) {
    if (edge->up) TellUp(edge.get(), id);
  }
}

void Edges::Forget(const CampaignId& campaign) {
  const std::lock_guard lock(mutex_);
  const auto follower = followers_.find(campaign);
  if (follower == followers_.end()) return;
  for (const auto& edge : edges_) edge->link->Forget(follower->second.owner);
  followers_.erase(follower);
}

EdgeLink* Edges::LinkOf(const EdgeId& edge) {
  const std::lock_guard lock(mutex_);
  for (const auto& one : edges_) {
    if (one->id == edge) return one->link.get();
  }
  return edges_.front()->link.get();  // Never heard of: the first answers BOOT_CHANGED or does it.
}

void Edges::Ring(const UnitToken& campaign, const RingAgent& ring, agent_pool::LeaseCheck lease) {
  LinkOf(ring.line.edge)->Ring(campaign, ring, std::move(lease));
}

void Edges::Dial(const UnitToken& campaign, const Originate& originate) {
  LinkOf(originate.line.edge)->Dial(campaign, originate);
}

void Edges::End(const UnitToken& campaign, const HangUp& hang_up) {
  LinkOf(hang_up.line.edge)->End(campaign, hang_up);
}

void Edges::Place(const UnitToken& campaign, const PlaceTarget& place,
                  agent_pool::LeaseCheck lease) {
  LinkOf(place.line.edge)->Place(campaign, place, std::move(lease));
}

void Edges::Offer(const UnitToken& campaign, const OfferTalk& offer) {
  LinkOf(offer.line.edge)->Offer(campaign, offer);
}

void Edges::Steer(const UnitToken& campaign, const SteerEdge& steer) {
  LinkOf(steer.line.edge)->Steer(campaign, steer);
}

std::optional<CampaignId> Edges::OwnerOf(const AttemptId& call) const {
  const std::lock_guard lock(mutex_);
  for (const auto& edge : edges_) {
    const auto found = edge->calls.find(call);
    if (found != edge->calls.end()) return found->second.campaign;
  }
  return std::nullopt;
}

void Edges::Acknowledged(const UnitToken& campaign, const Acknowledge& acknowledge) {
  LinkOf(acknowledge.edge)->Acknowledge(campaign, acknowledge.call);
}

void Edges::FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) {
  edges_.front()->link->FindTrunk(trunk, std::move(reply));
}

}  // namespace callfleet::dialer
