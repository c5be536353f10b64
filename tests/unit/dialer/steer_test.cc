// Calls in progress: who has the customer, and which agent is let go when.
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {

class SteerTest : public CampaignStory {
 protected:
  // A call in which the agent a1 talks with the customer.
  AttemptId Talking() {
    StartWith(1);
    const AttemptId id = DialNext();
    Answers(id);
    Forget();
    return id;
  }
  void Ask(const AttemptId& id, SteerWhat what, const char* agent = "", const char* number = "") {
    Happens(Steer{.request = "q" + std::to_string(++asked_),
                  .call = id,
                  .what = what,
                  .to_agent = AgentId(agent),
                  .to_number = number});
  }
  std::string Refused() const {
    const auto answers = Acts<AnswerSteer>();
    if (answers.empty()) return "no answer";
    return answers.back().refused ? answers.back().refused->reason : "OK";
  }
  void SeizeBob() {
    const auto seize = Acts<SeizeAgent>().back();
    AgentOffer offer{.reservation = ReservationId("rb"),
                     .agent = AgentId("bob"),
                     .agent_name = "Bob",
                     .sip_user = "bob"};
    Happens(Seized{seize.seize, seize.call, offer});
  }
  void Transfer(const AttemptId& id, TransferFacts::State state, bool completed = false) {
    CallFacts& facts = Facts(id);
    facts.transfer = {.id = Acts<SeizeAgent>().empty() ? "phone" : Acts<SeizeAgent>()[0].seize,
                      .state = state,
                      .completed = completed};
    Happens(facts);
  }
  // Whoever knows the numbers says that this is none of them.
  void IsNotOurs(const AttemptId& id) {
    CallFacts& facts = Facts(id);
    facts.offer_back = {.request = Acts<OfferTalk>().back().line.passing->Offer(),
                        .reason = "NOT_OURS"};
    Happens(facts);
  }
  int asked_ = 0;
};

TEST_F(SteerTest, ARepeatedRequestGetsItsFirstAnswerAndDoesNothingAgain) {
  const AttemptId id = Talking();
  const Steer ask{
      .request = "r", .call = id, .what = SteerWhat::kTransfer, .to_agent = AgentId("bob")};
  Happens(ask);
  Happens(ask);  // Under way: answered with the first.
  EXPECT_EQ(Acts<SeizeAgent>().size(), 1u);
  EXPECT_EQ(Refused(), "no answer");
  SeizeBob();
  Happens(ask);
  EXPECT_EQ(Acts<PlaceTarget>().size(), 1u);
  ASSERT_EQ(Acts<AnswerSteer>().size(), 2u);
  EXPECT_EQ(Refused(), "OK");
}

TEST_F(SteerTest, WhoAskedIsAnsweredAlsoWhenTheTalkEndsBeforeTheAgentIsTaken) {
  const AttemptId id = Talking();
  Ask(id, SteerWhat::kTransfer, "bob");
  Ends(id);
  Forget();
  Happens(Seized{.seize = id.str() + "-x1", .call = id, .offer = {}, .refused = "FULL"});
  EXPECT_EQ(Refused(), "NOT_BRIDGED");
}

TEST_F(SteerTest, TransferSeizesTheAgentFirstAndRingsItThen) {
  const AttemptId id = Talking();
  Ask(id, SteerWhat::kTransfer, "bob");
  EXPECT_TRUE(Acts<PlaceTarget>().empty());
  SeizeBob();
  ASSERT_EQ(Acts<PlaceTarget>().size(), 1u);
  EXPECT_EQ(Acts<PlaceTarget>()[0].line.transfer->agent->agent, AgentId("bob"));
  EXPECT_EQ(Refused(), "OK");
}

TEST_F(SteerTest, FirstAgentGoesToWrapUpAndTheSecondAtTheEndOneSegmentEach) {
  const AttemptId id = Talking();
  Ask(id, SteerWhat::kTransfer, "bob");
  SeizeBob();
  Transfer(id, TransferFacts::State::kUnderWay);
  Pass(10s);
  Transfer(id, TransferFacts::State::kOver, true);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].reservation, ReservationId("r1"));
  EXPECT_EQ(Acts<CompleteWork>()[0].talk, 10s);
  EXPECT_EQ(model.lines.at(id).state, AttemptState::kConnected);  // The call is still ours.
  Pass(5s);
  Ends(id);
  ASSERT_EQ(Acts<CompleteWork>().size(), 2u);
  EXPECT_EQ(Acts<CompleteWork>()[1].reservation, ReservationId("rb"));
  EXPECT_EQ(Acts<CompleteWork>()[1].talk, 5s);
}

TEST_F(SteerTest, TargetThatDoesNotAnswerIsReportedAndTheFirstAgentKeepsTheCall) {
  const AttemptId id = Talking();
  Ask(id, SteerWhat::kConsult, "bob");
  SeizeBob();
  Transfer(id, TransferFacts::State::kUnderWay);
  Facts(id).target = {.leg = LegId("t"), .ended = true, .end = OfferEnd::kNoAnswer};
  Transfer(id, TransferFacts::State::kOver);
  ASSERT_FALSE(Acts<ReportOffer>().empty());
  EXPECT_EQ(Acts<ReportOffer>().back().end, OfferEnd::kNoAnswer);
  EXPECT_EQ(model.lines.at(id).agent->agent, AgentId("a1"));
  EXPECT_TRUE(Acts<CompleteWork>().empty());
}

TEST_F(SteerTest, AgentWhoCannotBeSeizedIsATypedRefusal) {
  const AttemptId id = Talking();
  Ask(id, SteerWhat::kTransfer, "bob");
  const auto seize = Acts<SeizeAgent>().back();
  Happens(Seized{seize.seize, seize.call, std::nullopt, "FULL"});
  EXPECT_EQ(Refused(), "FULL");
  Ask(id, SteerWhat::kTransfer, "eve");  // Nothing is in its way.
  EXPECT_EQ(Acts<SeizeAgent>().size(), 2u);
}

TEST_F(SteerTest, CallIsTransferredToANumberWithTheCampaignsCallerId) {
  const AttemptId id = Talking();
  model.settings.caller_id = "+14155550100";
  Ask(id, SteerWhat::kTransfer, "", "+14155550123");
  IsNotOurs(id);
  ASSERT_EQ(Acts<PlaceTarget>().size(), 1u);
  EXPECT_EQ(Acts<PlaceTarget>()[0].number, "+14155550123");
  EXPECT_EQ(Acts<PlaceTarget>()[0].caller_id, "+14155550100");
}

TEST_F(SteerTest, PhonesReferIsDecidedHere) {
  const AttemptId id = Talking();
  CallFacts& facts = Facts(id);
  facts.transfer = {
      .id = "phone", .state = TransferFacts::State::kAsked, .by_phone = true, .dialled = "bob"};
  Happens(facts);
  IsNotOurs(id);
  ASSERT_EQ(Acts<SeizeAgent>().size(), 1u);
  EXPECT_EQ(Acts<SeizeAgent>()[0].agent, AgentId("bob"));
  Happens(Seized{"phone", id, std::nullopt, "AGENT_NOT_FOUND"});
  ASSERT_EQ(Acts<SteerEdge>().size(), 1u);
  EXPECT_EQ(Acts<SteerEdge>()[0].verb, CallVerb::kRefuse);
  EXPECT_EQ(Acts<SteerEdge>()[0].sip_code, 404);
}

TEST_F(SteerTest, AnAgentWhoIsTakenOverGoesToWrapUpAtOnceWithItsOwnTalk) {
  const AttemptId id = Talking();
  Pass(10s);
  SupervisorTakesOver(id);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].reservation, ReservationId("r1"));
  EXPECT_EQ(Acts<CompleteWork>()[0].talk, 10s);
  EXPECT_EQ(Acts<CompleteWork>()[0].wrap_up, model.settings.wrap_up);
  EXPECT_EQ(model.lines.at(id).state, AttemptState::kConnected);
  EXPECT_TRUE(Acts<HangUp>().empty());
  ASSERT_EQ(Writes<WriteAttempt>().size(), 1u);
  EXPECT_FALSE(Writes<WriteAttempt>()[0].line.agent);
}

TEST_F(SteerTest, ACallThatWasTakenOverEndsAsCompletedOfItsAgentWhoIsNotCompletedAgain) {
  const AttemptId id = Talking();
  Pass(10s);
  SupervisorTakesOver(id);
  Forget();
  Pass(5s);
  Ends(id);
  EXPECT_TRUE(Acts<CompleteWork>().empty());
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
  EXPECT_EQ(LastClose().line.NamedAgent().agent, AgentId("a1"));
  EXPECT_EQ(model.counters.talk, 15s);  // The customer's.
}

TEST_F(SteerTest, ATakeOverThatIsToldWithTheCallsEndIsNotTheAgentsTalkEither) {
  const AttemptId id = Talking();
  Pass(10s);
  AgentLegFacts& agent = calls[id].agent;
  agent.ended = agent.taken_over = true;
  agent.ended_at = now.wall;
  Pass(5s);
  Ends(id);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].talk, 10s);
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
}

TEST_F(SteerTest, AColleagueWhoIsTakenOverHasItsOwnSegmentOnly) {
  const AttemptId id = Talking();
  Ask(id, SteerWhat::kTransfer, "bob");
  SeizeBob();
  Pass(10s);
  Facts(id).agent = {.leg = LegId("x-t"), .reservation = ReservationId("rb"), .answered = true};
  Transfer(id, TransferFacts::State::kOver, true);
  Pass(3s);
  SupervisorTakesOver(id);
  ASSERT_EQ(Acts<CompleteWork>().size(), 2u);
  EXPECT_EQ(Acts<CompleteWork>()[1].reservation, ReservationId("rb"));
  EXPECT_EQ(Acts<CompleteWork>()[1].talk, 3s);
}

TEST_F(SteerTest, AnAgentWhosePhoneIsGoneIsCompletedAtTheEndOfTheCall) {
  const AttemptId id = Talking();
  Facts(id).agent.ended = true;
  Happens(calls[id]);
  EXPECT_TRUE(Acts<CompleteWork>().empty());
  Ends(id);
  EXPECT_EQ(Acts<CompleteWork>().size(), 1u);
}

TEST_F(SteerTest, WhatDoesNotFitIsRefusedByReason) {
  Ask(AttemptId("none"), SteerWhat::kHold);
  EXPECT_EQ(Refused(), "CALL_NOT_FOUND");
  const AttemptId id = Talking();
  Ask(id, SteerWhat::kComplete);
  EXPECT_EQ(Refused(), "NO_TRANSFER");
  Ask(id, SteerWhat::kRequeue);
  EXPECT_EQ(Refused(), "NOT_QUEUED");
  Ask(id, SteerWhat::kConsult, "bob");
  SeizeBob();
  Ask(id, SteerWhat::kConsult, "eve");
  EXPECT_EQ(Refused(), "TRANSFER_PENDING");
}

}  // namespace callfleet::dialer
