// Orders that come again because their answer was lost: done once, and answered as the first time.
#include <set>

#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class Repeats : public test::QueueWorld {
 protected:
  Repeats() { settings().callback = CallbackPolicy{.trunk = TrunkId("t")}; }
  Result<TicketId> Do(const std::function<Result<TicketId>(QueueStepper&)>& order) {
    QueueStepper stepper(model, now, ids);
    auto done = order(stepper);
    Take(stepper.Finish());
    return done;
  }
  Result<TicketId> Requeue(const RequeueOrder& order) {
    return Do([&](QueueStepper& step) { return step.Requeue(order); });
  }
  Result<TicketId> CallBack(const CallbackOrder& order) {
    return Do([&](QueueStepper& step) { return step.CallBack(order); });
  }
  Result<TicketId> NewCallback(const CallbackOrder& order) {
    return Do([&](QueueStepper& step) { return step.NewCallback(order); });
  }
  static auto Notes(const Ticket& ticket, TicketChange what) {
    return std::ranges::count(ticket.notes, what, &TicketNote::what);
  }
  // A successor with what was written of this ticket and of requests, and no more.
  void Restart(const TicketId& id) {
    Ticket kept = At(id);
    kept.timers.clear();
    kept.moved_by.clear();
    kept.leaving_to.reset();
    if (kept.state == TicketState::kLeaving) kept.state = TicketState::kWaiting;  // As it is kept.
    Succeed(kept);
    EdgeIsUp();
    Tell(SessionChanged{true});
  }
};

TEST_F(Repeats, ACallerIsPutBackOnceARequest) {
  const auto ticket = Caller("c");
  const RequeueOrder order{.request = "r", .ticket = ticket, .priority = 3};
  ASSERT_TRUE(Requeue(order));
  Do([&](QueueStepper& step) { return step.SetPriority(ticket, 7); });
  const auto again = Requeue(order);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, ticket);
  EXPECT_EQ(At(ticket).priority, 7);
  EXPECT_EQ(Notes(At(ticket), TicketChange::kRequeued), 1);
  EXPECT_TRUE(last.writes.empty());
  ASSERT_TRUE(Requeue({.request = "another", .ticket = ticket}));
  EXPECT_EQ(Notes(At(ticket), TicketChange::kRequeued), 2);
}

TEST_F(Repeats, ACallerIsPutBackOnceBySuccessorsToo) {
  const auto ticket = Caller("c");
  const RequeueOrder order{.request = "r", .ticket = ticket, .priority = 3};
  ASSERT_TRUE(Requeue(order));
  Restart(ticket);
  ASSERT_TRUE(Requeue(order));
  EXPECT_EQ(Notes(At(ticket), TicketChange::kRequeued), 1);
}

TEST_F(Repeats, WhoHasGoneToAnotherQueueMeanwhileIsNotSentThereAgain) {
  const auto ticket = Caller("c");
  const RequeueOrder order{.request = "r", .ticket = ticket, .to = QueueId("b")};
  ASSERT_TRUE(Requeue(order));
  ASSERT_EQ(All<HandOver>().size(), 1U);
  Call("c").controller = UnitToken{{UnitKind::kQueue, "b"}, 1};
  Publish("c");
  ASSERT_NE(Over(ticket), nullptr);
  const auto again = Requeue(order);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, ticket);
  EXPECT_TRUE(last.acts.empty());
  EXPECT_EQ(Requeue({.request = "new", .ticket = ticket}).error().reason, "TICKET_NOT_FOUND");
}

TEST_F(Repeats, ASuccessorDoesNotCallAMoveDoneThatMayHaveBeenLost) {
  const auto ticket = Caller("c");
  const RequeueOrder order{.request = "r", .ticket = ticket, .to = QueueId("b")};
  ASSERT_TRUE(Requeue(order));
  Restart(ticket);
  EXPECT_EQ(Requeue(order).error().reason, "OWNER_RESTARTED");
  EXPECT_TRUE(Requeue({.request = "new", .ticket = ticket, .to = QueueId("b")}));
}

TEST_F(Repeats, ASuccessorKnowsAMoveThatWasDone) {
  const auto ticket = Caller("c");
  const RequeueOrder order{.request = "r", .ticket = ticket, .to = QueueId("b")};
  ASSERT_TRUE(Requeue(order));
  Call("c").controller = UnitToken{{UnitKind::kQueue, "b"}, 1};
  Publish("c");
  ASSERT_NE(Over(ticket), nullptr);
  const auto kept = std::ranges::find_if(
      last.writes, [](const auto& write) { return std::holds_alternative<KeepRequest>(write); });
  ASSERT_NE(kept, last.writes.end());
  EXPECT_TRUE(std::get<KeepRequest>(*kept).answered);
}

TEST_F(Repeats, ARefusalIsToldAgainThoughTheStateWouldAllowItByNow) {
  const auto ticket = Caller("c");
  const auto leg = Grant(ticket, {Agent("zoe")}).at(0);
  AgentAnswers("c", leg);
  EXPECT_EQ(Requeue({.request = "r", .ticket = ticket}).error().reason, "WRONG_STATE");
  Tell(Steer{.request = "s", .call = CallId("c"), .what = SteerWhat::kRequeue});
  Call("c").customer->bridged = false;
  AgentLegEnds("c", leg, OfferEnd::kAnswered);
  EXPECT_EQ(Requeue({.request = "r", .ticket = ticket}).error().reason, "WRONG_STATE");
  EXPECT_TRUE(Requeue({.request = "new", .ticket = ticket}));
}

TEST_F(Repeats, AForceIsAnsweredAsTheFirstTimeThoughTheCallerHasLeft) {
  const auto ticket = Caller("c");
  const auto force = [&](QueueStepper& step) {
    return step.Force(ticket, AgentId("zoe"), true, "r");
  };
  ASSERT_TRUE(Do(force));
  Tell(SeizeAnswered{"r", Agent("zoe"), {}});
  CallerHangsUp("c");
  CallIsOver("c");
  ASSERT_NE(Over(ticket), nullptr);
  const auto again = Do(force);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, ticket);
  EXPECT_TRUE(last.acts.empty());
}

TEST_F(Repeats, ACallbackIsOneTicketARequest) {
  const CallbackOrder order{.request = "one", .number = "+4930123"};
  const auto made = NewCallback(order);
  ASSERT_TRUE(made);
  EXPECT_EQ(*made, TicketId("cb-one"));
  EXPECT_EQ(*NewCallback(order), *made);
  EXPECT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(model.figures.offered, 1U);
  EXPECT_EQ(model.figures.callbacks, 1U);
  ASSERT_TRUE(NewCallback({.request = "two", .number = "+4930124"}));
  EXPECT_EQ(model.tickets.size(), 2U);
}

TEST_F(Repeats, ACallbackThatIsOverIsNotMadeAgain) {
  const CallbackOrder order{.request = "one", .number = "+4930123"};
  const TicketId ticket = *NewCallback(order);
  Do([&](QueueStepper& step) { return step.Remove(ticket); });
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(*NewCallback(order), ticket);
  NothingIsLeft();
}

TEST_F(Repeats, ACallbackIsMadeOnceBySuccessorsToo) {
  const CallbackOrder order{.request = "one", .number = "+4930123", .not_before = now.wall + 1h};
  const TicketId ticket = *NewCallback(order);
  Restart(ticket);
  EXPECT_EQ(*NewCallback(order), ticket);
  EXPECT_EQ(model.tickets.size(), 1U);
}

TEST_F(Repeats, ACallerIsCalledBackOnceARequest) {
  const auto ticket = Caller("c");
  const CallbackOrder order{.request = "r", .ticket = ticket};
  ASSERT_TRUE(CallBack(order));
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  ASSERT_TRUE(CallBack(order));
  EXPECT_TRUE(last.acts.empty());
  EXPECT_EQ(CallBack({.request = "new", .ticket = ticket}).error().reason, "WRONG_STATE");
  EXPECT_EQ(Notes(At(ticket), TicketChange::kCallback), 1);
}

// The id of an event is made from them: a consumer takes one that it has heard for a repeat.
TEST_F(Repeats, NoWriteOfASuccessorIsTakenForOneOfTheOwnerBefore) {
  const auto ticket = Caller("c");
  Restart(ticket);
  model.token = 8;
  ASSERT_TRUE(Requeue({.request = "r", .ticket = ticket}));
  std::set<std::pair<Token, std::uint64_t>> seen;
  int saved = 0;
  for (const auto& write : writes) {
    const auto* save = std::get_if<SaveTicket>(&write);
    if (save == nullptr) continue;
    ++saved;
    seen.insert({save->token, save->number});
  }
  ASSERT_GE(saved, 2);
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(saved));
}

// It is named to the registry, which takes 64 characters, and in a header of an INVITE.
TEST_F(Repeats, TheTicketOfARequestIsAlwaysAPlainWord) {
  const std::string longest(64, 'x');
  const std::string odd = "a\"b <c> \xC3\xBC";
  for (const std::string& request : {longest, odd}) {
    const std::string id = CallbackTicket(request).str();
    EXPECT_LE(id.size(), 64U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-"), std::string::npos);
    EXPECT_EQ(CallbackTicket(request).str(), id);
  }
  EXPECT_NE(CallbackTicket(longest), CallbackTicket(std::string(64, 'y')));
  EXPECT_NE(CallbackTicket(odd), CallbackTicket(odd + " "));
}

TEST_F(Repeats, ARequestIdIsALineOfOneTo64Characters) {
  EXPECT_TRUE(CheckRequest(std::string(64, 'x')));
  for (const std::string& faulty :
       {std::string(), std::string(65, 'x'), std::string("a\nb"), std::string("a\0b", 3)}) {
    const auto checked = CheckRequest(faulty);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().fields.at(0).field, "request_id");
  }
}

}  // namespace
}  // namespace callfleet::queue
