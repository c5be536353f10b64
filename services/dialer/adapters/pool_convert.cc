#include "services/dialer/adapters/pool_convert.h"

#include "services/dialer/adapters/proto_time.h"

namespace callfleet::dialer {

namespace {

namespace registry_pb = callfleet::agent_registry::v1;
namespace common_pb = callfleet::common::v1;

void SetUnit(common_pb::Unit* unit, const CampaignId& campaign) {
  unit->set_kind(common_pb::UNIT_KIND_CAMPAIGN);
  unit->set_id(campaign.str());
}

registry_pb::Strategy ToProto(Strategy strategy) {
  switch (strategy) {
    case Strategy::kLeastBusy:
      return registry_pb::STRATEGY_LEAST_BUSY;
    case Strategy::kLongestIdle:
      return registry_pb::STRATEGY_LONGEST_IDLE;
    case Strategy::kRoundRobin:
      return registry_pb::STRATEGY_ROUND_ROBIN;
    case Strategy::kFewestCalls:
      return registry_pb::STRATEGY_FEWEST_CALLS;
    case Strategy::kLeastTalkTime:
      return registry_pb::STRATEGY_LEAST_TALK_TIME;
    case Strategy::kRandom:
      return registry_pb::STRATEGY_RANDOM;
    case Strategy::kSequential:
      return registry_pb::STRATEGY_SEQUENTIAL;
    case Strategy::kSkillLevel:
      return registry_pb::STRATEGY_SKILL_LEVEL;
  }
  return registry_pb::STRATEGY_UNSPECIFIED;
}

registry_pb::OfferEnd ToProto(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return registry_pb::OFFER_END_ANSWERED;
    case OfferEnd::kNoAnswer:
      return registry_pb::OFFER_END_NO_ANSWER;
    case OfferEnd::kDeclined:
      return registry_pb::OFFER_END_DECLINED;
    case OfferEnd::kDeviceFault:
      return registry_pb::OFFER_END_DEVICE_FAULT;
    case OfferEnd::kWithdrawn:
      return registry_pb::OFFER_END_WITHDRAWN;
  }
  return registry_pb::OFFER_END_UNSPECIFIED;
}

void Fill(registry_pb::HeldReservation* to, const SayHeld& from) {
  to->set_reservation_id(from.held.reservation.str());
  SetUnit(to->mutable_unit(), from.campaign);
  to->set_agent_id(from.held.agent.str());
  to->set_demand_id(from.held.demand.str());
  to->set_call_id(from.held.demand.str());
  to->set_leg_id(from.held.leg.str());
}

struct Filler {
  const PoolId& pool;
  const std::string& owner;
  registry_pb::SessionRequest* to;

  void operator()(const SayHello& say) const {
    auto* hello = to->mutable_hello();
    hello->set_pool_id(pool.str());
    hello->set_owner(owner);
    for (const auto& unit : say.units) {
      auto* out = hello->add_units();
      SetUnit(out->mutable_unit(), CampaignId(unit.unit.id));
      out->set_token(unit.token);
    }
  }
  void operator()(const SayDemand& say) const {
    const SendDemand& from = say.demand;
    auto* demand = to->mutable_demand();
    SetUnit(demand->mutable_unit(), say.campaign);
    SetUnit(demand->mutable_audience(), say.campaign);
    demand->set_demand_id(from.demand.str());
    demand->set_revision(from.revision);
    for (const auto& need : from.skills) {
      auto* skill = demand->add_skills();
      skill->set_name(need.name);
      skill->set_min_level(static_cast<std::uint32_t>(need.min_level));
    }
    demand->set_strategy(ToProto(from.strategy));
    demand->set_demand_class(from.demand_class == DemandClass::kAnswered
                                 ? registry_pb::DEMAND_CLASS_ANSWERED
                                 : registry_pb::DEMAND_CLASS_AGENT_FIRST);
    SetTime(demand->mutable_since(), from.since);
    if (from.time_left) SetDuration(demand->mutable_time_left(), *from.time_left);
    demand->set_instant_only(from.instant_only);
    if (from.demand_class == DemandClass::kAnswered) demand->set_call_id(from.demand.str());
  }
  void operator()(const SayHeld& say) const { Fill(to->mutable_declare_reservation(), say); }
  void operator()(const SayDeclareEnd& say) const {
    for (const auto& campaign : say.campaigns) {
      SetUnit(to->mutable_declare_end()->add_units(), campaign);
    }
  }
  void operator()(const SayLeave& say) const {
    SetUnit(to->mutable_leave()->add_units(), say.campaign);
  }
  void operator()(const SayCancel& say) const {
    SetUnit(to->mutable_cancel()->mutable_unit(), say.campaign);
    to->mutable_cancel()->set_demand_id(say.demand.str());
  }
  void operator()(const SayTaken& say) const { to->mutable_taken()->set_grant(say.grant); }
  void operator()(const SayReturned& say) const { to->mutable_returned()->set_grant(say.grant); }
  void operator()(const SayHeartbeat& say) const {
    auto* beat = to->mutable_heartbeat();
    beat->set_number(say.number);
    beat->set_highest_grant_seen(say.highest_grant_seen);
    for (const auto& held : say.held) Fill(beat->add_held(), held);
  }
  void operator()(const ReportOffer& say) const {
    auto* report = to->mutable_report_offer();
    report->set_reservation_id(say.reservation.str());
    report->set_end(ToProto(say.end));
  }
  void operator()(const SaySeize& say) const {
    auto* seize = to->mutable_seize();
    seize->set_seize_id(say.seize.seize);
    SetUnit(seize->mutable_unit(), say.campaign);
    seize->set_agent_id(say.seize.agent.str());
    seize->set_override(true);  // A colleague who is in wrap-up or not ready may still help.
    seize->set_call_id(say.seize.call.str());
  }
  void operator()(const CompleteWork& say) const {
    auto* complete = to->mutable_complete();
    complete->set_reservation_id(say.reservation.str());
    complete->set_outcome(std::string(Name(say.outcome)));
    SetDuration(complete->mutable_talk_time(), say.talk);
    if (say.wrap_up) SetDuration(complete->mutable_wrap_up(), *say.wrap_up);
  }
};

LineMode FromProto(registry_pb::AgentLineMode mode) {
  switch (mode) {
    case registry_pb::AGENT_LINE_MODE_AUTO:
      return LineMode::kAuto;
    case registry_pb::AGENT_LINE_MODE_DEDICATED:
      return LineMode::kDedicated;
    default:
      return LineMode::kRing;  // Generated enums are open: a newer mode rings.
  }
}

AgentOffer FromProto(const registry_pb::Offer& offer) {
  return {.reservation = ReservationId(offer.reservation_id()),
          .agent = AgentId(offer.agent_id()),
          .agent_name = offer.agent_name(),
          .line_mode = FromProto(offer.line_mode()),
          .edge = EdgeId(offer.edge_id()),
          .sip_user = offer.sip_user(),
          .contact_uri = offer.contact_uri(),
          .dedicated_leg = LegId(offer.dedicated_leg_id())};
}

// The one ErrorInfo of a status.
std::string ReasonOf(const callfleet::common::v1::Status& status) {
  for (const auto& any : status.details()) {
    callfleet::common::v1::ErrorInfo info;
    if (any.type_url() == "type.googleapis.com/google.rpc.ErrorInfo" &&
        info.ParseFromString(any.value())) {
      return info.reason();
    }
  }
  return "OFFLINE";
}

std::optional<PoolInput> GrantOf(const registry_pb::SessionResponse::Grant& grant) {
  if (grant.offers().empty()) return std::nullopt;
  return PoolGrant{.campaign = CampaignId(grant.unit().id()),
                   .grant = grant.grant(),
                   .demand = AttemptId(grant.demand_id()),
                   .revision = grant.revision(),
                   .offer = FromProto(grant.offers(0))};
}

PoolAudience AudienceOf(const registry_pb::SessionResponse::Audience& audience) {
  return {.campaign = CampaignId(audience.unit().id()),
          .audience = {.members = static_cast<int>(audience.members()),
                       .ready = static_cast<int>(audience.ready()),
                       .available = static_cast<int>(audience.available()),
                       .instant = static_cast<int>(audience.instant())}};
}

}  // namespace

registry_pb::SessionRequest ToRequest(const PoolMessage& message, const PoolId& pool,
                                      const std::string& owner) {
  registry_pb::SessionRequest request;
  std::visit(Filler{pool, owner, &request}, message);
  return request;
}

std::optional<PoolInput> ToInput(const registry_pb::SessionResponse& response) {
  switch (response.message_case()) {
    case registry_pb::SessionResponse::kReady: {
      PoolReady ready;
      for (const auto& unit : response.ready().units()) ready.campaigns.emplace_back(unit.id());
      return ready;
    }
    case registry_pb::SessionResponse::kGrant:
      return GrantOf(response.grant());
    case registry_pb::SessionResponse::kClosed:
      return PoolClosed{.campaign = CampaignId(response.closed().unit().id()),
                        .demand = AttemptId(response.closed().demand_id())};
    case registry_pb::SessionResponse::kRevoked:
      return PoolRevoked{ReservationId(response.revoked().reservation_id())};
    case registry_pb::SessionResponse::kFenced: {
      PoolFenced fenced;
      for (const auto& unit : response.fenced().units()) {
        fenced.campaigns.emplace_back(unit.unit().id());
      }
      return fenced;
    }
    case registry_pb::SessionResponse::kHeartbeatAck:
      return PoolAck{.number = response.heartbeat_ack().number()};
    case registry_pb::SessionResponse::kAudience:
      return AudienceOf(response.audience());
    case registry_pb::SessionResponse::kSeizeResult: {
      const auto& result = response.seize_result();
      PoolSeized seized{.seize = result.seize_id(), .offer = std::nullopt};
      if (result.has_offer()) seized.offer = FromProto(result.offer());
      if (!result.has_offer()) seized.refused = ReasonOf(result.status());
      return seized;
    }
    case registry_pb::SessionResponse::MESSAGE_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace callfleet::dialer
