// A successor finds calls of the campaign at the edge. Their rows may be older than what happened
// there: who has the customer is read off the record.
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {

class AdoptingTest : public CampaignStory {
 protected:
  // A call in which the agent a1 talks with the customer.
  AttemptId Talking() {
    StartWith(1);
    const AttemptId id = DialNext();
    Answers(id);
    calls[id].agent.reservation = ReservationId("r1");
    calls[id].agent.agent = AgentId("a1");
    Pass(10s);
    return id;
  }
  // As LoadCampaign makes it: the row names the first agent.
  void OwnerDies(const AttemptId& id) {
    Line& line = model.lines.at(id);
    line.state = AttemptState::kDialing;
    line.adopted = true;
    line.facts = {};
    line.transfer.reset();
    line.segment = {};
    model.edges.clear();
    Forget();
  }
  void EdgeTells(const AttemptId& id) {
    const CallFacts& facts = Facts(id);
    Happens(facts);
    Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {{id, facts.call_over}}});
  }
  AgentLegFacts BobsLeg() const {
    return {.leg = LegId("x1-t"),
            .reservation = ReservationId("rb"),
            .agent = AgentId("bob"),
            .answered = true,
            .answered_at = now.wall};
  }
  TransferFacts Passing(const AttemptId& id, TransferFacts::State state, bool completed = false) {
    return {.id = "x1", .state = state, .completed = completed, .referrer = calls[id].agent.leg};
  }
  Line& Call(const AttemptId& id) { return model.lines.at(id); }
};

TEST_F(AdoptingTest, ACustomerWhoWasPassedToAColleagueIsTheColleaguesAndNobodyElseIsAskedFor) {
  const AttemptId id = Talking();
  OwnerDies(id);
  calls[id].transfer = Passing(id, TransferFacts::State::kOver, true);
  calls[id].agent = BobsLeg();
  Pass(3s);
  EdgeTells(id);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  EXPECT_EQ(Call(id).state, AttemptState::kConnected);
  ASSERT_TRUE(Call(id).agent);
  EXPECT_EQ(Call(id).agent->reservation, ReservationId("rb"));
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].reservation, ReservationId("r1"));
  EXPECT_EQ(Acts<CompleteWork>()[0].talk, 10s);
  Pass(4s);
  Ends(id);
  ASSERT_EQ(Acts<CompleteWork>().size(), 2u);
  EXPECT_EQ(Acts<CompleteWork>()[1].reservation, ReservationId("rb"));
  EXPECT_EQ(Acts<CompleteWork>()[1].talk, 7s);
  EXPECT_EQ(LastClose().line.agent->agent, AgentId("bob"));
}

TEST_F(AdoptingTest, ACustomerWhoWasPassedToANumberNeedsNoAgent) {
  const AttemptId id = Talking();
  OwnerDies(id);
  calls[id].transfer = Passing(id, TransferFacts::State::kOver, true);
  calls[id].agent.ended = true;
  EdgeTells(id);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  EXPECT_EQ(Call(id).state, AttemptState::kConnected);
  EXPECT_FALSE(Call(id).agent);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].reservation, ReservationId("r1"));
}

TEST_F(AdoptingTest, AColleagueWhoIsConsultedMayTakeTheCustomerUnderTheSuccessor) {
  const AttemptId id = Talking();
  OwnerDies(id);
  calls[id].transfer = Passing(id, TransferFacts::State::kUnderWay);
  calls[id].target = BobsLeg();
  EdgeTells(id);
  ASSERT_TRUE(Call(id).transfer && Call(id).transfer->agent);
  EXPECT_EQ(Call(id).agent->reservation, ReservationId("r1"));
  calls[id].transfer = Passing(id, TransferFacts::State::kOver, true);
  calls[id].agent = BobsLeg();
  calls[id].target = {};
  Happens(Facts(id));
  EXPECT_TRUE(Acts<SendDemand>().empty());
  EXPECT_EQ(Call(id).agent->reservation, ReservationId("rb"));
}

TEST_F(AdoptingTest, AColleagueWhoWasConsultedIsLetGoByTheSuccessor) {
  const AttemptId id = Talking();
  OwnerDies(id);
  calls[id].transfer = Passing(id, TransferFacts::State::kUnderWay);
  calls[id].target = BobsLeg();
  EdgeTells(id);
  calls[id].transfer = Passing(id, TransferFacts::State::kOver);
  calls[id].target.ended = true;
  Happens(Facts(id));
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].reservation, ReservationId("rb"));
  EXPECT_EQ(Call(id).agent->reservation, ReservationId("r1"));
}

TEST_F(AdoptingTest, ACustomerWhoWasLeftAloneWhileNobodyOwnedTheCampaignIsHungUp) {
  const AttemptId id = Talking();
  OwnerDies(id);
  calls[id].transfer = Passing(id, TransferFacts::State::kOver);
  calls[id].agent.ended = true;
  EdgeTells(id);
  EXPECT_EQ(Acts<HangUp>().size(), 1u);
}

TEST_F(AdoptingTest, AnAgentWhoWasTakenOverWhileNobodyOwnedTheCampaignIsCompletedWithItsTalk) {
  const AttemptId id = Talking();
  OwnerDies(id);
  AgentLegFacts& agent = calls[id].agent;
  agent.ended = agent.taken_over = true;
  agent.ended_at = now.wall;
  Pass(5s);
  EdgeTells(id);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].talk, 10s);
  EXPECT_EQ(Call(id).state, AttemptState::kConnected);
  EXPECT_FALSE(Call(id).agent);
  EXPECT_TRUE(Acts<SendDemand>().empty());
}

TEST_F(AdoptingTest, AnAgentWhoWasTakenOverBeforeIsNotCompletedAgainAndStillNamed) {
  const AttemptId id = Talking();
  SupervisorTakesOver(id);
  OwnerDies(id);
  EdgeTells(id);
  EXPECT_EQ(Call(id).state, AttemptState::kConnected);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  Ends(id);
  EXPECT_TRUE(Acts<CompleteWork>().empty());
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
  EXPECT_EQ(LastClose().line.NamedAgent().agent, AgentId("a1"));
}

TEST_F(AdoptingTest, ACustomerWhoHasASupervisorIsNotHungUpForAnEarlierTransferThatFailed) {
  const AttemptId id = Talking();
  calls[id].transfer = Passing(id, TransferFacts::State::kOver);
  SupervisorTakesOver(id);
  OwnerDies(id);
  EdgeTells(id);
  EXPECT_TRUE(Acts<HangUp>().empty());
}

TEST_F(AdoptingTest, ATalkWhoseRowHasNoAgentYetIsTheAgentsWhoseLegIsBridged) {
  const AttemptId id = Talking();
  OwnerDies(id);
  Call(id).agent_first = false;
  Call(id).agent.reset();
  EdgeTells(id);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  EXPECT_EQ(Call(id).state, AttemptState::kConnected);
  ASSERT_TRUE(Call(id).agent);
  EXPECT_EQ(Call(id).agent->agent, AgentId("a1"));
}

TEST_F(AdoptingTest, TheRowNamesTheColleagueWhoHasTheCustomerSoThatASuccessorDeclaresThatOne) {
  const AttemptId id = Talking();
  Happens(
      Steer{.request = "q", .call = id, .what = SteerWhat::kTransfer, .to_agent = AgentId("bob")});
  const SeizeAgent seize = Acts<SeizeAgent>().back();
  Happens(Seized{seize.seize, id,
                 AgentOffer{.reservation = ReservationId("rb"), .agent = AgentId("bob")}, ""});
  Forget();
  calls[id].transfer = Passing(id, TransferFacts::State::kOver, true);
  calls[id].transfer.id = seize.seize;
  Happens(Facts(id));
  ASSERT_EQ(Writes<WriteAttempt>().size(), 1u);
  EXPECT_FALSE(Writes<WriteAttempt>()[0].first);
  EXPECT_EQ(Writes<WriteAttempt>()[0].line.agent->reservation, ReservationId("rb"));
}

}  // namespace callfleet::dialer
