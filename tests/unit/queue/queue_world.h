#pragma once
// One queue with an edge and a registry that do as they are told: the domain alone, no actors.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue::test {

class CountedIds final : public IdSource {
 public:
  std::string Next() override {
    const std::string number = std::to_string(++last_);
    return "id-" + std::string(6 - std::min<std::size_t>(6, number.size()), '0') + number;
  }

 private:
  int last_ = 0;
};

class QueueWorld : public ::testing::Test {
 protected:
  QueueWorld() {
    model.queue = {.id = QueueId("q"), .settings = {}, .state = QueueState::kOpen};
    model.queue.settings.name = "Sales";
    model.token = 7;
    EdgeIsUp();
    Tell(SessionChanged{true});
  }

  EdgeId callers_edge{"edge"};  // Where those come in who come now.
  QueueSettings& settings() { return model.queue.settings; }

  // --- Given and when.
  // The number plan answers at once.
  void Tell(const QueueEvent& event) {
    Take(Apply(model, event, now, ids));
    for (const auto& asked : All<LookUpNumber>()) {
      const auto found = numbers.find(asked.number);
      Tell(NumberFound{.ticket = asked.ticket,
                       .transfer = asked.transfer,
                       .number = asked.number,
                       .request = asked.request,
                       .to = found == numbers.end() ? std::optional<Destination>()
                                                    : std::optional(found->second),
                       .call = asked.call,
                       .with = callers_of[asked.number]});
    }
  }
  void EdgeIsUp(const std::string& boot = "boot", const EdgeId& edge = EdgeId("edge")) {
    EdgeUp up{.edge = edge, .boot = BootId(boot), .known = {}};
    for (const auto& [id, fact] : calls) {
      if (fact.edge == edge) up.known.insert(id);
    }
    Tell(up);
    Tell(EdgesHeard{});
  }
  CallFact& Call(const std::string& id) { return calls[CallId(id)]; }
  void Publish(const std::string& id) {
    auto& fact = Call(id);
    ++fact.version;
    Tell(fact);
  }
  // The caller presses a key.
  void Press(const std::string& id, char digit = '1') {
    Call(id).digits += digit;
    ++Call(id).digit_count;
    Publish(id);
  }
  // Arrives, is handed over, claimed; the edge answers as asked.
  TicketId Caller(const std::string& id, const std::string& number = "+15550001") {
    auto& fact = Call(id);
    fact = {.call = CallId(id), .edge = callers_edge, .boot = BootId("boot")};
    fact.caller = number;
    fact.called = "+1800";
    fact.customer = LegFact{.leg = LegId(id + "-caller")};
    fact.create_time = now.wall;
    fact.controller = UnitToken{{UnitKind::kRouting, ""}, 1};
    fact.offered = Unit{UnitKind::kQueue, model.queue.id.str()};
    Publish(id);
    fact.controller = UnitToken{{UnitKind::kQueue, model.queue.id.str()}, 7};
    fact.offered.reset();
    Publish(id);
    const auto found = model.by_call.find(CallId(id));
    if (found == model.by_call.end()) return {};
    if (!All<AnswerCall>().empty()) {
      fact.customer->answered = now.wall;
      Publish(id);
    }
    return found->second;
  }
  AgentOffer Agent(const std::string& name) {
    return {.reservation = ReservationId("r" + std::to_string(++reservations) + "-" + name),
            .agent = AgentId(name),
            .agent_name = name,
            .sip_user = name};
  }
  // The registry grants; returns the legs that ring.
  std::vector<LegId> Grant(const TicketId& ticket, std::vector<AgentOffer> offers) {
    const auto found = model.tickets.find(ticket);
    Tell(Granted{.demand = ticket,
                 .grant = ++grants,
                 .revision = found == model.tickets.end() ? 0 : found->second.revision,
                 .offers = offers});
    std::vector<LegId> legs;
    for (const auto& ring : All<RingAgent>()) {
      legs.push_back(ring.leg);
      auto& fact = calls[ring.call.call];
      fact.call = ring.call.call;
      fact.edge = ring.call.edge.empty() ? EdgeId("edge") : ring.call.edge;
      fact.boot = BootId("boot");
      fact.controller = UnitToken{{UnitKind::kQueue, model.queue.id.str()}, 7};
      if (fact.create_time == WallTime{}) fact.inbound = false;
      fact.agents.push_back(
          {.leg = ring.leg, .agent = ring.agent.agent, .reservation = ring.agent.reservation});
    }
    return legs;
  }
  LegFact& Leg(const std::string& call, const LegId& leg) {
    auto& legs = Call(call).agents;
    return *std::find_if(legs.begin(), legs.end(), [&](const auto& l) { return l.leg == leg; });
  }
  void AgentAnswers(const std::string& call, const LegId& leg) {
    auto& fact = Leg(call, leg);
    fact.answered = now.wall;
    fact.bridged = fact.was_bridged = true;
    if (Call(call).customer) Call(call).customer->bridged = true;
    Publish(call);
  }
  void AgentLegEnds(const std::string& call, const LegId& leg, OfferEnd end) {
    auto& fact = Leg(call, leg);
    fact.over = true;
    fact.bridged = false;
    fact.ended = now.wall;
    fact.end = end;
    Publish(call);
  }
  void CallerHangsUp(const std::string& call) {
    auto& fact = Call(call);
    fact.customer->over = true;
    fact.customer->ended = now.wall;
    Publish(call);
  }
  void CallIsOver(const std::string& call) {
    auto& fact = Call(call);
    fact.ended = true;
    fact.end_time = now.wall;
    Publish(call);
  }
  void Pass(std::chrono::microseconds time) {
    const MonoTime until = now.mono + time;
    while (model.armed != MonoTime{} && model.armed <= until) {
      const auto step = model.armed - now.mono;
      now = {model.armed, now.wall + step};
      Tell(TimerFired{model.timer_generation});
    }
    now = {until, now.wall + (until - now.mono)};
  }

  // A successor with this ticket and the requests as they are kept, and no more.
  void Succeed(const Ticket& kept) {
    const Queue queue = model.queue;
    model = {};
    model.queue = queue;
    model.token = 7;
    Restore(model, kept);
    for (const auto& write : writes) {
      const auto* request = std::get_if<KeepRequest>(&write);
      if (request == nullptr) continue;
      if (request->answered || !AnsweredLater(request->request)) {
        RestoreRequest(model, *request);
      }
    }
  }
  bool AnsweredLater(const std::string& request) const {
    return std::any_of(writes.begin(), writes.end(), [&](const Write& write) {
      const auto* kept = std::get_if<KeepRequest>(&write);
      return kept != nullptr && kept->request == request && kept->answered;
    });
  }

  // --- Then: of the last step, or of all.
  template <class Act>
  std::vector<Act> All() const {
    std::vector<Act> found;
    for (const auto& act : last.acts) {
      if (const auto* one = std::get_if<Act>(&act.action)) found.push_back(*one);
    }
    return found;
  }
  template <class Act>
  int Count() const {
    return static_cast<int>(std::count_if(history.begin(), history.end(), [](const auto& act) {
      return std::holds_alternative<Act>(act.action);
    }));
  }
  std::vector<ReportOffer> Reports() const {
    std::vector<ReportOffer> found;
    for (const auto& act : history) {
      if (const auto* one = std::get_if<ReportOffer>(&act.action)) found.push_back(*one);
    }
    return found;
  }
  const Ticket& At(const TicketId& id) const { return model.tickets.at(id); }
  const Ticket* Over(const TicketId& id) const {
    const auto found =
        std::find_if(over.begin(), over.end(), [&](const Ticket& t) { return t.id == id; });
    return found == over.end() ? nullptr : &*found;
  }
  std::vector<std::string> Order() const {
    std::vector<std::string> calls_in_order;
    for (const auto& [since, id] : model.order.keys()) {
      calls_in_order.push_back(model.tickets.at(id).call.str());
    }
    return calls_in_order;
  }
  void NothingIsLeft() const {
    EXPECT_TRUE(model.tickets.empty());
    EXPECT_TRUE(model.by_call.empty());
    EXPECT_TRUE(model.timers.empty());
    EXPECT_EQ(model.order.size(), 0U);
    EXPECT_EQ(model.connected, 0);
    EXPECT_EQ(model.offered, 0);
  }

  void Take(QueueStep step) {
    for (const auto& act : step.acts) history.push_back(act);
    for (const auto& write : step.writes) writes.push_back(write);
    for (auto& ticket : step.over) over.push_back(ticket);
    last = std::move(step);
  }

  QueueModel model;
  Instant now{MonoTime(std::chrono::hours(1)), WallTime(std::chrono::seconds(1'767'607'200))};
  CountedIds ids;
  std::map<CallId, CallFact> calls;
  std::map<std::string, Destination> numbers;  // Of the plan.
  std::map<std::string, IncomingCall> callers_of;
  QueueStep last;
  std::vector<QueueAct> history;
  std::vector<Write> writes;
  std::vector<Ticket> over;
  std::uint64_t grants = 0;
  int reservations = 0;
};

}  // namespace callfleet::queue::test
