// A talk passes to another unit: offered while it goes on, taken with its agent's leg let go.
#include "tests/unit/sip_edge/transfer_story.h"

namespace callfleet::sip_edge {
namespace {

class OfferTest : public TransferTest {
 protected:
  CommandContext As(const Unit& unit) {
    CommandContext context = Context();
    context.unit.unit = unit;
    return context;
  }
  Status Offer(const Unit& to, const char* release = "a", std::string number = {}) {
    return Say(calls.Handover({.context = Context(),
                               .call = CallId("x"),
                               .to = to,
                               .number = std::move(number),
                               .release = LegId(release)},
                              now));
  }
  Status Claim(const Unit& by) {
    return Say(calls.Claim({.context = As(by), .call = CallId("x")}, now));
  }
  Status Decline(const Unit& by, std::string reason = "QUEUE_FULL") {
    DeclineCommand no{.context = As(by), .call = CallId("x")};
    no.answer.reason = std::move(reason);
    return Say(calls.Decline(no, now));
  }
  Status Acknowledge(const Unit& by) {
    return calls.Acknowledge({.context = As(by), .calls = {CallId("x")}}, now);
  }
  Status Say(CallSwitch::RecordResult done) {
    Run();
    if (!done) return Fail(done.error());
    return {};
  }
  void TwoSecondsPass() {
    for (auto key = timers.rbegin(); key != timers.rend(); ++key) {
      if (key->timer == SwitchTimer::kOffer) return calls.OnTimer(*key, now), void(Run());
    }
  }
  bool Known() { return calls.Get(CallId("x")).has_value(); }

  const Unit mine{UnitKind::kQueue, "q"};
  const Unit other{UnitKind::kQueue, "other"};
  const Unit routing{UnitKind::kRouting, ""};
};

TEST_F(OfferTest, WhoClaimsATalkHasTheCustomerWithMusicAndTheAgentIsLetGo) {
  ASSERT_TRUE(Offer(other));
  EXPECT_TRUE(Talk(customer, agent));  // Nobody has noticed yet.
  ASSERT_TRUE(Claim(other));
  EXPECT_FALSE(Live(agent));
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
  EXPECT_EQ(Record()->controller->unit, other);
  EXPECT_EQ(Record()->passed->by, mine);
  EXPECT_EQ(Transfer().end, TransferEnd::kReleased);
  EXPECT_EQ(Record()->legs[1].end.edge_reason, EdgeReason::kTransferred);
}

TEST_F(OfferTest, ATalkThatIsDeclinedGoesOnAndWhoOfferedHearsWhy) {
  ASSERT_TRUE(Offer(other));
  const RequestId offer = Record()->offer->request;
  ASSERT_TRUE(Decline(other));
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_EQ(Record()->controller->unit, mine);
  EXPECT_FALSE(Record()->offered);
  EXPECT_EQ(Record()->offer_return->reason, "QUEUE_FULL");
  EXPECT_EQ(Record()->offer_return->request, offer);
  EXPECT_EQ(Record()->offer_return->by, other);
  Leave(agent);  // As before the offer: nobody is left behind.
  EXPECT_FALSE(Live(customer));
}

TEST_F(OfferTest, ATalkThatNobodyTakesGoesOn) {
  ASSERT_TRUE(Offer(other));
  TwoSecondsPass();
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_EQ(Record()->offer_return->reason, "NOT_CLAIMED");
  EXPECT_EQ(Claim(other).error().reason, "NOT_CONTROLLER");
}

TEST_F(OfferTest, WhenTheAgentLeavesDuringTheOfferTheCustomerStaysForWhoTakesIt) {
  ASSERT_TRUE(Offer(other));
  Leave(agent);
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
  ASSERT_TRUE(Claim(other));
  EXPECT_TRUE(Live(customer));
  EXPECT_EQ(Record()->passed->by, mine);
}

TEST_F(OfferTest, WhenTheAgentHasLeftAndNobodyTakesTheCustomerItIsHungUp) {
  ASSERT_TRUE(Offer(other));
  Leave(agent);
  ASSERT_TRUE(Decline(other));
  EXPECT_FALSE(Live(customer));
  EXPECT_EQ(Record()->state, CallState::kEnded);
}

TEST_F(OfferTest, WhenTheCustomerLeavesDuringTheOfferTheCallIsOver) {
  ASSERT_TRUE(Offer(other));
  Leave(customer);
  EXPECT_FALSE(Live(agent));
  EXPECT_EQ(Claim(other).error().reason, "NOT_CONTROLLER");
  EXPECT_FALSE(Record()->passed);
}

TEST_F(OfferTest, WhoIsAskedForANumberPassesTheOfferOnAndNeverHasTheCall) {
  ASSERT_TRUE(Offer(routing, "a", "+1800"));
  EXPECT_EQ(Record()->offer->number, "+1800");
  ASSERT_TRUE(Say(calls.Handover({.context = As(routing), .call = CallId("x"), .to = other}, now)));
  EXPECT_EQ(*Record()->offered, other);
  EXPECT_EQ(Record()->offer->release, LegId("a"));
  EXPECT_EQ(Record()->controller->unit, mine);
  ASSERT_TRUE(Claim(other));
  EXPECT_EQ(Record()->passed->by, mine);
}

TEST_F(OfferTest, OnlyWhoIsAskedOrKnowsWhoIsThereSaysNo) {
  EXPECT_EQ(Decline(other).error().reason, "TOO_LATE");  // Nothing is offered.
  ASSERT_TRUE(Offer(other));
  EXPECT_EQ(Decline({UnitKind::kQueue, "third"}).error().reason, "TOO_LATE");
  EXPECT_TRUE(Record()->offered);
  EXPECT_EQ(Decline(other, "").error().fields.at(0).field, "answer.reason");
  EXPECT_TRUE(Decline(routing, "QUEUE_NOT_FOUND"));
}

TEST_F(OfferTest, ThePassersFactsEndWithItsAcknowledgementAlsoOfALiveCall) {
  ASSERT_TRUE(Offer(other));
  ASSERT_TRUE(Claim(other));
  EXPECT_TRUE(Record()->passed->by_waits);
  ASSERT_TRUE(Acknowledge(mine));
  EXPECT_FALSE(Record()->passed->by_waits);
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(Acknowledge(mine));  // A repeat does no harm.
  Leave(customer);
  ASSERT_TRUE(Acknowledge(other));
  EXPECT_FALSE(Known());
}

TEST_F(OfferTest, TheRecordStaysUntilBothHaveAcknowledgedIt) {
  ASSERT_TRUE(Offer(other));
  ASSERT_TRUE(Claim(other));
  Leave(customer);
  ASSERT_TRUE(Acknowledge(other));
  ASSERT_TRUE(Known());
  ASSERT_TRUE(Acknowledge(mine));
  EXPECT_FALSE(Known());
}

TEST_F(OfferTest, APhonesReferIsToldOfItsSuccessWhenTheCustomerIsTaken) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "500"}, now), 202);
  Run();
  ASSERT_TRUE(Offer(routing, "a", "500"));
  ASSERT_TRUE(Say(calls.Handover({.context = As(routing), .call = CallId("x"), .to = other}, now)));
  ASSERT_TRUE(Claim(other));
  EXPECT_EQ(notified.back(), 200);
  EXPECT_FALSE(Live(agent));
  EXPECT_TRUE(music[customer]);
  EXPECT_EQ(Record()->transfers.size(), 1U);
}

TEST_F(OfferTest, APhoneThatHasAskedAndLeftStillPassesItsCustomerOn) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "500"}, now), 202);
  Run();
  Leave(agent);
  ASSERT_TRUE(Offer(other, "a", "500"));
  ASSERT_TRUE(Claim(other));
  EXPECT_TRUE(Live(customer));
}

TEST_F(OfferTest, NothingElseIsBegunWithATalkThatIsOffered) {
  ASSERT_TRUE(Offer(other));
  EXPECT_EQ(calls.Refer(agent, {.dialled = "500"}, now), 491);
  LegTarget target;
  target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
  const auto rung =
      calls.Ring({.context = Context(),
                  .call = CallId("x"),
                  .leg = LegId("t"),
                  .agent = AgentId("bob"),
                  .target = target,
                  .follows = {.transfer = TransferTo{.id = "t1", .referrer = LegId("a")}}},
                 now);
  ASSERT_FALSE(rung);
  EXPECT_EQ(rung.error().reason, "TRANSFER_PENDING");
}

TEST_F(OfferTest, ALegThatTalksWithNobodyIsNotReleasedAndATransferIsFinishedFirst) {
  EXPECT_EQ(Offer(other, "none").error().reason, "LEG_NOT_FOUND");
  PlaceTarget(TransferKind::kConsult);
  EXPECT_EQ(Offer(other).error().reason, "TRANSFER_PENDING");
  EXPECT_FALSE(Record()->offered);
}

TEST_F(OfferTest, ANumberThatAPersonNamesMustBeOneThatAgentsMayDial) {
  LegTarget target;
  target.to = LegTarget::TrunkNumber{TrunkId("carrier"), "+14155550123"};
  OriginateCommand dial{
      .context = Context(),
      .call = CallId("x"),
      .leg = LegId("t"),
      .target = target,
      .follows = {.transfer = TransferTo{.id = "t1", .referrer = LegId("a"), .by_person = true}}};
  const auto dialled = calls.Originate(dial, now);
  ASSERT_FALSE(dialled);
  EXPECT_EQ(dialled.error().reason, "NUMBER_NOT_ALLOWED");
  EXPECT_EQ(dialled.error().fields.at(0).field, "trunk_number.number");
  EXPECT_TRUE(Talk(customer, agent));
}

TEST_F(OfferTest, NoSupervisorTakesOverATalkThatIsOffered) {
  SuperviseCommand supervise{.context = Context(), .call = CallId("x"), .leg = LegId("s")};
  supervise.target = LegTarget{.to = LegTarget::Uri{"sip:s@192.0.2.1"}};
  supervise.mode = SuperviseMode::kTakeOver;
  ASSERT_TRUE(calls.Supervise(supervise, now));
  const LegHandle supervisor = Run();
  ASSERT_TRUE(Offer(other));
  calls.Answered(supervisor, now);  // It listens.
  Run();
  EXPECT_TRUE(Talk(customer, agent));
  supervise.context = Context();
  EXPECT_EQ(calls.Supervise(supervise, now).error().reason, "TRANSFER_PENDING");
}

}  // namespace
}  // namespace callfleet::sip_edge
