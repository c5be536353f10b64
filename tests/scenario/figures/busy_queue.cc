#include "tests/scenario/figures/busy_queue.h"

#include <utility>

namespace callfleet::queue::test {

using namespace std::chrono_literals;
using State = TransferFact::State;

BusyQueue::BusyQueue() {
  auto& s = settings();
  s.service_level_threshold = 10s;
  s.short_abandon = 3s;
  s.max_size = 8;
  s.max_wait = 60s;
  s.overflow_queue = "other";
  s.return_window = 20s;
  s.callback = CallbackPolicy{};
  s.callback->trunk = TrunkId("carrier");
  s.callback->max_attempts = 2;
  s.callback->retry_after = 20s;
  s.callback->max_age = 300s;
  s.exits = {{.digit = '1', .destination = {}},
             {.digit = '2', .destination = ToQueue{QueueId("other")}}};
}

void BusyQueue::Obey() {
  for (; seen_ < history.size(); ++seen_) {
    std::visit([this](const auto& act) { this->Do(act); }, QueueAction(history[seen_].action));
  }
}

CallFact* BusyQueue::Live(const CallId& id) {
  const auto found = calls.find(id);
  return found == calls.end() || found->second.ended ? nullptr : &found->second;
}

void BusyQueue::Publish(CallFact& fact) {
  ++fact.version;
  Tell(CallFact(fact));
}

void BusyQueue::Do(const ClaimCall& act) {
  CallFact* fact = Live(act.call.call);
  if (fact == nullptr) return;
  fact->controller = Us();
  fact->offered.reset();
  Publish(*fact);
}

void BusyQueue::Do(const AnswerCall& act) {
  CallFact* fact = Live(act.call.call);
  if (fact == nullptr || fact->customer->answered_at_all()) return;
  fact->customer->answered = now.wall;
  Publish(*fact);
}

void BusyQueue::Do(const RingAgent& act) {
  auto& fact = calls[act.call.call];
  if (fact.call.empty()) {  // For a callback: the agent's leg comes first.
    fact.call = act.call.call;
    fact.edge = EdgeId("edge");
    fact.boot = BootId("boot" + std::to_string(boots_));
    fact.inbound = false;
    fact.create_time = now.wall;
    fact.controller = Us();
  }
  const auto refuse = [&](const char* reason) {
    Tell(CommandRefused{
        .call = fact.call, .leg = act.leg, .command = Command::kRing, .reason = reason});
  };
  if (fact.ended || (fact.customer && fact.customer->over)) return refuse("TOO_LATE");
  if (act.transfer) {
    if (fact.transfer.pending()) return refuse("TRANSFER_PENDING");
    fact.transfer = {.id = act.transfer->id,
                     .state = State::kUnderWay,
                     .referrer = act.transfer->referrer,
                     .target = act.leg};
    for (auto& leg : fact.agents) leg.bridged = false;
    fact.customer->bridged = false;
  }
  fact.agents.push_back(
      {.leg = act.leg, .agent = act.agent.agent, .reservation = act.agent.reservation});
  Publish(fact);
}

void BusyQueue::Do(const DialOut& act) {
  CallFact* fact = Live(act.call.call);
  if (fact == nullptr) return;
  fact->customer = LegFact{.leg = act.leg};
  Publish(*fact);
}

void BusyQueue::Do(const HangUpCall& act) {
  CallFact* fact = Live(act.call.call);
  if (fact == nullptr) return;
  if (act.leg.empty()) return EndAll(*fact);
  for (auto& leg : fact->agents) {
    if (leg.leg == act.leg && !leg.over) return EndLeg(*fact, leg, act.keep_peers);
  }
}

void BusyQueue::Do(const HandOver& act) {
  CallFact* fact = Live(act.call.call);
  if (fact == nullptr) return;
  fact->offered = Unit{UnitKind::kQueue, act.to.str()};
  Publish(*fact);
}

void BusyQueue::Do(const AcknowledgeCall& act) {
  calls.erase(act.call.call);
  Tell(CallForgotten{act.call.call});
}

void BusyQueue::Do(const SteerTransfer& act) {
  CallFact* fact = Live(act.call.call);
  if (fact != nullptr && fact->transfer.pending()) TransferOver(*fact, false);
}

void BusyQueue::End(LegFact& leg) const {
  leg.over = true;
  leg.bridged = false;
  leg.ended = now.wall;
}

void BusyQueue::EndAll(CallFact& fact) {
  for (auto& leg : fact.agents) {
    if (!leg.over) End(leg);
  }
  if (fact.transfer.pending()) fact.transfer.state = State::kOver;
  if (fact.customer && !fact.customer->over) End(*fact.customer);
  fact.ended = true;
  fact.end_time = now.wall;
  Publish(fact);
}

void BusyQueue::EndLeg(CallFact& fact, LegFact& leg, bool keep_peers) {
  const bool bridged = leg.bridged;
  End(leg);
  if (fact.transfer.pending()) {
    const bool target = leg.leg == fact.transfer.target;
    if (target || leg.leg == fact.transfer.referrer) return TransferOver(fact, false);
  }
  if (!fact.customer) return EndAll(fact);  // A callback whose customer is not dialled yet.
  if (!bridged) return Publish(fact);
  fact.customer->bridged = false;
  if (!keep_peers) return EndAll(fact);
  Publish(fact);
}

void BusyQueue::TransferOver(CallFact& fact, bool completed) {
  fact.transfer.state = State::kOver;
  fact.transfer.completed = completed;
  LegFact* with = nullptr;
  for (auto& leg : fact.agents) {
    const bool goes = leg.leg == (completed ? fact.transfer.referrer : fact.transfer.target);
    const bool stays = leg.leg == (completed ? fact.transfer.target : fact.transfer.referrer);
    if (goes && !leg.over) End(leg);
    if (stays && !leg.over) with = &leg;
  }
  if (with == nullptr) return EndAll(fact);
  Bridge(fact, *with);
}

void BusyQueue::Bridge(CallFact& fact, LegFact& agent) {
  agent.bridged = agent.was_bridged = fact.customer->bridged = true;
  Publish(fact);
}

CallFact* BusyQueue::AnyCall(std::mt19937& random) {
  if (calls.empty()) return nullptr;
  auto at = std::next(calls.begin(), static_cast<std::ptrdiff_t>(random() % calls.size()));
  return at->second.ended ? nullptr : &at->second;
}

void BusyQueue::Arrive(std::mt19937& random) {
  const CallId id("c" + std::to_string(++callers_));
  auto& fact = calls[id];
  fact = {.call = id, .edge = EdgeId("edge"), .boot = BootId("boot" + std::to_string(boots_))};
  fact.caller = "+1555000" + std::to_string(random() % 20);
  fact.called = "+1800";
  fact.customer = LegFact{.leg = LegId(id.str() + "-caller")};
  fact.create_time = now.wall;
  fact.controller = UnitToken{{UnitKind::kRouting, ""}, 1};
  fact.offered = Unit{UnitKind::kQueue, model.queue.id.str()};
  ++happened["calls"];
  Publish(fact);
}

void BusyQueue::Grant(std::mt19937& random) {
  if (demands_.empty()) return;
  const auto at =
      std::next(demands_.begin(), static_cast<std::ptrdiff_t>(random() % demands_.size()));
  const SendDemand demand = at->second;
  demands_.erase(at);
  Tell(Granted{.demand = demand.demand,
               .grant = ++grants,
               .revision = demand.revision,
               .offers = {Agent("zoe")}});
}

void BusyQueue::AgentActs(CallFact& fact, std::mt19937& random) {
  for (auto& leg : fact.agents) {
    if (leg.over) continue;
    if (leg.answered_at_all()) {
      if (random() % 4 == 0) return EndLeg(fact, leg, false);
      continue;
    }
    if (random() % 4 == 0) {
      leg.end = random() % 2 == 0 ? OfferEnd::kNoAnswer : OfferEnd::kDeclined;
      return EndLeg(fact, leg, false);
    }
    leg.answered = now.wall;
    if (fact.transfer.pending() && leg.leg == fact.transfer.target) {
      ++happened["transfers"];
      return TransferOver(fact, true);
    }
    if (!fact.customer) return Publish(fact);  // The customer is to be called back now.
    return Bridge(fact, leg);
  }
}

void BusyQueue::CustomerActs(CallFact& fact, std::mt19937& random) {
  if (!fact.customer || fact.customer->over) return;
  if (!fact.inbound && !fact.customer->answered_at_all()) {  // Is called back.
    if (random() % 2 == 0) {
      End(*fact.customer);
      fact.customer->why = "no_answer";
      return EndAll(fact);
    }
    fact.customer->answered = now.wall;
    ++happened["callbacks"];
    for (auto& leg : fact.agents) {
      if (!leg.over) return Bridge(fact, leg);
    }
    return;
  }
  if (!fact.customer->bridged && random() % 2 == 0) {
    const char digit = "1239"[random() % 4];
    fact.digits += digit;
    ++fact.digit_count;
    ++happened["digits"];
    return Publish(fact);
  }
  EndAll(fact);
}

void BusyQueue::SomebodySteers(const CallFact& fact, std::mt19937& random) {
  Steer steer{.request = "s" + std::to_string(++asked_), .call = fact.call};
  switch (random() % 4) {
    case 0:
      steer.what = SteerWhat::kRequeue;
      ++happened["requeues"];
      break;
    case 1:
      steer.what = SteerWhat::kTransfer;
      steer.to_queue = QueueId("other");
      break;
    case 2:
      steer.what = SteerWhat::kTransfer;
      steer.to_agent = AgentId("bob");
      break;
    default:
      steer.what = SteerWhat::kHangUp;
  }
  Tell(steer);
}

void BusyQueue::AnOperatorActs(std::mt19937& random) {
  QueueStepper step(model, now, ids);
  if (random() % 6 == 0 || model.tickets.empty()) {
    const std::string number = "+1555000" + std::to_string(random() % 20);  // Also a caller's.
    EXPECT_TRUE(step.NewCallback({.number = number}) || model.tickets.size() >= 8);
    return Take(step.Finish());
  }
  const auto at = std::next(model.tickets.begin(),
                            static_cast<std::ptrdiff_t>(random() % model.tickets.size()));
  const TicketId id = at->first;
  switch (random() % 4) {
    case 0:
      (void)step.Remove(id);
      break;
    case 1:
      (void)step.CallBack({.ticket = id});
      break;
    case 2:
      (void)step.SetPriority(id, static_cast<int>(random() % 5));
      break;
    default:
      (void)step.Requeue({.ticket = id, .to = QueueId(random() % 2 == 0 ? "other" : "")});
  }
  Take(step.Finish());
}

void BusyQueue::TheOtherQueueActs(CallFact& fact, std::mt19937& random) {
  if (!fact.offered || fact.offered->id == model.queue.id.str()) return;
  fact.offered.reset();
  if (random() % 3 == 0) return Publish(fact);  // Nobody there claimed it.
  fact.controller = UnitToken{{UnitKind::kQueue, "other"}, 1};
  ++happened["passed on"];
  Publish(fact);
  calls.erase(CallId(fact.call));
}

void BusyQueue::ASeizeIsAnswered(std::mt19937& random) {
  if (seizes_.empty()) return;
  const std::string seize = seizes_.back();
  seizes_.pop_back();
  if (random() % 3 == 0) return Tell(SeizeAnswered{seize, {}, "FULL"});
  Tell(SeizeAnswered{seize, Agent("bob"), {}});
}

void BusyQueue::TheEdgeIsLost() {
  calls.clear();
  ++happened["boots"];
  ++boots_;
  EdgeIsUp("boot" + std::to_string(boots_));
}

void BusyQueue::Happen(std::mt19937& random) {
  Pass(std::chrono::microseconds(random() % 4'000'000));
  Obey();
  CallFact* fact = AnyCall(random);
  const auto what = random() % 16;
  if (what < 4) {
    Arrive(random);
  } else if (what < 6) {
    Grant(random);
  } else if (what == 6) {
    AnOperatorActs(random);
  } else if (what == 7) {
    ASeizeIsAnswered(random);
  } else if (what == 8 && random() % 40 == 0) {
    TheEdgeIsLost();
  } else if (fact != nullptr) {
    if (what < 12) AgentActs(*fact, random);
    if (what == 12) CustomerActs(*fact, random);
    if (what == 13) SomebodySteers(*fact, random);
    if (what > 13) TheOtherQueueActs(*fact, random);
  }
  Obey();
}

void BusyQueue::Close() {
  while (!calls.empty()) {
    auto& fact = calls.begin()->second;
    if (fact.offered) fact.offered.reset();
    if (!fact.ended) EndAll(fact);
    Obey();
  }
  Pass(400s);  // Who was to be called back is given up.
  Obey();
}

}  // namespace callfleet::queue::test
