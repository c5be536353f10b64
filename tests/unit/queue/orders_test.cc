// What operators order.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using test::QueueWorld;

class Orders : public QueueWorld {
 protected:
  Result<TicketId> Do(const std::function<Result<TicketId>(QueueStepper&)>& order) {
    QueueStepper stepper(model, now, ids);
    auto done = order(stepper);
    Take(stepper.Finish());
    return done;
  }
  Result<TicketId> Force(const TicketId& ticket, const char* agent) {
    return Do([&](QueueStepper& step) { return step.Force(ticket, AgentId(agent), true, "s1"); });
  }
};

TEST_F(Orders, APriorityJumpsItsBonusOfWaitAndNoMore) {
  settings().priority_bonus = 60s;
  Caller("c1");
  Pass(90s);
  Caller("c2");
  const auto third = Caller("c3");
  Do([&](QueueStepper& step) { return step.SetPriority(third, 1); });
  EXPECT_EQ(Order(), (std::vector<std::string>{"c1", "c3", "c2"}));
  Do([&](QueueStepper& step) { return step.SetPriority(third, 2); });
  EXPECT_EQ(Order(), (std::vector<std::string>{"c3", "c1", "c2"}));
  EXPECT_EQ(All<SendDemand>()[0].bonus, 120s);
}

TEST_F(Orders, ANegativePriorityBeganToWaitLater) {
  const auto ticket = Caller("c");
  const auto since = At(ticket).since;
  Do([&](QueueStepper& step) { return step.SetPriority(ticket, -2); });
  EXPECT_EQ(All<SendDemand>()[0].bonus, 0s);
  EXPECT_EQ(All<SendDemand>()[0].since, since + 120s);
}

TEST_F(Orders, AFaultyPriorityIsRefusedAndChangesNothing) {
  const auto ticket = Caller("c");
  const auto done = Do([&](QueueStepper& step) { return step.SetPriority(ticket, 101); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fields.front().field, "priority");
  EXPECT_EQ(At(ticket).priority, 0);
}

TEST_F(Orders, WhomeverAQueueRingsIsRecordedAsItsPolicySays) {
  settings().recording = RecordingPolicy{.mode = RecordingMode::kSampled, .sample_percent = 10};
  Grant(Caller("c1"), {Agent("anna")});
  EXPECT_EQ(All<RingAgent>().at(0).recording, settings().recording);
  Force(Caller("c2"), "zoe");
  Tell(SeizeAnswered{"s1", Agent("zoe"), {}});
  EXPECT_EQ(All<RingAgent>().at(0).recording, settings().recording);
}

TEST_F(Orders, ARecordingPolicyThatSaysNothingSensibleIsRefused) {
  QueueSettings wanted{.name = "q"};
  wanted.recording = RecordingPolicy{.mode = RecordingMode::kSampled, .keep_days = 4'000};
  const auto checked = Check(wanted);
  ASSERT_FALSE(checked);
  ASSERT_EQ(checked.error().fields.size(), 2U);
  EXPECT_EQ(checked.error().fields[0].field, "queue.recording.sample_percent");
  EXPECT_EQ(checked.error().fields[1].field, "queue.recording.keep_days");
}

TEST_F(Orders, AForcedCallerRingsTheSeizedAgent) {
  const auto ticket = Caller("c");
  ASSERT_TRUE(Force(ticket, "zoe"));
  ASSERT_EQ(All<SeizeAgent>().size(), 1U);
  EXPECT_TRUE(All<SeizeAgent>()[0].override_rules);
  Tell(SeizeAnswered{"s1", Agent("zoe"), {}});
  ASSERT_EQ(All<RingAgent>().size(), 1U);
  EXPECT_EQ(All<RingAgent>()[0].agent.agent, AgentId("zoe"));
  EXPECT_EQ(All<CancelDemand>().size(), 1U);
}

TEST_F(Orders, ASeizureThatIsRefusedLeavesTheCallerWhereItIs) {
  const auto ticket = Caller("c");
  Force(ticket, "zoe");
  Tell(SeizeAnswered{"s1", std::nullopt, "FULL"});
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  EXPECT_TRUE(All<RingAgent>().empty());
}

TEST_F(Orders, AForceThatIsAskedAgainSeizesNobodyAgainAndIsAnsweredAsTheFirstTime) {
  const auto ticket = Caller("c");
  Force(ticket, "zoe");
  EXPECT_TRUE(Force(ticket, "zoe"));  // Under way.
  EXPECT_TRUE(All<SeizeAgent>().empty());
  Tell(SeizeAnswered{"s1", std::nullopt, "FULL"});
  const auto again = Force(ticket, "zoe");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "FULL");
  EXPECT_TRUE(All<SeizeAgent>().empty());
}

TEST_F(Orders, AForceThatCrossesAGrantStopsThePhoneOfTheGrant) {
  const auto ticket = Caller("c");
  Force(ticket, "zoe");
  const auto legs = Grant(ticket, {Agent("anna")});
  Tell(SeizeAnswered{"s1", Agent("zoe"), {}});
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(All<HangUpCall>()[0].leg, legs[0]);
  ASSERT_EQ(All<RingAgent>().size(), 1U);
  AgentLegEnds("c", legs[0], OfferEnd::kWithdrawn);
  EXPECT_EQ(At(ticket).state, TicketState::kOffered);
  EXPECT_EQ(Reports().back().end, OfferEnd::kWithdrawn);
}

TEST_F(Orders, AForceThatComesAfterAnAnswerGivesTheAgentBack) {
  const auto ticket = Caller("c");
  Force(ticket, "zoe");
  const auto legs = Grant(ticket, {Agent("anna")});
  AgentAnswers("c", legs[0]);
  Tell(SeizeAnswered{"s1", Agent("zoe"), {}});
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  EXPECT_EQ(Reports().back().end, OfferEnd::kWithdrawn);
}

TEST_F(Orders, ARemovedCallerIsHungUp) {
  const auto ticket = Caller("c");
  ASSERT_TRUE(Do([&](QueueStepper& step) { return step.Remove(ticket); }));
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  CallIsOver("c");
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kRemoved);
  NothingIsLeft();
}

TEST_F(Orders, ARequeuedCallerGoesToTheOtherQueueWithItsWait) {
  const auto ticket = Caller("c");
  ASSERT_TRUE(Do([&](QueueStepper& step) {
    return step.Requeue({.ticket = ticket, .to = QueueId("b"), .priority = 5});
  }));
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].with.priority, 5);
}

TEST_F(Orders, ARequeuedCallerWithAnotherPriorityStandsInOnePlaceOnly) {
  const auto ticket = Caller("c1");
  Caller("c2");
  settings().priority_bonus = 60s;
  ASSERT_TRUE(
      Do([&](QueueStepper& step) { return step.Requeue({.ticket = ticket, .priority = -5}); }));
  EXPECT_EQ(Order(), (std::vector<std::string>{"c2", "c1"}));
  ASSERT_TRUE(Do([&](QueueStepper& step) {
    return step.Requeue({.ticket = ticket, .to = QueueId("b"), .priority = 5});
  }));
  EXPECT_EQ(Order(), (std::vector<std::string>{"c2"}));
}

// The phone was answered while we told it to stop ringing.
TEST_F(Orders, AnAnswerThatCrossesAForceLosesItsTalkAndNotTheCaller) {
  const auto ticket = Caller("c");
  Force(ticket, "zoe");
  const auto legs = Grant(ticket, {Agent("anna")});
  Tell(SeizeAnswered{"s1", Agent("zoe"), {}});
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_TRUE(All<HangUpCall>()[0].keep_peers);
  const auto rung = All<RingAgent>();
  AgentAnswers("c", legs[0]);
  EXPECT_EQ(At(ticket).state, TicketState::kOffered);
  Call("c").customer->bridged = false;
  AgentLegEnds("c", legs[0], OfferEnd::kAnswered);
  EXPECT_EQ(Reports().back().end, OfferEnd::kWithdrawn);
  ASSERT_EQ(rung.size(), 1U);
  Call("c").agents.push_back(
      {.leg = rung[0].leg, .agent = rung[0].agent.agent, .reservation = rung[0].agent.reservation});
  AgentAnswers("c", rung[0].leg);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  EXPECT_EQ(At(ticket).agent, AgentId("zoe"));
}

TEST_F(Orders, AnUnknownTicketIsNotFound) {
  const auto done = Do([](QueueStepper& step) { return step.Remove(TicketId("nobody")); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, "TICKET_NOT_FOUND");
}

TEST_F(Orders, NewSettingsKeepWaitingCallersInTheirPlace) {
  Caller("c1");
  Caller("c2");
  auto queue = model.queue;
  queue.settings.strategy = Strategy::kRandom;
  Tell(SettingsChanged{queue});
  EXPECT_EQ(Order(), (std::vector<std::string>{"c1", "c2"}));
  EXPECT_EQ(All<SendDemand>().size(), 2U);
}

TEST_F(Orders, NewSettingsReachWhoWaits) {
  settings().skills = {{.name = "english", .min_level = 3}};
  const auto ticket = Caller("c");
  Pass(40s);
  auto queue = model.queue;
  queue.settings.relaxations = {{.after = 30s, .skill = "english", .min_level = 2},
                                {.after = 60s, .skill = "english", .min_level = 1}};
  Tell(SettingsChanged{queue});
  ASSERT_EQ(All<SendDemand>().size(), 1U);
  EXPECT_EQ(All<SendDemand>()[0].skills.at(0).min_level, 2);
  Pass(20s);
  EXPECT_EQ(At(ticket).relaxed, 2);
}

}  // namespace
}  // namespace callfleet::queue
