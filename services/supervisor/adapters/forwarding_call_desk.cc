#include "services/supervisor/adapters/forwarding_call_desk.h"

#include <array>

#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "callfleet/queue/v1/queue_service.pb.h"
#include "services/supervisor/adapters/queue_convert.h"
#include "services/supervisor/domain/queue_view.h"
#include "services/supervisor/domain/readiness.h"

namespace callfleet::supervisor {
namespace {

using callfleet::common::v1::CallAction;
using callfleet::common::v1::TransferTarget;

constexpr std::string_view kSteerByDialer = "/callfleet.dialer.v1.DialerService/SteerCall";
constexpr std::string_view kSteerByQueue = "/callfleet.queue.v1.QueueService/SteerCall";
constexpr std::string_view kForceAssign = "/callfleet.queue.v1.QueueService/ForceAssign";

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

Result<std::string> ForwardingCallDesk::TicketOf(const AssignOrder& order) {
  {
    const std::lock_guard lock(mutex_);
    const auto first = tickets_.find(order.request_id);
    if (first != tickets_.end()) return first->second;
  }
  return Ask<std::string>(*view_, [order](const World& world) -> Result<std::string> {
    static constexpr std::array kNeeded{SourceKind::kQueues, SourceKind::kCalls};
    if (auto ready = RequireInStep(world, kNeeded); !ready) return Fail(std::move(ready.error()));
    if (!order.queue_id.empty() && !world.queues().contains(QueueId(order.queue_id))) {
      return Unknown("QUEUE_NOT_FOUND", "There is no such queue.", "queue_id", order.queue_id);
    }
    const TicketFact* ticket = world.TicketOf(CallId(order.call_id));
    if (ticket != nullptr && (order.queue_id.empty() || ticket->queue.str() == order.queue_id)) {
      return ticket->id.str();
    }
    if (ticket == nullptr && world.FindCall(CallId(order.call_id)) == nullptr) {
      return UnknownCall(order.call_id);
    }
    auto error = FailedPrecondition("CALL_NOT_QUEUED", "The call does not wait there.").value();
    if (ticket != nullptr) error.metadata["queue_id"] = ticket->queue.str();
    return Fail(std::move(error));
  });
}

void ForwardingCallDesk::Remember(const std::string& request_id, const std::string& ticket) {
  const std::lock_guard lock(mutex_);
  if (tickets_.emplace(request_id, ticket).second) tickets_order_.push_back(request_id);
  if (tickets_order_.size() > kRemembered) {
    tickets_.erase(tickets_order_.front());
    tickets_order_.pop_front();
  }
}

Result<CallView> ForwardingCallDesk::Assign(const AssignOrder& order) {
  const auto ticket = TicketOf(order);
  if (!ticket) return Fail(ticket.error());
  const auto agent = AgentIdOf(order.agent);
  if (!agent) return Fail(agent.error());
  queue::v1::ForceAssignRequest request;
  request.set_request_id(order.request_id);
  request.set_ticket_id(*ticket);
  request.set_agent_id(*agent);
  request.set_override(order.override_rules);
  const auto bytes = backend_->Call(Service::kQueue, kForceAssign, request.SerializeAsString());
  if (!bytes) return Fail(bytes.error());
  queue::v1::ForceAssignResponse answer;
  if (!answer.ParseFromString(*bytes)) {
    return Fail({.code = ErrorCode::kInternal,
                 .reason = "BAD_ANSWER",
                 .message = "The queue answered something that cannot be read."});
  }
  Remember(order.request_id, *ticket);
  return Ask<CallView>(
      *view_, [offered = ToFact(answer.ticket()), now = clock_->Now().wall](const World& world) {
        return Result<CallView>(ViewPlace(world, offered, 0, now).call);
      });
}

}  // namespace callfleet::supervisor
