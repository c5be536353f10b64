#include "services/agent_registry/rpc/convert.h"

#include <algorithm>

#include "common/grpc_server/pb_time.h"

namespace callfleet::agent_registry {
namespace {

v1::SlotState SlotStateOf(SlotState state) {
  switch (state) {
    case SlotState::kReserved:
      return v1::SLOT_STATE_RESERVED;
    case SlotState::kRinging:
      return v1::SLOT_STATE_RINGING;
    case SlotState::kConnected:
      return v1::SLOT_STATE_CONNECTED;
    case SlotState::kHeld:
      return v1::SLOT_STATE_HELD;
    case SlotState::kWrapUp:
      return v1::SLOT_STATE_WRAP_UP;
    case SlotState::kOrphaned:
      return v1::SLOT_STATE_ORPHANED;
    case SlotState::kFree:
      return v1::SLOT_STATE_UNSPECIFIED;
  }
  return v1::SLOT_STATE_UNSPECIFIED;
}

void AddSlots(const AgentRecord& r, v1::Agent* to) {
  for (const SlotRecord& s : r.slots) {
    auto* slot = to->add_slots();
    slot->set_reservation_id(ToWire(s.key, r.profile->pool).str());
    slot->set_state(SlotStateOf(s.state));
    if (s.unit) ToProto(*s.unit, slot->mutable_unit());
    slot->set_demand_id(s.demand);
    slot->set_call_id(s.call.str());
    slot->set_leg_id(s.leg.str());
    ToProto(s.since.wall, slot->mutable_since());
    if (s.state == SlotState::kWrapUp) ToProto(s.wrap_up_until, slot->mutable_wrap_up_until());
    slot->set_disposition(s.disposition);
  }
  for (const AgentLeg& leg : r.manual_legs) {
    auto* slot = to->add_slots();
    slot->set_state(leg.phase == LegPhase::kAnswered ? v1::SLOT_STATE_CONNECTED
                                                     : v1::SLOT_STATE_RINGING);
    slot->set_call_id(leg.call.str());
    slot->set_leg_id(leg.leg.str());
  }
}

void SetFigures(const AgentFigures& f, v1::AgentFigures* to) {
  to->set_offers(f.offers);
  to->set_answered(f.answered);
  to->set_missed(f.missed);
  to->set_device_faults(f.device_faults);
  to->set_calls(f.calls);
  ToProto(f.talk, to->mutable_talk_time());
  ToProto(f.wrap_up, to->mutable_wrap_up_time());
  for (std::size_t i = 0; i < kLostCauses; ++i) {
    const auto time = f.lost.at(i);
    if (time.count() == 0) continue;
    auto& lost = (*to->mutable_lost_time())[std::string(Name(static_cast<LostCause>(i)))];
    lost = grpc_server::ToPb(time);
  }
}

// Out of range becomes a value that the domain's check refuses.
std::uint8_t Level(std::uint32_t level) { return static_cast<std::uint8_t>(std::min(level, 255U)); }

template <class Skills>
std::vector<SkillLevel> SkillsFrom(const Skills& skills) {
  std::vector<SkillLevel> all;
  for (const auto& skill : skills) all.push_back({skill.name(), Level(skill.level())});
  return all;
}

// Only what Check has let through.
std::optional<MediaSecurity> SecurityFrom(v1::AgentMediaSecurity security) {
  if (security == v1::AGENT_MEDIA_SECURITY_UNSPECIFIED) return std::nullopt;
  return static_cast<MediaSecurity>(security);
}

std::optional<LineMode> LineModeFrom(v1::AgentLineMode mode) {
  switch (mode) {
    case v1::AGENT_LINE_MODE_RING:
      return LineMode::kRing;
    case v1::AGENT_LINE_MODE_AUTO:
      return LineMode::kAuto;
    case v1::AGENT_LINE_MODE_DEDICATED:
      return LineMode::kDedicated;
    default:
      return std::nullopt;
  }
}

}  // namespace

v1::AgentActivity ActivityOf(const AgentRecord& r) {
  if (r.presence.presence == Presence::kLoggedOut || !r.profile->active || !r.reachable) {
    return v1::AGENT_ACTIVITY_OFFLINE;
  }
  if (r.standing.load >= r.profile->max_concurrent_calls && !r.blocked_by_wrap_up) {
    return v1::AGENT_ACTIVITY_BUSY;
  }
  if (r.blocked_by_wrap_up) return v1::AGENT_ACTIVITY_WRAP_UP;
  return r.standing.open ? v1::AGENT_ACTIVITY_AVAILABLE : v1::AGENT_ACTIVITY_NOT_READY;
}

void ToProto(WallTime time, google::protobuf::Timestamp* to) { *to = grpc_server::ToPb(time); }
void ToProto(std::chrono::milliseconds time, google::protobuf::Duration* to) {
  *to = grpc_server::ToPb(time);
}
std::chrono::milliseconds FromProto(const google::protobuf::Duration& time) {
  return grpc_server::MillisOf(time);
}
WallTime FromProto(const google::protobuf::Timestamp& time) { return grpc_server::TimeOf(time); }
void ToProto(const Unit& unit, callfleet::common::v1::Unit* to) {
  to->set_kind(static_cast<callfleet::common::v1::UnitKind>(unit.kind));
  to->set_id(unit.id);
}
Unit FromProto(const callfleet::common::v1::Unit& unit) {
  return {static_cast<UnitKind>(unit.kind()), unit.id()};
}

v1::AgentKind ToProto(AgentKind kind) {
  return kind == AgentKind::kHuman ? v1::AGENT_KIND_HUMAN : v1::AGENT_KIND_AI;
}
v1::AgentLineMode ToProto(LineMode mode) {
  switch (mode) {
    case LineMode::kRing:
      return v1::AGENT_LINE_MODE_RING;
    case LineMode::kAuto:
      return v1::AGENT_LINE_MODE_AUTO;
    case LineMode::kDedicated:
      return v1::AGENT_LINE_MODE_DEDICATED;
  }
  return v1::AGENT_LINE_MODE_UNSPECIFIED;
}
v1::Presence ToProto(Presence presence) {
  switch (presence) {
    case Presence::kLoggedOut:
      return v1::PRESENCE_LOGGED_OUT;
    case Presence::kNotReady:
      return v1::PRESENCE_NOT_READY;
    case Presence::kReady:
      return v1::PRESENCE_READY;
  }
  return v1::PRESENCE_UNSPECIFIED;
}

void ToProto(const AgentRecord& r, v1::Agent* to) {
  const AgentProfile& p = *r.profile;
  to->set_agent_id(p.id.str());
  to->set_name(p.name);
  to->set_description(p.description);
  to->set_active(p.active);
  to->set_kind(ToProto(p.kind));
  to->set_line_mode(ToProto(p.line_mode));
  to->set_media_security(static_cast<v1::AgentMediaSecurity>(p.media_security));
  to->set_max_concurrent_calls(p.max_concurrent_calls);
  for (const SkillLevel& skill : p.skills) {
    auto* s = to->add_skills();
    s->set_name(skill.name);
    s->set_level(skill.level);
  }
  to->set_pool_id(p.pool.str());
  to->set_sip_user(p.sip_user);
  to->set_contact_uri(p.contact_uri);
  to->set_auto_ready(p.auto_ready);
  for (const Membership& m : p.memberships) {
    auto* member = to->add_memberships();
    ToProto(m.unit, member->mutable_unit());
    member->set_primary(m.primary);
  }
  ToProto(p.wrap_up, to->mutable_wrap_up());
  to->set_tier(p.tier);
  to->set_presence(ToProto(r.presence.presence));
  to->set_presence_reason(r.presence.reason);
  ToProto(r.presence.since == WallTime{} ? p.created : r.presence.since,
          to->mutable_presence_since());
  if (r.presence.pending) to->set_pending_presence(ToProto(*r.presence.pending));
  to->set_pending_presence_reason(r.pending_reason);
  to->set_activity(ActivityOf(r));
  AddSlots(r, to);
  to->set_reachable(r.reachable);
  to->set_contact(p.contact_uri.empty() ? r.contact : p.contact_uri);
  to->set_edge_id(r.edge.str());
  SetFigures(r.figures, to->mutable_figures());
  ToProto(r.last_activity == WallTime{} ? p.created : r.last_activity,
          to->mutable_last_activity_time());
  to->set_version(r.version);
  to->set_dedicated_leg_id(r.dedicated_leg.str());
  ToProto(p.created, to->mutable_create_time());
}

NewAgent FromProto(const v1::CreateAgentRequest& request) {
  NewAgent wish;
  wish.name = request.name();
  wish.description = request.description();
  if (request.has_active()) wish.active = request.active();
  if (request.kind() == v1::AGENT_KIND_HUMAN) wish.kind = AgentKind::kHuman;
  if (request.kind() == v1::AGENT_KIND_AI) wish.kind = AgentKind::kAi;
  wish.line_mode = LineModeFrom(request.line_mode());
  wish.media_security = SecurityFrom(request.media_security());
  if (request.has_max_concurrent_calls())
    wish.max_concurrent_calls = request.max_concurrent_calls();
  wish.skills = SkillsFrom(request.skills());
  wish.pool = request.pool_id();
  wish.sip_user = request.sip_user();
  wish.sip_secret = request.sip_secret();
  wish.contact_uri = request.contact_uri();
  if (request.has_auto_ready()) wish.auto_ready = request.auto_ready();
  wish.wrap_up = FromProto(request.wrap_up());
  wish.tier = request.tier();
  return wish;
}

AgentPatch FromProto(const v1::UpdateAgentRequest& request) {
  AgentPatch patch;
  if (request.has_name()) patch.name = request.name();
  if (request.has_description()) patch.description = request.description();
  if (request.has_max_concurrent_calls())
    patch.max_concurrent_calls = request.max_concurrent_calls();
  patch.line_mode = LineModeFrom(request.line_mode());
  patch.media_security = SecurityFrom(request.media_security());
  if (request.replace_skills()) patch.skills = SkillsFrom(request.skills());
  if (request.has_auto_ready()) patch.auto_ready = request.auto_ready();
  if (request.has_wrap_up()) patch.wrap_up = FromProto(request.wrap_up());
  if (request.has_tier()) patch.tier = request.tier();
  if (request.has_sip_secret()) patch.sip_secret = request.sip_secret();
  if (request.has_contact_uri()) patch.contact_uri = request.contact_uri();
  return patch;
}

Status Check(v1::AgentMediaSecurity security) {
  if (v1::AgentMediaSecurity_IsValid(security)) return {};
  return InvalidField("media_security", "OFF, OFFERED or REQUIRED");
}

Result<Presence> FromProto(v1::Presence presence) {
  switch (presence) {
    case v1::PRESENCE_LOGGED_OUT:
      return Presence::kLoggedOut;
    case v1::PRESENCE_NOT_READY:
      return Presence::kNotReady;
    case v1::PRESENCE_READY:
      return Presence::kReady;
    default:
      return InvalidField("presence", "must be LOGGED_OUT, NOT_READY or READY");
  }
}

}  // namespace callfleet::agent_registry
