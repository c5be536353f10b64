#include "services/supervisor/adapters/forwarding_call_desk.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <array>
#include <utility>

#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "callfleet/queue/v1/queue_service.pb.h"
#include "services/supervisor/adapters/queue_convert.h"
#include "services/supervisor/domain/queue_view.h"
#include "services/supervisor/domain/readiness.h"

namespace callfleet::supervisor {
namespace {

using callfleet::common::v1::CallAction;
using callfleet::common::v1::TransferTarget;
using google::protobuf::util::TimeUtil;

constexpr std::string_view kSteerByDialer = "/callfleet.dialer.v1.DialerService/SteerCall";
constexpr std::string_view kSteerByQueue = "/callfleet.queue.v1.QueueService/SteerCall";
constexpr std::string_view kForceAssign = "/callfleet.queue.v1.QueueService/ForceAssign";
constexpr std::string_view kSetPriority = "/callfleet.queue.v1.QueueService/SetTicketPriority";
constexpr std::string_view kRequeue = "/callfleet.queue.v1.QueueService/RequeueTicket";
constexpr std::string_view kRemove = "/callfleet.queue.v1.QueueService/RemoveTicket";
constexpr std::string_view kCreateCallback = "/callfleet.queue.v1.QueueService/CreateCallback";

tl::unexpected<Error> Unknown(const char* reason, const char* message, const char* field,
                              const std::string& id) {
  Error error{.code = ErrorCode::kNotFound, .reason = reason, .message = message};
  error.metadata[field] = id;
  return Fail(std::move(error));
}

tl::unexpected<Error> UnknownCall(const std::string& id) {
  return Unknown("CALL_NOT_FOUND", "There is no such call.", "call_id", id);
}

// nullptr: the action goes to nobody.
TransferTarget* TargetOf(CallAction* action) {
  if (action->has_transfer()) return action->mutable_transfer()->mutable_target();
  if (action->has_consult()) return action->mutable_consult()->mutable_target();
  return nullptr;
}

template <class Message>
std::string SteerBytes(const SteerOrder& order, const std::string& agent,
                       const CallAction& action) {
  Message request;
  request.set_request_id(order.request_id);
  request.set_call_id(order.call_id);
  request.set_agent_id(agent);
  *request.mutable_action() = action;
  return request.SerializeAsString();
}

// nullptr: it does not wait there.
const TicketFact* TicketIn(const World& world, const QueueId& queue, const std::string& id) {
  const auto tickets = world.TicketsOf(queue);
  const auto found = std::ranges::find_if(tickets, [&id](const TicketFact* ticket) {
    return (ticket->call.empty() ? ticket->id.str() : ticket->call.str()) == id;
  });
  return found == tickets.end() ? nullptr : *found;
}

template <class Response, class Request>
Result<AnsweredTicket> AskQueue(Backend* backend, std::string_view method, const Request& request) {
  const auto bytes = backend->Call(Service::kQueue, method, request.SerializeAsString());
  if (!bytes) return Fail(bytes.error());
  Response answer;
  if (!answer.ParseFromString(*bytes)) {
    return Fail({.code = ErrorCode::kInternal,
                 .reason = "BAD_ANSWER",
                 .message = "The queue answered something that cannot be read."});
  }
  return AnsweredTicket{.fact = ToFact(answer.ticket()), .position = answer.ticket().position()};
}

// The ticket is known, so the queue that is not is the one that it was to go to.
void NameTarget(const std::string& queue, Error* error) {
  if (error->reason != "QUEUE_NOT_FOUND") return;
  error->metadata["queue_id"] = queue;
  error->fields.push_back({.field = "queue_id", .description = "there is no such queue"});
}

}  // namespace

Result<Service> ForwardingCallDesk::OwnerOf(const std::string& call) {
  return Ask<Service>(*view_, [call, now = clock_->Now().wall](const World& world) {
    if (auto ready = RequireInStep(world, std::array{SourceKind::kCalls}); !ready) {
      return Result<Service>(Fail(std::move(ready.error())));
    }
    const CallHistory* history = world.FindCall(CallId(call));
    if (history == nullptr) return Result<Service>(UnknownCall(call));
    const CallView view = world.View(*history, now);
    if (!view.queue.empty()) return Result<Service>(Service::kQueue);
    if (!view.campaign.empty()) return Result<Service>(Service::kDialer);
    return Result<Service>(
        FailedPrecondition("CALL_UNOWNED", "The call belongs to no queue and no campaign."));
  });
}

Result<std::string> ForwardingCallDesk::AgentIdOf(const std::string& id_or_name) {
  return Ask<std::string>(*view_, [id_or_name](const World& world) {
    if (auto ready = RequireInStep(world, std::array{SourceKind::kAgents}); !ready) {
      return Result<std::string>(Fail(std::move(ready.error())));
    }
    const AgentFact* agent = world.FindAgent(id_or_name);
    if (agent != nullptr) return Result<std::string>(agent->id.str());
    return Result<std::string>(
        Unknown("AGENT_NOT_FOUND", "There is no such agent.", "agent_id", id_or_name));
  });
}

Status ForwardingCallDesk::Steer(const SteerOrder& order) {
  CallAction action;
  if (!action.ParseFromString(order.action) || action.action_case() == CallAction::ACTION_NOT_SET) {
    return InvalidField("action", "is required");
  }
  const auto owner = OwnerOf(order.call_id);
  if (!owner) return Fail(owner.error());
  std::string agent = order.agent;
  if (!agent.empty()) {
    auto id = AgentIdOf(agent);
    if (!id) return Fail(std::move(id.error()));
    agent = std::move(*id);
  }
  TransferTarget* target = TargetOf(&action);
  if (target != nullptr && target->has_agent_id() && !target->agent_id().empty()) {
    auto id = AgentIdOf(target->agent_id());
    if (!id) return Fail(std::move(id.error()));
    target->set_agent_id(*id);
  }
  const auto done =
      *owner == Service::kDialer
          ? backend_->Call(*owner, kSteerByDialer,
                           SteerBytes<dialer::v1::SteerCallRequest>(order, agent, action))
          : backend_->Call(*owner, kSteerByQueue,
                           SteerBytes<queue::v1::SteerCallRequest>(order, agent, action));
  if (!done) return Fail(done.error());
  return {};
}

Result<TicketFact> ForwardingCallDesk::TicketOf(const WaitingCall& who) {
  const auto made = callbacks_.Find(who.call_id);
  return Ask<TicketFact>(*view_, [who, made](const World& world) -> Result<TicketFact> {
    static constexpr std::array kNeeded{SourceKind::kQueues, SourceKind::kCalls};
    if (auto ready = RequireInStep(world, kNeeded); !ready) return Fail(std::move(ready.error()));
    const QueueId queue(who.queue_id);
    if (!queue.empty() && !world.queues().contains(queue)) {
      return Unknown("QUEUE_NOT_FOUND", "There is no such queue.", "queue_id", who.queue_id);
    }
    if (const TicketFact* here = TicketIn(world, queue, who.call_id)) return *here;
    if (made && made->queue == queue) return *made;
    const TicketFact* ticket = world.TicketOf(CallId(who.call_id));
    if (ticket != nullptr && queue.empty()) return *ticket;
    if (ticket == nullptr && world.FindCall(CallId(who.call_id)) == nullptr) {
      return UnknownCall(who.call_id);
    }
    auto error = FailedPrecondition("CALL_NOT_QUEUED", "The call does not wait there.").value();
    if (ticket != nullptr) error.metadata["queue_id"] = ticket->queue.str();
    return Fail(std::move(error));
  });
}

Result<AnsweredTicket> ForwardingCallDesk::Once(
    const std::string& request_id, const std::function<Result<AnsweredTicket>()>& run) {
  if (auto first = answered_.Find(request_id)) return *std::move(first);
  auto done = run();
  if (done) answered_.Put(request_id, *done);
  return done;
}

Result<QueuedCallView> ForwardingCallDesk::PlaceOf(const AnsweredTicket& ticket) {
  return Ask<QueuedCallView>(*view_, [ticket, now = clock_->Now().wall](const World& world) {
    return Result<QueuedCallView>(ViewPlace(world, ticket.fact, ticket.position, now));
  });
}

Result<CallView> ForwardingCallDesk::Assign(const AssignOrder& order) {
  auto ticket = assigned_.Find(order.request_id);
  if (!ticket) {
    const auto found = TicketOf(order.who);
    if (!found) return Fail(found.error());
    ticket = found->id.str();
  }
  const auto agent = AgentIdOf(order.agent);
  if (!agent) return Fail(agent.error());
  queue::v1::ForceAssignRequest request;
  request.set_request_id(order.request_id);
  request.set_ticket_id(*ticket);
  request.set_agent_id(*agent);
  request.set_override(order.override_rules);
  const auto offered = AskQueue<queue::v1::ForceAssignResponse>(backend_, kForceAssign, request);
  if (!offered) return Fail(offered.error());
  assigned_.Put(order.request_id, *ticket);
  auto place = PlaceOf(*offered);
  if (!place) return Fail(std::move(place.error()));
  return std::move(place->call);
}

Result<QueuedCallView> ForwardingCallDesk::SetPriority(const PriorityOrder& order) {
  const auto done = Once(order.request_id, [&]() -> Result<AnsweredTicket> {
    const auto ticket = TicketOf(order.who);
    if (!ticket) return Fail(ticket.error());
    queue::v1::SetTicketPriorityRequest request;
    request.set_ticket_id(ticket->id.str());
    request.set_priority(order.priority);
    return AskQueue<queue::v1::SetTicketPriorityResponse>(backend_, kSetPriority, request);
  });
  if (!done) return Fail(done.error());
  return PlaceOf(*done);
}

Result<CallView> ForwardingCallDesk::Requeue(const RequeueOrder& order) {
  const auto done = Once(order.request_id, [&]() -> Result<AnsweredTicket> {
    const auto ticket = TicketOf(order.who);
    if (!ticket) return Fail(ticket.error());
    queue::v1::RequeueTicketRequest request;
    request.set_request_id(order.request_id);
    request.set_ticket_id(ticket->id.str());
    request.set_queue_id(order.to_queue);
    if (order.priority) request.set_priority(*order.priority);
    auto moved = AskQueue<queue::v1::RequeueTicketResponse>(backend_, kRequeue, request);
    if (!moved) NameTarget(order.to_queue, &moved.error());
    return moved;
  });
  if (!done) return Fail(done.error());
  auto place = PlaceOf(*done);
  if (!place) return Fail(std::move(place.error()));
  return std::move(place->call);
}

Status ForwardingCallDesk::Remove(const RemoveOrder& order) {
  const auto done = Once(order.request_id, [&]() -> Result<AnsweredTicket> {
    const auto ticket = TicketOf(order.who);
    if (!ticket) return Fail(ticket.error());
    if (ticket->state == "connected") {  // The queue would end the talk.
      auto error = FailedPrecondition("WRONG_STATE", "The caller talks with an agent.").value();
      error.metadata["state"] = ticket->state;
      return Fail(std::move(error));
    }
    queue::v1::RemoveTicketRequest request;
    request.set_ticket_id(ticket->id.str());
    return AskQueue<queue::v1::RemoveTicketResponse>(backend_, kRemove, request);
  });
  if (!done) return Fail(done.error());
  return {};
}

Result<QueuedCallView> ForwardingCallDesk::CreateCallback(const CallbackOrder& order) {
  const auto made = Once(order.request_id, [&]() -> Result<AnsweredTicket> {
    queue::v1::CreateCallbackRequest request;
    request.set_request_id(order.request_id);
    request.set_queue_id(order.queue_id);
    request.set_number(order.number);
    request.set_priority(order.priority);
    if (order.not_before) {
      *request.mutable_not_before() =
          TimeUtil::MicrosecondsToTimestamp(order.not_before->time_since_epoch().count());
    }
    return AskQueue<queue::v1::CreateCallbackResponse>(backend_, kCreateCallback, request);
  });
  if (!made) return Fail(made.error());
  callbacks_.Put(made->fact.id.str(), made->fact);
  return PlaceOf(*made);
}

}  // namespace callfleet::supervisor
