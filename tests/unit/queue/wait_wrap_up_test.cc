// The expected wait where agents wrap up by their own setting and the queue has none: what is told
// to callers, and how long they wait.
#include <cmath>
#include <iostream>
#include <queue>
#include <random>
#include <tuple>

#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

constexpr int kAgents = 10;
constexpr double kTalk = 40;  // Mean seconds, exponential.
constexpr auto kOwnWrapUp = 20s;
constexpr double kLoad = 0.95;

class AgentsWhoWrapUp : public test::QueueWorld {
 protected:
  struct Happening {
    enum Kind { kArrival, kTalkOver, kWrappedUp } kind = kArrival;
    std::string call{};
    LegId leg{};
  };

  void Run(int callers) {
    Audience();
    In(Draw(kTalk + 20) / kAgents / kLoad, {});
    while (!agenda_.empty()) {
      const auto [at, number, what] = agenda_.top();
      agenda_.pop();
      Pass(at - now.mono);
      switch (what.kind) {
        case Happening::kArrival:
          if (++arrived_ < callers) In(Draw(kTalk + 20) / kAgents / kLoad, {});
          Arrives("c" + std::to_string(arrived_));
          break;
        case Happening::kTalkOver:
          TalkOver(what.call, what.leg);
          In(kOwnWrapUp, {.kind = Happening::kWrappedUp});
          break;
        case Happening::kWrappedUp:
          ++free_;
          Audience();
          break;
      }
      Match();
      history.clear();
      writes.clear();
      over.clear();
    }
  }

  double bias = 0;  // Sums over all who had to wait, in seconds.
  double waited = 0;
  int measured = 0;

 private:
  using Entry = std::tuple<MonoTime, std::uint64_t, Happening>;
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return std::tie(std::get<0>(a), std::get<1>(a)) > std::tie(std::get<0>(b), std::get<1>(b));
    }
  };

  Seconds Draw(double mean) {
    return Seconds(std::exponential_distribution<double>(1 / mean)(random_));
  }
  void In(Seconds time, Happening what) {
    const auto after = std::chrono::duration_cast<std::chrono::microseconds>(time);
    agenda_.push({now.mono + after, ++entries_, std::move(what)});
  }
  void Audience() {
    Tell(AudienceChanged{{.members = kAgents, .ready = kAgents, .available = free_}});
  }
  void Arrives(const std::string& call) {
    const TicketId ticket = Caller(call);
    if (free_ > 0) return;
    const int place = PlaceOf(model, At(ticket));
    if (const auto mean = model.estimator.Mean(place, StaffOf(model, now))) told_[ticket] = *mean;
  }
  void Match() {
    while (free_ > 0 && model.order.size() > 0) {
      const TicketId ticket = model.order.keys().begin()->second;
      const std::string call = At(ticket).call.str();
      if (const auto told = told_.extract(ticket); !told.empty()) {
        const Seconds wait = now.wall - At(ticket).since;
        bias += Seconds(told.mapped()).count() - wait.count();
        waited += wait.count();
        ++measured;
      }
      --free_;
      Audience();
      auto agent = Agent("a");
      agent.wrap_up = kOwnWrapUp;
      const LegId leg = Grant(ticket, {agent}).at(0);
      AgentAnswers(call, leg);
      In(Draw(kTalk), {.kind = Happening::kTalkOver, .call = call, .leg = leg});
    }
  }
  void TalkOver(const std::string& call, const LegId& leg) {
    auto& fact = Leg(call, leg);
    fact.over = true;
    fact.bridged = false;
    fact.ended = now.wall;
    CallerHangsUp(call);
    CallIsOver(call);
    calls.erase(CallId(call));
    Tell(CallForgotten{CallId(call)});
  }

  std::mt19937_64 random_{20'261'128};
  std::priority_queue<Entry, std::vector<Entry>, Later> agenda_;
  std::map<TicketId, std::chrono::milliseconds> told_;
  std::uint64_t entries_ = 0;
  int free_ = kAgents;
  int arrived_ = 0;
};

// Without their wrap-up a third of each agent's time was taken for service, and agents in wrap-up
// for people who work elsewhere: waits were told too short.
TEST_F(AgentsWhoWrapUp, TheirTimeAfterATalkIsPartOfWhatCallersWaitFor) {
  Run(4'000);
  ASSERT_GT(measured, 1'000);
  std::cout << measured << " callers waited " << waited / measured << " s on average, were told "
            << bias / measured << " s more\n";
  EXPECT_LT(std::abs(bias), 0.1 * waited);
}

TEST_F(AgentsWhoWrapUp, TheQueuesOwnSettingGoesBeforeTheAgents) {
  settings().wrap_up = 5s;
  auto agent = Agent("a");
  agent.wrap_up = kOwnWrapUp;
  const TicketId ticket = Caller("c");
  const LegId leg = Grant(ticket, {agent}).at(0);
  AgentAnswers("c", leg);
  Pass(10s);
  AgentLegEnds("c", leg, OfferEnd::kAnswered);
  EXPECT_EQ(model.estimator.Mean(1, {.ready = 1, .available = 0, .ours = 1}), 15s);
}

// Its agent was granted to the owner before: nobody has told of the wrap-up.
TEST_F(AgentsWhoWrapUp, AnAgentOfWhomNothingIsKnownWrapsUpAsTheLastOneWhoIs) {
  auto agent = Agent("a");
  agent.wrap_up = kOwnWrapUp;
  const TicketId first = Caller("c1");
  const LegId leg = Grant(first, {agent}).at(0);
  AgentAnswers("c1", leg);
  AgentLegEnds("c1", leg, OfferEnd::kAnswered);
  const TicketId second = Caller("c2");
  const LegId other = Grant(second, {Agent("b")}).at(0);
  AgentAnswers("c2", other);
  AgentLegEnds("c2", other, OfferEnd::kAnswered);
  EXPECT_EQ(StaffOf(model, now).ours, 2);
  EXPECT_EQ(model.estimator.Mean(1, {.ready = 1, .available = 0, .ours = 1}), 20s);
}

}  // namespace
}  // namespace callfleet::queue
