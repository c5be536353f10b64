// A caller's way through a queue.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using test::QueueWorld;

TEST_F(QueueWorld, ACallThatIsOfferedIsClaimed) {
  auto& fact = Call("c");
  fact = {.call = CallId("c"), .edge = EdgeId("edge")};
  fact.offered = Unit{UnitKind::kQueue, "q"};
  Publish("c");
  ASSERT_EQ(All<ClaimCall>().size(), 1U);
}

TEST_F(QueueWorld, ACallThatIsOursByItsNumberIsClaimedWithoutAnOffer) {
  const CallComing coming{.call = CallId("c"),
                          .incoming = {.priority = 4},
                          .claim = true,
                          .edge = EdgeId("edge"),
                          .boot = BootId("boot")};
  Tell(coming);
  ASSERT_EQ(All<ClaimCall>().size(), 1U);
  EXPECT_EQ(All<ClaimCall>()[0].call.boot, BootId("boot"));
  EXPECT_TRUE(model.tickets.empty());
  auto& fact = Call("c");
  fact = {.call = CallId("c"), .edge = EdgeId("edge")};
  fact.customer = LegFact{.leg = LegId("l")};
  fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 7};
  Publish("c");
  ASSERT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(model.tickets.begin()->second.priority, 4);
  model.closing = true;
  Tell(coming);
  EXPECT_TRUE(All<ClaimCall>().empty());
}

// Claimed by an owner that died before the ticket was kept: what it was told of the caller is lost.
TEST_F(QueueWorld, ACallThatAnEarlierOwnerClaimedIsTakenInAsItsNumberSaysAndWithItsWait) {
  auto& fact = Call("c");
  fact = {.call = CallId("c"), .edge = EdgeId("edge")};
  fact.called = "+1800";
  fact.create_time = now.wall - std::chrono::seconds(9);
  fact.customer = LegFact{.leg = LegId("l")};
  fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 6};
  numbers["+1800"] = ToQueue{QueueId("q")};
  callers_of["+1800"] = {.priority = 5, .customer_type = "gold", .skills = {{"french", 2}}};
  Publish("c");
  ASSERT_EQ(model.tickets.size(), 1U);
  const auto& ticket = model.tickets.begin()->second;
  EXPECT_EQ(ticket.priority, 5);
  EXPECT_EQ(ticket.customer_type, "gold");
  EXPECT_EQ(ticket.skills.size(), 1U);
  EXPECT_EQ(ticket.since, fact.create_time);
}

TEST_F(QueueWorld, ANumberThatLeadsElsewhereByNowSaysNothingOfSuchACaller) {
  auto& fact = Call("c");
  fact = {.call = CallId("c"), .edge = EdgeId("edge")};
  fact.called = "+1800";
  fact.customer = LegFact{.leg = LegId("l")};
  fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 6};
  numbers["+1800"] = ToQueue{QueueId("other")};
  callers_of["+1800"] = {.priority = 5};
  Publish("c");
  ASSERT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(model.tickets.begin()->second.priority, 0);
}

TEST_F(QueueWorld, WhoLeavesWhileTheNumberPlanIsAskedIsNoTicket) {
  auto& fact = Call("c");
  fact = {.call = CallId("c"), .edge = EdgeId("edge")};
  fact.customer = LegFact{.leg = LegId("l")};
  fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 6};
  fact.version = 1;
  Take(Apply(model, fact, now, ids));
  ASSERT_EQ(All<LookUpNumber>().size(), 1U);
  fact.ended = true;
  fact.version = 2;
  Take(Apply(model, fact, now, ids));
  Tell(NumberFound{.call = CallId("c")});
  EXPECT_TRUE(model.tickets.empty());
  EXPECT_EQ(model.figures.refused, 1U);
}

TEST_F(QueueWorld, TheTicketIsKeptBeforeTheCallerHearsMusic) {
  auto& fact = Call("c");
  fact = {.call = CallId("c"), .edge = EdgeId("edge")};
  fact.customer = LegFact{.leg = LegId("l")};
  fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 7};
  Publish("c");
  ASSERT_EQ(last.writes.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<SaveTicket>(last.writes[0]));
  const auto answer = std::find_if(last.acts.begin(), last.acts.end(), [](const QueueAct& act) {
    return std::holds_alternative<AnswerCall>(act.action);
  });
  ASSERT_NE(answer, last.acts.end());
  EXPECT_TRUE(answer->durable);
  EXPECT_EQ(All<SendDemand>().size(), 1U);
}

TEST_F(QueueWorld, AGrantRingsTheAgentToBeBridgedWithTheCaller) {
  const auto ticket = Caller("c");
  Grant(ticket, {Agent("anna")});
  const auto rings = All<RingAgent>();
  ASSERT_EQ(rings.size(), 1U);
  EXPECT_EQ(rings[0].bridge_with, LegId("c-caller"));
  EXPECT_EQ(All<TakeGrant>()[0].held[0].leg, rings[0].leg);
  EXPECT_EQ(At(ticket).state, TicketState::kOffered);
}

TEST_F(QueueWorld, TheWholeWayFromMusicToTheEnd) {
  const auto ticket = Caller("c");
  Pass(3s);
  const auto legs = Grant(ticket, {Agent("anna")});
  Pass(2s);
  AgentAnswers("c", legs[0]);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  Pass(60s);
  CallerHangsUp("c");
  AgentLegEnds("c", legs[0], OfferEnd::kWithdrawn);
  const auto done = All<CompleteWork>();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].talk, 60s);
  CallIsOver("c");
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAnswered);
  EXPECT_EQ(All<AcknowledgeCall>().size(), 1U);
  EXPECT_EQ(model.figures.answered, 1U);
  EXPECT_EQ(model.figures.answered_wait, 5s);
  NothingIsLeft();
}

// Its end is kept; whoever kept it died before the edge was told.
TEST_F(QueueWorld, ACallThatEndedInAnEarlierLifeIsAcknowledged) {
  auto& fact = Call("c");
  fact = {.call = CallId("c"), .edge = EdgeId("edge"), .ended = true};
  fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 6};
  model.done[CallId("c")] = EdgeId("edge");
  Publish("c");
  EXPECT_EQ(All<AcknowledgeCall>().size(), 1U);
  EXPECT_TRUE(last.writes.empty());
  EXPECT_TRUE(model.tickets.empty());
}

TEST_F(QueueWorld, NoAnswerPutsTheCallerBackInItsOwnPlace) {
  const auto first = Caller("c1");
  Pass(1s);
  Caller("c2");
  const auto since = At(first).since;
  const auto legs = Grant(first, {Agent("anna")});
  Pass(15s);
  AgentLegEnds("c1", legs[0], OfferEnd::kNoAnswer);
  EXPECT_EQ(Reports().back().end, OfferEnd::kNoAnswer);
  EXPECT_EQ(At(first).state, TicketState::kWaiting);
  EXPECT_EQ(At(first).since, since);
  EXPECT_EQ(Order(), (std::vector<std::string>{"c1", "c2"}));
  ASSERT_EQ(All<SendDemand>().size(), 1U);
}

TEST_F(QueueWorld, ACallerWhoLeavesWhileAPhoneRingsLeavesNothingBehind) {
  const auto ticket = Caller("c");
  const auto legs = Grant(ticket, {Agent("anna")});
  CallerHangsUp("c");
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  AgentLegEnds("c", legs[0], OfferEnd::kWithdrawn);
  EXPECT_EQ(Reports().back().end, OfferEnd::kWithdrawn);
  CallIsOver("c");
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAbandoned);
  EXPECT_EQ(model.figures.abandoned, 1U);
  EXPECT_EQ(model.figures.short_abandoned, 1U);
  NothingIsLeft();
}

// The order to ring is kept back until the offer is committed: the edge never heard of the phone.
TEST_F(QueueWorld, ACallerWhoLeavesBeforeAPhoneWasRungFreesItsAgent) {
  const auto ticket = Caller("c");
  Grant(ticket, {Agent("anna")});
  Call("c").agents.clear();
  CallerHangsUp("c");
  CallIsOver("c");
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAbandoned);
  ASSERT_EQ(Reports().size(), 1U);
  EXPECT_EQ(Reports().back().end, OfferEnd::kWithdrawn);
  NothingIsLeft();
}

// The agent was first by a hair: it is answered, and its talk is over at once.
TEST_F(QueueWorld, AnAnswerAndTheCallersByeInOneRecordCountAsAnswered) {
  const auto ticket = Caller("c");
  const auto legs = Grant(ticket, {Agent("anna")});
  auto& leg = Leg("c", legs[0]);
  leg.answered = leg.ended = now.wall;
  leg.was_bridged = leg.over = true;
  Call("c").customer->over = true;
  Call("c").ended = true;
  Publish("c");
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAnswered);
  EXPECT_EQ(Count<CompleteWork>(), 1);
  NothingIsLeft();
}

TEST_F(QueueWorld, ThePhoneThatIsFirstHasTheCallerAndTheOthersAreWithdrawn) {
  settings().strategy = Strategy::kRingAll;
  const auto ticket = Caller("c");
  const auto legs = Grant(ticket, {Agent("anna"), Agent("ben"), Agent("cleo")});
  ASSERT_EQ(legs.size(), 3U);
  AgentAnswers("c", legs[1]);
  EXPECT_EQ(At(ticket).agent, AgentId("ben"));
  EXPECT_EQ(All<HangUpCall>().size(), 2U);
  // Two phones in the same millisecond: the edge has bridged one, the other is up for nothing.
  Leg("c", legs[0]).answered = now.wall;
  Publish("c");
  AgentLegEnds("c", legs[0], OfferEnd::kWithdrawn);
  AgentLegEnds("c", legs[2], OfferEnd::kWithdrawn);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  int withdrawn = 0;
  for (const auto& report : Reports()) withdrawn += report.end == OfferEnd::kWithdrawn;
  EXPECT_EQ(withdrawn, 2);
}

TEST_F(QueueWorld, AGrantForACallerWhoHasGoneIsReturned) {
  const auto ticket = Caller("c");
  CallerHangsUp("c");
  EXPECT_EQ(All<CancelDemand>().size(), 1U);
  Grant(ticket, {Agent("anna")});
  EXPECT_EQ(All<ReturnGrant>().size(), 1U);
  EXPECT_TRUE(All<RingAgent>().empty());
}

TEST_F(QueueWorld, AGrantForAnOlderRevisionIsReturned) {
  const auto ticket = Caller("c");
  Tell(Granted{.demand = ticket, .grant = 9, .revision = 99, .offers = {Agent("anna")}});
  EXPECT_EQ(All<ReturnGrant>().size(), 1U);
}

TEST_F(QueueWorld, APhoneThatTheEdgeRefusesToRingIsADeviceFault) {
  const auto ticket = Caller("c");
  const auto legs = Grant(ticket, {Agent("anna")});
  Tell(CommandRefused{CallId("c"), legs[0], Command::kRing, "NOT_REGISTERED"});
  EXPECT_EQ(Reports().back().end, OfferEnd::kDeviceFault);
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  EXPECT_EQ(model.figures.offers_device_fault, 1U);
}

TEST_F(QueueWorld, ALostReservationStopsThePhoneAndKeepsThePlace) {
  const auto ticket = Caller("c");
  const auto agent = Agent("anna");
  Grant(ticket, {agent});
  Tell(ReservationLost{agent.reservation});
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  EXPECT_EQ(All<SendDemand>().size(), 1U);
}

TEST_F(QueueWorld, ALostReservationEndsNoTalk) {
  const auto ticket = Caller("c");
  const auto agent = Agent("anna");
  const auto legs = Grant(ticket, {agent});
  AgentAnswers("c", legs[0]);
  Tell(ReservationLost{agent.reservation});
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  EXPECT_TRUE(All<HangUpCall>().empty());
}

TEST_F(QueueWorld, AnEdgeThatComesBackWithoutTheCallInterruptsIt) {
  const auto ticket = Caller("c");
  calls.clear();
  EdgeIsUp("boot-2");
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kInterrupted);
  NothingIsLeft();
}

TEST_F(QueueWorld, ADemandThatTheRegistryDropsIsMadeAnew) {
  const auto ticket = Caller("c");
  Tell(DemandClosed{ticket});
  EXPECT_EQ(All<SendDemand>().size(), 1U);
}

TEST_F(QueueWorld, SkillsGiveWayWithWaitingTime) {
  settings().skills = {{.name = "german", .min_level = 8}, {.name = "billing", .min_level = 2}};
  settings().relaxations = {{.after = 10s, .skill = "german", .min_level = 4},
                            {.after = 30s, .skill = "billing", .min_level = 0}};
  Caller("c");
  EXPECT_EQ(All<SendDemand>().size(), 0U);
  Pass(10s);
  ASSERT_EQ(All<SendDemand>().size(), 1U);
  EXPECT_EQ(All<SendDemand>()[0].skills[0].min_level, 4U);
  Pass(20s);
  ASSERT_EQ(All<SendDemand>().size(), 1U);
  EXPECT_EQ(All<SendDemand>()[0].skills.size(), 1U);
}

TEST_F(QueueWorld, TheAgentOfTheLastTalkIsLookedForFirst) {
  settings().sticky_patience = 20s;
  const auto first = Caller("c1", "+15550009");
  const auto legs = Grant(first, {Agent("anna")});
  AgentAnswers("c1", legs[0]);
  AgentLegEnds("c1", legs[0], OfferEnd::kWithdrawn);
  CallerHangsUp("c1");
  CallIsOver("c1");
  const auto second = Caller("c2", "+15550009");
  EXPECT_EQ(At(second).sticky, AgentId("anna"));
}

}  // namespace
}  // namespace callfleet::queue
