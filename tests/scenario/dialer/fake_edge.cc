#include "tests/scenario/dialer/fake_edge.h"

#include <gtest/gtest.h>

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {
const EdgeId kEdge("e1");
}  // namespace

void FakeEdge::Tell(const Call& call) {
  if (inbox_ != nullptr && followers_.contains(call.campaign))
    inbox_->Send(call.campaign, call.facts);
}

void FakeEdge::Reply(const CampaignId& campaign, CommandReply reply) {
  timers_->Start(1ms, [this, campaign, reply = std::move(reply)] {
    if (inbox_ != nullptr) inbox_->Send(campaign, reply);
  });
}

// Later changes of a call that is gone by then change nothing.
void FakeEdge::After(std::chrono::milliseconds delay, const AttemptId& id,
                     const std::function<void(Call&)>& change) {
  timers_->Start(delay, [this, id, change, boot = boot_] {
    const auto call = calls_.find(id);
    if (boot != boot_ || call == calls_.end() || call->second.facts.call_over) return;
    change(call->second);
    ++call->second.facts.version;
    Tell(call->second);
  });
}

void FakeEdge::Follow(const UnitToken& campaign, const TrunkId&) {
  const CampaignId id(campaign.unit.id);
  followers_.insert(id);
  inbox_->Send(id, TrunkPublished{TrunkState::kUp, std::nullopt});
  EdgeUp up{.edge = kEdge, .boot = boot(), .known = {}};
  for (const auto& [attempt, call] : calls_) {
    if (call.campaign != id) continue;
    inbox_->Send(id, call.facts);
    up.known[attempt] = call.facts.call_over;
  }
  inbox_->Send(id, std::move(up));
}

void FakeEdge::Restart() {
  ++boot_;
  calls_.clear();
  for (const auto& campaign : followers_) {
    if (inbox_ != nullptr) inbox_->Send(campaign, EdgeUp{kEdge, boot(), {}});
  }
}

void FakeEdge::Ring(const UnitToken& campaign, const RingAgent& ring) {
  const CampaignId id(campaign.unit.id);
  Reply(id, {ring.line.id, ring.line.AgentLeg(), CommandVerb::kRing,
             ring.line.boot == boot() ? "" : "BOOT_CHANGED", std::nullopt});
  if (ring.line.boot != boot()) return;
  Call& call = calls_[ring.line.id];
  call.campaign = id;
  call.facts.attempt = ring.line.id;
  call.facts.edge = kEdge;
  call.facts.boot = boot();
  ++call.facts.version;
  call.facts.agent = {.leg = ring.line.AgentLeg(), .reservation = ring.line.agent->reservation};
  const bool misses = Chance(agent_misses);
  After(misses ? 20s : 500ms, ring.line.id, [misses](Call& c) {
    c.facts.agent.answered = !misses;
    c.facts.agent.ended = c.facts.call_over = misses;
    c.facts.agent.end = OfferEnd::kNoAnswer;
  });
}

void FakeEdge::EndCustomer(Call& call, int code, EndCause cause) {
  auto& customer = call.facts.customer;
  customer.ended = timers_->Now().wall;
  customer.end.sip_code = code;
  customer.end.cause = cause;
  if (call.facts.bridged != WallTime{}) call.facts.agent.ended = true;
  call.facts.call_over = call.facts.agent.leg.empty() || call.facts.agent.ended;
}

void FakeEdge::Dial(const UnitToken& campaign, const Originate& originate) {
  const AttemptId id = originate.line.id;
  const CampaignId owner(campaign.unit.id);
  const auto found = calls_.find(id);
  const bool gone =
      originate.line.boot != boot() || found == calls_.end() || found->second.facts.agent.ended;
  Reply(owner, {id, originate.line.CustomerLeg(), CommandVerb::kOriginate,
                gone ? "BOOT_CHANGED" : "", std::nullopt});
  if (gone) return;
  ++invites;
  ++invites_by_number[originate.line.lead.number];
  found->second.number = originate.line.lead.number;
  for (const auto& [other, call] : calls_) {
    EXPECT_FALSE(other != id && call.number == originate.line.lead.number &&
                 !call.facts.call_over && call.facts.customer.ended == WallTime{})
        << "two calls to one number";
  }
  After(1ms, id, [this](Call& c) {
    c.facts.customer.exists = true;
    c.facts.customer.placed = timers_->Now().wall;
    c.facts.customer.end.placed = true;
  });
  if (trunk_fault_code != 0) {
    After(30ms, id, [this](Call& c) { EndCustomer(c, trunk_fault_code, EndCause::kPeer); });
    return;
  }
  After(200ms, id, [this](Call& c) {
    c.facts.customer.progressed = timers_->Now().wall;
    c.facts.customer.end.progressed = true;
  });
  if (!Chance(answers)) {
    const int code = Chance(0.5) ? 486 : 480;
    After(5s, id, [this, code](Call& c) { EndCustomer(c, code, EndCause::kPeer); });
    return;
  }
  const auto talk = std::chrono::seconds(5 + static_cast<int>(random_() % 60));
  After(3s, id, [this](Call& c) {
    c.facts.customer.answered = c.facts.bridged = timers_->Now().wall;
    c.facts.customer.end.answered = true;
  });
  After(3s + talk, id, [this](Call& c) { EndCustomer(c, 0, EndCause::kPeer); });
}

void FakeEdge::End(const UnitToken&, const HangUp& hang_up) {
  After(5ms, hang_up.line.id, [this, leg = hang_up.leg](Call& c) {
    const bool whole = leg.empty();
    auto& customer = c.facts.customer;
    c.facts.agent.ended = true;
    if (customer.exists && customer.ended == WallTime{}) {
      EndCustomer(c, 487, whole ? EndCause::kLocal : EndCause::kAgentLeg);
    }
    c.facts.call_over = !customer.exists || customer.ended != WallTime{};
  });
}

void FakeEdge::Acknowledged(const UnitToken&, const Acknowledge& acknowledge) {
  const auto call = calls_.find(acknowledge.call);
  if (call == calls_.end()) return;
  EXPECT_TRUE(call->second.facts.call_over);
  calls_.erase(call);
}

}  // namespace callfleet::dialer
