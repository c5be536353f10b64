// SteerCall: what a person wants done with a call in progress.
#include "services/dialer/rpc/dialer_service.h"
#include "services/dialer/rpc/serve.h"

namespace callfleet::dialer {

namespace {

using Action = callfleet::common::v1::CallAction;

bool IsE164(const std::string& number) {
  return number.size() >= 3 && number.size() <= 33 && number[0] == '+' &&
         number.find_first_not_of("0123456789", 1) == std::string::npos;
}

Status ReadTarget(const callfleet::common::v1::TransferTarget& target, const char* field,
                  Steer* steer) {
  switch (target.to_case()) {
    case callfleet::common::v1::TransferTarget::kAgentId:
      if (target.agent_id().empty() || target.agent_id().size() > 64) {
        return InvalidField(std::string(field) + ".agent_id", "1 to 64 characters");
      }
      steer->to_agent = AgentId(target.agent_id());
      return {};
    case callfleet::common::v1::TransferTarget::kNumber:
      if (!IsE164(target.number())) {
        return InvalidField(std::string(field) + ".number", "E.164: + and 2 to 32 digits");
      }
      steer->to_number = target.number();
      return {};
    case callfleet::common::v1::TransferTarget::kQueueId:
      return Fail(Error{.code = ErrorCode::kUnimplemented,
                        .reason = "NOT_IMPLEMENTED",
                        .message = "A campaign's call cannot be passed to a queue yet."});
    case callfleet::common::v1::TransferTarget::TO_NOT_SET:
      break;
  }
  return InvalidField(field, "agent_id or number is required");
}

Result<Steer> FromProto(const v1::SteerCallRequest& request) {
  Steer steer{.request = request.request_id(), .call = AttemptId(request.call_id())};
  if (steer.request.empty() || steer.request.size() > 64) {
    return InvalidField("request_id", "1 to 64 characters");
  }
  if (steer.call.empty()) return InvalidField("call_id", "required");
  Status target;
  switch (request.action().action_case()) {
    case Action::kHold:
      steer.what = SteerWhat::kHold;
      break;
    case Action::kResume:
      steer.what = SteerWhat::kResume;
      break;
    case Action::kTransfer:
      steer.what = SteerWhat::kTransfer;
      target = ReadTarget(request.action().transfer().target(), "action.transfer.target", &steer);
      break;
    case Action::kConsult:
      steer.what = SteerWhat::kConsult;
      target = ReadTarget(request.action().consult().target(), "action.consult.target", &steer);
      break;
    case Action::kComplete:
      steer.what = SteerWhat::kComplete;
      break;
    case Action::kCancel:
      steer.what = SteerWhat::kCancel;
      break;
    case Action::kConference:
      steer.what = SteerWhat::kConference;
      break;
    case Action::kRequeue:
      steer.what = SteerWhat::kRequeue;
      break;
    case Action::kHangUp:
      steer.what = SteerWhat::kHangUp;
      break;
    case Action::ACTION_NOT_SET:
      return InvalidField("action", "required");
  }
  if (!target) return Fail(target.error());
  return steer;
}

}  // namespace

DialerRpc::Reactor DialerRpc::SteerCall(Context context, const v1::SteerCallRequest* request,
                                        v1::SteerCallResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    auto steer = FromProto(*request);
    if (!steer) return void(pending->Fail(steer.error()));
    parts_.desk->SteerCall(*std::move(steer), [pending](Status done) {
      if (!done) return void(pending->Fail(done.error()));
      pending->Finish({});
    });
  });
}

}  // namespace callfleet::dialer
