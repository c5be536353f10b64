// Who asks to be called back again: one callback a number, in the better of both places.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

const std::string kNumber = "+15550001";

class AskedAgain : public test::QueueWorld {
 protected:
  AskedAgain() {
    settings().callback = CallbackPolicy{.trunk = TrunkId("t"), .max_attempts = 2};
    settings().exits = {{.digit = '1', .destination = {}}};
  }
  // The ticket's id, else the reason.
  std::string Ask(const CallbackOrder& order) {
    QueueStepper step(model, now, ids);
    const auto done = order.ticket.empty() ? step.NewCallback(order) : step.CallBack(order);
    Take(step.Finish());
    return done ? done->str() : done.error().reason;
  }
  // Asked for by a caller who has hung up since then.
  TicketId Callback(const std::string& call) {
    const auto ticket = Caller(call, kNumber);
    Press(call, '1');
    CallIsOver(call);
    return ticket;
  }
  void Restart(const TicketId& id) {
    Ticket kept = At(id);
    kept.timers.clear();
    kept.in_order = kept.demanded = false;  // As it is kept.
    Succeed(kept);
    EdgeIsUp();
    Tell(SessionChanged{true});
  }
};

TEST_F(AskedAgain, ByPhoneItIsOneCallbackInItsPlace) {
  const auto first = Callback("c1");
  const auto since = At(first).since;
  Pass(60s);
  const auto second = Caller("c2", kNumber);
  Press("c2", '1');
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  CallIsOver("c2");
  ASSERT_NE(Over(second), nullptr);
  EXPECT_EQ(Over(second)->end, TicketEnd::kRemoved);
  EXPECT_EQ(Over(second)->reason, "has_callback");
  EXPECT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(At(first).since, since);
  EXPECT_EQ(PlaceOf(model, At(first)), 1);
  EXPECT_EQ(model.figures.callbacks, 1U);
}

TEST_F(AskedAgain, TheConfirmationIsHeardBeforeTheCallIsEnded) {
  settings().callback->confirmation = "we_call_back";
  Callback("c1");
  const auto second = Caller("c2", kNumber);
  Press("c2", '1');
  ASSERT_EQ(All<PlaySound>().size(), 1U);
  EXPECT_EQ(All<PlaySound>()[0].call.call, CallId("c2"));
  EXPECT_TRUE(All<HangUpCall>().empty());
  Pass(4s);
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(All<HangUpCall>()[0].call.call, CallId("c2"));
  CallIsOver("c2");
  EXPECT_NE(Over(second), nullptr);
}

// The customer is by the phone now, whatever was agreed before, or is to be tried later.
TEST_F(AskedAgain, TheEarlierTimeCounts) {
  const auto first = Ask({.number = kNumber, .not_before = now.wall + 1h});
  EXPECT_EQ(model.order.size(), 0U);
  Caller("c2", kNumber);
  Press("c2", '1');
  EXPECT_EQ(PlaceOf(model, At(TicketId(first))), 1);
  EXPECT_EQ(Ask({.number = kNumber, .not_before = now.wall + 2h}), first);
  EXPECT_EQ(PlaceOf(model, At(TicketId(first))), 1);
}

TEST_F(AskedAgain, ItIsAsOldAsTheNewestWish) {
  settings().callback->max_age = 3600s;
  const auto first = Callback("c1");
  Pass(3000s);
  EXPECT_EQ(Ask({.number = kNumber}), first.str());
  Pass(3000s);
  EXPECT_EQ(At(first).state, TicketState::kCallback);
  Pass(600s);
  ASSERT_NE(Over(first), nullptr);
  EXPECT_EQ(Over(first)->reason, "too_old");
  NothingIsLeft();
}

TEST_F(AskedAgain, ThePlaceIsTheBetterOfBoth) {
  const auto low = Ask({.number = kNumber, .priority = 1});
  const auto since = now.wall;
  Pass(60s);
  EXPECT_EQ(Ask({.number = kNumber, .priority = 3}), low);
  EXPECT_EQ(At(TicketId(low)).priority, 3);
  EXPECT_EQ(At(TicketId(low)).since, since);
  EXPECT_EQ(Ask({.number = kNumber, .priority = -3}), low);
  EXPECT_EQ(At(TicketId(low)).priority, 3);
}

TEST_F(AskedAgain, AnotherNumberIsAnotherCallback) {
  EXPECT_NE(Ask({.number = kNumber}), Ask({.number = "+15550002"}));
  EXPECT_EQ(model.tickets.size(), 2U);
}

TEST_F(AskedAgain, ThereIsRoomForItInAFullQueue) {
  settings().max_size = 1;
  const auto first = Ask({.number = kNumber});
  EXPECT_EQ(Ask({.number = "+15550002"}), "QUEUE_FULL");
  EXPECT_EQ(Ask({.number = kNumber}), first);
}

// An agent who talks with the customer may agree on the next call.
TEST_F(AskedAgain, WhoTalksMayBeCalledBackAgain) {
  const auto first = Callback("c1");
  const auto leg = Grant(first, {Agent("anna")}).at(0);
  const std::string call = At(first).call.str();
  Leg(call, leg).answered = now.wall;
  Publish(call);
  Call(call).customer =
      LegFact{.leg = All<DialOut>().at(0).leg, .answered = now.wall, .bridged = true};
  Publish(call);
  ASSERT_EQ(At(first).state, TicketState::kConnected);
  Ask({.number = kNumber, .not_before = now.wall + 1h});
  EXPECT_EQ(model.tickets.size(), 2U);
}

TEST_F(AskedAgain, ARepeatOfTheRequestIsAnsweredWithTheSameTicketAlsoWhenItIsOver) {
  const auto first = Callback("c1");
  const CallbackOrder fresh{.request = "r", .number = kNumber};
  EXPECT_EQ(Ask(fresh), first.str());
  const CallbackOrder waiting{.request = "w", .ticket = Caller("c2", kNumber)};
  EXPECT_EQ(Ask(waiting), first.str());
  CallIsOver("c2");
  const auto notes = At(first).notes.size();
  for (const auto& order : {fresh, waiting}) EXPECT_EQ(Ask(order), first.str());
  EXPECT_EQ(At(first).notes.size(), notes) << "nothing is done again";
  QueueStepper step(model, now, ids);
  ASSERT_TRUE(step.Remove(first));
  Take(step.Finish());
  for (const auto& order : {fresh, waiting}) EXPECT_EQ(Ask(order), first.str());
  NothingIsLeft();
}

TEST_F(AskedAgain, ASuccessorAnswersWithTheSameTicketToo) {
  const auto first = Callback("c1");
  const CallbackOrder order{.request = "r", .number = kNumber};
  EXPECT_EQ(Ask(order), first.str());
  Restart(first);
  EXPECT_EQ(Ask(order), first.str());
  EXPECT_EQ(model.tickets.size(), 1U);
}

// Else nobody ever ended the call that it was asked for in.
TEST_F(AskedAgain, OneThatIsRemovedWhileItIsConfirmedEndsThatCall) {
  settings().callback->confirmation = "we_call_back";
  const auto ticket = Caller("c1", kNumber);
  Press("c1", '1');
  EXPECT_TRUE(All<HangUpCall>().empty());
  QueueStepper step(model, now, ids);
  ASSERT_TRUE(step.Remove(ticket));
  Take(step.Finish());
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_EQ(All<HangUpCall>()[0].call.call, CallId("c1"));
}

TEST_F(AskedAgain, ARepeatWithAnotherNumberIsRefusedBySuccessorsToo) {
  const auto first = Callback("c1");
  EXPECT_EQ(Ask({.request = "r", .number = kNumber}), first.str());
  Restart(first);
  EXPECT_EQ(Ask({.request = "r", .number = "+15550002"}), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(Ask({.request = "r", .number = kNumber}), first.str());
}

}  // namespace
}  // namespace callfleet::queue
