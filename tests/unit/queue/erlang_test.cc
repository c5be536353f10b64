// The queue's domain under random load against exact queueing theory: Erlang-C (nobody gives up)
// and Erlang-A (patience is exponential), both solved as birth-death chains. The short form runs
// 60,000 calls; CALLFLEET_ERLANG_CALLS=2000000 is the form that the figures are taken from.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <queue>
#include <random>
#include <vector>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

using Seconds = std::chrono::duration<double>;

struct Load {
  double arrivals = 0;  // A second.
  double talk = 0;      // Mean seconds.
  int agents = 0;
  double patience = 0;  // Mean seconds; 0: nobody gives up.
  double threshold = 20;
};

struct Outcome {
  double waits = 0;      // Share that does not get an agent at once.
  double abandons = 0;   // Share of all.
  double mean_wait = 0;  // Of all, answered or not.
  double level = 0;      // Answered within the threshold, of all.
};

// Stationary shares of M/M/N+M, then the answer within T from each state by integrating the chain
// of those ahead: dp_j/dt = (N mu + j theta)(p_{j-1} - p_j) - theta p_j, with p_{-1} = 1.
Outcome Exact(const Load& load) {
  const double mu = 1 / load.talk;
  const double theta = load.patience > 0 ? 1 / load.patience : 0;
  const int most = load.agents + 3'000;
  std::vector<double> share(static_cast<std::size_t>(most) + 1);
  double logarithm = 0;
  double sum = 0;
  for (int n = 0; n <= most; ++n) {
    if (n > 0) {
      const double leave = std::min(n, load.agents) * mu + std::max(n - load.agents, 0) * theta;
      logarithm += std::log(load.arrivals) - std::log(leave);
    }
    share[static_cast<std::size_t>(n)] = std::exp(logarithm);
    sum += share[static_cast<std::size_t>(n)];
  }
  Outcome exact;
  double queue_length = 0;
  constexpr int kDeep = 400;
  std::vector<double> served(kDeep, 0.0);
  constexpr int kSteps = 4'000;
  const double dt = load.threshold / kSteps;
  for (int step = 0; step < kSteps; ++step) {
    // Each state depends on the one before it only: a half-step of that one keeps it second order.
    double ahead_now = 1;
    double ahead_next = 1;
    for (int j = 0; j < kDeep; ++j) {
      auto& p = served[static_cast<std::size_t>(j)];
      const double rate = load.agents * mu + j * theta;
      const double before = p;
      const double slope = rate * (ahead_now - p) - theta * p;
      const double guess = p + dt * slope;
      const double end_slope = rate * (ahead_next - guess) - theta * guess;
      p += dt * (slope + end_slope) / 2;
      ahead_now = before;
      ahead_next = p;
    }
  }
  for (int n = 0; n <= most; ++n) {
    const double p = share[static_cast<std::size_t>(n)] / sum;
    const int ahead = n - load.agents;
    if (ahead < 0) {
      exact.level += p;
      continue;
    }
    exact.waits += p;
    queue_length += p * ahead;
    if (ahead < kDeep) exact.level += p * served[static_cast<std::size_t>(ahead)];
  }
  exact.mean_wait = queue_length / load.arrivals;  // Little.
  exact.abandons = theta * queue_length / load.arrivals;
  return exact;
}

class Ids final : public IdSource {
 public:
  std::string Next() override {
    // Sorts by time, as real ones do.
    char text[24];
    std::snprintf(text, sizeof text, "%012llu", static_cast<unsigned long long>(++last_));
    return text;
  }

 private:
  std::uint64_t last_ = 0;
};

// The real queue; the edge and a first-come registry in the smallest form.
class Simulation {
 public:
  Simulation(const Load& load, unsigned seed) : load_(load), random_(seed), free_(load.agents) {
    model_.queue.id = QueueId("q");
    model_.queue.settings.max_size = 10'000;
    model_.joined = true;
    model_.token = 1;
  }

  Outcome Run(int calls) {
    At(Draw(1 / load_.arrivals), {.kind = Happening::kArrival});
    while (!agenda_.empty()) {
      const auto [at, number, what] = agenda_.top();
      agenda_.pop();
      now_ = at;
      switch (what.kind) {
        case Happening::kArrival:
          if (++arrived_ < calls) At(Draw(1 / load_.arrivals), {.kind = Happening::kArrival});
          Arrive();
          break;
        case Happening::kGiveUp:
          GiveUp(what.call);
          break;
        case Happening::kTalkOver:
          TalkOver(what.call);
          break;
      }
    }
    EXPECT_TRUE(model_.tickets.empty());
    const auto& figures = model_.figures;
    const double all = calls;
    const Seconds waited = figures.answered_wait + figures.abandoned_wait;
    return {.waits = static_cast<double>(waited_) / all,
            .abandons = static_cast<double>(figures.abandoned) / all,
            .mean_wait = waited.count() / all,
            .level = static_cast<double>(figures.answered_in_threshold) / all};
  }

 private:
  struct Happening {
    enum Kind { kArrival, kGiveUp, kTalkOver } kind = kArrival;
    int call = 0;
  };
  using Entry = std::tuple<double, std::uint64_t, Happening>;
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return std::tie(std::get<0>(a), std::get<1>(a)) > std::tie(std::get<0>(b), std::get<1>(b));
    }
  };

  double Draw(double mean) { return std::exponential_distribution<double>(1 / mean)(random_); }
  void At(double after, Happening what) { agenda_.push({now_ + after, ++entries_, what}); }
  Instant Now() const {
    const auto passed = std::chrono::microseconds(static_cast<std::int64_t>(now_ * 1e6));
    return {MonoTime(std::chrono::hours(1)) + passed, WallTime(std::chrono::hours(24)) + passed};
  }
  void Tell(const QueueEvent& event) { Take(Apply(model_, event, Now(), ids_)); }
  void Take(const QueueStep& step) {
    for (const auto& act : step.acts) {
      if (const auto* ring = std::get_if<RingAgent>(&act.action)) Answer(*ring);
    }
  }
  void Arrive() {
    const int call = arrived_;
    auto& fact = facts_[call];
    fact.call = CallId(std::to_string(call));
    fact.version = 1;
    fact.customer = LegFact{.leg = LegId("c"), .answered = Now().wall};
    fact.controller = UnitToken{{UnitKind::kQueue, "q"}, 1};
    fact.create_time = Now().wall;
    if (free_ == 0) ++waited_;
    Tell(CallComing{fact.call, {}});
    Tell(fact);
    if (free_ > 0) {
      Match();
    } else if (load_.patience > 0) {
      At(Draw(load_.patience), {Happening::kGiveUp, call});
    }
  }
  // The head of the order and a free agent meet at once.
  void Match() {
    if (free_ == 0 || model_.order.size() == 0) return;
    --free_;
    const auto& ticket = model_.tickets.at(model_.order.keys().begin()->second);
    const std::string reservation = std::to_string(++reservations_);
    Tell(Granted{.demand = ticket.id,
                 .grant = reservations_,
                 .revision = ticket.revision,
                 .offers = {{.reservation = ReservationId(reservation), .agent = AgentId("a")}}});
  }
  void Answer(const RingAgent& ring) {
    const int call = std::stoi(ring.call.call.str());
    auto& fact = facts_.at(call);
    ++fact.version;
    fact.agents.push_back({.leg = ring.leg,
                           .agent = ring.agent.agent,
                           .reservation = ring.agent.reservation,
                           .answered = Now().wall,
                           .bridged = true,
                           .was_bridged = true});
    At(Draw(load_.talk), {Happening::kTalkOver, call});
    Tell(fact);
  }
  void End(int call) {
    auto& fact = facts_.at(call);
    ++fact.version;
    fact.ended = fact.customer->over = true;
    fact.customer->ended = Now().wall;
    for (auto& leg : fact.agents) {
      leg.over = true;
      leg.bridged = false;
      leg.ended = Now().wall;
    }
    Tell(fact);
    Tell(CallForgotten{fact.call});
    facts_.erase(call);
  }
  void GiveUp(int call) {
    const auto fact = facts_.find(call);
    if (fact != facts_.end() && fact->second.agents.empty()) End(call);
  }
  void TalkOver(int call) {
    End(call);
    ++free_;
    Match();
  }

  Load load_;
  std::mt19937_64 random_;
  int free_;
  QueueModel model_;
  Ids ids_;
  std::map<int, CallFact> facts_;
  std::priority_queue<Entry, std::vector<Entry>, Later> agenda_;
  double now_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t reservations_ = 0;
  int arrived_ = 0;
  int waited_ = 0;
};

struct Tolerance {
  double level = 0;  // Of all calls; the others are shares of the exact value.
  double waits = 0;
  double abandons = 0;
  double mean_wait = 0;
};

void Compare(const char* name, const Load& load, const Tolerance& longest,
             const Tolerance& shortest) {
  const char* asked = std::getenv("CALLFLEET_ERLANG_CALLS");
  const int calls = asked == nullptr ? 60'000 : std::stoi(asked);
  const auto& within = calls >= 2'000'000 ? longest : shortest;
  const auto exact = Exact(load);
  const auto got = Simulation(load, 20'261'126).Run(calls);
  std::cout << name << ", " << calls << " calls: P(wait) " << got.waits << " (exact " << exact.waits
            << "), mean wait " << got.mean_wait << " s (" << exact.mean_wait << "), abandoned "
            << got.abandons << " (" << exact.abandons << "), within " << load.threshold << " s "
            << got.level << " (" << exact.level << ")\n";
  EXPECT_NEAR(got.level, exact.level, within.level);
  EXPECT_NEAR(got.waits, exact.waits, within.waits * exact.waits);
  EXPECT_NEAR(got.mean_wait, exact.mean_wait, within.mean_wait * exact.mean_wait);
  EXPECT_NEAR(got.abandons, exact.abandons, within.abandons * exact.abandons + 1e-9);
}

TEST(Erlang, WithImpatientCallersTheQueueIsErlangA) {
  Compare("Erlang-A", {.arrivals = 0.5, .talk = 180, .agents = 90, .patience = 60},
          {.level = 0.005, .waits = 0.015, .abandons = 0.03, .mean_wait = 0.03},
          {.level = 0.03, .waits = 0.06, .abandons = 0.15, .mean_wait = 0.15});
}

TEST(Erlang, WithPatientCallersTheQueueIsErlangC) {
  // At 80 %: nearer to full, 2 M calls are too few independent ones to tell a mean wait to 6 %.
  Compare("Erlang-C", {.arrivals = 8.0 / 60, .talk = 60, .agents = 10},
          {.level = 0.005, .waits = 0.015, .abandons = 0, .mean_wait = 0.06},
          {.level = 0.06, .waits = 0.12, .abandons = 0, .mean_wait = 0.35});
}

}  // namespace
}  // namespace callfleet::queue
