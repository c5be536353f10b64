#include "common/grpc_server/call_action.h"

namespace callfleet::grpc_server {

namespace {

using Action = callfleet::common::v1::CallAction;
using Target = callfleet::common::v1::TransferTarget;

constexpr std::size_t kLongestId = 64;

bool IsNumber(const std::string& number) {
  return number.size() >= 3 && number.size() <= 33 && number[0] == '+' &&
         number.find_first_not_of("0123456789", 1) == std::string::npos;
}

Status CheckId(const std::string& id, const std::string& field) {
  if (id.empty() || id.size() > kLongestId) return InvalidField(field, "1 to 64 characters");
  return {};
}

Result<SteerAction> WithTarget(SteerWhat what, const Target& target, const std::string& field) {
  SteerAction action{.what = what};
  Status valid;
  switch (target.to_case()) {
    case Target::kAgentId:
      valid = CheckId(target.agent_id(), field + ".agent_id");
      action.to_agent = AgentId(target.agent_id());
      break;
    case Target::kNumber:
      if (!IsNumber(target.number())) {
        return InvalidField(field + ".number", "E.164: + and 2 to 32 digits");
      }
      action.to_number = target.number();
      break;
    case Target::kQueueId:
      if (what != SteerWhat::kTransfer) {
        return InvalidField(field + ".queue_id", "only for a transfer");
      }
      valid = CheckId(target.queue_id(), field + ".queue_id");
      action.to_queue = QueueId(target.queue_id());
      break;
    case Target::TO_NOT_SET:
      return InvalidField(field, "agent_id, queue_id or number is required");
  }
  if (!valid) return Fail(valid.error());
  return action;
}

}  // namespace

Status CheckSteer(const std::string& request_id, const std::string& call_id) {
  if (auto valid = CheckId(request_id, "request_id"); !valid) return valid;
  return CheckId(call_id, "call_id");
}

Result<SteerAction> ReadAction(const Action& action) {
  switch (action.action_case()) {
    case Action::kHold:
      return SteerAction{SteerWhat::kHold};
    case Action::kResume:
      return SteerAction{SteerWhat::kResume};
    case Action::kTransfer:
      return WithTarget(SteerWhat::kTransfer, action.transfer().target(), "action.transfer.target");
    case Action::kConsult:
      return WithTarget(SteerWhat::kConsult, action.consult().target(), "action.consult.target");
    case Action::kComplete:
      return SteerAction{SteerWhat::kComplete};
    case Action::kCancel:
      return SteerAction{SteerWhat::kCancel};
    case Action::kConference:
      return SteerAction{SteerWhat::kConference};
    case Action::kRequeue:
      return SteerAction{SteerWhat::kRequeue};
    case Action::kHangUp:
      return SteerAction{SteerWhat::kHangUp};
    case Action::ACTION_NOT_SET:
      break;
  }
  return InvalidField("action", "required");
}

}  // namespace callfleet::grpc_server
