// A talk is passed to a queue, or to a number of ours: it goes on until somebody has the customer.
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {

class PassingTest : public CampaignStory {
 protected:
  // A call in which the agent a1 talks with the customer.
  AttemptId Talking() {
    StartWith(1);
    const AttemptId id = DialNext();
    Answers(id);
    Forget();
    return id;
  }
  void Ask(const AttemptId& id, Steer where, SteerWhat what = SteerWhat::kTransfer) {
    where.request = "q" + std::to_string(++asked_);
    where.call = id;
    where.what = what;
    Happens(where);
  }
  std::string Told() const {
    const auto answers = Acts<AnswerSteer>();
    if (answers.empty()) return "no answer";
    return answers.back().refused ? answers.back().refused->reason : "OK";
  }
  // The queue says no, or routing says where the number leads.
  void ComesBack(const AttemptId& id, OfferBack back) {
    CallFacts& facts = Facts(id);
    facts.offered = false;
    back.request = Acts<OfferTalk>().back().line.passing->Offer();
    facts.offer_back = std::move(back);
    Happens(facts);
  }
  void IsTaken(const AttemptId& id, bool agent_let_go) {
    CallFacts& facts = Facts(id);
    facts.passed = facts.passed == WallTime{} ? now.wall : facts.passed;
    facts.agent.ended = agent_let_go;
    Happens(facts);
  }
  void Refers(const AttemptId& id, const char* dialled) {
    CallFacts& facts = Facts(id);
    facts.transfer = {.id = "phone",
                      .state = TransferFacts::State::kAsked,
                      .by_phone = true,
                      .dialled = dialled,
                      .referrer = facts.agent.leg};
    Happens(facts);
  }
  const Steer kToSales{.to_queue = QueueId("sales")};
  int asked_ = 0;
};

TEST_F(PassingTest, ATalkIsOfferedToTheQueueAndNothingElseChangesYet) {
  const AttemptId id = Talking();
  Ask(id, kToSales);
  ASSERT_EQ(Acts<OfferTalk>().size(), 1u);
  EXPECT_EQ(Acts<OfferTalk>()[0].line.passing->queue, QueueId("sales"));
  EXPECT_EQ(Acts<OfferTalk>()[0].release, model.lines.at(id).AgentLegAtEdge());
  EXPECT_EQ(Told(), "no answer");
  EXPECT_TRUE(Acts<CompleteWork>().empty());
  EXPECT_TRUE(Acts<HangUp>().empty());
}

TEST_F(PassingTest, TheAttemptEndsAsCompletedWhenTheQueueHasTheCustomerAndTheAgentsPhoneHasLetGo) {
  const AttemptId id = Talking();
  Pass(7s);
  Ask(id, kToSales);
  IsTaken(id, false);
  EXPECT_EQ(Told(), "OK");
  EXPECT_TRUE(Acts<CompleteWork>().empty());  // The next INVITE could overtake the BYE.
  Pass(1s);
  IsTaken(id, true);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].reservation, ReservationId("r1"));
  EXPECT_EQ(Acts<CompleteWork>()[0].talk, 7s);
  EXPECT_EQ(Acts<CompleteWork>()[0].wrap_up, model.settings.wrap_up);
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
  EXPECT_EQ(LastClose().lead_state, LeadState::kCompleted);
  EXPECT_EQ(LastClose().lead_reason, "transferred");
  EXPECT_TRUE(LastClose().counted);
  EXPECT_EQ(Acts<Acknowledge>().size(), 1u);
  EXPECT_FALSE(model.lines.contains(id));
  EXPECT_EQ(model.counters.attempts[static_cast<std::size_t>(Outcome::kAbandoned)], 0);
}

TEST_F(PassingTest, AQueueThatIsFullLeavesTheCustomerWithTheAgent) {
  const AttemptId id = Talking();
  Ask(id, kToSales);
  ComesBack(id, {.reason = "QUEUE_FULL", .sip_code = 486});
  EXPECT_EQ(Told(), "QUEUE_FULL");
  EXPECT_EQ(model.lines.at(id).state, AttemptState::kConnected);
  EXPECT_TRUE(Acts<CompleteWork>().empty());
  Ask(id, kToSales);  // Nothing is in its way.
  EXPECT_EQ(Acts<OfferTalk>().size(), 2u);
  EXPECT_NE(Acts<OfferTalk>()[0].line.passing->Offer(), Acts<OfferTalk>()[1].line.passing->Offer());
}

TEST_F(PassingTest, AQueueThatNobodyServesIsToldAsUnavailableAndAnUnknownOneAsNotFound) {
  const AttemptId id = Talking();
  Ask(id, kToSales);
  ComesBack(id, {.reason = "NOT_CLAIMED"});
  EXPECT_EQ(Told(), "QUEUE_UNAVAILABLE");
  Ask(id, kToSales);
  ComesBack(id, {.reason = "QUEUE_NOT_FOUND"});
  EXPECT_EQ(Told(), "QUEUE_NOT_FOUND");
  EXPECT_EQ(Acts<AnswerSteer>().back().refused->code, ErrorCode::kNotFound);
}

TEST_F(PassingTest, ARepeatedRequestIsOfferedOnceAndAnsweredAsTheFirst) {
  const AttemptId id = Talking();
  Steer ask = kToSales;
  ask.request = "r";
  ask.call = id;
  ask.what = SteerWhat::kTransfer;
  Happens(ask);
  Happens(ask);
  EXPECT_EQ(Acts<OfferTalk>().size(), 1u);
  IsTaken(id, true);
  EXPECT_EQ(Told(), "OK");
  Happens(ask);
  EXPECT_EQ(Acts<AnswerSteer>().size(), 2u);
  EXPECT_EQ(Told(), "OK");
}

TEST_F(PassingTest, ASecondTransferWaitsForTheFirst) {
  const AttemptId id = Talking();
  Ask(id, kToSales);
  Ask(id, {.to_agent = AgentId("bob")});
  EXPECT_EQ(Told(), "TRANSFER_PENDING");
}

TEST_F(PassingTest, WhenTheCustomerHangsUpDuringTheOfferItIsAnOrdinaryEnd) {
  const AttemptId id = Talking();
  Ask(id, kToSales);
  Ends(id);
  EXPECT_EQ(Told(), "NOT_BRIDGED");
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
  EXPECT_EQ(Acts<CompleteWork>().size(), 1u);
  Happens(CommandReply{id, LegId("late"), CommandVerb::kOffer, "TOO_LATE", {}});
  EXPECT_EQ(Acts<AnswerSteer>().size(), 1u);
}

TEST_F(PassingTest, AnOfferThatTheEdgeRefusesChangesNothing) {
  const AttemptId id = Talking();
  Ask(id, kToSales);
  const LegId offer(Acts<OfferTalk>()[0].line.passing->id);
  Happens(CommandReply{id, offer, CommandVerb::kOffer, "NOT_BRIDGED", {}});
  EXPECT_EQ(Told(), "NOT_BRIDGED");
  EXPECT_EQ(model.lines.at(id).state, AttemptState::kConnected);
}

TEST_F(PassingTest, ANumberIsAskedAboutFirstAndDialledOutsideWhereItIsNotOurs) {
  const AttemptId id = Talking();
  Ask(id, {.to_number = "+14155550123"});
  EXPECT_TRUE(Acts<PlaceTarget>().empty());
  ASSERT_EQ(Acts<OfferTalk>().size(), 1u);
  EXPECT_EQ(Acts<OfferTalk>()[0].line.passing->number, "+14155550123");
  ComesBack(id, {.reason = "NOT_OURS"});
  ASSERT_EQ(Acts<PlaceTarget>().size(), 1u);
  EXPECT_EQ(Acts<PlaceTarget>()[0].number, "+14155550123");
  EXPECT_TRUE(Acts<PlaceTarget>()[0].line.transfer->by_person);
}

TEST_F(PassingTest, ANumberOfAnAgentRingsThatAgentAndOneOfATrunkIsDialledByIt) {
  const AttemptId id = Talking();
  Ask(id, {.to_number = "+1800"}, SteerWhat::kConsult);
  EXPECT_EQ(Acts<OfferTalk>()[0].release, LegId());  // Nobody consults a queue.
  ComesBack(id, {.reason = "LEADS_TO_AGENT", .agent = AgentId("bob")});
  ASSERT_EQ(Acts<SeizeAgent>().size(), 1u);
  EXPECT_EQ(Acts<SeizeAgent>()[0].agent, AgentId("bob"));
  Happens(Seized{Acts<SeizeAgent>()[0].seize, id, std::nullopt, "FULL"});
  Ask(id, {.to_number = "+1801"});
  ComesBack(id, {.reason = "LEADS_TO_NUMBER", .number = "+14155550177", .trunk = TrunkId("other")});
  EXPECT_EQ(Acts<PlaceTarget>().at(0).number, "+14155550177");
  EXPECT_EQ(Acts<PlaceTarget>().at(0).trunk, TrunkId("other"));
  EXPECT_FALSE(Acts<PlaceTarget>().at(0).line.transfer->by_person);
}

TEST_F(PassingTest, ANumberThatAgentsMayNotDialIsToldByItsField) {
  const AttemptId id = Talking();
  Ask(id, {.to_number = "+14155550123"});
  ComesBack(id, {.reason = "NOT_OURS"});
  EXPECT_EQ(Told(), "no answer");  // Not before the edge has said yes.
  Happens(CommandReply{id,
                       Acts<PlaceTarget>()[0].line.transfer->leg,
                       CommandVerb::kOriginate,
                       "NUMBER_NOT_ALLOWED",
                       {}});
  EXPECT_EQ(Told(), "NUMBER_NOT_ALLOWED");
  EXPECT_EQ(Acts<AnswerSteer>().back().refused->fields.at(0).field,
            "action.transfer.target.number");
  EXPECT_FALSE(model.lines.at(id).transfer);
}

TEST_F(PassingTest, APhonesReferGoesToWhereItsNumberLeads) {
  const AttemptId id = Talking();
  Refers(id, "500");
  ASSERT_EQ(Acts<OfferTalk>().size(), 1u);
  EXPECT_EQ(Acts<OfferTalk>()[0].line.passing->number, "500");
  EXPECT_EQ(Acts<OfferTalk>()[0].release, Facts(id).transfer.referrer);
  IsTaken(id, true);
  EXPECT_EQ(LastClose().lead_reason, "transferred");
}

TEST_F(PassingTest, APhonesReferToAQueueThatIsFullIsRefusedWithItsCode) {
  const AttemptId id = Talking();
  Refers(id, "500");
  ComesBack(id, {.reason = "QUEUE_FULL", .sip_code = 486});
  ASSERT_EQ(Acts<SteerEdge>().size(), 1u);
  EXPECT_EQ(Acts<SteerEdge>()[0].verb, CallVerb::kRefuse);
  EXPECT_EQ(Acts<SteerEdge>()[0].sip_code, 486);
}

TEST_F(PassingTest, APhonesReferByNameFindsTheColleagueAlsoWhileTheQueuesAreAway) {
  const AttemptId id = Talking();
  Refers(id, "bob");
  ComesBack(id, {.reason = "NOT_CLAIMED"});
  ASSERT_EQ(Acts<SeizeAgent>().size(), 1u);
  EXPECT_EQ(Acts<SeizeAgent>()[0].agent, AgentId("bob"));
  EXPECT_EQ(Acts<SeizeAgent>()[0].seize, "phone");
}

// A successor has the row alone; the edge keeps the record until we have said that we know.
TEST_F(PassingTest, ASuccessorSettlesACallThatWasPassedOnMeanwhile) {
  const AttemptId id = Talking();
  Pass(7s);
  CallFacts& facts = Facts(id);
  facts.passed = now.wall;
  facts.agent.ended = true;
  Line& line = model.lines.at(id);  // As LoadCampaign makes it.
  line.state = AttemptState::kDialing;
  line.adopted = true;
  line.facts = {};
  model.edges.clear();
  Happens(facts);
  Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {{id, true}}});
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
  EXPECT_EQ(LastClose().lead_reason, "transferred");
  EXPECT_EQ(Acts<CompleteWork>().at(0).talk, 7s);
  EXPECT_EQ(Acts<Acknowledge>().size(), 1u);
  EXPECT_TRUE(Acts<HangUp>().empty());
}

TEST_F(PassingTest, ACallWhoseEndIsKeptIsAcknowledgedAgainAndNeverHungUp) {
  StartWith(1);
  CallFacts facts;
  facts.attempt = AttemptId("old");
  facts.edge = EdgeId("e1");
  facts.boot = BootId("b1");
  facts.version = 9;
  facts.passed = now.wall;
  Happens(facts);
  EXPECT_EQ(Acts<Acknowledge>().size(), 1u);
  EXPECT_TRUE(Acts<HangUp>().empty());
}

// The offer was made by an owner that died; its answer is nobody's, the talk goes on.
TEST_F(PassingTest, AnOfferOfAnEarlierOwnerThatComesBackChangesNothing) {
  const AttemptId id = Talking();
  CallFacts& facts = Facts(id);
  facts.offered = true;
  Happens(facts);
  Ask(id, kToSales);
  EXPECT_EQ(Told(), "TRANSFER_PENDING");
  CallFacts& later = Facts(id);
  later.offered = false;
  later.offer_back = {.request = "of before", .reason = "QUEUE_FULL"};
  Happens(later);
  EXPECT_EQ(model.lines.at(id).state, AttemptState::kConnected);
  Ask(id, kToSales);
  EXPECT_EQ(Acts<OfferTalk>().size(), 1u);
}

}  // namespace callfleet::dialer
