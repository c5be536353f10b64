// Supervisors: they listen, whisper, barge and take over, in one call or after an agent over its
// calls.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {
namespace {

tl::unexpected<Error> NotBridged() {
  return FailedPrecondition("NOT_BRIDGED", "nobody talks in this call");
}

}  // namespace

Status CallSwitch::MayRingSupervisor(const SuperviseCommand& command, const Call* call,
                                     Instant now) {
  if (!command.target) {
    return Fail(Error{.code = ErrorCode::kNotFound,
                      .reason = "SUPERVISION_NOT_FOUND",
                      .message = "no such supervision on this edge",
                      .fields = {{"target", "a new one needs sip_user or contact_uri"}}});
  }
  if (auto ok = CheckTarget(*command.target); !ok) return ok;
  if (auto ok = MayAddLeg(call, command.leg, {}); !ok) return ok;
  const auto* user = std::get_if<LegTarget::SipUser>(&command.target->to);
  if (user != nullptr && locations_.Reachable(user->name, now.wall).empty()) {
    return Fail(Error{.code = ErrorCode::kFailedPrecondition,
                      .reason = "NOT_REGISTERED",
                      .message = "no phone is registered for this user",
                      .metadata = {{"sip_user", user->name}}});
  }
  return {};
}

CallSwitch::Leg& CallSwitch::AddSupervisor(Call& call, const SuperviseCommand& command,
                                           Instant now) {
  const auto* uri = std::get_if<LegTarget::Uri>(&command.target->to);
  const auto* user = std::get_if<LegTarget::SipUser>(&command.target->to);
  Leg& leg = AddLeg(call,
                    {.id = command.leg,
                     .role = LegRole::kSupervisor,
                     .remote = uri != nullptr ? uri->text : "sip:" + user->name,
                     .caller_id = call.record.caller,
                     .dedicated = !command.agent.empty(),
                     .supervise_mode = command.mode,
                     .follows_agent = command.agent},
                    {}, now);
  leg.hears_private = command.include_private;
  LegTarget target = *command.target;
  target.caller_id = call.record.caller;
  PlaceLeg(leg, target, now);
  Touch(call, CallChange::kSupervision);
  Recompute(call, now);
  return leg;
}

bool CallSwitch::TakesNoSupervisor(const Call& call) const {
  const auto& legs = call.record.legs;
  return std::count_if(legs.begin(), legs.end(), [](const LegRecord& leg) {
           return leg.role == LegRole::kSupervisor && leg.phase != LegPhase::kEnded;
         }) >= config_.max_supervisors_per_call;
}

CallSwitch::RecordResult CallSwitch::Supervise(const SuperviseCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = AdmitRequest(command.context); !ok) return Fail(ok.error());
  if (Leg* leg = FindLeg(command.leg)) return ChangeMode(*leg, command, now);
  Call* call = FindCall(command.call);
  if (call == nullptr) return NotFound("CALL_NOT_FOUND", "no such call on this edge");
  if (call->record.state != CallState::kBridged) return NotBridged();
  if (auto ok = MayRingSupervisor(command, call, now); !ok) return Fail(ok.error());
  if (TakesNoSupervisor(*call)) {
    return Fail(Error{.code = ErrorCode::kResourceExhausted,
                      .reason = "SUPERVISION_LIMIT",
                      .message = "enough supervisors are in this call"});
  }
  AddSupervisor(*call, command, now);
  return Done(*call, command.context.request);
}

// The line is a call of its own, which nobody controls and the edge forgets by itself; it takes
// part in the agent's calls by views.
CallSwitch::RecordResult CallSwitch::SuperviseAgent(const SuperviseCommand& command, Instant now) {
  const CallId id(command.leg.str());
  if (auto known = Repeated(command.context.request)) return Replay(id, *known);
  if (auto ok = AdmitRequest(command.context); !ok) return Fail(ok.error());
  if (command.agent.empty() || command.agent.str().size() > 64) {
    return InvalidField("agent_id", "1 to 64 characters");
  }
  if (Leg* leg = FindLeg(command.leg)) return ChangeMode(*leg, command, now);
  if (FindCall(id) != nullptr) return InvalidField("leg_id", "is the id of a call");
  if (command.mode == SuperviseMode::kTakeOver) return NotBridged();
  if (auto ok = MayRingSupervisor(command, nullptr, now); !ok) return Fail(ok.error());
  auto call = CallFor(command.context, id, {}, now);
  if (!call) return Fail(call.error());
  (*call)->record.controller.reset();
  (*call)->is_supervision = true;
  followers_.push_back(AddSupervisor(**call, command, now).handle);
  return Done(**call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::ChangeMode(Leg& leg, const SuperviseCommand& command,
                                                Instant now) {
  LegRecord& record = RecordOf(leg);
  const bool of_agent = !command.agent.empty();
  const bool same = of_agent ? record.follows_agent == command.agent && leg.line == 0
                             : leg.call->record.id == command.call && record.follows_agent.empty();
  if (record.role != LegRole::kSupervisor || !same) {
    return Fail(Error{.code = ErrorCode::kAlreadyExists,
                      .reason = "LEG_EXISTS",
                      .message = "this leg id is another leg's"});
  }
  if (!IsLive(leg) || record.phase == LegPhase::kClosing) {
    return FailedPrecondition("TOO_LATE", "the supervision has ended");
  }
  Leg* view = FindLeg(leg.view);
  Leg& part = view != nullptr ? *view : leg;  // What takes part in the call.
  if (RecordOf(part).supervise_mode == SuperviseMode::kTakeOver && part.peer != 0) {
    return FailedPrecondition("TOO_LATE", "the supervisor has taken over");
  }
  const bool takes_over = command.mode == SuperviseMode::kTakeOver;
  if (takes_over && AgentToRelieve(*part.call, record.follows_agent) == nullptr) {
    return NotBridged();
  }
  if (takes_over && IsPassedOn(*part.call)) {
    return FailedPrecondition("TRANSFER_PENDING", "the customer is being passed on");
  }
  // The line goes on listening when the call that was taken over has ended.
  record.supervise_mode = takes_over && of_agent ? SuperviseMode::kListen : command.mode;
  RecordOf(part).supervise_mode = command.mode;
  leg.hears_private = part.hears_private = command.include_private;
  if (takes_over && IsAnswered(part)) TakeOver(part, now);
  RefreshRows(*part.call);
  Touch(*part.call, CallChange::kSupervision);
  if (&part != &leg) Touch(*leg.call, CallChange::kSupervision);
  return Done(*leg.call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::StopSupervision(const StopSupervisionCommand& command,
                                                     Instant now) {
  Leg* leg = FindLeg(command.leg);
  if (auto known = Repeated(command.context.request)) {
    if (!*known) return Fail(known->error());
    if (leg != nullptr) return Get(leg->call->record.id);
  }
  if (auto ok = AdmitRequest(command.context); !ok) return Fail(ok.error());
  if (leg == nullptr || RecordOf(*leg).role != LegRole::kSupervisor) {
    return NotFound("SUPERVISION_NOT_FOUND", "no such supervision on this edge");
  }
  HangUpLeg(*leg, {.by = EndedBy::kController, .cause = {.q850 = 16}}, now);
  return Done(*leg->call, command.context.request);
}

void CallSwitch::SupervisorAnswered(Leg& leg, Instant now) {
  if (leg.line == 0 && !RecordOf(leg).follows_agent.empty()) {
    seeking_.emplace_back(leg.handle, now);
    return;
  }
  if (RecordOf(leg).supervise_mode == SuperviseMode::kTakeOver) TakeOver(leg, now);
  RefreshRows(*leg.call);
  Touch(*leg.call, CallChange::kSupervision);
}

CallSwitch::Leg* CallSwitch::BridgedAgent(Call& call, const AgentId& agent) {
  for (LegHandle handle : call.legs) {
    Leg* leg = FindLeg(handle);
    if (leg == nullptr || RecordOf(*leg).role != LegRole::kAgent || !IsAnswered(*leg)) continue;
    // Who follows an agent does so in calls that it makes, too.
    if (agent.empty() ? !Serves(*leg) : RecordOf(*leg).agent != agent) continue;
    if (!PartnersOf(*leg).empty()) return leg;
  }
  return nullptr;
}

// Whose place can be taken. An agent whose phone is the caller serves nobody.
CallSwitch::Leg* CallSwitch::AgentToRelieve(Call& call, const AgentId& agent) {
  Leg* leg = BridgedAgent(call, agent);
  return leg != nullptr && Serves(*leg) ? leg : nullptr;
}

// The customer hears the supervisor instead of the agent in the same stream; the agent's leg ends,
// which is what sends the agent to wrap-up. Without an agent by now, or while the customer is being
// passed on, the supervisor listens.
void CallSwitch::TakeOver(Leg& leg, Instant now) {
  Leg* agent = AgentToRelieve(*leg.call, RecordOf(leg).follows_agent);
  const bool free = agent != nullptr && !IsPassedOn(*leg.call);
  Leg* customer = free ? FindLeg(agent->peer) : nullptr;
  if (customer == nullptr) {
    RecordOf(leg).supervise_mode = SuperviseMode::kListen;
    return;
  }
  Join(leg, *customer, agent->follows.on_peer_end, now);
  HangUpLeg(*agent,
            {.by = EndedBy::kEdge,
             .cause = {.q850 = 16, .text = "taken over"},
             .edge_reason = EdgeReason::kTakenOver},
            now);
}

// A supervisor is never alone in a call, and who follows an agent leaves with it.
void CallSwitch::EndIdleSupervisors(Call& call, Instant now) {
  if (call.is_supervision) return;
  const auto talks = [this](LegHandle handle) {
    Leg* leg = FindLeg(handle);
    return leg != nullptr && !IsObserver(*leg) && IsLive(*leg) &&
           RecordOf(*leg).phase != LegPhase::kClosing;
  };
  const bool over = std::none_of(call.legs.begin(), call.legs.end(), talks);
  for (LegHandle handle : std::vector<LegHandle>(call.legs)) {
    Leg* leg = FindLeg(handle);
    if (leg == nullptr || !IsObserver(*leg) || !IsLive(*leg)) continue;
    const AgentId& agent = RecordOf(*leg).follows_agent;
    const bool left =
        !agent.empty() && std::none_of(call.legs.begin(), call.legs.end(), [&](LegHandle other) {
          return talks(other) && RecordOf(*FindLeg(other)).role == LegRole::kAgent &&
                 RecordOf(*FindLeg(other)).agent == agent;
        });
    if (over || left) HangUpLeg(*leg, {.by = EndedBy::kPeerLeg, .cause = {.q850 = 16}}, now);
  }
}

// A line that follows an agent, to the call if the agent talks in it and it has a place.
void CallSwitch::JoinFollower(Leg& line, Call& call, Instant now) {
  if (!IsAnswered(line) || line.view != 0 || call.record.state != CallState::kBridged) return;
  if (IsFull(call) || TakesNoSupervisor(call)) return;
  if (BridgedAgent(call, RecordOf(line).follows_agent) != nullptr) AttachView(line, call, now);
}

// After a step: lines that follow an agent join the call that it talks in now. Where that one has
// no place they wait, and the oldest line is first when somebody goes: each end of a leg in a
// bridged call is such a step.
void CallSwitch::FollowAgents() {
  for (const auto& [id, now] : std::exchange(bridged_, {})) {
    Call* call = FindCall(id);
    for (LegHandle handle : std::vector<LegHandle>(followers_)) {
      Leg* line = FindLeg(handle);
      if (call != nullptr && line != nullptr) JoinFollower(*line, *call, now);
    }
  }
  for (const auto& [handle, now] : std::exchange(seeking_, {})) {
    for (const auto& [id, call] : calls_) {
      Leg* line = FindLeg(handle);
      if (line != nullptr) JoinFollower(*line, *call, now);
    }
  }
}

void CallSwitch::AttachView(Leg& line, Call& call, Instant now) {
  const LegRecord& of_line = RecordOf(line);
  Leg& view = AddLeg(call,
                     {.id = LegId(ids_.Next()),
                      .role = LegRole::kSupervisor,
                      .remote = of_line.remote,
                      .sip_call_id = of_line.sip_call_id,
                      .placed = now.wall,
                      .held_by_far_end = of_line.held_by_far_end,
                      .dedicated = true,
                      .supervise_mode = of_line.supervise_mode,
                      .follows_agent = of_line.follows_agent,
                      .codec = of_line.codec},
                     {}, now);
  view.line = line.handle;
  view.hears_private = line.hears_private;
  line.view = view.handle;
  acts_.push_back(act::Play{.leg = line.handle, .sound = Sound::Of(Tone::kZip), .over_row = true});
  Apply(view, LegEvent::kAnswered, now);
}

}  // namespace callfleet::sip_edge
