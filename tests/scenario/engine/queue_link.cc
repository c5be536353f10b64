#include "tests/scenario/engine/queue_link.h"

#include <utility>

#include "services/queue/adapters/call_fact.h"
#include "services/queue/adapters/edge_convert.h"
#include "tests/scenario/engine/queue_tables.h"

namespace callfleet::engine {

namespace {

constexpr milliseconds kTryAgain{200};

bool AnswerMayBeLost(const Error& error) {
  return error.reason == "UNAVAILABLE" || error.reason == "DEADLINE_EXCEEDED";
}

// What a command is called, which rpc it is, and what its refusal is told as.
template <class Act>
struct Verb;
#define CALLFLEET_VERB(Act, Rpc, Kind)                                              \
  template <>                                                                       \
  struct Verb<queue::Act> {                                                         \
    static constexpr const char* kName = "queue: " #Rpc;                            \
    static constexpr queue::Command kCommand = queue::Command::Kind;                \
    static Result<bool> Ask(EdgeBoot& edge, const edge_v1::Rpc##Request& request) { \
      return edge.Rpc(request);                                                     \
    }                                                                               \
  }
CALLFLEET_VERB(ClaimCall, Claim, kClaim);
CALLFLEET_VERB(AnswerCall, Answer, kAnswer);
CALLFLEET_VERB(RingAgent, Ring, kRing);
CALLFLEET_VERB(DialOut, Originate, kOriginate);
CALLFLEET_VERB(HangUpCall, HangUp, kHangUp);
CALLFLEET_VERB(PlaySound, Play, kPlay);
CALLFLEET_VERB(HandOver, Handover, kHandOver);
CALLFLEET_VERB(DeclineOffer, Decline, kClaim);
CALLFLEET_VERB(HoldLeg, SetHold, kHold);
CALLFLEET_VERB(SteerTransfer, SteerTransfer, kTransfer);
CALLFLEET_VERB(AcknowledgeCalls, Acknowledge, kHangUp);
#undef CALLFLEET_VERB

}  // namespace

class QueueEdgeLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(House* house, LifeRef life, IdSource* ids)
      : house_(house), life_(std::move(life)), ids_(ids) {}

  void Start(queue::CallFacts* facts) {
    facts_ = facts;
    OpenWatch();
  }
  void Stop() { stopped_ = true; }

  void Do(const UnitToken& unit, const queue::AcknowledgeCall& act) {
    Do(unit, queue::AcknowledgeCalls{act.call, {act.call.call}});
  }
  template <class Act>
  void Do(const UnitToken& unit, const Act& act, agent_pool::LeaseCheck lease = {}) {
    auto request = queue::ToRequest(act);
    auto* context = request.mutable_context();
    context->set_request_id(ids_->Next());
    context->set_boot_id(act.call.boot.str());
    auto* to = context->mutable_unit();
    to->mutable_unit()->set_kind(static_cast<callfleet::common::v1::UnitKind>(unit.unit.kind));
    to->mutable_unit()->set_id(unit.unit.id);
    to->set_token(unit.token);
    Order order{
        .name = Verb<Act>::kName,
        .unit = unit.unit,
        .refused = {.call = act.call.call, .leg = {}, .command = Verb<Act>::kCommand, .reason = {}},
        .what = [request](EdgeBoot& edge) { return Verb<Act>::Ask(edge, request); },
        .lease = std::move(lease)};
    if constexpr (requires { act.leg; }) order.refused.leg = act.leg;
    if constexpr (requires { act.ring_timeout, act.agent.agent_name; })
      order.rung = act.agent.agent_name;
    if constexpr (requires { act.transfer->referrer; })
      order.for_transfer = act.transfer.has_value();
    Send(std::make_shared<const Order>(std::move(order)));
  }

 private:
  struct Order {
    const char* name;
    Unit unit;
    queue::CommandRefused refused;
    std::function<Result<bool>(EdgeBoot&)> what;
    agent_pool::LeaseCheck lease;  // Empty: it needs none.
    std::string rung{};            // Whose phone.
    bool for_transfer = false;
  };
  void OpenWatch();
  void OnMessage(const edge_v1::WatchCallsResponse& message);
  void Send(const std::shared_ptr<const Order>& order);
  void Refused(const Order& order, const std::string& reason) {
    queue::CommandRefused refused = order.refused;
    refused.reason = reason;
    facts_->OnRefused(order.unit, std::move(refused));
  }
  // Music is for those who have a place that no death of a process takes.
  static void CheckAnswer(House* house, const Order& order) {
    if (order.refused.command != queue::Command::kAnswer) return;
    if (order.unit.kind != UnitKind::kQueue) return;
    if (!house->queue_tables.HadTicket(order.refused.call)) {
      house->kernel->Broken("call " + order.refused.call.str() + " is answered without a ticket");
    }
  }

  // Who dials a person's number gets that person or none, until people pass the call on.
  static void CheckRung(House* house, const Order& order) {
    if (order.rung.empty() || order.for_transfer) return;
    if (order.unit.id != queue::DirectQueue().str()) return;
    const auto call = house->edge->calls().Get(order.refused.call);
    if (call && (*call)->called != DirectNumberOf(order.rung)) {
      house->kernel->Broken((*call)->called + " was dialled, and " + order.rung + " is rung");
    }
  }

  House* house_;
  LifeRef life_;
  IdSource* ids_;
  queue::CallFacts* facts_ = nullptr;
  EdgeId edge_;
  bool stopped_ = false;
};

// Repeated until the edge answers.
void QueueEdgeLink::Shared::Send(const std::shared_ptr<const Order>& order) {
  if (stopped_) return;
  const auto again = [self = shared_from_this(), order] { self->Send(order); };
  const auto lease = order->lease ? order->lease() : agent_pool::Lease::kSure;
  if (lease == agent_pool::Lease::kUnsure) {
    life_->Start(kTryAgain, again);
    return;
  }
  if (lease == agent_pool::Lease::kLost) return Refused(*order, "TOO_LATE");
  house_->network.Request<bool>(
      life_, [house = house_] { return house->EdgeLife(); },
      [house = house_, order] {
        CheckAnswer(house, *order);
        CheckRung(house, *order);
        Result<bool> answer = order->what(*house->edge);
        house->kernel->Note(order->name, order->refused.call.str() + " " +
                                             order->refused.leg.str() +
                                             (answer ? "" : " " + answer.error().reason));
        return answer;
      },
      [self = shared_from_this(), order, again](const Result<bool>& answer) {
        if (self->stopped_ || answer) return;
        if (AnswerMayBeLost(answer.error())) {
          self->life_->Start(kTryAgain, again);
        } else {
          self->Refused(*order, answer.error().reason);
        }
      });
}

void QueueEdgeLink::Shared::OpenWatch() {
  const auto self = shared_from_this();
  const auto again = [self] {
    self->life_->Start(kTryAgain, [self] {
      if (!self->stopped_) self->OpenWatch();
    });
  };
  house_->network.Open(
      life_, [house = house_] { return house->EdgeLife(); },
      [self, again](const std::shared_ptr<Stream>& stream) {
        if (self->stopped_) return;
        if (!stream) return again();
        stream->OnClientDown([self, again] {
          if (self->stopped_) return;
          self->facts_->OnDown(self->edge_);
          again();
        });
        stream->ToServer([self, stream, house = self->house_] {
          sip_edge::CallFilter filter;
          filter.kinds = {UnitKind::kRouting, UnitKind::kQueue};
          filter.unclaimed = true;
          house->edge->WatchCalls(stream, filter, [self](const auto& message) {
            if (!self->stopped_) self->OnMessage(*message);
          });
        });
      });
}

void QueueEdgeLink::Shared::OnMessage(const edge_v1::WatchCallsResponse& message) {
  using M = edge_v1::WatchCallsResponse;
  switch (message.message_case()) {
    case M::kSnapshotBegin:
      edge_ = EdgeId(message.snapshot_begin().edge_id());
      facts_->OnSnapshot(edge_, BootId(message.snapshot_begin().boot_id()));
      break;
    case M::kRecord:
      facts_->OnFact(queue::ToCallFact(message.record()));
      break;
    case M::kSnapshotEnd:
      facts_->OnWhole(edge_);
      facts_->OnAllHeard();  // It is the only one.
      break;
    case M::kDelta:
      if (message.delta().forgotten()) {
        facts_->OnForgotten(CallId(message.delta().record().call_id()));
      } else {
        facts_->OnFact(queue::ToCallFact(message.delta().record()));
      }
      break;
    case M::kAlive:
    case M::MESSAGE_NOT_SET:
      break;
  }
}

QueueEdgeLink::QueueEdgeLink(House* house, LifeRef life, IdSource* ids)
    : shared_(std::make_shared<Shared>(house, std::move(life), ids)) {}
QueueEdgeLink::~QueueEdgeLink() { Stop(); }
void QueueEdgeLink::Start(queue::CallFacts* facts) { shared_->Start(facts); }
void QueueEdgeLink::Stop() { shared_->Stop(); }
void QueueEdgeLink::Do(const UnitToken& unit, queue::EdgeCommand command) {
  std::visit([&](const auto& act) { shared_->Do(unit, act); }, command);
}
void QueueEdgeLink::Ring(const UnitToken& unit, const queue::RingAgent& ring,
                         agent_pool::LeaseCheck lease) {
  shared_->Do(unit, ring, std::move(lease));
}

}  // namespace callfleet::engine
