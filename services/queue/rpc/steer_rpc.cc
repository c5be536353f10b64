// SteerCall: what a person wants done with a call in progress.
#include <utility>

#include "services/queue/rpc/queue_service.h"
#include "services/queue/rpc/serve.h"

namespace callfleet::queue {
namespace {

using Action = callfleet::common::v1::CallAction;
using Target = callfleet::common::v1::TransferTarget;

bool IsNumber(const std::string& number) {
  return number.size() >= 3 && number.size() <= 33 && number[0] == '+' &&
         number.find_first_not_of("0123456789", 1) == std::string::npos;
}

Status ReadTarget(const Target& target, const std::string& field, bool may_be_queue, Steer* steer) {
  switch (target.to_case()) {
    case Target::kAgentId:
      if (target.agent_id().empty() || target.agent_id().size() > 64) {
        return InvalidField(field + ".agent_id", "1 to 64 characters");
      }
      steer->to_agent = AgentId(target.agent_id());
      return {};
    case Target::kNumber:
      if (!IsNumber(target.number())) {
        return InvalidField(field + ".number", "E.164: + and 2 to 32 digits");
      }
      steer->to_number = target.number();
      return {};
    case Target::kQueueId:
      if (!may_be_queue) return InvalidField(field + ".queue_id", "only for a transfer");
      if (target.queue_id().empty() || target.queue_id().size() > 64) {
        return InvalidField(field + ".queue_id", "1 to 64 characters");
      }
      steer->to_queue = QueueId(target.queue_id());
      return {};
    case Target::TO_NOT_SET:
      break;
  }
  return InvalidField(field, "agent_id, queue_id or number is required");
}

Status ReadAction(const Action& action, Steer* steer) {
  switch (action.action_case()) {
    case Action::kHold:
      steer->what = SteerWhat::kHold;
      return {};
    case Action::kResume:
      steer->what = SteerWhat::kResume;
      return {};
    case Action::kTransfer:
      steer->what = SteerWhat::kTransfer;
      return ReadTarget(action.transfer().target(), "action.transfer.target", true, steer);
    case Action::kConsult:
      steer->what = SteerWhat::kConsult;
      return ReadTarget(action.consult().target(), "action.consult.target", false, steer);
    case Action::kComplete:
      steer->what = SteerWhat::kComplete;
      return {};
    case Action::kCancel:
      steer->what = SteerWhat::kCancel;
      return {};
    case Action::kConference:
      steer->what = SteerWhat::kConference;
      return {};
    case Action::kRequeue:
      steer->what = SteerWhat::kRequeue;
      return {};
    case Action::kHangUp:
      steer->what = SteerWhat::kHangUp;
      return {};
    case Action::ACTION_NOT_SET:
      break;
  }
  return InvalidField("action", "required");
}

Result<Steer> ToSteer(const v1::SteerCallRequest& request) {
  Steer steer{.request = request.request_id(),
              .call = CallId(request.call_id()),
              .agent = AgentId(request.agent_id())};
  if (steer.request.empty() || steer.request.size() > 64) {
    return InvalidField("request_id", "1 to 64 characters");
  }
  if (steer.call.empty() || steer.call.str().size() > 64) {
    return InvalidField("call_id", "1 to 64 characters");
  }
  if (auto read = ReadAction(request.action(), &steer); !read) return Fail(read.error());
  return steer;
}

}  // namespace

grpc::ServerUnaryReactor* QueueRpc::SteerCall(grpc::CallbackServerContext* context,
                                              const v1::SteerCallRequest* request,
                                              v1::SteerCallResponse* response) {
  return Serve<v1::SteerCallResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        auto steer = ToSteer(*request);
        if (!steer) return void(pending->Fail(steer.error()));
        parts_.tickets->SteerCall(*std::move(steer), [pending](Status done) {
          if (!done) return void(pending->Fail(done.error()));
          pending->Finish({});
        });
      });
}

}  // namespace callfleet::queue
