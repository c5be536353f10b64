#include "services/dialer/adapters/pool_convert.h"

#include "services/dialer/adapters/proto_time.h"

namespace callfleet::dialer {

namespace {

namespace v1 = callfleet::agent_registry::v1;
namespace common = callfleet::common::v1;

void SetUnit(common::Unit* unit, const CampaignId& campaign) {
  unit->set_kind(common::UNIT_KIND_CAMPAIGN);
  unit->set_id(campaign.str());
}

v1::Strategy ToProto(Strategy strategy) {
  switch (strategy) {
    case Strategy::kLeastBusy:
      return v1::STRATEGY_LEAST_BUSY;
    case Strategy::kLongestIdle:
      return v1::STRATEGY_LONGEST_IDLE;
    case Strategy::kRoundRobin:
      return v1::STRATEGY_ROUND_ROBIN;
    case Strategy::kFewestCalls:
      return v1::STRATEGY_FEWEST_CALLS;
    case Strategy::kLeastTalkTime:
      return v1::STRATEGY_LEAST_TALK_TIME;
    case Strategy::kRandom:
      return v1::STRATEGY_RANDOM;
    case Strategy::kSequential:
      return v1::STRATEGY_SEQUENTIAL;
    case Strategy::kSkillLevel:
      return v1::STRATEGY_SKILL_LEVEL;
  }
  return v1::STRATEGY_UNSPECIFIED;
}

v1::OfferEnd ToProto(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return v1::OFFER_END_ANSWERED;
    case OfferEnd::kNoAnswer:
      return v1::OFFER_END_NO_ANSWER;
    case OfferEnd::kDeclined:
      return v1::OFFER_END_DECLINED;
    case OfferEnd::kDeviceFault:
      return v1::OFFER_END_DEVICE_FAULT;
    case OfferEnd::kWithdrawn:
      return v1::OFFER_END_WITHDRAWN;
  }
  return v1::OFFER_END_UNSPECIFIED;
}

void Fill(v1::HeldReservation* to, const SayHeld& from) {
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
  v1::SessionRequest* to;

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
                                 ? v1::DEMAND_CLASS_ANSWERED
                                 : v1::DEMAND_CLASS_AGENT_FIRST);
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

LineMode FromProto(v1::AgentLineMode mode) {
  switch (mode) {
    case v1::AGENT_LINE_MODE_AUTO:
      return LineMode::kAuto;
    case v1::AGENT_LINE_MODE_DEDICATED:
      return LineMode::kDedicated;
    default:
      return LineMode::kRing;  // Generated enums are open: a newer mode rings.
  }
}

AgentOffer FromProto(const v1::Offer& offer) {
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

std::optional<PoolInput> GrantOf(const v1::SessionResponse::Grant& grant) {
  if (grant.offers().empty()) return std::nullopt;
  return PoolGrant{.campaign = CampaignId(grant.unit().id()),
                   .grant = grant.grant(),
                   .demand = AttemptId(grant.demand_id()),
                   .revision = grant.revision(),
                   .offer = FromProto(grant.offers(0))};
}

PoolAudience AudienceOf(const v1::SessionResponse::Audience& audience) {
  return {.campaign = CampaignId(audience.unit().id()),
          .audience = {.members = static_cast<int>(audience.members()),
                       .ready = static_cast<int>(audience.ready()),
                       .available = static_cast<int>(audience.available()),
                       .instant = static_cast<int>(audience.instant())}};
}

}  // namespace

v1::SessionRequest ToRequest(const PoolMessage& message, const PoolId& pool,
                             const std::string& owner) {
  v1::SessionRequest request;
  std::visit(Filler{pool, owner, &request}, message);
  return request;
}

std::optional<PoolInput> ToInput(const v1::SessionResponse& response) {
  switch (response.message_case()) {
    case v1::SessionResponse::kReady: {
      PoolReady ready;
      for (const auto& unit : response.ready().units()) ready.campaigns.emplace_back(unit.id());
      return ready;
    }
    case v1::SessionResponse::kGrant:
      return GrantOf(response.grant());
    case v1::SessionResponse::kClosed:
      return PoolClosed{.campaign = CampaignId(response.closed().unit().id()),
                        .demand = AttemptId(response.closed().demand_id())};
    case v1::SessionResponse::kRevoked:
      return PoolRevoked{ReservationId(response.revoked().reservation_id())};
    case v1::SessionResponse::kFenced: {
      PoolFenced fenced;
      for (const auto& unit : response.fenced().units()) {
        fenced.campaigns.emplace_back(unit.unit().id());
      }
      return fenced;
    }
    case v1::SessionResponse::kHeartbeatAck:
      return PoolAck{.number = response.heartbeat_ack().number()};
    case v1::SessionResponse::kAudience:
      return AudienceOf(response.audience());
    case v1::SessionResponse::kSeizeResult: {
      const auto& result = response.seize_result();
      PoolSeized seized{.seize = result.seize_id(), .offer = std::nullopt};
      if (result.has_offer()) seized.offer = FromProto(result.offer());
      if (!result.has_offer()) seized.refused = ReasonOf(result.status());
      return seized;
    }
    case v1::SessionResponse::MESSAGE_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace callfleet::dialer
