// What a person may do with a call in progress, and an agent with its after-work. The service that
// owns the call does it.
#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/view_json.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

using callfleet::common::v1::CallAction;
using callfleet::common::v1::TransferTarget;
namespace registry = callfleet::agent_registry::v1;

constexpr std::array<FieldSpec, 3> kTransferBody{{
    {.name = "agentId", .about = "Id or name of the agent who gets it.", .min = 1, .max = 64},
    {.name = "queueId", .about = "Queue in which the caller waits.", .min = 1, .max = 64},
    {.name = "number", .about = "Number that gets it, E.164 with +.", .min = 3, .max = 33},
}};
constexpr std::array<FieldSpec, 2> kConsultBody{{
    {.name = "agentId", .about = "Id or name of the agent to talk to.", .min = 1, .max = 64},
    {.name = "number", .about = "Number to talk to, E.164 with +.", .min = 3, .max = 33},
}};
constexpr std::array<FieldSpec, 2> kWrapUpBody{{
    {.name = "timeLeftSeconds",
     .type = JsonType::kNumber,
     .about = "Time left from now; 0 ends it.",
     .required = true,
     .max = 3600},
    {.name = "reservationId", .about = "The slot; all in wrap-up unless given.", .max = 64},
}};
constexpr std::array<FieldSpec, 4> kDispositionBody{{
    {.name = "disposition",
     .about = "What the work came to.",
     .required = true,
     .min = 1,
     .max = 64},
    {.name = "note", .about = "Free text.", .max = 1000},
    {.name = "reservationId", .about = "The slot; the one answered last unless given.", .max = 64},
    {.name = "endWrapUp", .type = JsonType::kBoolean, .about = "Ends its wrap-up too."},
}};

Result<Reply> Steer(Context& context, const Request& request, const CallAction& action) {
  const auto done = context.calls->Steer({.request_id = request.request_id,
                                          .call_id = request.Id(),
                                          .action = action.SerializeAsString()});
  if (!done) return Fail(done.error());
  return Reply{.data = DoneTable()(request.Id())};
}

Status SetTarget(const Json& body, TransferTarget* target) {
  const auto agent = Get<std::string>(body, "agentId");
  const auto queue_id = Get<std::string>(body, "queueId");
  const auto number = Get<std::string>(body, "number");
  if (agent.has_value() + queue_id.has_value() + number.has_value() != 1) {
    return InvalidField("agentId", "exactly one target is required");
  }
  if (agent) target->set_agent_id(*agent);
  if (queue_id) target->set_queue_id(*queue_id);
  if (number) target->set_number(*number);
  return {};
}

Result<Reply> Hold(Context& context, const Request& request) {
  CallAction action;
  action.mutable_hold();
  return Steer(context, request, action);
}
Result<Reply> Resume(Context& context, const Request& request) {
  CallAction action;
  action.mutable_resume();
  return Steer(context, request, action);
}
Result<Reply> Transfer(Context& context, const Request& request) {
  CallAction action;
  auto ok = SetTarget(request.body, action.mutable_transfer()->mutable_target());
  if (!ok) return Fail(std::move(ok.error()));
  return Steer(context, request, action);
}
Result<Reply> Consult(Context& context, const Request& request) {
  CallAction action;
  auto ok = SetTarget(request.body, action.mutable_consult()->mutable_target());
  if (!ok) return Fail(std::move(ok.error()));
  return Steer(context, request, action);
}
Result<Reply> Complete(Context& context, const Request& request) {
  CallAction action;
  action.mutable_complete();
  return Steer(context, request, action);
}
Result<Reply> Cancel(Context& context, const Request& request) {
  CallAction action;
  action.mutable_cancel();
  return Steer(context, request, action);
}
Result<Reply> Conference(Context& context, const Request& request) {
  CallAction action;
  action.mutable_conference();
  return Steer(context, request, action);
}
Result<Reply> Requeue(Context& context, const Request& request) {
  CallAction action;
  action.mutable_requeue();
  return Steer(context, request, action);
}
Result<Reply> HangUp(Context& context, const Request& request) {
  CallAction action;
  action.mutable_hang_up();
  return Steer(context, request, action);
}

Result<Reply> SetWrapUp(Context& context, const Request& request) {
  auto id = ResolveAgent(context, request.Id());
  if (!id) return Fail(std::move(id.error()));
  registry::SetWrapUpRequest set;
  set.set_agent_id(*id);
  SetSeconds(request.body["timeLeftSeconds"].get<double>(), set.mutable_time_left());
  if (auto slot = Get<std::string>(request.body, "reservationId")) set.set_reservation_id(*slot);
  auto done = Call(context, kSetWrapUp, set);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = DoneTable()(*id)};
}

Result<Reply> SetDisposition(Context& context, const Request& request) {
  auto id = ResolveAgent(context, request.Id());
  if (!id) return Fail(std::move(id.error()));
  registry::SetDispositionRequest set;
  set.set_agent_id(*id);
  set.set_disposition(request.body["disposition"].get<std::string>());
  if (auto note = Get<std::string>(request.body, "note")) set.set_note(*note);
  if (auto slot = Get<std::string>(request.body, "reservationId")) set.set_reservation_id(*slot);
  if (auto end = Get<bool>(request.body, "endWrapUp")) set.set_end_wrap_up(*end);
  auto done = Call(context, kSetDisposition, set);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = DoneTable()(*id)};
}

}  // namespace

std::span<const Route> CallActionRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 11> kRoutes{{
      {{kPost, "/api/v1/calls/:id/hold", Role::kSupervisor, "The customer hears music."},
       {.handle = Hold, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/resume", Role::kSupervisor, "They hear each other again."},
       {.handle = Resume, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/transfer", Role::kSupervisor,
        "Blind transfer: the agent stays until the target answers."},
       {.handle = Transfer, .body = kTransferBody, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/consult", Role::kSupervisor,
        "The agent talks to the target while the customer hears music."},
       {.handle = Consult, .body = kConsultBody, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/complete", Role::kSupervisor,
        "The consulted target gets the customer."},
       {.handle = Complete, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/cancel", Role::kSupervisor,
        "The agent has the customer back from a transfer or consultation."},
       {.handle = Cancel, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/conference", Role::kSupervisor,
        "Customer, agent and consulted target hear each other."},
       {.handle = Conference, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/requeue", Role::kSupervisor,
        "Back into its queue, in its old place."},
       {.handle = Requeue, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/calls/:id/hangup", Role::kSupervisor, "Everybody is hung up."},
       {.handle = HangUp, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/agents/:id/wrap-up", Role::kSupervisor, "Ends or prolongs wrap-up."},
       {.handle = SetWrapUp, .body = kWrapUpBody, .answer = kOne<DoneTable>}},
      {{kPost, "/api/v1/agents/:id/disposition", Role::kSupervisor,
        "What an agent's work came to."},
       {.handle = SetDisposition, .body = kDispositionBody, .answer = kOne<DoneTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
