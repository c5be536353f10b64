#include "services/supervisor/rpc/convert.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "common/grpc_server/pb_time.h"

namespace callfleet::supervisor {
namespace {

using grpc_server::ToPb;

template <class Message, class Setter>
void SetTime(const std::optional<WallTime>& time, Message* message, Setter mutable_field) {
  if (time) *(message->*mutable_field)() = ToPb(*time);
}

double Seconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1e6; }

v1::CallState ToProto(CallViewState state) {
  switch (state) {
    case CallViewState::kArrived:
      return v1::CALL_STATE_ARRIVED;
    case CallViewState::kSetup:
      return v1::CALL_STATE_SETUP;
    case CallViewState::kWaiting:
      return v1::CALL_STATE_WAITING;
    case CallViewState::kConnected:
      return v1::CALL_STATE_CONNECTED;
    case CallViewState::kHeld:
      return v1::CALL_STATE_HELD;
    case CallViewState::kEnded:
      return v1::CALL_STATE_ENDED;
  }
  return v1::CALL_STATE_UNSPECIFIED;
}

const char* RoleName(LegRole role) {
  if (role == LegRole::kAgent) return "agent";
  return role == LegRole::kSupervisor ? "supervisor" : "customer";
}

void SetOwner(const CallView& view, v1::Call* call) {
  call->set_agent_id(view.agent.str());
  call->set_agent_name(view.agent_name);
  call->set_queue_id(view.queue.str());
  call->set_campaign_id(view.campaign.str());
  call->set_lead_id(view.lead);
  call->set_dispatch_id(view.dispatch);
  call->set_bridge_id(view.bridge.str());
  call->set_priority(view.priority);
  call->set_customer_type(view.customer_type);
  for (const auto& id : view.recordings) call->add_recording_ids(id);
  for (const auto& skill : view.required_skills) {
    auto* need = call->add_required_skills();
    need->set_name(skill.name);
    need->set_min_level(skill.level);
  }
}

void SetTimes(const CallView& view, v1::Call* call) {
  SetTime(view.created, call, &v1::Call::mutable_create_time);
  SetTime(view.queued, call, &v1::Call::mutable_queue_time);
  SetTime(view.answered, call, &v1::Call::mutable_answer_time);
  SetTime(view.connected, call, &v1::Call::mutable_connect_time);
  SetTime(view.ended, call, &v1::Call::mutable_end_time);
  call->set_duration_seconds(Seconds(view.duration));
  call->set_wait_seconds(Seconds(view.wait));
  call->set_talk_seconds(Seconds(view.talk));
  call->set_hold_seconds(Seconds(view.hold));
}

// The verdict alone: the attempt of the campaign has all of it.
void SetVerdict(const CallView& view, v1::Call* call) {
  for (const LegView& leg : view.legs) {
    if (leg.role != LegRole::kCustomer || leg.answered_by.empty()) continue;
    std::string name = "AMD_VERDICT_" + leg.answered_by;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    callfleet::common::v1::AmdVerdict verdict{};
    if (!callfleet::common::v1::AmdVerdict_Parse(name, &verdict)) continue;
    call->mutable_amd()->set_verdict(verdict);
    return;
  }
}

}  // namespace

v1::CoachingOutcome ToProto(CoachingOutcome outcome) {
  switch (outcome) {
    case CoachingOutcome::kDelivered:
      return v1::COACHING_OUTCOME_DELIVERED;
    case CoachingOutcome::kFailed:
      return v1::COACHING_OUTCOME_FAILED;
    case CoachingOutcome::kNoDevice:
      return v1::COACHING_OUTCOME_NO_DEVICE;
  }
  return v1::COACHING_OUTCOME_UNSPECIFIED;
}

v1::Agent ToProto(const AgentView& view) {
  v1::Agent agent;
  agent.set_agent_id(view.fact.id.str());
  agent.set_name(view.fact.name);
  agent.set_sip_uri(view.sip_uri);
  agent.set_contact(view.fact.contact);
  agent.set_active(view.fact.active);
  agent.set_kind(Name(view.fact.kind));
  agent.set_presence(Name(view.fact.presence));
  agent.set_presence_reason(view.fact.presence_reason);
  SetTime(view.fact.presence_since, &agent, &v1::Agent::mutable_presence_since);
  agent.set_state(Name(view.fact.activity));
  for (const auto& call : view.calls) {
    auto* current = agent.add_current_calls();
    current->set_call_id(call.call.str());
    current->set_number(call.number);
    current->set_state(Name(call.state));
    current->set_duration_seconds(Seconds(call.duration));
    current->set_unit(call.unit);
  }
  agent.set_max_concurrent_calls(view.fact.max_calls);
  for (const auto& skill : view.fact.skills) {
    auto* has = agent.add_skills();
    has->set_name(skill.name);
    has->set_level(skill.level);
  }
  if (view.score) agent.set_performance_score(*view.score);
  agent.set_samples(view.samples);
  if (view.answer_rate) agent.mutable_score_parts()->set_answer_rate(*view.answer_rate);
  SetTime(view.fact.last_activity, &agent, &v1::Agent::mutable_last_activity_time);
  agent.set_version(view.fact.version);
  for (const auto& note : view.coaching) {
    auto* to = agent.add_coaching();
    to->set_note_id(note.id);
    SetTime(std::optional(note.at), to, &v1::CoachingNote::mutable_time);
    to->set_author(note.author);
    to->set_text(note.text);
    to->set_outcome(ToProto(note.outcome));
  }
  return agent;
}

v1::CallLeg ToProto(const LegView& leg) {
  v1::CallLeg out;
  out.set_leg_id(leg.leg.str());
  out.set_role(RoleName(leg.role));
  out.set_agent_id(leg.agent.str());
  out.set_remote(leg.remote);
  out.set_codec(leg.codec);
  out.set_answered_by(leg.answered_by);
  out.set_ended(leg.ended);
  out.set_one_way_audio(Name(leg.one_way));
  if (!leg.quality) return out;
  const LegQuality& quality = *leg.quality;
  auto* to = out.mutable_quality();
  to->set_packets_received(quality.packets_received);
  to->set_packets_sent(quality.packets_sent);
  to->set_packets_lost(quality.packets_lost);
  if (const auto ratio = LossRatio(quality)) to->set_loss_ratio(*ratio);
  if (quality.jitter) to->set_jitter_seconds(Seconds(*quality.jitter));
  if (quality.round_trip) to->set_round_trip_seconds(Seconds(*quality.round_trip));
  if (quality.mos) to->set_mos(*quality.mos);
  if (quality.first_rtp) to->set_first_rtp_seconds(Seconds(*quality.first_rtp));
  return out;
}

v1::Call ToProto(const CallView& view) {
  v1::Call call;
  call.set_call_id(view.id.str());
  call.set_edge_id(view.edge.str());
  call.set_caller(view.caller);
  call.set_called(view.called);
  call.set_direction(view.direction == CallDirection::kInbound ? v1::CALL_DIRECTION_INBOUND
                                                               : v1::CALL_DIRECTION_OUTBOUND);
  call.set_state(ToProto(view.state));
  SetOwner(view, &call);
  SetTimes(view, &call);
  call.set_transfers(view.transfers);
  call.set_holds(view.holds);
  for (const auto& step : view.steps) {
    auto* to = call.add_routing_history();
    SetTime(step.time, to, &v1::RoutingStep::mutable_time);
    to->set_who(step.who);
    to->set_what(step.what);
    to->set_why(step.why);
  }
  for (const auto& leg : view.legs) *call.add_legs() = ToProto(leg);
  SetVerdict(view, &call);
  call.set_end_reason(view.end_reason);
  call.set_sip_code(view.sip_code);
  call.set_q850_cause(view.q850_cause);
  call.set_version(view.version);
  return call;
}

v1::Bridge ToProto(const BridgeView& view) {
  v1::Bridge bridge;
  bridge.set_bridge_id(view.id.str());
  bridge.set_call_id(view.call.str());
  bridge.set_edge_id(view.edge.str());
  for (const auto& who : view.participants) {
    auto* to = bridge.add_participants();
    to->set_leg_id(who.leg.str());
    to->set_role(RoleName(who.role));
    to->set_mode(who.mode);
    to->set_agent_id(who.agent.str());
    to->set_remote(who.remote);
  }
  SetTime(view.since, &bridge, &v1::Bridge::mutable_since);
  bridge.set_duration_seconds(Seconds(view.duration));
  return bridge;
}

v1::Stats ToProto(const Stats& stats) {
  v1::Stats out;
  out.set_active_calls(stats.active_calls);
  out.set_active_bridges(stats.active_bridges);
  out.set_total_calls_handled(stats.total_calls_handled);
  out.set_available_agents(stats.available_agents);
  out.set_busy_agents(stats.busy_agents);
  out.set_signed_in_agents(stats.signed_in_agents);
  out.set_total_agents(stats.total_agents);
  out.set_queued_calls(stats.queued_calls);
  if (auto value = stats.Utilisation()) out.set_utilisation(*value);
  auto* routing = out.mutable_routing();
  routing->set_routed_directly(stats.routing.direct);
  routing->set_queued(stats.routing.queued);
  routing->set_rejected(stats.routing.rejected);
  routing->set_routed(stats.routing.routed);
  routing->set_skill_samples(stats.routing.skill_samples);
  if (auto value = stats.routing.AverageRoutingMs()) routing->set_average_routing_ms(*value);
  if (auto value = stats.routing.SkillMatchRate()) routing->set_skill_match_rate(*value);
  SetTime(stats.since, &out, &v1::Stats::mutable_since);
  return out;
}

v1::ServiceLevel ToProto(const ServiceLevel& level) {
  v1::ServiceLevel out;
  out.set_formula(static_cast<v1::ServiceLevelFormula>(level.formula));
  out.set_words(level.words);
  if (level.value) out.set_value(*level.value);
  return out;
}

// Zeros until the queue has told its figures.
v1::QueueStats ToProto(const QueueFact& queue) {
  const QueueFigures figures = queue.figures.value_or(QueueFigures());
  v1::QueueStats out;
  out.set_queue_id(queue.id.str());
  out.set_name(queue.name);
  out.set_state(queue.state);
  out.set_waiting(figures.waiting);
  out.set_longest_wait_seconds(figures.longest_wait);
  if (auto value = AverageWait(figures)) out.set_average_wait_seconds(*value);
  out.set_offered(figures.offered);
  out.set_answered(figures.answered);
  out.set_abandoned(figures.abandoned);
  out.set_overflowed(figures.overflowed);
  out.set_short_abandoned(figures.short_abandoned);
  out.set_refused(figures.refused);
  out.set_callbacks(figures.callbacks);
  if (auto value = DefaultServiceLevel(figures)) out.set_service_level(*value);
  out.set_service_level_formula(kServiceLevelFormula);
  if (queue.figures) {  // Before, nobody knows T.
    for (const auto& level : ServiceLevels(figures)) *out.add_service_levels() = ToProto(level);
  }
  if (auto value = ExpectedWait(figures)) out.set_expected_wait_seconds(*value);
  out.set_agents_ready(figures.agents_ready);
  out.set_agents_available(figures.agents_available);
  out.set_agents_busy(AgentsBusy(figures));
  return out;
}

}  // namespace callfleet::supervisor
