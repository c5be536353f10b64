// A talk of a campaign is offered: to a queue, or with a number that may lead to one.
#include "services/queue/domain/talk_offers.h"

#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class NoZonesHere final : public ZoneRules {
 public:
  std::optional<LocalTime> LocalAt(const std::string&, WallTime) const override { return {}; }
};

class OfferedNumber : public ::testing::Test {
 protected:
  OfferedNumber() {
    QueueSettings settings;
    settings.name = "Sales";
    (void)directory.Create(RequestId("r"), settings, QueueId("sales"), WallTime{});
  }
  void Leads(const char* number, Destination to) {
    Route route;
    route.number = number;
    route.destination = std::move(to);
    route.priority = 3;
    route.customer_type = "gold";
    plan.Set(route);
  }
  std::optional<Act> Ask(const char* number, const char* release = "a") {
    CallFact fact;
    fact.call = CallId("c");
    fact.controller = UnitToken{{UnitKind::kCampaign, "k"}, 1};
    fact.offered = Unit{UnitKind::kRouting, ""};
    fact.offer = OfferFact{.number = number, .release = LegId(release)};
    return AnswerOffer(fact, plan, directory, zones, WallTime{});
  }
  DeclineOffer No(const char* number, const char* release = "a") {
    return std::get<DeclineOffer>(Ask(number, release).value());
  }

  Directory directory;
  NumberPlan plan;
  NoZonesHere zones;
};

TEST_F(OfferedNumber, OneOfAQueueOffersTheTalkToThatQueueWithWhatTheRouteSays) {
  Leads("500", ToQueue{QueueId("sales")});
  const auto act = Ask("500");
  ASSERT_TRUE(act);
  const auto& over = std::get<HandOver>(*act);
  EXPECT_EQ(over.to, QueueId("sales"));
  EXPECT_EQ(over.with.priority, 3);
  EXPECT_EQ(over.with.customer_type, "gold");
  EXPECT_EQ(over.with.why, "500");
  EXPECT_FALSE(over.with.since);  // The person begins to wait when the queue has it.
}

TEST_F(OfferedNumber, WhatItLeadsToElseIsSaid) {
  Leads("501", ToAgent{AgentId("bob")});
  Leads("+1800", ToNumber{.trunk = TrunkId("other"), .number = ""});
  Leads("502", ToRejection{.sip_code = 486});
  Leads("503", ToUri{"sip:machine@192.0.2.1"});
  EXPECT_EQ(No("501").reason, "LEADS_TO_AGENT");
  EXPECT_EQ(No("501").agent, AgentId("bob"));
  EXPECT_EQ(No("+1800").reason, "LEADS_TO_NUMBER");
  EXPECT_EQ(No("+1800").number, "+1800");
  EXPECT_EQ(No("+1800").trunk, TrunkId("other"));
  EXPECT_EQ(No("502").reason, "NUMBER_NOT_ALLOWED");
  EXPECT_EQ(No("502").sip_code, 486);
  EXPECT_EQ(No("503").sip_code, 403);
  EXPECT_EQ(No("+14155550123").reason, "NOT_OURS");
  EXPECT_EQ(No("bob").reason, "NOT_OURS");
}

TEST_F(OfferedNumber, NobodyConsultsAQueueAndNobodyIsPassedToOneThatIsGone) {
  Leads("500", ToQueue{QueueId("sales")});
  Leads("504", ToQueue{QueueId("gone")});
  EXPECT_EQ(No("500", "").reason, "NUMBER_NOT_ALLOWED");
  EXPECT_EQ(No("504").reason, "QUEUE_NOT_FOUND");
}

TEST_F(OfferedNumber, ATalkForAQueueThatIsNotThereIsDeclinedInItsPlace) {
  CallFact fact;
  fact.offered = Unit{UnitKind::kQueue, "nope"};
  fact.offer = OfferFact{.number = {}, .release = LegId("a")};
  const auto act = AnswerOffer(fact, plan, directory, zones, WallTime{});
  ASSERT_TRUE(act);
  EXPECT_EQ(std::get<DeclineOffer>(*act).reason, "QUEUE_NOT_FOUND");
  fact.offered->id = "sales";
  EXPECT_FALSE(AnswerOffer(fact, plan, directory, zones, WallTime{}));  // That one answers.
  fact.offered->id = "nope";
  fact.offer->release = LegId();  // Of one queue to another: it comes back as ever.
  EXPECT_FALSE(AnswerOffer(fact, plan, directory, zones, WallTime{}));
}

class OfferedTalk : public test::QueueWorld {
 protected:
  CallFact& Talk() {
    auto& fact = Call("k.1.1");
    fact = {.call = CallId("k.1.1"), .edge = EdgeId("edge"), .boot = BootId("boot")};
    fact.inbound = false;
    fact.caller = "+14155550123";
    fact.called = "+14155550100";
    fact.customer = LegFact{.leg = LegId("k.1.1-c"), .answered = now.wall, .bridged = true};
    fact.create_time = now.wall;
    fact.controller = UnitToken{{UnitKind::kCampaign, "k"}, 1};
    fact.offered = Unit{UnitKind::kQueue, "q"};
    fact.offer = OfferFact{.number = {}, .release = LegId("k.1.1-a1")};
    return fact;
  }
  void IsOurs() {
    auto& fact = Call("k.1.1");
    fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 7};
    fact.offered.reset();
    fact.offer.reset();
    fact.passed = PassFact{.by = {UnitKind::kCampaign, "k"}, .time = now.wall};
    fact.customer->bridged = false;
    Publish("k.1.1");
  }
  std::string Declined() {
    const auto no = All<DeclineOffer>();
    return no.empty() ? "" : no.back().reason;
  }
};

TEST_F(OfferedTalk, IsClaimedAndItsCustomerWaitsFromThenOnWithTheCampaignsName) {
  Talk();
  Publish("k.1.1");
  ASSERT_EQ(All<ClaimCall>().size(), 1U);
  Pass(2s);
  IsOurs();
  ASSERT_EQ(model.tickets.size(), 1U);
  const Ticket& ticket = model.tickets.begin()->second;
  EXPECT_EQ(ticket.since, now.wall);
  EXPECT_EQ(ticket.caller, "+14155550123");
  EXPECT_EQ(ticket.from_campaign, CampaignId("k"));
  EXPECT_EQ(ticket.state, TicketState::kWaiting);
  EXPECT_EQ(ticket.notes.at(0).detail, "campaign:k");
  EXPECT_EQ(All<PlaySound>().size(), 1U);  // It was answered long ago.
  EXPECT_TRUE(All<AnswerCall>().empty());
  EXPECT_TRUE(All<HangUpCall>().empty());
  EXPECT_EQ(All<SendDemand>().size(), 1U);
  Grant(ticket.id, {Agent("zoe")});
  EXPECT_EQ(All<RingAgent>().at(0).campaign, CampaignId("k"));
}

TEST_F(OfferedTalk, IsDeclinedWhereNobodyWouldBeLetIn) {
  Talk();
  model.queue.state = QueueState::kClosed;
  Publish("k.1.1");
  EXPECT_EQ(Declined(), "QUEUE_CLOSED");
  model.queue.state = QueueState::kOpen;
  settings().max_size = 0;
  Publish("k.1.1");
  EXPECT_EQ(Declined(), "QUEUE_FULL");
  settings().max_size = 10;
  settings().join_needs = Staffing::kReady;
  Tell(AudienceChanged{{.members = 1, .ready = 0}});
  Publish("k.1.1");
  EXPECT_EQ(Declined(), "NO_AGENTS");
  EXPECT_TRUE(All<ClaimCall>().empty());
  EXPECT_TRUE(model.tickets.empty());
}

TEST_F(OfferedTalk, ThatWasClaimedHasAPlaceAlsoWhenTheQueueFillsMeanwhile) {
  Talk();
  Publish("k.1.1");
  settings().max_size = 0;
  IsOurs();
  ASSERT_EQ(model.tickets.size(), 1U);
  EXPECT_FALSE(model.tickets.begin()->second.refused);
}

TEST_F(OfferedTalk, ThatAnEarlierOwnerClaimedWithoutATicketIsTakenInAndNotHungUp) {
  Talk();
  IsOurs();  // The first that this owner hears of it.
  ASSERT_EQ(model.tickets.size(), 1U);
  EXPECT_TRUE(All<HangUpCall>().empty());
}

TEST_F(OfferedTalk, WhoseCustomerLeavesBeforeTheClaimIsNobodysTicket) {
  Talk();
  Call("k.1.1").ended = true;
  Publish("k.1.1");
  EXPECT_TRUE(All<ClaimCall>().empty());
  EXPECT_TRUE(model.tickets.empty());
}

}  // namespace
}  // namespace callfleet::queue
