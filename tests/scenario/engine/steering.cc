// What people do with calls in progress, each order at the service that owns the call, and the
// callers who ask to be called back.
#include <algorithm>
#include <utility>

#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

using namespace std::chrono_literals;

namespace {

constexpr seconds kAnsweredWithin{45};

const char* Told(SteerWhat what) {
  switch (what) {
    case SteerWhat::kHold:
      return "order: hold";
    case SteerWhat::kResume:
      return "order: resume";
    case SteerWhat::kTransfer:
      return "order: transfer";
    case SteerWhat::kConsult:
      return "order: consult";
    case SteerWhat::kComplete:
      return "order: complete";
    case SteerWhat::kCancel:
      return "order: cancel";
    case SteerWhat::kConference:
      return "order: conference";
    case SteerWhat::kRequeue:
      return "order: requeue";
    case SteerWhat::kHangUp:
      return "order: hang up";
  }
  return "";
}

// A customer who talks with an agent, in the hands of a queue or a campaign.
bool MayBeSteered(const sip_edge::CallRecord& call) {
  if (call.ended || !call.controller) return false;
  const UnitKind owner = call.controller->unit.kind;
  if (owner != UnitKind::kQueue && owner != UnitKind::kCampaign) return false;
  return std::any_of(call.bridges.begin(), call.bridges.end(),
                     [](const auto& span) { return !span.end; });
}

}  // namespace

void World::NextSteer() {
  if (scenario_.steers <= 0) return;
  const auto mean = MonoDuration(static_cast<std::int64_t>(3.6e9 / scenario_.steers));
  kernel_.After(kernel_.Exponential(mean), "steer", [this] {
    if (people_.calm) return;
    SteerOne();
    NextSteer();
  });
}

void World::SteerOne() {
  if (!edge_) return;
  std::vector<std::pair<CallId, Unit>> talks;
  for (const auto& call : edge_->calls().Snapshot()) {
    if (MayBeSteered(*call)) talks.emplace_back(call->id, call->controller->unit);
  }
  if (talks.empty()) return;
  std::sort(talks.begin(), talks.end());
  const auto& [call, owner] = talks[kernel_.Below(talks.size())];
  const auto& person = people_.all()[kernel_.Below(people_.all().size())];
  const SteerAction to_agent{.what = SteerWhat::kTransfer, .to_agent = AgentId(person.name)};
  if (kernel_.Chance(scenario_.outside)) return PassOutside(call, owner);
  switch (kernel_.Below(6)) {
    case 0:
    case 1:
      Order(call, owner, {.what = SteerWhat::kHold});
      return OrderLater(call, owner, {.what = SteerWhat::kResume});
    case 2:
      if (owner.kind == UnitKind::kQueue) return Order(call, owner, {.what = SteerWhat::kRequeue});
      [[fallthrough]];
    case 3:
      return Order(call, owner, TakesCalls() ? ToSomeQueue() : to_agent);
    case 4:
      return Consult(call, owner, {.what = SteerWhat::kConsult, .to_agent = AgentId(person.name)});
    default:
      return Order(call, owner, to_agent);
  }
}

void World::Consult(const CallId& call, const Unit& owner, const SteerAction& action) {
  Order(call, owner, action);
  if (kernel_.Chance(scenario_.conference)) {
    conferences_.insert(call);
    return OrderLater(call, owner, {.what = SteerWhat::kConference});
  }
  const bool done = kernel_.Chance(0.5);
  OrderLater(call, owner, {.what = done ? SteerWhat::kComplete : SteerWhat::kCancel});
}

// A number that nobody else calls: it rings once at most.
void World::PassOutside(const CallId& call, const Unit& owner) {
  const std::string number = "+1770" + std::to_string(1'000'000 + outside_.size());
  outside_.insert(number);
  if (kernel_.Chance(0.5)) {
    return Order(call, owner, {.what = SteerWhat::kTransfer, .to_number = number});
  }
  Consult(call, owner, {.what = SteerWhat::kConsult, .to_number = number});
}

SteerAction World::ToSomeQueue() {
  const auto number = kernel_.Below(static_cast<std::uint64_t>(scenario_.queues));
  return {.what = SteerWhat::kTransfer, .to_queue = QueueId("q" + std::to_string(number))};
}

void World::OrderLater(const CallId& call, const Unit& owner, const SteerAction& action) {
  kernel_.After(kernel_.Between(2s, 15s), "order", [=, this] { Order(call, owner, action); });
}

// Answered once, soon, unless the service dies of it.
void World::Order(const CallId& call, const Unit& owner, const SteerAction& action) {
  const bool campaign = owner.kind == UnitKind::kCampaign;
  if (campaign ? !dialer_ : !queue_) return;
  const std::string request = "steer-" + std::to_string(++orders_);
  kernel_.Note(Told(action.what),
               call.str() + " " + action.to_agent.str() + action.to_queue.str() + action.to_number);
  const auto answers = std::make_shared<int>(0);
  const auto reply = [this, answers, call](const Status& status) {
    if (!status) kernel_.Note("order refused:", call.str() + " " + status.error().reason);
    if (++*answers > 1) kernel_.Broken("an order is answered twice");
  };
  const LifeRef life = campaign ? dialer_->life() : queue_->life();
  kernel_.After(house_.network.Delay(), "order", [=, this] {
    life->Run([=, this] {
      if (campaign && dialer_ && dialer_->life() == life) {
        dialer_->service().desk().SteerCall({.request = request,
                                             .call = AttemptId(call.str()),
                                             .what = action.what,
                                             .to_agent = action.to_agent,
                                             .to_number = action.to_number,
                                             .to_queue = action.to_queue},
                                            reply);
      } else if (!campaign && queue_ && queue_->life() == life) {
        queue_->tickets().SteerCall({.request = request,
                                     .call = call,
                                     .what = action.what,
                                     .to_agent = action.to_agent,
                                     .to_number = action.to_number,
                                     .to_queue = action.to_queue},
                                    reply);
      }
    });
  });
  kernel_.After(kAnsweredWithin, "answered", [this, answers, life, request] {
    if (*answers == 0 && life->alive() && Calm()) {
      kernel_.Broken("the order " + request + " was never answered");
    }
  });
}

// Somebody who waits asks to be called back, on a number of its own.
void World::NextCallback() {
  if (scenario_.callbacks <= 0) return;
  const auto mean = MonoDuration(static_cast<std::int64_t>(3.6e9 / scenario_.callbacks));
  kernel_.After(kernel_.Exponential(mean), "callback", [this] {
    if (people_.calm) return;
    AskCallback();
    NextCallback();
  });
}

void World::AskCallback() {
  if (!queue_) return;
  std::vector<TicketId> waiting;
  for (const auto& [id, row] : house_.queue_tables.tickets) {
    if (row.open() && row.waits) waiting.push_back(id);
  }
  if (waiting.empty()) return;
  const TicketId ticket = waiting[kernel_.Below(waiting.size())];
  const std::string number = "+1660" + std::to_string(1'000'000 + ++orders_);
  kernel_.Note("asks for a callback", ticket.str() + " " + number);
  kernel_.After(house_.network.Delay(), "callback", [=, this, life = queue_->life()] {
    life->Run([=, this] {
      if (!queue_ || queue_->life() != life) return;
      const WallTime not_before =
          kernel_.Chance(0.5) ? WallTime{} : life->Now().wall + kernel_.Between(1s, 60s);
      const queue::CallbackOrder order{.request = "callback " + number,
                                       .ticket = ticket,
                                       .number = number,
                                       .not_before = not_before};
      // Whoever hears nothing asks again: one callback, one call to the number.
      for (int i = 0; i < 2; ++i) queue_->tickets().CallBack(order, [](const auto&) {});
    });
  });
}

void World::CheckCallbacks() {
  for (const auto& [number, tries] : house_.queue_tables.callback_tries) {
    if (tries > kCallbackTries) kernel_.Broken(number + " was called back too often");
  }
}

}  // namespace callfleet::engine
