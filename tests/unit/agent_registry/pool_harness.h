#pragma once
// One pool in memory: the matchmaker, its agents, and owners that keep the rules of a session.
// Messages between them wait in a queue, so that a test decides what crosses what. Time stands
// still unless the test moves it.
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/agent_registry/domain/agent.h"
#include "services/agent_registry/domain/matchmaker.h"

namespace callfleet::agent_registry {

using namespace std::chrono_literals;

inline Unit Campaign(const std::string& id) { return {UnitKind::kCampaign, id}; }
inline Unit Queue(const std::string& id) { return {UnitKind::kQueue, id}; }

struct AgentWish {
  std::string name{};
  std::vector<Unit> units{Campaign("c")};
  std::uint16_t max = 1;
  AgentKind kind = AgentKind::kHuman;
  LineMode line = LineMode::kRing;
  std::chrono::milliseconds wrap_up{0};
  std::vector<SkillLevel> skills{};
  bool primary = false;
};

class PoolHarness {
 public:
  explicit PoolHarness(MatchRules rules = {}, std::vector<SaveUnit> expected = {}, Token token = 1)
      : matchmaker(rules, token, std::move(expected), now) {
    rules_ = rules;
  }

  // --- World
  void Start() { Route(matchmaker.OnEdgesSeen(now)); }
  std::string Add(const AgentWish& wish) {
    auto profile = std::make_shared<AgentProfile>();
    profile->id = AgentId(wish.name);
    profile->name = wish.name;
    profile->max_concurrent_calls = wish.max;
    profile->kind = wish.kind;
    profile->line_mode = wish.line;
    profile->wrap_up = wish.wrap_up;
    profile->skills = wish.skills;
    profile->sip_user = wish.name;
    for (const Unit& unit : wish.units) profile->memberships.push_back({unit, wish.primary});
    auto& seat = seats[wish.name];
    seat.agent = std::make_unique<Agent>(profile, AgentRules{});
    MatchStep out;
    seat.slot = matchmaker.Join(ViewOf(seat), out, now);
    by_slot[seat.slot] = wish.name;
    Route(std::move(out));
    Apply(wish.name, seat.agent->OnReachability({EdgeId("e"), true, "sip:x"}, now));
    return wish.name;
  }
  void Advance(std::chrono::milliseconds by) {
    const auto end = now.mono + by;
    while (now.mono < end) {
      const auto step = std::min<std::chrono::microseconds>(100ms, end - now.mono);
      now.mono += step;
      now.wall += step;
      for (auto& [name, seat] : seats) FireTimers(name, seat);
      for (StreamId s : beating) Beat(s);
      Route(matchmaker.OnTick(now));
      Settle();
    }
  }
  // A process that was stopped: time passes and nothing runs.
  void Freeze(std::chrono::milliseconds by) {
    now.mono += by;
    now.wall += by;
  }
  // Delivers all that is under way.
  void Settle() {
    while (!to_agents.empty()) DeliverOne();
  }
  void DeliverOne() {
    AgentAct act = std::move(to_agents.front());
    to_agents.pop_front();
    Deliver(act);
  }

  // --- Agents
  Agent& agent(const std::string& name) { return *seats.at(name).agent; }
  void Leg(const std::string& name, ReservationKey key, LegPhase phase,
           const std::string& leg = "leg") {
    const std::string wire = key ? ToWire(key, PoolId("default")).str() : "";
    const std::string id = key ? leg + std::to_string(key.value) : leg;
    Apply(name,
          agent(name).OnLeg({EdgeId("e"), CallId("call"), LegId(id), wire, phase, false}, now));
    Settle();
  }
  void Apply(const std::string& name, AgentStep step) {
    Seat& seat = seats.at(name);
    for (const auto& timer : step.timers) seat.timers.insert({now.mono + timer.after, timer});
    for (const auto& write : step.writes) {
      if (const auto* saved = std::get_if<SavePresence>(&write)) seat.saved.presence = *saved;
      if (const auto* saved = std::get_if<SaveFigures>(&write)) seat.saved.figures = saved->figures;
      if (const auto* saved = std::get_if<SaveWrapUp>(&write))
        seat.saved.wrap_ups.push_back(*saved);
    }
    peak[name] = std::max(peak[name], agent(name).load());
    if (step.ask_reply) {
      Route(matchmaker.OnAskReply(seat.slot, *step.ask_reply, ViewOf(seat), now));
    } else if (step.redeclare_reply) {
      Route(matchmaker.OnRedeclareReply(seat.slot, *step.redeclare_reply, ViewOf(seat), now));
    } else if (step.standing_changed) {
      AgentView view = ViewOf(seat);
      view.fresh_rank = step.fresh_rank;
      Route(matchmaker.OnView(seat.slot, view, now));
    }
  }

  // --- Owners
  StreamId Open(const std::vector<Unit>& units, Token token = 1) {
    const StreamId s = ++last_stream;
    Hello hello;
    for (const Unit& unit : units) hello.units.push_back({unit, token});
    Say(s, hello);
    return s;
  }
  // Hello, nothing to declare, Ready.
  StreamId Join(const std::vector<Unit>& units, Token token = 1) {
    const StreamId s = Open(units, token);
    Say(s, DeclareEnd{units});
    beating.insert(s);
    return s;
  }
  template <class M>
  void Say(StreamId s, M message) {
    Route(matchmaker.OnOwner(s, OwnerMessage(std::move(message)), now));
  }
  void Want(StreamId s, const std::string& id, DemandSpec spec = {}) {
    spec.id = id;
    if (spec.unit.id.empty()) spec.unit = Campaign("c");
    if (spec.audience.id.empty()) spec.audience = spec.unit;
    if (spec.revision == 0) spec.revision = 1;
    if (spec.since == WallTime{}) spec.since = now.wall;
    Say(s, spec);
  }
  void Take(StreamId s, const GrantReply& grant) {
    Say(s, Taken{grant.grant, {}});
    for (const Offer& offer : grant.offers) held[s].insert(offer.key);
  }
  void Beat(StreamId s) {
    Heartbeat beat;
    beat.number = ++beats;
    beat.highest_grant_seen = seen[s];
    for (ReservationKey key : held[s]) beat.held.push_back({key, "", {}, {}, "", ""});
    Say(s, beat);
  }
  void Finish(StreamId s, ReservationKey key, std::chrono::milliseconds talk = 1s,
              std::optional<std::chrono::milliseconds> wrap_up = {}) {
    held[s].erase(key);
    Say(s, CompleteSlot{key, "completed", talk, wrap_up});
    Settle();
  }
  template <class R>
  std::vector<R> Heard(StreamId s) {
    std::vector<R> all;
    for (const auto& reply : replies[s]) {
      if (const auto* r = std::get_if<R>(&reply)) all.push_back(*r);
    }
    return all;
  }
  // The last grant, marked as read.
  std::optional<GrantReply> Grant(StreamId s) {
    Settle();
    auto all = Heard<GrantReply>(s);
    if (all.empty() || all.back().grant <= seen[s]) return std::nullopt;
    seen[s] = all.back().grant;
    return all.back();
  }

  struct Seat {
    std::unique_ptr<Agent> agent;
    Slot slot = kNoSlot;
    std::multimap<MonoTime, StartAgentTimer> timers;
    AgentSaved saved;
  };
  AgentView ViewOf(Seat& seat) {
    auto face = std::make_shared<AgentFace>();
    face->profile = seat.agent->profile_ref();
    face->edge = seat.agent->edge();
    face->edges = seat.agent->edges();
    const AgentFigures& f = seat.agent->figures();
    return {
        seat.agent->standing(), {f.calls, static_cast<std::uint64_t>(f.talk.count())}, false, face};
  }

  Instant now{MonoTime(1000s), WallTime(1'700'000'000s)};
  Matchmaker matchmaker;
  std::map<std::string, Seat> seats;
  std::map<Slot, std::string> by_slot;
  std::deque<AgentAct> to_agents;
  std::map<StreamId, std::vector<OwnerReply>> replies;
  std::map<StreamId, std::set<ReservationKey>> held;
  std::map<StreamId, std::uint64_t> seen;
  std::set<StreamId> beating;  // These send heartbeats as time passes.
  std::map<std::string, std::size_t> peak;
  std::uint64_t beats = 0;
  StreamId last_stream = 0;

 private:
  void Route(MatchStep step) {
    for (auto& act : step.agents) to_agents.push_back(std::move(act));
    for (auto& act : step.owners) replies[act.stream].push_back(std::move(act.reply));
  }
  void Deliver(const AgentAct& act) {
    const std::string name = by_slot.at(act.slot);
    Agent& a = agent(name);
    struct Visit {
      Agent& a;
      Instant now;
      AgentStep operator()(const AskSlot& m) { return a.OnAsk(m, now); }
      AgentStep operator()(const ReleaseSlot& m) { return a.OnRelease(m.key, now); }
      AgentStep operator()(const LapseSlot& m) { return a.OnLeaseLapsed(m, now); }
      AgentStep operator()(const CompleteSlot& m) { return a.OnComplete(m, now); }
      AgentStep operator()(const OfferReport& m) { return a.OnOfferEnd(m.key, m.end, now); }
      AgentStep operator()(const RedeclareSlot& m) { return a.OnRedeclare(m, now); }
    };
    Apply(name, std::visit(Visit{a, now}, act.message));
  }
  void FireTimers(const std::string& name, Seat& seat) {
    while (!seat.timers.empty() && seat.timers.begin()->first <= now.mono) {
      const StartAgentTimer t = seat.timers.begin()->second;
      seat.timers.erase(seat.timers.begin());
      Apply(name, seat.agent->OnTimer({t.timer, t.generation}, now));
    }
  }
  MatchRules rules_;
};

}  // namespace callfleet::agent_registry
