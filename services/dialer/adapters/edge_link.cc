#include "services/dialer/adapters/edge_link.h"

#include <grpcpp/grpcpp.h>

#include <utility>
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.grpc.pb.h"
#include "common/clock/gatherer.h"
#include "common/grpc_server/call_trace.h"
#include "common/grpc_server/errors.h"
#include "common/grpc_server/open_calls.h"
#include "common/grpc_server/watch_reader.h"
#include "services/dialer/adapters/edge_convert.h"
#include "services/dialer/adapters/edge_messages.h"
#include "services/dialer/adapters/standing_orders.h"

namespace callfleet::dialer {

namespace {

namespace edge_pb = callfleet::sip_edge::v1;
using std::chrono::milliseconds;

constexpr milliseconds kAgain{200};
constexpr std::chrono::seconds kDeadline{2};
// Nobody waits for the edge to forget a call: those of so long are acknowledged together.
constexpr milliseconds kGather{100};
constexpr std::size_t kMostAcknowledged = 1000;

// The answer may have been lost: the edge keeps results by request id, so asking again is safe.
bool MayHaveHappened(const Error& error) {
  return error.reason == "UNAVAILABLE" || error.reason == "DEADLINE_EXCEEDED" ||
         error.reason == "CANCELLED" || error.reason == "UNKNOWN" || error.reason == "INTERNAL";
}

}  // namespace

// Everything that callbacks of gRPC need; lives until the last of them.
class GrpcEdgeLink::Shared : public std::enable_shared_from_this<Shared> {
 public:
  Shared(EdgeLinkOptions options, EdgeListener* listener, logging::Logger log)
      : options_(std::move(options)),
        listener_(listener),
        log_(std::move(log)),
        stub_(edge_pb::SipEdgeService::NewStub(options_.channel)) {}

  void WatchCalls();
  void WatchTrunks();
  grpc_server::OpenCalls& calls() { return calls_; }
  EdgeListener* listener() { return listener_; }
  edge_pb::SipEdgeService::Stub::async_interface* stub() { return stub_->async(); }
  void Later(std::function<void(Shared*)> what) {
    if (calls_.stopping()) return;
    options_.timers->Start(kAgain, [weak = weak_from_this(), what = std::move(what)] {
      if (const auto self = weak.lock()) what(self.get());
    });
  }

  // `start` begins the call on the stub; `done` gets the edge's answer, never a lost one. `stands`
  // says whether it is still worth being sent.
  enum class Stands : std::uint8_t { kYes, kNotYet, kTooLate, kNoMore };
  template <class Request, class Response>
  void Command(std::shared_ptr<const Request> request,
               void (*start)(edge_pb::SipEdgeService::Stub::async_interface*, grpc::ClientContext*,
                             const Request*, Response*, std::function<void(grpc::Status)>),
               std::function<Stands()> stands, std::function<void(Status)> done) {
    struct Call {
      grpc::ClientContext context;
      Response response;
    };
    const auto again = [request, start, stands, done](Shared* shared) {
      shared->Command<Request, Response>(request, start, stands, done);
    };
    switch (stands()) {
      case Stands::kYes:
        break;
      case Stands::kNotYet:
        return Later(again);
      case Stands::kTooLate:
        return done(FailedPrecondition("TOO_LATE", "The registry has let go of the agent."));
      case Stands::kNoMore:
        return;
    }
    auto call = std::make_shared<Call>();
    call->context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    if (!calls_.Enter(&call->context)) return;
    const trace::Scope scope(grpc_server::TraceOf(log_, *request));
    start(stub_->async(), &call->context, request.get(), &call->response,
          [self = this->shared_from_this(), call, request, again,
           done = std::move(done)](const grpc::Status& answer) mutable {
            Status status = grpc_server::FromGrpcStatus(answer);
            if (!status && MayHaveHappened(status.error())) {
              self->Later(again);
            } else {
              done(std::move(status));
            }
            self->calls_.Leave(&call->context);
          });
  }

  // Before anything else.
  void Begin() {
    ended_ = std::make_shared<EndedCalls>(
        options_.timers, kGather, kMostAcknowledged,
        [weak = weak_from_this()](const UnitToken& unit, const std::vector<AttemptId>& calls) {
          if (const auto self = weak.lock()) self->AcknowledgeAll(unit, calls);
        });
  }
  void Acknowledge(const UnitToken& unit, const AttemptId& call) { ended_->Add(unit, call); }

  StandingOrders& orders() { return orders_; }
  Stands OfOwner(const UnitToken& owner) const {
    return orders_.Forgotten(owner) ? Stands::kNoMore : Stands::kYes;
  }
  Stands OfPlacing(const UnitToken& owner, const CommandReply& placed) const {
    return orders_.MustWait(placed.attempt, placed.leg) ? Stands::kNotYet : OfOwner(owner);
  }
  Stands OfRinging(const UnitToken& owner, const CommandReply& placed,
                   const agent_pool::LeaseCheck& lease) const {
    const Stands stands = OfPlacing(owner, placed);
    if (stands != Stands::kYes) return stands;
    switch (lease()) {
      case agent_pool::Lease::kSure:
        return Stands::kYes;
      case agent_pool::Lease::kUnsure:
        return Stands::kNotYet;
      case agent_pool::Lease::kLost:
        break;
    }
    return Stands::kTooLate;
  }

  void Reply(const CampaignId& campaign, CommandReply reply, const Status& status) {
    if (!status) {
      reply.refused = status.error().reason;
      reply.retry_after = status.error().retry_after;
      if (!status.error().fields.empty()) reply.fault = status.error().fields.front().field;
      log_.Info("the edge refused a command", {{"campaign_id", campaign},
                                               {"call_id", reply.attempt},
                                               {"leg_id", reply.leg},
                                               {"reason", reply.refused},
                                               {"detail", status.error().message}});
    }
    listener_->OnReply(campaign, std::move(reply));
  }

 private:
  using EndedCalls = Gatherer<UnitToken, AttemptId>;
  void AcknowledgeAll(const UnitToken& unit, const std::vector<AttemptId>& calls);

  EdgeLinkOptions options_;
  EdgeListener* listener_;
  logging::Logger log_;
  std::unique_ptr<edge_pb::SipEdgeService::Stub> stub_;
  grpc_server::OpenCalls calls_;
  StandingOrders orders_;
  std::shared_ptr<EndedCalls> ended_;
};

void GrpcEdgeLink::Shared::WatchCalls() {
  edge_pb::WatchCallsRequest request;
  request.add_unit_kinds(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
  auto self = shared_from_this();
  grpc_server::WatchReader<edge_pb::WatchCallsResponse>::Open(
      &calls_,
      {.begin = [&](grpc::ClientContext* context,
                    auto* reader) { stub_->async()->WatchCalls(context, &request, reader); },
       .on_message =
           [self](const edge_pb::WatchCallsResponse& message) {
             if (message.has_snapshot_begin()) {
               self->log_.Info("watching an edge",
                               {{"edge_id", message.snapshot_begin().edge_id()},
                                {"boot_id", message.snapshot_begin().boot_id()}});
             }
             Pass(message, self->listener_);
           },
       .on_end =
           [self](const grpc::Status& status) {
             if (!self->calls_.stopping()) {
               self->log_.Warn("the edge's watch ended", {{"detail", status.error_message()}});
               self->listener_->OnDown();
             }
             self->Later([](Shared* shared) { shared->WatchCalls(); });
           }});
}

void GrpcEdgeLink::Shared::WatchTrunks() {
  const edge_pb::WatchTrunksRequest request;
  auto self = shared_from_this();
  grpc_server::WatchReader<edge_pb::WatchTrunksResponse>::Open(
      &calls_,
      {.begin = [&](grpc::ClientContext* context,
                    auto* reader) { stub_->async()->WatchTrunks(context, &request, reader); },
       .on_message =
           [self](const edge_pb::WatchTrunksResponse& message) { Pass(message, self->listener_); },
       .on_end =
           [self](const grpc::Status&) {
             self->Later([](Shared* shared) { shared->WatchTrunks(); });
           }});
}

GrpcEdgeLink::GrpcEdgeLink(EdgeLinkOptions options, EdgeListener* listener, logging::Logger log)
    : shared_(std::make_shared<Shared>(std::move(options), listener, std::move(log))) {
  shared_->Begin();
}
GrpcEdgeLink::~GrpcEdgeLink() { Stop(); }
void GrpcEdgeLink::Start() {
  shared_->WatchCalls();
  shared_->WatchTrunks();
}
void GrpcEdgeLink::Settle(std::chrono::steady_clock::time_point until) {
  constexpr std::size_t kWatches = 2;
  shared_->calls().WaitForMost(kWatches, until);
}
void GrpcEdgeLink::Stop() { shared_->calls().Stop(); }

void GrpcEdgeLink::Ring(const UnitToken& unit, const RingAgent& ring,
                        agent_pool::LeaseCheck lease) {
  CommandReply reply{.attempt = ring.line.id,
                     .leg = ring.line.AgentLeg(),
                     .verb = CommandVerb::kRing,
                     .refused = {},
                     .retry_after = {}};
  shared_->Command<edge_pb::RingRequest, edge_pb::RingResponse>(
      std::make_shared<edge_pb::RingRequest>(ToRequest(unit, ring)),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto done) {
        stub->Ring(context, asked, answer, std::move(done));
      },
      [shared = shared_.get(), unit, reply, lease = std::move(lease)] {
        return shared->OfRinging(unit, reply, lease);
      },
      [shared = shared_.get(), campaign = CampaignId(unit.unit.id), reply](const Status& status) {
        shared->Reply(campaign, reply, status);
      });
}

void GrpcEdgeLink::Dial(const UnitToken& unit, const Originate& originate) {
  CommandReply reply{.attempt = originate.line.id,
                     .leg = originate.line.CustomerLeg(),
                     .verb = CommandVerb::kOriginate,
                     .refused = {},
                     .retry_after = {}};
  shared_->Command<edge_pb::OriginateRequest, edge_pb::OriginateResponse>(
      std::make_shared<edge_pb::OriginateRequest>(ToRequest(unit, originate)),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto done) {
        stub->Originate(context, asked, answer, std::move(done));
      },
      [shared = shared_.get(), unit, reply] { return shared->OfPlacing(unit, reply); },
      [shared = shared_.get(), campaign = CampaignId(unit.unit.id), reply](const Status& status) {
        shared->Reply(campaign, reply, status);
      });
}

void GrpcEdgeLink::Forget(const UnitToken& campaign) { shared_->orders().Forget(campaign); }

void GrpcEdgeLink::End(const UnitToken& unit, const HangUp& hang_up) {
  const std::string what = hang_up.leg.empty() ? hang_up.line.id.str() : hang_up.leg.str();
  shared_->orders().HangUpBegins(what);
  shared_->Command<edge_pb::HangUpRequest, edge_pb::HangUpResponse>(
      std::make_shared<edge_pb::HangUpRequest>(ToRequest(unit, hang_up)),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto done) {
        stub->HangUp(context, asked, answer, std::move(done));
      },
      [] { return Shared::Stands::kYes; },  // Whoever owns it now: it must not go on.
      [shared = shared_.get(), what](const Status&) {
        shared->orders().HangUpAnswered(what);
      });  // The end follows as a fact; a leg that is gone needs none.
}

void GrpcEdgeLink::Place(const UnitToken& unit, const PlaceTarget& place,
                         agent_pool::LeaseCheck lease) {
  CommandReply reply{.attempt = place.line.id, .leg = place.line.transfer->leg};
  const auto done = [shared = shared_.get(), campaign = CampaignId(unit.unit.id),
                     reply](const Status& status) {
    if (!status) shared->Reply(campaign, reply, status);
  };
  const auto stands = [shared = shared_.get(), unit, reply, lease = std::move(lease)] {
    return lease ? shared->OfRinging(unit, reply, lease) : shared->OfPlacing(unit, reply);
  };
  if (place.number.empty()) {
    shared_->Command<edge_pb::RingRequest, edge_pb::RingResponse>(
        std::make_shared<edge_pb::RingRequest>(ToRing(unit, place)),
        [](auto* stub, auto* context, auto* asked, auto* answer, auto then) {
          stub->Ring(context, asked, answer, std::move(then));
        },
        stands, done);
  } else {
    shared_->Command<edge_pb::OriginateRequest, edge_pb::OriginateResponse>(
        std::make_shared<edge_pb::OriginateRequest>(ToOriginate(unit, place)),
        [](auto* stub, auto* context, auto* asked, auto* answer, auto then) {
          stub->Originate(context, asked, answer, std::move(then));
        },
        stands, done);
  }
}

void GrpcEdgeLink::Offer(const UnitToken& unit, const OfferTalk& offer) {
  const CommandReply reply{.attempt = offer.line.id,
                           .leg = LegId(offer.line.passing->id),
                           .verb = CommandVerb::kOffer,
                           .refused = {},
                           .retry_after = {}};
  shared_->Command<edge_pb::HandoverRequest, edge_pb::HandoverResponse>(
      std::make_shared<edge_pb::HandoverRequest>(ToHandover(unit, offer)),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto then) {
        stub->Handover(context, asked, answer, std::move(then));
      },
      [shared = shared_.get(), unit] { return shared->OfOwner(unit); },
      [shared = shared_.get(), campaign = CampaignId(unit.unit.id), reply](const Status& status) {
        if (!status) shared->Reply(campaign, reply, status);
      });
}

// What becomes of it is in the call's record; a race that is lost there needs nothing here.
void GrpcEdgeLink::Steer(const UnitToken& unit, const SteerEdge& steer) {
  const auto stands = [shared = shared_.get(), unit] { return shared->OfOwner(unit); };
  if (steer.verb == CallVerb::kHold || steer.verb == CallVerb::kResume) {
    shared_->Command<edge_pb::SetHoldRequest, edge_pb::SetHoldResponse>(
        std::make_shared<edge_pb::SetHoldRequest>(ToHold(unit, steer)),
        [](auto* stub, auto* context, auto* asked, auto* answer, auto then) {
          stub->SetHold(context, asked, answer, std::move(then));
        },
        stands, [](const Status&) {});
  } else {
    shared_->Command<edge_pb::SteerTransferRequest, edge_pb::SteerTransferResponse>(
        std::make_shared<edge_pb::SteerTransferRequest>(ToSteer(unit, steer)),
        [](auto* stub, auto* context, auto* asked, auto* answer, auto then) {
          stub->SteerTransfer(context, asked, answer, std::move(then));
        },
        stands, [](const Status&) {});
  }
}

void GrpcEdgeLink::Acknowledge(const UnitToken& unit, const AttemptId& call) {
  shared_->Acknowledge(unit, call);
}

void GrpcEdgeLink::Shared::AcknowledgeAll(const UnitToken& unit,
                                          const std::vector<AttemptId>& calls) {
  auto request = std::make_shared<edge_pb::AcknowledgeRequest>();
  *request->mutable_context() = ContextOf(unit, calls.front().str() + ":ack", BootId());
  for (const AttemptId& call : calls) request->add_call_ids(call.str());
  Command<edge_pb::AcknowledgeRequest, edge_pb::AcknowledgeResponse>(
      std::move(request),
      [](auto* stub, auto* context, auto* asked, auto* answer, auto done) {
        stub->Acknowledge(context, asked, answer, std::move(done));
      },
      [this, unit] { return OfOwner(unit); },
      [](const Status&) {});  // Unacknowledged records come again with the next snapshot.
}

void GrpcEdgeLink::FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) {
  struct Call {
    grpc::ClientContext context;
    edge_pb::GetTrunkRequest request;
    edge_pb::GetTrunkResponse response;
  };
  auto call = std::make_shared<Call>();
  call->request.set_trunk_id(trunk.str());
  call->context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  if (!shared_->calls().Enter(&call->context)) {
    reply(Unavailable("SHUTTING_DOWN", "The dialer stops."));
    return;
  }
  shared_->stub()->GetTrunk(
      &call->context, &call->request, &call->response,
      [shared = shared_, call, reply = std::move(reply)](const grpc::Status& status) {
        reply(grpc_server::FromGrpcStatus(status));
        shared->calls().Leave(&call->context);
      });
}

}  // namespace callfleet::dialer
