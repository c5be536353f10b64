// Several edges: what one of them says, or its absence, touches its own calls only.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using test::QueueWorld;

const EdgeId kOne("edge");
const EdgeId kTwo("edge-2");

class TwoEdges : public QueueWorld {
 protected:
  TwoEdges() {
    settings().callback = CallbackPolicy{.trunk = TrunkId("t"), .max_attempts = 3};
    EdgeIsUp("boot", kTwo);
  }
  TicketId CallerAt(const EdgeId& edge, const std::string& id) {
    callers_edge = edge;
    return Caller(id);
  }
  // One agent is ready at each.
  void ReadyAt(const std::vector<EdgeId>& edges) {
    Audience audience{.members = 2, .ready = static_cast<int>(edges.size())};
    for (const auto& edge : edges) audience.at[edge] = {.ready = 1, .available = 1};
    Tell(AudienceChanged{audience});
  }
  void Restarts(const EdgeId& edge) {
    std::erase_if(calls, [&](const auto& each) { return each.second.edge == edge; });
    EdgeIsUp("next boot", edge);
  }
  AgentOffer AgentAt(const std::string& name, std::vector<EdgeId> edges) {
    AgentOffer offer = Agent(name);
    if (!edges.empty()) offer.edge = edges.front();
    if (edges.size() > 1) offer.edges = std::move(edges);
    return offer;
  }
  // The process ends and another takes over: nothing is known but what was kept.
  void TakenOver() {
    const QueueModel before = std::exchange(model, QueueModel{});
    model.queue = before.queue;
    model.token = before.token + 1;
    for (const auto& [id, ticket] : before.tickets) {
      Ticket kept{.id = id, .call = ticket.call};
      kept.edge = ticket.edge;
      kept.boot = ticket.boot;
      kept.caller = ticket.caller;
      kept.since = ticket.since;
      kept.created = ticket.created;
      kept.state = ticket.state;
      kept.callback = ticket.callback;
      Restore(model, kept);
    }
    last = {};
  }
};

TEST_F(TwoEdges, ADemandNamesTheEdgeOfItsCaller) {
  CallerAt(kTwo, "c");
  const auto demands = All<SendDemand>();
  ASSERT_EQ(demands.size(), 0U);  // Sent as the call was claimed.
  int named = 0;
  for (const auto& act : history) {
    if (const auto* demand = std::get_if<SendDemand>(&act.action)) named += demand->edge == kTwo;
  }
  EXPECT_EQ(named, 1);
}

TEST_F(TwoEdges, ACallerIsLetInWhereTheEdgeCanRingSomebodyWhoIsReady) {
  settings().join_needs = Staffing::kReady;
  ReadyAt({kOne});
  EXPECT_FALSE(CallerAt(kOne, "c1").empty());
  EXPECT_EQ(Count<HangUpCall>(), 0);
  CallerAt(kTwo, "c2");
  EXPECT_EQ(Count<HangUpCall>(), 1);
  EXPECT_EQ(model.figures.offered, 1U);
  settings().join_needs = Staffing::kMember;
  CallerAt(kTwo, "c3");
  EXPECT_EQ(model.figures.offered, 2U);
}

// An edge that restarts can ring nobody for a second.
TEST_F(TwoEdges, AgentsWhomNoEdgeCanRingJustNowKeepTheDoorOpen) {
  settings().join_needs = Staffing::kReady;
  ReadyAt({EdgeId()});
  CallerAt(kTwo, "c2");
  EXPECT_EQ(model.figures.offered, 1U);
}

TEST_F(TwoEdges, CallersOfTheEdgeThatHasLostItsAgentsLeaveAfterTheGraceAndNobodyElse) {
  settings().stay_needs = Staffing::kReady;
  settings().no_agents_grace = 20s;
  ReadyAt({kOne, kTwo});
  const auto here = CallerAt(kOne, "c1");
  CallerAt(kTwo, "c2");
  ReadyAt({kOne});
  Pass(15s);
  ReadyAt({});
  Pass(5s);
  EXPECT_EQ(Count<HangUpCall>(), 1);
  EXPECT_EQ(At(here).state, TicketState::kWaiting);
  ReadyAt({kOne});
  CallerAt(kTwo, "c3");
  Pass(20s);
  EXPECT_EQ(Count<HangUpCall>(), 2);
  EXPECT_EQ(At(here).state, TicketState::kWaiting);
}

TEST_F(TwoEdges, AnEdgeThatRestartsTakesItsOwnCallersOnly) {
  const auto here = CallerAt(kOne, "c1");
  const auto there = CallerAt(kTwo, "c2");
  Restarts(kOne);
  ASSERT_NE(Over(here), nullptr);
  EXPECT_EQ(Over(here)->end, TicketEnd::kInterrupted);
  EXPECT_EQ(At(there).state, TicketState::kWaiting);
}

TEST_F(TwoEdges, WhatIsOverAtOneEdgeIsNotForgottenWhenAnotherIsHeard) {
  CallerAt(kOne, "c1");
  CallerHangsUp("c1");
  CallIsOver("c1");
  ASSERT_TRUE(model.done.contains(CallId("c1")));
  EdgeIsUp("next boot", kTwo);
  EXPECT_TRUE(model.done.contains(CallId("c1")));
  calls.erase(CallId("c1"));
  EdgeIsUp("boot", kOne);
  EXPECT_FALSE(model.done.contains(CallId("c1")));
}

TEST_F(TwoEdges, ACallThatIsBeingLetGoStaysSoWhenAnotherEdgeIsHeard) {
  const auto ticket = CallerAt(kOne, "c1");
  EXPECT_TRUE(QueueStepper(model, now, ids).CallBack({.ticket = ticket}));
  ASSERT_TRUE(model.loose.contains(CallId("c1")));
  EdgeIsUp("next boot", kTwo);
  EXPECT_TRUE(model.loose.contains(CallId("c1")));
}

TEST_F(TwoEdges, CallersOfAnEdgeThatIsNotHeardYetAreAskedForWhenItIs) {
  const auto here = CallerAt(kOne, "c1");
  const auto there = CallerAt(kTwo, "c2");
  TakenOver();
  for (auto& [id, fact] : calls) fact.controller->token = model.token;
  Publish("c1");
  EdgeIsUp("boot", kOne);
  EXPECT_TRUE(At(here).demanded);
  EXPECT_FALSE(At(there).demanded);
  Publish("c2");
  EXPECT_TRUE(At(there).demanded);
  EdgeIsUp("boot", kTwo);
  EXPECT_EQ(At(there).state, TicketState::kWaiting);
}

TEST_F(TwoEdges, NobodyIsForcedOnACallerWhoseEdgeWasNotHeardYet) {
  const auto there = CallerAt(kTwo, "c2");
  TakenOver();
  EdgeIsUp("boot", kOne);
  Tell(SessionChanged{true});
  const auto no = QueueStepper(model, now, ids).Force(there, AgentId("anna"), true, "s");
  ASSERT_FALSE(no);
  EXPECT_EQ(no.error().reason, "EDGE_AWAY");
}

TEST_F(TwoEdges, AnAgentWhomTheEdgeCannotRingIsRefusedByTheFieldThatNamesIt) {
  const Error no = NotTaken("NOT_AT_EDGE");
  EXPECT_EQ(no.code, ErrorCode::kFailedPrecondition);
  ASSERT_EQ(no.fields.size(), 1U);
  EXPECT_EQ(no.fields[0].field, "agent_id");
}

class CallbacksOfTwoEdges : public TwoEdges {
 protected:
  TicketId CallbackOf(const EdgeId& edge) {
    const auto ticket = CallerAt(edge, "c");
    EXPECT_TRUE(QueueStepper(model, now, ids).CallBack({.ticket = ticket}));
    CallIsOver("c");
    return ticket;
  }
  // Where its agent's phone is rung.
  CallRef RungAt(const TicketId& ticket, std::vector<EdgeId> agents_edges) {
    Grant(ticket, {AgentAt("anna", std::move(agents_edges))});
    const auto rings = All<RingAgent>();
    return rings.empty() ? CallRef{} : rings.front().call;
  }
};

TEST_F(CallbacksOfTwoEdges, AnyAgentIsAskedFor) {
  const auto ticket = CallbackOf(kTwo);
  Tell(DemandClosed{ticket});  // It is asked for again.
  const auto demands = All<SendDemand>();
  ASSERT_EQ(demands.size(), 1U);
  EXPECT_EQ(demands[0].edge, EdgeId());
}

TEST_F(CallbacksOfTwoEdges, ItIsMadeWhereItsCallerCameIn) {
  const auto ref = RungAt(CallbackOf(kTwo), {kOne, kTwo});
  EXPECT_EQ(ref.edge, kTwo);
  EXPECT_EQ(ref.boot, BootId("boot"));
}

TEST_F(CallbacksOfTwoEdges, ItIsMadeWhereTheAgentCanBeRungWhereThatIsElsewhere) {
  EXPECT_EQ(RungAt(CallbackOf(kTwo), {kOne}).edge, kOne);
}

TEST_F(CallbacksOfTwoEdges, ItIsMadeAtAnEdgeThatIsWatched) {
  const auto ticket = CallbackOf(kTwo);
  Tell(EdgeDown{kTwo});
  EXPECT_EQ(RungAt(ticket, {kTwo, kOne}).edge, kOne);
}

TEST_F(CallbacksOfTwoEdges, TheNextTryGoesElsewhereWhenItsEdgeDies) {
  const auto ticket = CallbackOf(kTwo);
  ASSERT_EQ(RungAt(ticket, {kTwo, kOne}).edge, kTwo);
  Tell(EdgeDown{kTwo});
  Restarts(kTwo);
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
  Tell(EdgeDown{kTwo});
  EXPECT_EQ(RungAt(ticket, {kTwo, kOne}).edge, kOne);
}

TEST_F(CallbacksOfTwoEdges, ASuccessorDoesNotWaitForTheEdgeOfTheCallBefore) {
  const auto ticket = CallbackOf(kTwo);
  RungAt(ticket, {kTwo});
  TakenOver();
  EdgeIsUp("boot", kOne);
  EXPECT_TRUE(At(ticket).demanded);
  EXPECT_EQ(model.loose.size(), 1U);  // It is ended where it goes on.
}

}  // namespace
}  // namespace callfleet::queue
