// Ways into and out of a queue before an agent answers.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using test::QueueWorld;

class WaysOut : public QueueWorld {
 protected:
  void Staff(int members, int ready) {
    Tell(AudienceChanged{{.members = members, .ready = ready, .available = 0}});
  }
};

TEST_F(WaysOut, ALongWaitLeadsToTheOverflowQueueWithItsWait) {
  settings().max_wait = 60s;
  settings().overflow_queue = "backup";
  const auto ticket = Caller("c");
  const auto since = At(ticket).since;
  Pass(60s);
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].to, QueueId("backup"));
  EXPECT_EQ(All<HandOver>()[0].with.since, since);
  Call("c").controller = UnitToken{{UnitKind::kQueue, "backup"}, 1};
  Publish("c");
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kOverflowed);
  EXPECT_EQ(model.figures.overflowed, 1U);
  EXPECT_TRUE(All<AcknowledgeCall>().empty());
  NothingIsLeft();
}

TEST_F(WaysOut, ADigitForAnAgentWhoIsBusyKeepsThePlace) {
  settings().exits = {{.digit = '2', .destination = ToAgent{AgentId("zoe")}}};
  const auto ticket = Caller("c");
  Call("c").digits = "22";
  Call("c").digit_count = 2;
  Publish("c");
  const auto asked = All<SeizeAgent>();
  ASSERT_EQ(asked.size(), 1U);  // Pressed twice, asked once.
  Tell(SeizeAnswered{asked[0].seize, std::nullopt, "FULL"});
  EXPECT_TRUE(All<HangUpCall>().empty());
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  EXPECT_EQ(Order(), (std::vector<std::string>{"c"}));
}

TEST_F(WaysOut, WhomTheAgentOfARuleDoesNotTakeIsReleased) {
  settings().max_wait = 60s;
  settings().on_max_wait = ToAgent{AgentId("zoe")};
  Caller("c");
  Pass(60s);
  const auto asked = All<SeizeAgent>();
  ASSERT_EQ(asked.size(), 1U);
  Tell(SeizeAnswered{asked[0].seize, Agent("zoe"), {}});
  const auto rung = All<RingAgent>();
  ASSERT_EQ(rung.size(), 1U);
  Call("c").agents.push_back(
      {.leg = rung[0].leg, .agent = rung[0].agent.agent, .reservation = rung[0].agent.reservation});
  AgentLegEnds("c", rung[0].leg, OfferEnd::kNoAnswer);
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
}

TEST_F(WaysOut, WhereNoQueueTakesItTheCallerIsReleased) {
  settings().max_wait = 60s;
  settings().overflow_queue = "backup";
  const auto ticket = Caller("c");
  Pass(60s);
  Call("c").offered = Unit{UnitKind::kQueue, "backup"};
  Publish("c");
  Call("c").offered.reset();
  Publish("c");
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  CallIsOver("c");
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kOverflowed);
  NothingIsLeft();
}

TEST_F(WaysOut, AFullQueueAnswers486BeforeTheCallerHearsAnything) {
  settings().max_size = 1;
  Caller("c1");
  Caller("c2");
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(All<HangUpCall>()[0].sip_code, 486);
  EXPECT_EQ(All<HangUpCall>()[0].q850, 17);
  CallIsOver("c2");
  EXPECT_EQ(model.figures.refused, 1U);
  EXPECT_EQ(model.figures.offered, 1U);
  EXPECT_EQ(std::get<CallRefused>(writes.back()).sip_code, 486);
}

// Whoever tells of it after a restart has no other time, and history would have two calls.
TEST_F(WaysOut, ARefusedCallIsToldWithTheTimeOfItsArrival) {
  settings().max_size = 1;
  Caller("c1");
  Caller("c2");
  Call("c2").create_time -= 3s;
  CallIsOver("c2");
  EXPECT_EQ(std::get<CallRefused>(writes.back()).create_time, Call("c2").create_time);
}

TEST_F(WaysOut, WhoLeavesWhileBeingRefusedIsToldAsRefused) {
  settings().max_size = 1;
  Caller("c1");
  Caller("c2");
  CallerHangsUp("c2");
  CallIsOver("c2");
  EXPECT_EQ(std::get<CallRefused>(writes.back()).sip_code, 486);
}

// Nobody who is not let in has a place to keep while that agent is asked.
TEST_F(WaysOut, WhoIsNotLetInAndLedToAnAgentIsACallOfTheQueueDirect) {
  settings().max_size = 1;
  settings().on_full = ToAgent{AgentId("zoe")};
  settings().on_closed = ToAgent{AgentId("ann")};
  Caller("c1");
  Caller("c2");
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].to, DirectQueue());
  EXPECT_EQ(All<HandOver>()[0].with.agent, AgentId("zoe"));
  EXPECT_EQ(All<HandOver>()[0].with.why, "full");
  EXPECT_EQ(Count<HangUpCall>() + Count<SeizeAgent>(), 0);
  model.queue.state = QueueState::kClosed;
  Caller("c3");
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].with.agent, AgentId("ann"));
}

TEST_F(WaysOut, AClosedQueueAnswers480UnlessItSaysOtherwise) {
  model.queue.state = QueueState::kClosed;
  Caller("c");
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(All<HangUpCall>()[0].sip_code, 480);
}

TEST_F(WaysOut, NobodyIsLetInWhereAgentsAreMissing) {
  settings().join_needs = Staffing::kReady;
  Staff(3, 0);
  Caller("c");
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(model.figures.offered, 0U);
}

TEST_F(WaysOut, ARegistryThatIsAwaySendsNobodyAway) {
  settings().join_needs = Staffing::kReady;
  EXPECT_FALSE(Caller("c").empty());
  EXPECT_EQ(model.figures.offered, 1U);
}

TEST_F(WaysOut, ARegistryThatGoesAwayWhileAgentsAreMissingSendsNobodyAway) {
  settings().stay_needs = Staffing::kReady;
  settings().no_agents_grace = 20s;
  Staff(3, 1);
  Caller("c");
  Staff(3, 0);
  Pass(10s);
  Tell(SessionChanged{false});
  Pass(30s);
  EXPECT_EQ(Count<HangUpCall>(), 0);
}

TEST_F(WaysOut, CallersLeaveWhenTheLastAgentHasBeenGoneForTheGrace) {
  settings().stay_needs = Staffing::kReady;
  settings().no_agents_grace = 20s;
  Staff(3, 1);
  Caller("c");
  Staff(3, 0);
  Pass(19s);
  EXPECT_EQ(Count<HangUpCall>(), 0);
  Pass(1s);
  EXPECT_EQ(Count<HangUpCall>(), 1);
}

TEST_F(WaysOut, AnAgentWhoComesBackInTimeKeepsTheCallers) {
  settings().stay_needs = Staffing::kReady;
  settings().no_agents_grace = 20s;
  Staff(3, 1);
  Caller("c");
  Staff(3, 0);
  Pass(10s);
  Staff(3, 1);
  Pass(60s);
  EXPECT_EQ(Count<HangUpCall>(), 0);
}

TEST_F(WaysOut, ADigitLeadsOutToANumber) {
  settings().exits = {{.digit = '9', .destination = ToNumber{TrunkId("t"), "+4930123"}}};
  const auto ticket = Caller("c");
  Call("c").digits = "9";
  Call("c").digit_count = 1;
  Publish("c");
  ASSERT_EQ(All<DialOut>().size(), 1U);
  EXPECT_EQ(All<DialOut>()[0].bridge_with, LegId("c-caller"));
  Call("c").others.push_back({.leg = All<DialOut>()[0].leg, .over = true});
  Publish("c");
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  CallIsOver("c");
  EXPECT_EQ(Over(ticket)->reason, "exit:9");
}

TEST_F(WaysOut, AnAnnouncementIsHeardThenTheCallEnds) {
  settings().max_wait = 10s;
  settings().on_max_wait = ToAnnouncement{.prompt = "sorry", .duration = 4s};
  Caller("c");
  Pass(10s);
  ASSERT_EQ(All<PlaySound>().size(), 1U);
  EXPECT_EQ(All<PlaySound>()[0].sound.prompts, std::vector<std::string>{"sorry"});
  Pass(4s);
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
}

TEST_F(WaysOut, QueuesThatSendToOneAnotherEndAfterEightHops) {
  settings().max_wait = 1s;
  settings().overflow_queue = "other";
  Tell(CallComing{CallId("c"), {.from = QueueId("other"), .hops = 8}});
  Caller("c");
  Pass(1s);
  EXPECT_EQ(Count<HandOver>(), 0);
  EXPECT_EQ(Count<HangUpCall>(), 1);
}

TEST_F(WaysOut, ACallerWhoDropsAndCallsAgainGetsThePlaceBack) {
  settings().return_window = 120s;
  const auto first = Caller("c1", "+15550001");
  const auto since = At(first).since;
  Pass(20s);
  CallerHangsUp("c1");
  CallIsOver("c1");
  Caller("c2", "+15550002");
  Pass(30s);
  const auto again = Caller("c3", "+15550001");
  EXPECT_EQ(At(again).since, since);
  EXPECT_TRUE(At(again).returned);
  EXPECT_EQ(Order(), (std::vector<std::string>{"c3", "c2"}));
}

TEST_F(WaysOut, AnnouncementsTellPlaceAndWaitAndTheMusicGoesOn) {
  settings().sound.period = 30s;
  settings().sound.position = true;
  settings().sound.prefix = "de-";
  Caller("c1");
  Caller("c2");
  Pass(30s);
  ASSERT_EQ(All<PlaySound>().size(), 2U);
  EXPECT_EQ(All<PlaySound>()[1].sound.prompts, (std::vector<std::string>{"de-position", "2"}));
  EXPECT_TRUE(All<PlaySound>()[1].then->loop);
}

TEST_F(WaysOut, APromptThatTheEdgeDoesNotHaveLeavesNobodyUnanswered) {
  settings().sound.music = "waltz";
  Caller("c");
  Tell(CommandRefused{CallId("c"), {}, Command::kAnswer, "PROMPT_UNKNOWN"});
  ASSERT_EQ(All<AnswerCall>().size(), 1U);
  EXPECT_EQ(All<AnswerCall>()[0].sound.tone, HeardSound::Tone::kRingback);
}

TEST_F(WaysOut, EarlyMediaIsAnsweredAtItsLimit) {
  settings().early_media = 10s;
  Caller("c");
  Pass(10s);
  ASSERT_EQ(All<AnswerCall>().size(), 1U);
  EXPECT_FALSE(All<AnswerCall>()[0].early_media_only);
}

}  // namespace
}  // namespace callfleet::queue
