#include <algorithm>

#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/convert_time.h"

namespace callfleet::sip_edge {

namespace {

Result<WhatFollows> Read(const v1::WhatFollows& follows) {
  WhatFollows out{.bridge_with = LegId(follows.bridge_with_leg_id())};
  if (follows.on_peer_end() == v1::ON_PEER_END_KEEP_WITH_MUSIC) {
    out.on_peer_end = OnPeerEnd::kKeepWithMusic;
  }
  const auto ring = MillisOf(follows.ring_timeout());
  const auto setup = MillisOf(follows.setup_timeout());
  if (ring.count() != 0) out.ring_timeout = ring;
  if (setup.count() != 0) out.setup_timeout = setup;
  if (follows.has_not_bridged_within()) {
    out.not_bridged_within = MillisOf(follows.not_bridged_within());
  }
  out.safe_message = follows.safe_message();
  out.hold_music = follows.hold_music();
  if (follows.has_recording()) {
    auto policy = FromProto(follows.recording(), "what_follows.recording");
    if (!policy) return Fail(policy.error());
    out.recording = *std::move(policy);
  }
  if (follows.has_transfer()) {
    const auto& to = follows.transfer();
    if (to.kind() == v1::TRANSFER_KIND_ATTENDED) {
      return InvalidField("what_follows.transfer.kind", "BLIND or CONSULT");
    }
    const bool consult = to.kind() == v1::TRANSFER_KIND_CONSULT;
    out.transfer = TransferTo{.id = to.transfer_id(),
                              .kind = consult ? TransferKind::kConsult : TransferKind::kBlind,
                              .referrer = LegId(to.referrer_leg_id()),
                              .by_person = to.by_person()};
  }
  return out;
}

OnPeerEnd Read(v1::OnPeerEnd on_peer_end) {
  return on_peer_end == v1::ON_PEER_END_KEEP_WITH_MUSIC ? OnPeerEnd::kKeepWithMusic
                                                        : OnPeerEnd::kHangUp;
}

template <class Map>
std::map<std::string, std::string> ToMap(const Map& in) {
  return {in.begin(), in.end()};
}

LineMode Read(v1::LineMode mode) {
  switch (mode) {
    case v1::LINE_MODE_AUTO:
      return LineMode::kAuto;
    case v1::LINE_MODE_DEDICATED:
      return LineMode::kDedicated;
    default:
      return LineMode::kRing;
  }
}

// Fills the context of a command, or fails.
template <class Command, class Request>
Result<Command> Begin(const Request& request) {
  auto context = FromProto(request.context());
  if (!context) return Fail(context.error());
  Command command;
  command.context = *std::move(context);
  return command;
}

}  // namespace

Result<Unit> FromProto(const callfleet::common::v1::Unit& unit, const std::string& field) {
  const int kind = static_cast<int>(unit.kind());
  if (kind < 1 || kind > 4) return InvalidField(field + ".kind", "required");
  const auto unit_kind = static_cast<UnitKind>(kind);
  if (unit.id().size() > 64 || (unit.id().empty() && unit_kind != UnitKind::kRouting)) {
    return InvalidField(field + ".id", "1 to 64 characters");
  }
  return Unit{unit_kind, unit.id()};
}

Result<CommandContext> FromProto(const v1::CommandContext& context) {
  auto unit = FromProto(context.unit().unit(), "context.unit.unit");
  if (!unit) return Fail(unit.error());
  return CommandContext{.request = RequestId(context.request_id()),
                        .boot = BootId(context.boot_id()),
                        .unit = {*std::move(unit), context.unit().token()}};
}

Result<OriginateCommand> FromProto(const v1::OriginateRequest& request) {
  auto command = Begin<OriginateCommand>(request);
  if (!command) return command;
  auto follows = Read(request.what_follows());
  if (!follows) return Fail(follows.error());
  command->call = CallId(request.call_id());
  command->leg = LegId(request.leg_id());
  command->follows = *std::move(follows);
  if (request.what_follows().has_amd()) {
    auto amd = FromProto(request.what_follows().amd(), "what_follows.amd");
    if (!amd) return Fail(amd.error());
    command->follows.amd = *std::move(amd);
  }
  command->labels = ToMap(request.labels());
  command->target = {.caller_id = request.caller_id(),
                     .caller_name = request.caller_name(),
                     .headers = ToMap(request.headers())};
  switch (request.destination_case()) {
    case v1::OriginateRequest::kTrunkNumber:
      command->target.to = LegTarget::TrunkNumber{TrunkId(request.trunk_number().trunk_id()),
                                                  request.trunk_number().number()};
      break;
    case v1::OriginateRequest::kSipUri:
      command->target.to = LegTarget::Uri{request.sip_uri()};
      break;
    case v1::OriginateRequest::DESTINATION_NOT_SET:
      return InvalidField("destination", "trunk_number or sip_uri is required");
  }
  return command;
}

Result<RingCommand> FromProto(const v1::RingRequest& request) {
  auto command = Begin<RingCommand>(request);
  if (!command) return command;
  auto follows = Read(request.what_follows());
  if (!follows) return Fail(follows.error());
  command->call = CallId(request.call_id());
  command->leg = LegId(request.leg_id());
  command->agent = AgentId(request.agent_id());
  command->reservation = ReservationId(request.reservation_id());
  command->follows = *std::move(follows);
  command->labels = ToMap(request.labels());
  command->target = {.caller_id = request.caller_id(),
                     .caller_name = request.caller_name(),
                     .headers = ToMap(request.headers()),
                     .line_mode = Read(request.line_mode())};
  if (request.what_follows().has_amd()) {
    return InvalidField("what_follows.amd", "not for an agent's leg");
  }
  if (request.agent_id().empty() || request.agent_id().size() > 64) {
    return InvalidField("agent_id", "1 to 64 characters");
  }
  switch (request.target_case()) {
    case v1::RingRequest::kSipUser:
      command->target.to = LegTarget::SipUser{request.sip_user()};
      break;
    case v1::RingRequest::kContactUri:
      command->target.to = LegTarget::Uri{request.contact_uri(), command->agent};
      break;
    case v1::RingRequest::kDedicatedLegId:
      command->target.to = LegTarget::DedicatedLeg{LegId(request.dedicated_leg_id())};
      break;
    case v1::RingRequest::TARGET_NOT_SET:
      return InvalidField("target", "sip_user, contact_uri or dedicated_leg_id is required");
  }
  return command;
}

Result<AnswerCommand> FromProto(const v1::AnswerRequest& request) {
  auto command = Begin<AnswerCommand>(request);
  if (!command) return command;
  command->call = CallId(request.call_id());
  command->early_media_only = request.early_media_only();
  if (request.has_sound()) {
    auto sound = FromProto(request.sound());
    if (!sound) return Fail(sound.error());
    command->sound = *sound;
  }
  return command;
}

Result<BridgeCommand> FromProto(const v1::BridgeRequest& request) {
  auto command = Begin<BridgeCommand>(request);
  if (!command) return command;
  command->call = CallId(request.call_id());
  command->leg = LegId(request.leg_id());
  command->with = LegId(request.with_leg_id());
  command->on_peer_end = Read(request.on_peer_end());
  command->hold_music = request.hold_music();
  if (request.has_recording()) {
    auto policy = FromProto(request.recording(), "recording");
    if (!policy) return Fail(policy.error());
    command->recording = *std::move(policy);
  }
  return command;
}

Result<HangUpCommand> FromProto(const v1::HangUpRequest& request) {
  auto command = Begin<HangUpCommand>(request);
  if (!command) return command;
  command->call = CallId(request.call_id());
  command->leg = LegId(request.leg_id());
  if (request.call_id().empty() && request.leg_id().empty()) {
    return InvalidField("call_id", "a call or a dedicated leg is required");
  }
  if (request.sip_code() != 0) {
    if (request.sip_code() < 400 || request.sip_code() > 699) {
      return InvalidField("sip_code", "400 to 699");
    }
    command->sip_code = request.sip_code();
  }
  if (request.q850_cause() != 0) {
    if (request.q850_cause() < 1 || request.q850_cause() > 127) {
      return InvalidField("q850_cause", "1 to 127");
    }
    command->q850 = request.q850_cause();
  }
  command->keep_peers = request.keep_peers();
  return command;
}

Result<SteerTransferCommand> FromProto(const v1::SteerTransferRequest& request) {
  auto command = Begin<SteerTransferCommand>(request);
  if (!command) return command;
  command->call = CallId(request.call_id());
  command->transfer = request.transfer_id();
  const int verb = static_cast<int>(request.verb());
  if (verb < 1 || verb > 5) return InvalidField("verb", "required");
  command->verb = static_cast<TransferVerb>(verb);
  if (request.sip_code() != 0) {
    if (request.sip_code() < 400 || request.sip_code() > 699) {
      return InvalidField("sip_code", "400 to 699");
    }
    command->sip_code = request.sip_code();
  }
  return command;
}

Result<HoldCommand> FromProto(const v1::SetHoldRequest& request) {
  auto command = Begin<HoldCommand>(request);
  if (!command) return command;
  command->call = CallId(request.call_id());
  command->leg = LegId(request.leg_id());
  command->held = request.held();
  return command;
}

Result<PlayCommand> FromProto(const v1::PlayRequest& request) {
  auto command = Begin<PlayCommand>(request);
  if (!command) return command;
  command->call = CallId(request.call_id());
  command->leg = LegId(request.leg_id());
  if (request.to() < v1::PLAY_TO_UNSPECIFIED || request.to() > v1::PLAY_TO_BRIDGE) {
    return InvalidField("to", "PLAY_TO_UNSPECIFIED, PLAY_TO_BRIDGED_LEG or PLAY_TO_BRIDGE");
  }
  command->to = static_cast<PlayTo>(request.to());
  if (request.has_sound()) {
    auto sound = FromProto(request.sound());
    if (!sound) return Fail(sound.error());
    command->sound = *sound;
  }
  return command;
}

Result<DigitsCommand> FromProto(const v1::SendDigitsRequest& request) {
  auto command = Begin<DigitsCommand>(request);
  if (!command) return command;
  command->call = CallId(request.call_id());
  command->leg = LegId(request.leg_id());
  command->digits = request.digits();
  return command;
}

Result<ClaimCommand> FromProto(const v1::ClaimRequest& request) {
  auto command = Begin<ClaimCommand>(request);
  if (command) command->call = CallId(request.call_id());
  return command;
}

Result<HandoverCommand> FromProto(const v1::HandoverRequest& request) {
  auto command = Begin<HandoverCommand>(request);
  if (!command) return command;
  auto to = FromProto(request.to(), "to");
  if (!to) return Fail(to.error());
  command->call = CallId(request.call_id());
  command->to = *std::move(to);
  command->number = request.number();
  command->release = LegId(request.release_leg_id());
  return command;
}

Result<DeclineCommand> FromProto(const v1::DeclineRequest& request) {
  auto command = Begin<DeclineCommand>(request);
  if (!command) return command;
  const auto& answer = request.answer();
  command->call = CallId(request.call_id());
  command->answer = {.reason = answer.reason(),
                     .agent = answer.agent(),
                     .number = answer.number(),
                     .trunk = TrunkId(answer.trunk_id()),
                     .sip_code = answer.sip_code()};
  return command;
}

Result<AcknowledgeCommand> FromProto(const v1::AcknowledgeRequest& request) {
  auto command = Begin<AcknowledgeCommand>(request);
  if (!command) return command;
  for (const auto& id : request.call_ids()) command->calls.emplace_back(id);
  return command;
}

}  // namespace callfleet::sip_edge
