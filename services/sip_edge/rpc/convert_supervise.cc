// Supervision between the wire and the domain's words.
#include "services/sip_edge/rpc/convert.h"

namespace callfleet::sip_edge {
namespace {

// What both kinds of requests have.
template <class Request>
Result<SuperviseCommand> Common(const Request& request) {
  auto context = FromProto(request.context());
  if (!context) return Fail(context.error());
  SuperviseCommand command{.context = *std::move(context),
                           .leg = LegId(request.leg_id()),
                           .include_private = request.include_private()};
  const int mode = static_cast<int>(request.mode());
  if (mode < v1::SUPERVISE_MODE_LISTEN || mode > v1::SUPERVISE_MODE_TAKE_OVER) {
    return InvalidField("mode", "LISTEN, WHISPER, BARGE or TAKE_OVER is required");
  }
  command.mode = static_cast<SuperviseMode>(mode);
  switch (request.target_case()) {
    case Request::kSipUser:
      command.target = LegTarget{.to = LegTarget::SipUser{request.sip_user()}};
      break;
    case Request::kContactUri:
      command.target = LegTarget{.to = LegTarget::Uri{request.contact_uri()}};
      break;
    case Request::TARGET_NOT_SET:
      break;
  }
  return command;
}

}  // namespace

Result<SuperviseCommand> FromProto(const v1::SuperviseRequest& request) {
  auto command = Common(request);
  if (command) command->call = CallId(request.call_id());
  return command;
}

Result<SuperviseCommand> FromProto(const v1::SuperviseAgentRequest& request) {
  auto command = Common(request);
  if (command) command->agent = AgentId(request.agent_id());
  return command;
}

Result<StopSupervisionCommand> FromProto(const v1::StopSupervisionRequest& request) {
  auto context = FromProto(request.context());
  if (!context) return Fail(context.error());
  return StopSupervisionCommand{.context = *std::move(context), .leg = LegId(request.leg_id())};
}

}  // namespace callfleet::sip_edge
