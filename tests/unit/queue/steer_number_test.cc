// Customers who are passed to a number: one of ours leads where the number plan says.
#include "tests/unit/queue/steer_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using State = TransferFact::State;

class PassingToNumbers : public test::SteerWorld {};

TEST_F(PassingToNumbers, APhonesReferToANumberOfAQueueReleasesTheAgentAndHandsTheCustomerOver) {
  const TicketId ticket = Talking();
  numbers["500"] = ToQueue{QueueId("support")};
  Pass(8s);
  Call("c").transfer = {
      .id = "phone", .state = State::kAsked, .by_phone = true, .dialled = "500", .referrer = zoe};
  Publish("c");
  ASSERT_EQ(All<SteerTransfer>().size(), 1U);
  EXPECT_EQ(All<SteerTransfer>()[0].verb, TransferVerb::kRelease);
  EXPECT_TRUE(All<HandOver>().empty());
  EXPECT_FALSE(writes.empty());
  Call("c").customer->bridged = false;
  Call("c").transfer.state = State::kOver;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  EXPECT_EQ(All<CompleteWork>().at(0).talk, 8s);  // To wrap-up.
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].to, QueueId("support"));
  EXPECT_EQ(At(ticket).state, TicketState::kLeaving);
}

TEST_F(PassingToNumbers, AnAgentWhomTheEdgeDoesNotReleaseAnyMoreIsHungUp) {
  Talking();
  numbers["500"] = ToQueue{QueueId("q")};
  Call("c").transfer = {
      .id = "phone", .state = State::kAsked, .by_phone = true, .dialled = "500", .referrer = zoe};
  Publish("c");
  Tell(CommandRefused{
      .call = CallId("c"), .leg = {}, .command = Command::kTransfer, .reason = "TOO_LATE"});
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_TRUE(All<HangUpCall>()[0].keep_peers);
}

TEST_F(PassingToNumbers, ANumberOfOursIsFollowedAndNotDialledOutside) {
  Talking();
  numbers["+14155550199"] = ToQueue{QueueId("support")};
  numbers["+14155550198"] = ToAgent{AgentId("bob")};
  numbers["+14155550197"] = ToNumber{.trunk = TrunkId("other"), .number = ""};
  Ask(SteerWhat::kConsult, {.to_number = "+14155550199"});
  EXPECT_EQ(Answer(), "NUMBER_NOT_ALLOWED");  // Nobody consults a queue.
  Ask(SteerWhat::kTransfer, {.to_number = "+14155550197"});
  EXPECT_EQ(std::get<ToNumber>(All<DialOut>().at(0).to).trunk, TrunkId("other"));
  EXPECT_EQ(std::get<ToNumber>(All<DialOut>().at(0).to).number, "+14155550197");
  Tell(CommandRefused{.call = CallId("c"),
                      .leg = All<DialOut>()[0].leg,
                      .command = Command::kOriginate,
                      .reason = "TRUNK_UNKNOWN"});
  Ask(SteerWhat::kConsult, {.to_number = "+14155550198"});
  ASSERT_EQ(All<SeizeAgent>().size(), 1U);
  EXPECT_EQ(All<SeizeAgent>()[0].agent, AgentId("bob"));
  Tell(SeizeAnswered{All<SeizeAgent>()[0].seize, {}, "FULL"});
  Ask(SteerWhat::kTransfer, {.to_number = "+14155550199"});
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(Answer(), "OK");
}

TEST_F(PassingToNumbers, WhoNamesANumberIsAnsweredWhenTheEdgeHasPlacedItAndNotBefore) {
  Talking();
  Ask(SteerWhat::kTransfer, {.to_number = "+14155550123"});
  ASSERT_EQ(All<DialOut>().size(), 1U);
  const auto dial = All<DialOut>()[0];
  EXPECT_TRUE(dial.transfer->by_person);
  EXPECT_TRUE(All<AnswerSteer>().empty());
  Call("c").transfer = {.id = dial.transfer->id, .state = State::kUnderWay, .referrer = zoe};
  Publish("c");
  EXPECT_EQ(Answer(), "OK");
}

TEST_F(PassingToNumbers, ANumberThatAgentsMayNotDialIsToldByItsField) {
  Talking();
  Ask(SteerWhat::kConsult, {.to_number = "+14155550123"});
  Tell(CommandRefused{.call = CallId("c"),
                      .leg = All<DialOut>().at(0).leg,
                      .command = Command::kOriginate,
                      .reason = "NUMBER_NOT_ALLOWED"});
  EXPECT_EQ(Answer(), "NUMBER_NOT_ALLOWED");
  EXPECT_EQ(All<AnswerSteer>().at(0).refused->fields.at(0).field, "action.consult.target.number");
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});  // Nothing is in its way.
  EXPECT_EQ(All<SeizeAgent>().size(), 1U);
}

TEST_F(PassingToNumbers, WhoNamesANumberIsAnsweredAlsoWhenTheTalkEndsBefore) {
  Talking();
  Ask(SteerWhat::kTransfer, {.to_number = "+14155550123"});
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  EXPECT_EQ(Answer(), "NOT_BRIDGED");
}

TEST_F(PassingToNumbers, ANumberOfTheHouseIsDialledWhateverAgentsMayDial) {
  Talking();
  numbers["+14155550197"] = ToNumber{.trunk = TrunkId("other"), .number = ""};
  Ask(SteerWhat::kTransfer, {.to_number = "+14155550197"});
  EXPECT_FALSE(All<DialOut>().at(0).transfer->by_person);
}

TEST_F(PassingToNumbers, ACallerWhoLeavesWhileTheNumberIsLookedUpLeavesNothingBehind) {
  const TicketId ticket = Talking();
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  CallerHangsUp("c");
  Tell(NumberFound{.ticket = ticket,
                   .transfer = "t",
                   .number = "500",
                   .request = "r",
                   .to = ToQueue{QueueId("support")}});
  EXPECT_EQ(Answer(), "NOT_BRIDGED");
  CallIsOver("c");
  NothingIsLeft();
}

}  // namespace
}  // namespace callfleet::queue
