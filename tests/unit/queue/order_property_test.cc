// Random histories of a queue against a naive reference: the order in which callers are served is
// exactly "since less the bonus of the priority, then id", at every step.
#include <random>

#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using test::QueueWorld;

class RandomHistory : public QueueWorld {
 protected:
  struct Waiting {
    std::string call;
    TicketId ticket;
    WallTime since;
    int priority = 0;
  };

  int Draw(int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); }
  Waiting& Any() {
    return waiting[static_cast<std::size_t>(Draw(static_cast<int>(waiting.size())))];
  }
  void Drop(const std::string& call) {
    std::erase_if(waiting, [&](const Waiting& one) { return one.call == call; });
  }
  std::vector<std::string> Reference() const {
    auto sorted = waiting;
    std::sort(sorted.begin(), sorted.end(), [&](const Waiting& a, const Waiting& b) {
      const auto key = [&](const Waiting& w) {
        return std::pair(w.since - w.priority * model.queue.settings.priority_bonus, w.ticket);
      };
      return key(a) < key(b);
    });
    std::vector<std::string> calls_in_order;
    for (const auto& one : sorted) calls_in_order.push_back(one.call);
    return calls_in_order;
  }
  void Arrive() {
    const std::string call = "c" + std::to_string(++arrived);
    const int priority = Draw(5) - 2;
    Tell(CallComing{CallId(call), {.since = now.wall - Draw(100) * 1s, .priority = priority}});
    const auto ticket = Caller(call, "+1" + std::to_string(arrived));
    waiting.push_back({call, ticket, At(ticket).since, priority});
  }
  void Leave() {
    const auto call = Any().call;
    CallerHangsUp(call);
    for (auto& leg : Call(call).agents) leg.over = true;
    CallIsOver(call);
    Drop(call);
  }
  void Reprioritise() {
    auto& one = Any();
    one.priority = Draw(7) - 3;
    QueueStepper stepper(model, now, ids);
    ASSERT_TRUE(stepper.SetPriority(one.ticket, one.priority));
    Take(stepper.Finish());
  }
  void Requeue() {
    auto& one = Any();
    one.priority = Draw(7) - 3;
    QueueStepper stepper(model, now, ids);
    ASSERT_TRUE(stepper.Requeue({.ticket = one.ticket, .priority = one.priority}));
    Take(stepper.Finish());
  }
  void OfferInVain() {
    const auto one = Any();
    if (At(one.ticket).state != TicketState::kWaiting) return;
    const auto legs = Grant(one.ticket, {Agent("anna")});
    AgentLegEnds(one.call, legs[0], OfferEnd::kNoAnswer);
  }
  void Serve() {
    const auto one = Any();
    if (At(one.ticket).state != TicketState::kWaiting) return;
    const auto legs = Grant(one.ticket, {Agent("ben")});
    AgentAnswers(one.call, legs[0]);
    AgentLegEnds(one.call, legs[0], OfferEnd::kWithdrawn);
    CallerHangsUp(one.call);
    CallIsOver(one.call);
    Drop(one.call);
  }

  std::mt19937 random;
  std::vector<Waiting> waiting;
  int arrived = 0;
};

TEST_F(RandomHistory, TheOrderIsAlwaysThatOfTheReference) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random.seed(seed);
    for (int step = 0; step < 300; ++step) {
      Pass(Draw(3'000) * 1ms);
      const int what = waiting.empty() ? 0 : Draw(11);
      if (what < 4) Arrive();
      if (what == 4) Leave();
      if (what == 5 || what == 6) Reprioritise();
      if (what == 7) OfferInVain();
      if (what == 8 || what == 9) Serve();
      if (what == 10) Requeue();
      ASSERT_EQ(Order(), Reference()) << "step " << step;
      ASSERT_EQ(model.tickets.size(), waiting.size());
    }
    while (!waiting.empty()) Leave();
    NothingIsLeft();
    history.clear();
    writes.clear();
    over.clear();
    calls.clear();
  }
}

}  // namespace
}  // namespace callfleet::queue
