#include "services/queue/adapters/edge_link.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "common/clock/gatherer.h"
#include "common/grpc_server/call_trace.h"
#include "common/grpc_server/errors.h"
#include "common/grpc_server/open_calls.h"
#include "common/grpc_server/watch_reader.h"
#include "services/queue/adapters/call_fact.h"
#include "services/queue/adapters/edge_convert.h"

namespace callfleet::queue {
namespace {

namespace edge = callfleet::sip_edge::v1;
using Stub = edge::SipEdgeService::Stub::async_interface;
constexpr std::chrono::milliseconds kAgain{200};
constexpr std::chrono::seconds kCommandDeadline{2};
// Nobody waits for the edge to forget a call: those of so long are acknowledged together.
constexpr std::chrono::milliseconds kGather{100};
constexpr std::size_t kMostAcknowledged = 1000;

// The answer may have been lost: the edge keeps results by request id, so asking again is safe.
bool MayHaveHappened(const Error& error) {
  return error.reason == "UNAVAILABLE" || error.reason == "DEADLINE_EXCEEDED" ||
         error.reason == "CANCELLED" || error.reason == "UNKNOWN" || error.reason == "INTERNAL";
}

// Which rpc a command is, and what its refusal is told as.
template <class Act>
struct Rpc;
#define CALLFLEET_COMMAND(Act, Name, Kind)                                              \
  template <>                                                                           \
  struct Rpc<Act> {                                                                     \
    using Request = edge::Name##Request;                                                \
    using Response = edge::Name##Response;                                              \
    static constexpr Command kCommand = Command::Kind;                                  \
    static void Start(Stub* stub, grpc::ClientContext* context, const Request* request, \
                      Response* response, std::function<void(grpc::Status)> done) {     \
      stub->Name(context, request, response, std::move(done));                          \
    }                                                                                   \
  }
CALLFLEET_COMMAND(ClaimCall, Claim, kClaim);
CALLFLEET_COMMAND(AnswerCall, Answer, kAnswer);
CALLFLEET_COMMAND(RingAgent, Ring, kRing);
CALLFLEET_COMMAND(DialOut, Originate, kOriginate);
CALLFLEET_COMMAND(HangUpCall, HangUp, kHangUp);
CALLFLEET_COMMAND(PlaySound, Play, kPlay);
CALLFLEET_COMMAND(HandOver, Handover, kHandOver);
CALLFLEET_COMMAND(DeclineOffer, Decline, kClaim);
CALLFLEET_COMMAND(HoldLeg, SetHold, kHold);
CALLFLEET_COMMAND(SteerTransfer, SteerTransfer, kTransfer);
CALLFLEET_COMMAND(AcknowledgeCalls, Acknowledge, kHangUp);
#undef CALLFLEET_COMMAND

template <class Act>
LegId LegOf(const Act& act) {
  if constexpr (requires { act.leg; }) return act.leg;
  return LegId();
}

}  // namespace

// Everything that callbacks of gRPC need; lives until the last of them.
class EdgeLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(EdgeLinkOptions options, logging::Logger log)
      : options_(std::move(options)),
        log_(std::move(log)),
        stub_(edge::SipEdgeService::NewStub(options_.channel)) {}

  // Before anything else.
  void Begin() {
    ended_ = std::make_shared<EndedCalls>(
        options_.timers, kGather, kMostAcknowledged,
        [weak = weak_from_this()](const OfUnit& of, std::vector<CallId> calls) {
          if (const auto self = weak.lock()) self->Acknowledge(of, std::move(calls));
        });
  }
  void Start(CallFacts* facts) {
    facts_ = facts;
    OpenWatch();
  }
  void OpenWatch();
  void Stop() { calls_.Stop(); }
  bool connected() const {
    const std::lock_guard lock(mutex_);
    return connected_;
  }

  void WatchEnded(const grpc::Status& status) {
    EdgeId lost;
    {
      const std::lock_guard lock(mutex_);
      lost = edge_;
      if (std::exchange(connected_, false) && !calls_.stopping()) {
        log_.Warn("an edge's watch ended",
                  {{"edge_id", edge_}, {"detail", status.error_message()}});
      }
    }
    if (!calls_.stopping()) facts_->OnDown(lost);
    Later([](Shared* self) { self->OpenWatch(); });
  }
  void OnMessage(const edge::WatchCallsResponse& message);

  void Do(const UnitToken& unit, const AcknowledgeCall& act) {
    ended_->Add({unit, act.call.boot}, act.call.call);
  }
  template <class Act>
  void Do(const UnitToken& unit, const Act& act, agent_pool::LeaseCheck lease = {}) {
    auto request = std::make_shared<typename Rpc<Act>::Request>(ToRequest(act));
    auto* context = request->mutable_context();
    context->set_request_id(options_.ids->Next());
    context->set_boot_id(act.call.boot.str());
    auto* to = context->mutable_unit();
    to->mutable_unit()->set_kind(static_cast<callfleet::common::v1::UnitKind>(unit.unit.kind));
    to->mutable_unit()->set_id(unit.unit.id);
    to->set_token(unit.token);
    const CommandRefused refused{
        .call = act.call.call, .leg = LegOf(act), .command = Rpc<Act>::kCommand, .reason = {}};
    Send<Act>(std::make_shared<Order<Act>>(
        Order<Act>{std::move(request), unit.unit, refused, std::move(lease)}));
  }

 private:
  template <class Act>
  struct Order {
    std::shared_ptr<const typename Rpc<Act>::Request> request;
    Unit unit;
    CommandRefused refused;
    agent_pool::LeaseCheck lease;  // Empty: it needs none.
  };
  // Repeated until the edge answers; one after the other.
  template <class Act>
  void Send(const std::shared_ptr<Order<Act>>& order) {
    const auto again = [order](Shared* shared) { shared->Send<Act>(order); };
    switch (order->lease ? order->lease() : agent_pool::Lease::kSure) {
      case agent_pool::Lease::kSure:
        break;
      case agent_pool::Lease::kUnsure:
        return Later(again);
      case agent_pool::Lease::kLost:
        return Refused(order->unit, order->refused,
                       {.code = ErrorCode::kFailedPrecondition,
                        .reason = "TOO_LATE",
                        .message = "The registry has let go of the agent."});
    }
    struct Call {
      grpc::ClientContext context;
      typename Rpc<Act>::Response response;
    };
    auto call = std::make_shared<Call>();
    call->context.set_deadline(std::chrono::system_clock::now() + kCommandDeadline);
    if (!calls_.Enter(&call->context)) return;
    const trace::Scope scope(grpc_server::TraceOf(log_, *order->request));
    Rpc<Act>::Start(stub_->async(), &call->context, order->request.get(), &call->response,
                    [self = shared_from_this(), call, order, again](const grpc::Status& answer) {
                      const Status status = grpc_server::FromGrpcStatus(answer);
                      if (!status && MayHaveHappened(status.error())) {
                        self->Later(again);
                      } else if (!status) {
                        self->Refused(order->unit, order->refused, status.error());
                      }
                      self->calls_.Leave(&call->context);
                    });
  }
  void Refused(const Unit& unit, CommandRefused refused, const Error& error) {
    log_.Info("the edge refused a command", {{"call_id", refused.call},
                                             {"leg_id", refused.leg},
                                             {"reason", error.reason},
                                             {"detail", error.message}});
    refused.reason = error.reason;
    facts_->OnRefused(unit, std::move(refused));
  }
  void Later(std::function<void(Shared*)> what) {
    if (calls_.stopping()) return;
    options_.timers->Start(kAgain, [weak = weak_from_this(), what = std::move(what)] {
      if (const auto self = weak.lock()) what(self.get());
    });
  }

  using OfUnit = std::pair<UnitToken, BootId>;
  using EndedCalls = Gatherer<OfUnit, CallId>;
  void Acknowledge(const OfUnit& of, std::vector<CallId> calls) {
    const CallRef first{.call = calls.front(), .edge = {}, .boot = of.second};
    Do(of.first, AcknowledgeCalls{first, std::move(calls)});
  }

  EdgeLinkOptions options_;
  logging::Logger log_;
  std::unique_ptr<edge::SipEdgeService::Stub> stub_;
  grpc_server::OpenCalls calls_;
  CallFacts* facts_ = nullptr;
  std::shared_ptr<EndedCalls> ended_;
  mutable std::mutex mutex_;
  EdgeId edge_;  // As it calls itself; empty: never heard.
  bool connected_ = false;
};

void EdgeLink::Shared::OpenWatch() {
  edge::WatchCallsRequest request;
  request.add_unit_kinds(callfleet::common::v1::UNIT_KIND_ROUTING);
  request.add_unit_kinds(callfleet::common::v1::UNIT_KIND_QUEUE);
  request.set_unclaimed(true);
  auto self = shared_from_this();
  grpc_server::WatchReader<edge::WatchCallsResponse>::Open(
      &calls_,
      {.begin = [&](grpc::ClientContext* context,
                    auto* reader) { stub_->async()->WatchCalls(context, &request, reader); },
       .on_message = [self](const edge::WatchCallsResponse& message) { self->OnMessage(message); },
       .on_end = [self](const grpc::Status& status) { self->WatchEnded(status); }},
      options_.intake);
}

void EdgeLink::Shared::OnMessage(const edge::WatchCallsResponse& message) {
  switch (message.message_case()) {
    case edge::WatchCallsResponse::kSnapshotBegin: {
      const EdgeId id(message.snapshot_begin().edge_id());
      log_.Info("watching an edge",
                {{"edge_id", id}, {"boot_id", message.snapshot_begin().boot_id()}});
      {
        const std::lock_guard lock(mutex_);
        edge_ = id;
      }
      facts_->OnSnapshot(id, BootId(message.snapshot_begin().boot_id()));
      break;
    }
    case edge::WatchCallsResponse::kRecord:
      facts_->OnFact(ToCallFact(message.record()));
      break;
    case edge::WatchCallsResponse::kSnapshotEnd: {
      EdgeId id;
      {
        const std::lock_guard lock(mutex_);
        connected_ = true;
        id = edge_;
      }
      facts_->OnWhole(id);
      break;
    }
    case edge::WatchCallsResponse::kDelta:
      if (message.delta().forgotten()) {
        facts_->OnForgotten(CallId(message.delta().record().call_id()));
      } else {
        facts_->OnFact(ToCallFact(message.delta().record()));
      }
      break;
    case edge::WatchCallsResponse::kAlive:
    case edge::WatchCallsResponse::MESSAGE_NOT_SET:
      break;  // Nothing new, or of a newer edge.
  }
}

EdgeLink::EdgeLink(EdgeLinkOptions options, logging::Logger log)
    : shared_(std::make_shared<Shared>(std::move(options), std::move(log))) {
  shared_->Begin();
}
EdgeLink::~EdgeLink() { Stop(); }
void EdgeLink::Start(CallFacts* facts) { shared_->Start(facts); }
void EdgeLink::Stop() { shared_->Stop(); }
bool EdgeLink::connected() const { return shared_->connected(); }

void EdgeLink::Do(const UnitToken& unit, EdgeCommand command) {
  std::visit([&](const auto& act) { shared_->Do(unit, act); }, command);
}

void EdgeLink::Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) {
  shared_->Do(unit, ring, std::move(lease));
}

}  // namespace callfleet::queue
