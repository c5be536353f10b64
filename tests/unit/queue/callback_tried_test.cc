// Who asks to be called back while a callback of the number is tried, confirmed or stands behind.
#include <set>

#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

const std::string kTried = "+15550001";

class AskedMeanwhile : public test::QueueWorld {
 protected:
  AskedMeanwhile() {
    settings().callback = CallbackPolicy{
        .trunk = TrunkId("t"), .max_attempts = 1, .retry_after = 60s, .confirmation = {}};
    settings().exits = {{.digit = '1', .destination = {}}};
  }
  TicketId Ask(const CallbackOrder& order) {
    QueueStepper step(model, now, ids);
    const auto done = step.NewCallback(order);
    Take(step.Finish());
    return done ? *done : TicketId(done.error().reason);
  }
  // An agent's phone rings for it; the leg.
  LegId Rings(const TicketId& ticket) { return Grant(ticket, {Agent("anna")}).at(0); }
  // The agent is there: the customer is dialled.
  void AgentIsThere(const TicketId& ticket, const LegId& leg) {
    const std::string call = At(ticket).call.str();
    Leg(call, leg).answered = now.wall;
    Publish(call);
    ASSERT_EQ(At(ticket).state, TicketState::kCallingBack);
    ASSERT_EQ(All<DialOut>().size(), 1U);
  }
  void CustomerIsBusy(const TicketId& ticket) {
    const std::string call = At(ticket).call.str();
    Call(call).customer = LegFact{.leg = At(ticket).customer_leg, .over = true};
    Call(call).customer->why = "busy";
    Publish(call);
    CallIsOver(call);
  }
  // By the number's newest caller, who joins.
  void PressesOne(const std::string& call) {
    const auto ticket = Caller(call, kTried);
    Press(call);
    ASSERT_NE(Over(ticket), nullptr);
    EXPECT_EQ(Over(ticket)->reason, "has_callback");
  }
  void IsTriedAgain(const TicketId& ticket) {
    Pass(60s);
    ASSERT_TRUE(model.tickets.contains(ticket));
    EXPECT_EQ(At(ticket).state, TicketState::kCallback);
    EXPECT_EQ(PlaceOf(model, At(ticket)), 1);
    EXPECT_TRUE(At(ticket).demanded);
  }
  bool HangsUp(const std::string& call) const {
    const auto ends = All<HangUpCall>();
    return std::ranges::any_of(
        ends, [&](const auto& end) { return end.call.call.str() == call && end.leg.empty(); });
  }
  // What the store has: the newest record of each ticket that is not over.
  std::vector<Ticket> Kept() const {
    std::map<TicketId, Ticket> newest;
    for (const auto& write : writes) {
      const auto* save = std::get_if<SaveTicket>(&write);
      if (save != nullptr) newest[save->ticket.id] = save->ticket;
    }
    std::vector<Ticket> open;
    for (const auto& [id, was] : newest) {
      if (was.state == TicketState::kEnded) continue;
      Ticket kept{.id = id, .call = was.call.empty() ? was.left_call : was.call, .edge = was.edge};
      kept.caller = was.caller;
      kept.since = was.since;
      kept.state = was.state;
      kept.callback = was.callback;
      kept.callback_asked = was.callback_asked;
      open.push_back(std::move(kept));
    }
    return open;
  }
};

TEST_F(AskedMeanwhile, WhoIsDialledJustNowIsTriedAgain) {
  const auto ticket = Ask({.number = kTried});
  AgentIsThere(ticket, Rings(ticket));
  PressesOne("c2");
  CustomerIsBusy(ticket);
  IsTriedAgain(ticket);
}

TEST_F(AskedMeanwhile, WhoseAgentIsRungJustNowIsTriedAgain) {
  const auto ticket = Ask({.number = kTried});
  const auto leg = Rings(ticket);
  PressesOne("c2");
  AgentIsThere(ticket, leg);
  CustomerIsBusy(ticket);
  IsTriedAgain(ticket);
  AgentIsThere(ticket, Rings(ticket));
  CustomerIsBusy(ticket);
  Pass(1s);
  ASSERT_NE(Over(ticket), nullptr) << "no wish is counted twice";
  EXPECT_EQ(Over(ticket)->reason, "no_answer");
}

TEST_F(AskedMeanwhile, ByRpcTooWithTheHigherPriority) {
  const auto ticket = Ask({.number = kTried});
  const auto leg = Rings(ticket);
  EXPECT_EQ(Ask({.number = kTried, .priority = 3}), ticket);
  EXPECT_EQ(At(ticket).state, TicketState::kOffered);
  EXPECT_EQ(At(ticket).priority, 3);
  EXPECT_EQ(PlaceOf(model, At(ticket)), 1);
  AgentLegEnds(std::string(At(ticket).call.str()), leg, OfferEnd::kNoAnswer);
  EXPECT_EQ(model.order.size(), 1U);
  ASSERT_EQ(All<SendDemand>().size(), 1U);
  EXPECT_GT(All<SendDemand>()[0].bonus.count(), 0);
}

TEST_F(AskedMeanwhile, ItsAgeIsThatOfTheNewWishWhileAPhoneRingsToo) {
  settings().callback->max_age = 100s;
  const auto ticket = Ask({.number = kTried});
  Pass(90s);
  const auto leg = Rings(ticket);
  PressesOne("c2");
  Pass(20s);
  AgentLegEnds(std::string(At(ticket).call.str()), leg, OfferEnd::kNoAnswer);
  Pass(60s);
  ASSERT_EQ(Over(ticket), nullptr);
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
  Pass(21s);
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->reason, "too_old");
}

TEST_F(AskedMeanwhile, TheCallThatJoinsIsEndedBeforeItsCustomerIsDialled) {
  settings().callback->confirmation = "we_call_back";
  const auto ticket = Ask({.number = kTried});
  PressesOne("c2");
  EXPECT_FALSE(HangsUp("c2"));
  Pass(1s);
  AgentIsThere(ticket, Rings(ticket));
  EXPECT_TRUE(HangsUp("c2"));
  CallIsOver("c2");
  Pass(4s);
  EXPECT_TRUE(model.loose.empty());
}

TEST_F(AskedMeanwhile, TheCallThatJoinsWhileItsCustomerIsDialledIsEndedAtOnce) {
  settings().callback->confirmation = "we_call_back";
  const auto ticket = Ask({.number = kTried});
  AgentIsThere(ticket, Rings(ticket));
  PressesOne("c2");
  EXPECT_TRUE(HangsUp("c2"));
}

TEST_F(AskedMeanwhile, OnlyTheNewestCallHearsTheConfirmation) {
  settings().callback->confirmation = "we_call_back";
  Ask({.number = kTried});
  PressesOne("c2");
  Pass(1s);
  PressesOne("c3");
  EXPECT_TRUE(HangsUp("c2"));
  EXPECT_FALSE(HangsUp("c3"));
  Pass(4s);
  EXPECT_TRUE(HangsUp("c3"));
}

TEST_F(AskedMeanwhile, WhoWantsThatCallHungUpPutsItsEndOffNoMore) {
  settings().callback->confirmation = "we_call_back";
  Ask({.number = kTried});
  PressesOne("c2");
  Pass(3s);
  Steer steer;
  steer.request = "s";
  steer.call = CallId("c2");
  steer.what = SteerWhat::kHangUp;
  Tell(steer);
  ASSERT_EQ(All<AnswerSteer>().size(), 1U);
  EXPECT_EQ(All<AnswerSteer>()[0].refused.value().reason, "CALL_NOT_FOUND");
  Pass(1s);
  EXPECT_TRUE(HangsUp("c2"));
}

// The owner dies while the confirmation is heard.
TEST_F(AskedMeanwhile, TheCallThatJoinedIsEndedByASuccessorToo) {
  settings().callback->confirmation = "we_call_back";
  const auto ticket = Ask({.number = kTried});
  PressesOne("c2");
  const auto kept = Kept();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].id, ticket);
  Succeed(kept[0]);
  model.done[CallId("c2")] = {};  // Of the ticket that is over.
  history.clear();
  EdgeIsUp();
  Publish("c2");
  EXPECT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(Count<HangUpCall>(), 1);
  for (const auto& act : history) {
    const auto* demand = std::get_if<SendDemand>(&act.action);
    EXPECT_TRUE(demand == nullptr || demand->demand == ticket);
  }
  CallIsOver("c2");
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
}

// History knows a ticket by its `since`: that never changes.
TEST_F(AskedMeanwhile, WhoHasWaitedLongerBecomesTheCallback) {
  const auto waits = Caller("c1", kTried);
  Pass(30s);
  const auto behind = Ask({.number = kTried, .priority = 2});
  Press("c1");
  ASSERT_NE(Over(behind), nullptr);
  EXPECT_EQ(Over(behind)->end, TicketEnd::kRemoved);
  EXPECT_EQ(Over(behind)->reason, "has_callback");
  ASSERT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(At(waits).state, TicketState::kCallback);
  EXPECT_EQ(At(waits).priority, 2);
  EXPECT_EQ(PlaceOf(model, At(waits)), 1);
  EXPECT_TRUE(HangsUp("c1"));
  std::map<TicketId, std::set<WallTime>> since;
  for (const auto& write : writes) {
    const auto* save = std::get_if<SaveTicket>(&write);
    if (save != nullptr) since[save->ticket.id].insert(save->ticket.since);
  }
  for (const auto& [id, times] : since) EXPECT_EQ(times.size(), 1U) << id.str();
}

TEST_F(AskedMeanwhile, TheAnswerIsTheTicketThatStays) {
  const auto waits = Caller("c1", kTried);
  Pass(30s);
  Ask({.number = kTried, .not_before = now.wall + 60s});
  QueueStepper step(model, now, ids);
  const auto done = step.CallBack({.request = "r", .ticket = waits, .not_before = now.wall + 120s});
  Take(step.Finish());
  ASSERT_TRUE(done);
  EXPECT_EQ(*done, waits);
  EXPECT_EQ(At(waits).callback->not_before, now.wall + 60s) << "the earlier time";
}

TEST_F(AskedMeanwhile, ACallerWhoHasWaitedLongerJoinsOneThatIsTried) {
  Caller("c1", kTried);
  Pass(30s);
  const auto tried = Ask({.number = kTried});
  Rings(tried);
  Press("c1");
  EXPECT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(At(tried).state, TicketState::kOffered);
}

}  // namespace
}  // namespace callfleet::queue
