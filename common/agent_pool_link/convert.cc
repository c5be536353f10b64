#include "common/agent_pool_link/convert.h"

#include "common/grpc_server/errors.h"
#include "common/grpc_server/pb_time.h"

namespace callfleet::agent_pool {

namespace {

namespace registry_pb = callfleet::agent_registry::v1;
namespace common_pb = callfleet::common::v1;
using grpc_server::ToPb;

void SetUnit(common_pb::Unit* to, const Unit& unit) {
  to->set_kind(static_cast<common_pb::UnitKind>(unit.kind));
  to->set_id(unit.id);
}

Unit FromProto(const common_pb::Unit& unit) {
  return {.kind = static_cast<UnitKind>(unit.kind()), .id = unit.id()};
}

registry_pb::DemandClass ToProto(DemandClass demand_class) {
  switch (demand_class) {
    case DemandClass::kWaiting:
      return registry_pb::DEMAND_CLASS_WAITING;
    case DemandClass::kAnswered:
      return registry_pb::DEMAND_CLASS_ANSWERED;
    case DemandClass::kAgentFirst:
      return registry_pb::DEMAND_CLASS_AGENT_FIRST;
  }
  return registry_pb::DEMAND_CLASS_UNSPECIFIED;
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
  SetUnit(to->mutable_unit(), from.unit);
  to->set_agent_id(from.held.agent.str());
  to->set_demand_id(from.held.demand.str());
  to->set_call_id(from.held.call.str());
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
      SetUnit(out->mutable_unit(), unit.unit);
      out->set_token(unit.token);
    }
  }
  void operator()(const SayDemand& say) const {
    const SendDemand& from = say.demand;
    auto* demand = to->mutable_demand();
    SetUnit(demand->mutable_unit(), say.unit);
    SetUnit(demand->mutable_audience(), say.unit);
    demand->set_demand_id(from.demand.str());
    demand->set_revision(from.revision);
    for (const auto& need : from.skills) {
      auto* skill = demand->add_skills();
      skill->set_name(need.name);
      skill->set_min_level(need.min_level);
    }
    demand->set_strategy(static_cast<registry_pb::Strategy>(from.strategy));
    demand->set_demand_class(ToProto(from.demand_class));
    *demand->mutable_bonus() = ToPb(from.bonus);
    *demand->mutable_since() = ToPb(from.since);
    if (from.time_left) *demand->mutable_time_left() = ToPb(*from.time_left);
    demand->set_instant_only(from.instant_only);
    if (!from.sticky.empty()) {
      demand->set_sticky_agent_id(from.sticky.str());
      *demand->mutable_sticky_patience() = ToPb(from.sticky_patience);
    }
    demand->set_call_id(from.call.str());
    demand->set_edge_id(from.edge.str());
  }
  void operator()(const SayHeld& say) const { Fill(to->mutable_declare_reservation(), say); }
  void operator()(const SayDeclareEnd& say) const {
    for (const auto& unit : say.units) SetUnit(to->mutable_declare_end()->add_units(), unit);
  }
  void operator()(const SayLeave& say) const {
    SetUnit(to->mutable_leave()->add_units(), say.unit);
  }
  void operator()(const SayCancel& say) const {
    SetUnit(to->mutable_cancel()->mutable_unit(), say.unit);
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
  void operator()(const SaySeize& say) const {
    auto* seize = to->mutable_seize();
    seize->set_seize_id(say.seize.seize);
    SetUnit(seize->mutable_unit(), say.unit);
    seize->set_agent_id(say.seize.agent.str());
    seize->set_override(say.seize.override_rules);
    seize->set_call_id(say.seize.call.str());
    seize->set_edge_id(say.seize.edge.str());
  }
  void operator()(const ReportOffer& say) const {
    auto* report = to->mutable_report_offer();
    report->set_reservation_id(say.reservation.str());
    report->set_end(ToProto(say.end));
  }
  void operator()(const CompleteWork& say) const {
    auto* complete = to->mutable_complete();
    complete->set_reservation_id(say.reservation.str());
    complete->set_outcome(say.outcome);
    *complete->mutable_talk_time() = ToPb(say.talk);
    if (say.wrap_up) *complete->mutable_wrap_up() = ToPb(*say.wrap_up);
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

std::optional<std::chrono::milliseconds> WrapUpOf(const registry_pb::Offer& offer) {
  if (!offer.has_wrap_up()) return std::nullopt;
  return grpc_server::MillisOf(offer.wrap_up());
}

AgentOffer FromProto(const registry_pb::Offer& offer) {
  return {.reservation = ReservationId(offer.reservation_id()),
          .agent = AgentId(offer.agent_id()),
          .agent_name = offer.agent_name(),
          .line_mode = FromProto(offer.line_mode()),
          .edge = EdgeId(offer.edge_id()),
          .edges = {offer.edge_ids().begin(), offer.edge_ids().end()},
          .sip_user = offer.sip_user(),
          .contact_uri = offer.contact_uri(),
          .dedicated_leg = LegId(offer.dedicated_leg_id()),
          .wrap_up = WrapUpOf(offer)};
}

PoolGrant FromProto(const registry_pb::SessionResponse::Grant& grant) {
  PoolGrant out{.unit = FromProto(grant.unit()),
                .grant = grant.grant(),
                .demand = DemandId(grant.demand_id()),
                .revision = grant.revision(),
                .offers = {}};
  for (const auto& offer : grant.offers()) out.offers.push_back(FromProto(offer));
  return out;
}

std::string ReasonOf(const common_pb::Status& status) {
  const grpc::Status as_grpc(static_cast<grpc::StatusCode>(status.code()), status.message(),
                             status.SerializeAsString());
  const auto read = grpc_server::FromGrpcStatus(as_grpc);
  return read ? std::string("UNKNOWN") : read.error().reason;
}

PoolSeized FromProto(const registry_pb::SessionResponse::SeizeResult& result) {
  PoolSeized out{.seize = result.seize_id(), .offer = {}, .refused = {}};
  if (result.has_offer()) {
    out.offer = FromProto(result.offer());
  } else {
    out.refused = ReasonOf(result.status());
  }
  return out;
}

// These end a demand that was taken; whatever else is said of it, also by a newer registry, is why
// it was not.
std::string RefusalIn(const std::string& reason) {
  const bool taken = reason == "cancelled" || reason == "expired" || reason == "not_declared" ||
                     reason == "no_such_demand";
  return taken ? std::string() : reason;
}

PoolAudience FromProto(const registry_pb::SessionResponse::Audience& audience) {
  PoolAudience told{.unit = FromProto(audience.unit()),
                    .audience = {.members = static_cast<int>(audience.members()),
                                 .ready = static_cast<int>(audience.ready()),
                                 .available = static_cast<int>(audience.available()),
                                 .instant = static_cast<int>(audience.instant())}};
  for (const auto& at : audience.at_edges()) {
    told.audience.at[EdgeId(at.edge_id())] = {.ready = static_cast<int>(at.ready()),
                                              .available = static_cast<int>(at.available()),
                                              .instant = static_cast<int>(at.instant())};
  }
  return told;
}

}  // namespace

registry_pb::SessionRequest ToRequest(const Message& message, const PoolId& pool,
                                      const std::string& owner) {
  registry_pb::SessionRequest request;
  std::visit(Filler{pool, owner, &request}, message);
  return request;
}

std::optional<Input> ToInput(const registry_pb::SessionResponse& response) {
  switch (response.message_case()) {
    case registry_pb::SessionResponse::kReady: {
      PoolReady ready;
      for (const auto& unit : response.ready().units()) ready.units.push_back(FromProto(unit));
      return ready;
    }
    case registry_pb::SessionResponse::kGrant:
      return FromProto(response.grant());
    case registry_pb::SessionResponse::kClosed:
      return PoolClosed{.unit = FromProto(response.closed().unit()),
                        .demand = DemandId(response.closed().demand_id()),
                        .refused = RefusalIn(response.closed().reason())};
    case registry_pb::SessionResponse::kRevoked:
      return PoolRevoked{ReservationId(response.revoked().reservation_id())};
    case registry_pb::SessionResponse::kFenced: {
      PoolFenced fenced;
      for (const auto& unit : response.fenced().units()) {
        fenced.units.push_back(FromProto(unit.unit()));
      }
      return fenced;
    }
    case registry_pb::SessionResponse::kHeartbeatAck:
      return PoolAck{.number = response.heartbeat_ack().number()};
    case registry_pb::SessionResponse::kAudience:
      return FromProto(response.audience());
    case registry_pb::SessionResponse::kSeizeResult:
      return FromProto(response.seize_result());
    case registry_pb::SessionResponse::MESSAGE_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace callfleet::agent_pool
