#include "services/queue/adapters/call_fact.h"

#include <algorithm>

#include "common/grpc_server/pb_time.h"

namespace callfleet::queue {
namespace {

namespace edge = callfleet::sip_edge::v1;
using grpc_server::TimeOf;

// How an offer ends, by what the phone said.
OfferEnd OfferEndOf(const edge::Leg& leg) {
  const edge::LegEnd& end = leg.end();
  if (end.by() == edge::ENDED_BY_CONTROLLER || end.by() == edge::ENDED_BY_PEER_LEG) {
    return OfferEnd::kWithdrawn;
  }
  if (end.edge_reason() == edge::EDGE_REASON_RING_TIMEOUT) return OfferEnd::kNoAnswer;
  switch (end.sip_code()) {
    case 486:
    case 600:
    case 603:
      return OfferEnd::kDeclined;
    case 408:
    case 480:
      return leg.has_ring_time() ? OfferEnd::kNoAnswer : OfferEnd::kDeviceFault;
    default:
      return leg.has_answer_time() ? OfferEnd::kDeclined : OfferEnd::kDeviceFault;
  }
}

std::string WhyOf(const edge::LegEnd& end) {
  switch (end.edge_reason()) {
    case edge::EDGE_REASON_RING_TIMEOUT:
      return "no_answer";
    case edge::EDGE_REASON_SETUP_TIMEOUT:
      return "setup_timeout";
    case edge::EDGE_REASON_PEER_ENDED:
      return "agent_hung_up";
    case edge::EDGE_REASON_TRUNK_FAILED:
      return "trunk_failed";
    default:
      break;  // Generated enums are open; the code tells the rest.
  }
  if (end.sip_code() != 0) return "sip_" + std::to_string(end.sip_code());
  return end.by() == edge::ENDED_BY_FAR_END ? "hung_up" : "ended";
}

LegFact ToLeg(const edge::Leg& leg, const edge::CallRecord& record) {
  LegFact fact{.leg = LegId(leg.leg_id()),
               .agent = AgentId(leg.agent_id()),
               .reservation = ReservationId(leg.reservation_id())};
  if (leg.has_answer_time()) fact.answered = TimeOf(leg.answer_time());
  if (leg.has_end_time()) fact.ended = TimeOf(leg.end_time());
  fact.over = leg.state() == edge::LEG_STATE_ENDED;
  for (const auto& span : record.bridges()) {
    const auto& legs = span.leg_ids();
    if (std::find(legs.begin(), legs.end(), leg.leg_id()) == legs.end()) continue;
    fact.was_bridged = true;
    fact.bridged |= !span.has_end_time();
  }
  if (fact.over) {
    fact.end = OfferEndOf(leg);
    fact.why = WhyOf(leg.end());
  }
  return fact;
}

TransferFact ToTransfer(const edge::Transfer& transfer) {
  TransferFact fact{.id = transfer.transfer_id(),
                    .state = TransferFact::State::kUnderWay,
                    .completed = transfer.end() == edge::TRANSFER_END_COMPLETED,
                    .by_phone = transfer.by_phone(),
                    .dialled = transfer.target(),
                    .referrer = LegId(transfer.referrer_leg_id()),
                    .target = LegId(transfer.target_leg_id())};
  if (transfer.state() == edge::TRANSFER_STATE_ASKED) fact.state = TransferFact::State::kAsked;
  if (transfer.state() == edge::TRANSFER_STATE_OVER) fact.state = TransferFact::State::kOver;
  return fact;
}

// An agent's phone that calls is the caller.
void AddCaller(const edge::CallRecord& record, CallFact* fact) {
  if (!fact->inbound) return;
  const edge::Leg* caller = nullptr;
  for (const auto& leg : record.legs()) {
    // The newest: another phone may have taken the place of the one that called (Replaces).
    if (leg.role() == edge::LEG_ROLE_AGENT && leg.is_caller()) caller = &leg;
  }
  const edge::Leg& first = record.legs(0);
  if (caller == nullptr && first.role() == edge::LEG_ROLE_AGENT && first.reservation_id().empty()) {
    caller = &first;  // It dials out: the agent of its call, and here its customer all the same.
  }
  if (caller == nullptr) return;
  fact->customer = ToLeg(*caller, record);
  fact->from_agent = AgentId(caller->agent_id());
}

void AddOwners(const edge::CallRecord& record, CallFact* fact) {
  if (record.has_controller()) {
    const auto& unit = record.controller().unit();
    fact->controller =
        UnitToken{{static_cast<UnitKind>(unit.kind()), unit.id()}, record.controller().token()};
  }
  if (record.has_offered()) {
    fact->offered = Unit{static_cast<UnitKind>(record.offered().kind()), record.offered().id()};
  }
  if (record.has_offer()) {
    fact->offer = OfferFact{.number = record.offer().number(),
                            .release = LegId(record.offer().release_leg_id())};
  }
  if (record.has_passed()) {
    const auto& by = record.passed().by();
    fact->passed = PassFact{.by = {static_cast<UnitKind>(by.kind()), by.id()},
                            .time = TimeOf(record.passed().time())};
  }
}

void AddLeg(const edge::Leg& leg, const edge::CallRecord& record, CallFact* fact) {
  // Agents of before are the other unit's to account for.
  const bool before = fact->passed && TimeOf(leg.create_time()) < fact->passed->time;
  const bool serves = leg.role() == edge::LEG_ROLE_AGENT && !leg.is_caller();
  if (serves && !before) fact->agents.push_back(ToLeg(leg, record));
  if (leg.role() != edge::LEG_ROLE_CUSTOMER) return;
  if (!fact->customer) {
    fact->customer = ToLeg(leg, record);
    fact->trunk = TrunkId(leg.trunk_id());
    // The customer whom a campaign has dialled is the caller here.
    if (fact->passed && !fact->inbound) {
      fact->caller = leg.remote();
      fact->called = leg.caller_id();
    }
  } else {
    fact->others.push_back(ToLeg(leg, record));
  }
}

}  // namespace

CallFact ToCallFact(const edge::CallRecord& record) {
  CallFact fact;
  fact.call = CallId(record.call_id());
  fact.edge = EdgeId(record.edge_id());
  fact.boot = BootId(record.boot_id());
  fact.version = record.version();
  fact.inbound = record.direction() == edge::CALL_DIRECTION_INBOUND;
  fact.ended = record.state() == edge::CALL_STATE_ENDED;
  AddOwners(record, &fact);
  fact.caller = record.caller();
  fact.called = record.called();
  fact.digits = record.digits();
  fact.digit_count = record.digit_count();
  if (!record.legs().empty()) AddCaller(record, &fact);
  for (const auto& leg : record.legs()) {
    if (fact.customer && fact.customer->leg.str() == leg.leg_id()) continue;
    AddLeg(leg, record, &fact);
  }
  if (!record.transfers().empty()) {
    fact.transfer = ToTransfer(record.transfers(record.transfers_size() - 1));
  }
  fact.create_time = TimeOf(record.create_time());
  if (record.has_end_time()) fact.end_time = TimeOf(record.end_time());
  return fact;
}

}  // namespace callfleet::queue
