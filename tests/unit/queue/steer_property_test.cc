// Random steering of one call against a small edge and registry: whatever happens in which order,
// the customer has one ticket until the end, and every agent who was taken is let go exactly once.
#include <map>
#include <random>
#include <set>

#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using State = TransferFact::State;

class SteeredCall : public test::QueueWorld {
 protected:
  // --- The edge and the registry do what the last step asked, each command once.
  void Obey() {
    // Whatever is asked while obeying is obeyed too.
    for (; seen < history.size(); ++seen) {
      std::visit([this](const auto& act) { this->Do(act); }, QueueAction(history[seen].action));
    }
  }
  template <class Other>
  void Do(const Other&) {}
  void Do(const TakeGrant& act) {
    for (const auto& held : act.held) ++taken[held.reservation];
  }
  void Do(const ReportOffer& act) {
    if (act.end != OfferEnd::kAnswered) ++released[act.reservation];
  }
  void Do(const CompleteWork& act) { ++released[act.reservation]; }
  void Do(const SeizeAgent& act) { seizes.push_back(act.seize); }
  void Do(const SendDemand& act) { demand = act; }
  void Do(const CancelDemand&) { demand.reset(); }
  void Do(const AnswerSteer&) { ++answered_steers; }
  void Do(const HangUpCall& act) {
    auto& fact = Call("c");
    if (fact.ended) return;
    if (act.leg.empty()) return EndAll();
    for (auto& leg : fact.agents) {
      if (leg.leg == act.leg && !leg.over) LegEnds(leg, act.keep_peers);
    }
  }
  void Do(const HandOver&) {
    if (Call("c").ended) return;
    Call("c").offered = Unit{UnitKind::kQueue, "other"};
    Publish("c");
  }
  void Do(const RingAgent& act) {
    auto& fact = Call("c");
    const auto refuse = [&](const char* reason) {
      Tell(CommandRefused{
          .call = CallId("c"), .leg = act.leg, .command = Command::kRing, .reason = reason});
    };
    if (fact.ended || fact.customer->over) return refuse("TOO_LATE");
    if (act.transfer) {
      LegFact* referrer = Agent(act.transfer->referrer);
      const bool asked = fact.transfer.id == act.transfer->id;
      if (fact.transfer.pending() && !asked) return refuse("TRANSFER_PENDING");
      if (!asked && (referrer == nullptr || !referrer->bridged)) return refuse("NOT_BRIDGED");
      if (asked && fact.transfer.state != State::kAsked) return refuse("TOO_LATE");
      if (!asked) fact.transfer = {.id = act.transfer->id, .referrer = act.transfer->referrer};
      fact.transfer.state = State::kUnderWay;
      fact.transfer.target = act.leg;
      consult = act.transfer->consult;
      if (referrer != nullptr) referrer->bridged = false;
      fact.customer->bridged = false;
    }
    fact.agents.push_back(
        {.leg = act.leg, .agent = act.agent.agent, .reservation = act.agent.reservation});
    Publish("c");
  }
  void Do(const SteerTransfer& act) {
    auto& fact = Call("c");
    if (fact.ended || fact.transfer.id != act.transfer) return;
    const bool asked = fact.transfer.state == State::kAsked;
    if (act.verb == TransferVerb::kRefuse && asked) return TransferOver(false);
    if (fact.transfer.state != State::kUnderWay) return;
    if (act.verb == TransferVerb::kCancel) return TransferOver(false);
    if (act.verb == TransferVerb::kComplete) {
      consult = false;
      if (Agent(fact.transfer.target)->answered_at_all()) TransferOver(true);
    }
  }

  // --- The edge's own rules.
  LegFact* Agent(const LegId& leg) {
    for (auto& one : Call("c").agents) {
      if (one.leg == leg) return &one;
    }
    return nullptr;
  }
  using QueueWorld::Agent;
  void End(LegFact& leg) {
    leg.over = true;
    leg.bridged = false;
    leg.ended = now.wall;
  }
  void EndAll() {
    auto& fact = Call("c");
    for (auto& leg : fact.agents) {
      if (!leg.over) End(leg);
    }
    if (fact.transfer.pending()) fact.transfer.state = State::kOver;
    if (!fact.customer->over) End(*fact.customer);
    fact.ended = true;
    fact.end_time = now.wall;
    Publish("c");
  }
  void TransferOver(bool completed) {
    auto& fact = Call("c");
    fact.transfer.state = State::kOver;
    fact.transfer.completed = completed;
    LegFact* referrer = Agent(fact.transfer.referrer);
    LegFact* target = Agent(fact.transfer.target);
    LegFact* let_go = completed ? referrer : target;
    LegFact* with = completed ? target : referrer;
    if (let_go != nullptr && !let_go->over) End(*let_go);
    if (with != nullptr && !with->over) {
      with->bridged = with->was_bridged = fact.customer->bridged = true;
    }
    Publish("c");
  }
  void LegEnds(LegFact& leg, bool keep_peers) {
    auto& fact = Call("c");
    const bool bridged = leg.bridged;
    End(leg);
    if (fact.transfer.pending() && leg.leg == fact.transfer.referrer) {
      LegFact* target = Agent(fact.transfer.target);
      if (target != nullptr && target->answered_at_all()) return TransferOver(true);
      fact.customer->bridged = false;
      consult = false;
      return Publish("c");
    }
    if (fact.transfer.pending() && leg.leg == fact.transfer.target) return TransferOver(false);
    if (!bridged) return Publish("c");
    fact.customer->bridged = false;
    if (!keep_peers) return EndAll();
    Publish("c");
  }
  void Answers(LegFact& leg) {
    auto& fact = Call("c");
    leg.answered = now.wall;
    const bool target = fact.transfer.pending() && leg.leg == fact.transfer.target;
    if (target) return consult ? Publish("c") : TransferOver(true);
    leg.bridged = leg.was_bridged = fact.customer->bridged = true;
    Publish("c");
  }

  // --- One thing that may happen now.
  void Happen(std::mt19937& random) {
    const auto pick = [&](std::size_t n) { return random() % n; };
    auto& fact = Call("c");
    Pass(std::chrono::milliseconds(pick(5'000)));
    switch (pick(9)) {
      case 0:
      case 1:
      case 2: {
        static constexpr SteerWhat kWhats[] = {
            SteerWhat::kHold,     SteerWhat::kTransfer,   SteerWhat::kTransfer, SteerWhat::kConsult,
            SteerWhat::kComplete, SteerWhat::kConference, SteerWhat::kCancel,   SteerWhat::kRequeue,
            SteerWhat::kTransfer, SteerWhat::kHangUp};
        const auto at = pick(pick(6) == 0 ? 10 : 9);
        Steer steer{.request = "r" + std::to_string(++asked), .call = CallId("c")};
        steer.what = kWhats[at];
        if (at == 8) {
          steer.to_queue = QueueId("other");
        } else {
          steer.to_agent = AgentId("bob");
        }
        ++steered;
        return Tell(steer);
      }
      case 3:
        if (seizes.empty()) return;
        if (pick(3) == 0) {
          Tell(SeizeAnswered{seizes.front(), {}, "FULL"});
        } else {
          const AgentOffer offer = Agent("bob");
          given.insert(offer.reservation);
          Tell(SeizeAnswered{seizes.front(), offer, {}});
        }
        return static_cast<void>(seizes.erase(seizes.begin()));
      case 4:
        if (!demand || fact.customer->bridged) return;
        given.insert(ReservationId("r" + std::to_string(reservations + 1) + "-zoe"));
        return Tell(Granted{.demand = demand->demand,
                            .grant = ++grants,
                            .revision = demand->revision,
                            .offers = {Agent("zoe")}});
      case 5:
      case 6:
        for (auto& leg : fact.agents) {
          if (leg.over || leg.answered_at_all()) continue;
          if (pick(4) != 0) return Answers(leg);
          leg.end = OfferEnd::kNoAnswer;
          return LegEnds(leg, false);
        }
        return;
      case 7:
        for (auto& leg : fact.agents) {
          if (leg.over || !leg.answered_at_all() || pick(4) != 0) continue;
          return LegEnds(leg, false);
        }
        if (fact.customer->bridged && !fact.transfer.pending()) {
          fact.transfer = {.id = "phone" + std::to_string(++asked),
                           .state = State::kAsked,
                           .by_phone = true,
                           .dialled = "bob"};
          for (const auto& leg : fact.agents) {
            if (leg.bridged) fact.transfer.referrer = leg.leg;
          }
          Publish("c");
        }
        return;
      case 8:
        if (fact.offered) {
          fact.offered.reset();
          gone = pick(2) == 0;
          if (gone) fact.controller = UnitToken{{UnitKind::kQueue, "other"}, 1};
          return Publish("c");
        }
        if (pick(12) == 0) EndAll();
        return;
    }
  }

  std::size_t seen = 0;
  std::map<ReservationId, int> taken;
  std::map<ReservationId, int> released;
  std::set<ReservationId> given;
  std::vector<std::string> seizes;
  std::optional<SendDemand> demand;
  bool consult = false;
  bool gone = false;  // To the other queue.
  int asked = 0;
  std::map<TicketChange, int> notes;
  int steered = 0;
  int answered_steers = 0;
};

class SteeredOnce : public SteeredCall {
 public:
  using SteeredCall::notes;
  void TestBody() override {}
  void Run(unsigned seed);
};

void SteeredOnce::Run(unsigned seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const TicketId ticket = Caller("c");
  Obey();
  for (int i = 0; i < 200 && !Call("c").ended && !gone; ++i) {
    Happen(random);
    Obey();
    if (Call("c").ended || gone) break;
    ASSERT_EQ(model.tickets.size(), 1U) << "step " << i;
    ASSERT_EQ(model.by_call.at(CallId("c")), ticket);
  }
  if (!Call("c").ended && !gone) EndAll();
  Obey();
  while (!seizes.empty()) {
    const AgentOffer offer = Agent("bob");
    given.insert(offer.reservation);
    Tell(SeizeAnswered{seizes.front(), offer, {}});
    seizes.erase(seizes.begin());
  }
  Obey();
  NothingIsLeft();
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(over.size(), 1U);
  for (const auto& reservation : given) {
    const bool kept = taken.contains(reservation) || released.contains(reservation);
    if (!kept) continue;
    EXPECT_EQ(released[reservation], 1) << reservation.str();
  }
  EXPECT_EQ(answered_steers, steered);
  for (const auto& note : over.front().notes) ++notes[note.what];
}

TEST(SteerProperty, NoTicketIsLostOrDoubledAndEveryAgentIsLetGoOnce) {
  std::map<TicketChange, int> notes;
  for (unsigned seed = 0; seed < 3'000 && !::testing::Test::HasFailure(); ++seed) {
    SteeredOnce one;
    one.Run(seed);
    for (const auto& [what, times] : one.notes) notes[what] += times;
  }
  // It was not for want of events.
  EXPECT_GT(notes[TicketChange::kAnswered], 2'000);
  EXPECT_GT(notes[TicketChange::kRequeued], 500);
  EXPECT_GT(notes[TicketChange::kForced], 500);      // A colleague has the customer.
  EXPECT_GT(notes[TicketChange::kOverflowed], 500);  // On the way to the other queue.
}

}  // namespace
}  // namespace callfleet::queue
