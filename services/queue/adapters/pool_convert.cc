#include "services/queue/adapters/pool_convert.h"

#include "common/grpc_server/errors.h"
#include "services/queue/adapters/proto_time.h"

namespace callfleet::queue {
namespace {

namespace registry_pb = callfleet::agent_registry::v1;
namespace common_pb = callfleet::common::v1;

void SetUnit(common_pb::Unit* unit, const QueueId& queue) {
  unit->set_kind(common_pb::UNIT_KIND_QUEUE);
  unit->set_id(queue.str());
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
  SetUnit(to->mutable_unit(), from.queue);
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
      SetUnit(out->mutable_unit(), QueueId(unit.unit.id));
      out->set_token(unit.token);
    }
  }
  void operator()(const SayDemand& say) const {
    const SendDemand& from = say.demand;
    auto* demand = to->mutable_demand();
    SetUnit(demand->mutable_unit(), say.queue);
    SetUnit(demand->mutable_audience(), say.queue);
    demand->set_demand_id(from.demand.str());
    demand->set_revision(from.revision);
    for (const auto& need : from.skills) {
      auto* skill = demand->add_skills();
      skill->set_name(need.name);
      skill->set_min_level(need.min_level);
    }
    demand->set_strategy(static_cast<registry_pb::Strategy>(from.strategy));
    demand->set_demand_class(registry_pb::DEMAND_CLASS_WAITING);
    SetDuration(demand->mutable_bonus(), from.bonus);
    SetTime(demand->mutable_since(), from.since);
    if (!from.sticky.empty()) {
      demand->set_sticky_agent_id(from.sticky.str());
      SetDuration(demand->mutable_sticky_patience(), from.sticky_patience);
    }
    demand->set_call_id(from.call.str());
  }
  void operator()(const SayHeld& say) const { Fill(to->mutable_declare_reservation(), say); }
  void operator()(const SayDeclareEnd& say) const {
    for (const auto& queue : say.queues) SetUnit(to->mutable_declare_end()->add_units(), queue);
  }
  void operator()(const SayLeave& say) const {
    SetUnit(to->mutable_leave()->add_units(), say.queue);
  }
  void operator()(const SayCancel& say) const {
    SetUnit(to->mutable_cancel()->mutable_unit(), say.queue);
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
    SetUnit(seize->mutable_unit(), say.queue);
    seize->set_agent_id(say.seize.agent.str());
    seize->set_override(say.seize.override_rules);
    seize->set_call_id(say.seize.call.str());
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
          .sip_user = offer.sip_user(),
          .contact_uri = offer.contact_uri(),
          .dedicated_leg = LegId(offer.dedicated_leg_id())};
}

PoolGrant FromProto(const registry_pb::SessionResponse::Grant& grant) {
  PoolGrant out{.queue = QueueId(grant.unit().id()),
                .grant = grant.grant(),
                .demand = TicketId(grant.demand_id()),
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
  PoolSeized out{.seize = result.seize_id(), .offer = {}, .reason = {}};
  if (result.has_offer()) {
    out.offer = FromProto(result.offer());
  } else {
    out.reason = ReasonOf(result.status());
  }
  return out;
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
      for (const auto& unit : response.ready().units()) ready.queues.emplace_back(unit.id());
      return ready;
    }
    case registry_pb::SessionResponse::kGrant:
      return FromProto(response.grant());
    case registry_pb::SessionResponse::kClosed:
      return PoolClosed{.queue = QueueId(response.closed().unit().id()),
                        .demand = TicketId(response.closed().demand_id())};
    case registry_pb::SessionResponse::kRevoked:
      return PoolRevoked{ReservationId(response.revoked().reservation_id())};
    case registry_pb::SessionResponse::kFenced: {
      PoolFenced fenced;
      for (const auto& unit : response.fenced().units()) {
        fenced.queues.emplace_back(unit.unit().id());
      }
      return fenced;
    }
    case registry_pb::SessionResponse::kHeartbeatAck:
      return PoolAck{.number = response.heartbeat_ack().number()};
    case registry_pb::SessionResponse::kAudience:
      return PoolAudience{
          .queue = QueueId(response.audience().unit().id()),
          .audience = {.members = static_cast<int>(response.audience().members()),
                       .ready = static_cast<int>(response.audience().ready()),
                       .available = static_cast<int>(response.audience().available())}};
    case registry_pb::SessionResponse::kSeizeResult:
      return FromProto(response.seize_result());
    case registry_pb::SessionResponse::MESSAGE_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace callfleet::queue
