#pragma once
// Tells a campaign's day step by step: the pool, the gate, the edge and the table answer when told.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/dialer/domain/campaign_step.h"
#include "services/dialer/domain/campaign_view.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

// UTC everywhere unless a zone was given an offset.
class TableZones final : public ZoneRules {
 public:
  std::map<std::string, int> offset_minutes{{"UTC", 0}};
  std::map<std::string, std::vector<std::string>> regions{{"US", {"UTC"}}};

  std::optional<LocalTime> LocalAt(const std::string& zone, WallTime at) const override {
    const auto found = offset_minutes.find(zone);
    if (found == offset_minutes.end()) return std::nullopt;
    const auto minutes =
        std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count() + found->second;
    // 1970-01-01 was a Thursday.
    return LocalTime{static_cast<int>((minutes / 1440 + 3) % 7), static_cast<int>(minutes % 1440)};
  }
  std::vector<std::string> ZonesOf(const std::string& region) const override {
    const auto found = regions.find(region);
    return found == regions.end() ? std::vector<std::string>{} : found->second;
  }
};

class CampaignStory : public ::testing::Test {
 protected:
  CampaignStory() {
    model.id = CampaignId("c1");
    model.token = 1;
    model.settings.name = "story";
    model.settings.trunk = TrunkId("t1");
    now.wall = WallTime(24h * 20000 + 12h);  // Noon UTC.
    now.mono = MonoTime(1h);
  }

  void Happens(Event event) {
    Step step = Apply(model, event, now, zones);
    for (auto& write : step.writes) writes.push_back(std::move(write));
    for (auto& act : step.acts) acts.push_back(std::move(act.action));
  }
  void Pass(std::chrono::milliseconds by) {
    now.wall += by;
    now.mono += by;
  }
  template <class T>
  std::vector<T> Acts() const {
    std::vector<T> found;
    for (const auto& act : acts) {
      if (const T* one = std::get_if<T>(&act)) found.push_back(*one);
    }
    return found;
  }
  template <class T>
  std::vector<T> Writes() const {
    std::vector<T> found;
    for (const auto& write : writes) {
      if (const T* one = std::get_if<T>(&write)) found.push_back(*one);
    }
    return found;
  }
  void Forget() {
    acts.clear();
    writes.clear();
  }

  Lead MakeLead(int n) {
    Lead lead;
    lead.id = LeadId("l" + std::to_string(n));
    lead.position = n;
    lead.number = "+1415555" + std::to_string(1000 + n);
    lead.region = "US";
    return lead;
  }
  void Table(int leads, std::optional<WallTime> next_due = std::nullopt) {
    PageLoaded page{.generation = model.book.generation, .leads = {}, .next_due = next_due};
    for (int n = 1; n <= leads; ++n) page.leads.push_back(MakeLead(n));
    model.counters.Leads(LeadState::kQueued) = leads;
    Happens(page);
  }
  // Everything below is up and the table has these leads.
  void StartWith(int leads) {
    Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {}});
    Happens(TrunkPublished{TrunkState::kUp, std::nullopt});
    Happens(SessionChanged{true});
    Happens(AudienceChanged{{.members = 9, .ready = 9, .available = 9, .instant = 9}});
    Happens(Verb{CampaignEvent::kStart});
    Table(leads);
  }

  AttemptId LastDemand() const { return Acts<SendDemand>().back().demand; }
  AttemptId Grant() {
    const AttemptId id = LastDemand();
    ++grants;
    AgentOffer offer{.reservation = ReservationId("r" + std::to_string(grants)),
                     .agent = AgentId("a1"),
                     .agent_name = "Ann",
                     .edge = EdgeId("e1"),
                     .sip_user = "ann"};
    Happens(Granted{.demand = id, .grant = grants, .revision = 1, .offer = offer});
    return id;
  }
  void Gate(const AttemptId& id, NumberFacts facts = {}) { Happens(GateAnswered{id, facts}); }
  CallFacts& Facts(const AttemptId& id) {
    CallFacts& facts = calls[id];
    facts.attempt = id;
    facts.edge = EdgeId("e1");
    facts.boot = BootId("b1");
    ++facts.version;
    return facts;
  }
  void AgentPicksUp(const AttemptId& id) {
    CallFacts& facts = Facts(id);
    facts.agent = {.leg = model.lines.at(id).AgentLeg(), .answered = true};
    Happens(CommandReply{id, facts.agent.leg, CommandVerb::kRing, "", {}});
    Happens(facts);
  }
  void AgentDoesNotPickUp(const AttemptId& id) {
    CallFacts& facts = Facts(id);
    facts.agent = {.leg = model.lines.at(id).AgentLeg(), .ended = true, .end = OfferEnd::kNoAnswer};
    facts.call_over = true;
    Happens(CommandReply{id, facts.agent.leg, CommandVerb::kRing, "", {}});
    Happens(facts);
  }
  // Demand, grant, gate, agent's leg: the INVITE to the lead is out.
  AttemptId DialNext() {
    const AttemptId id = Grant();
    Gate(id);
    AgentPicksUp(id);
    Placed(id);
    return id;
  }
  void Placed(const AttemptId& id) {
    CallFacts& facts = Facts(id);
    facts.customer.exists = true;
    facts.customer.placed = now.wall;
    facts.customer.end.placed = true;
    Happens(facts);
  }
  void Answers(const AttemptId& id, bool bridged = true) {
    CallFacts& facts = Facts(id);
    facts.customer.answered = now.wall;
    facts.customer.end.answered = true;
    if (bridged) facts.bridged = now.wall;
    Happens(facts);
  }
  void Ends(const AttemptId& id, int sip_code = 0, EndCause cause = EndCause::kPeer) {
    CallFacts& facts = Facts(id);
    facts.customer.ended = now.wall;
    facts.customer.end.sip_code = sip_code;
    facts.customer.end.cause = cause;
    facts.call_over = true;
    Happens(facts);
  }
  // The customer talks with a supervisor from now on.
  void SupervisorTakesOver(const AttemptId& id) {
    AgentLegFacts& agent = Facts(id).agent;
    agent.ended = agent.taken_over = true;
    agent.ended_at = now.wall;
    Happens(calls[id]);
  }
  CloseAttempt LastClose() const { return Writes<CloseAttempt>().back(); }

  CampaignModel model;
  TableZones zones;
  Instant now;
  std::vector<Write> writes;
  std::vector<Action> acts;
  std::map<AttemptId, CallFacts> calls;
  std::uint64_t grants = 0;
};

}  // namespace callfleet::dialer
