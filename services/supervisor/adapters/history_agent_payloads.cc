// Agents' time: events of agent_registry.
#include "services/supervisor/adapters/history_payloads.h"
#include "services/supervisor/adapters/lookups.h"

namespace callfleet::supervisor {
namespace {

namespace registry_pb = callfleet::agent_registry::v1;

std::optional<Unit> ToUnit(const callfleet::common::v1::Unit& unit) {
  if (unit.kind() == callfleet::common::v1::UNIT_KIND_UNSPECIFIED) return std::nullopt;
  return Unit{static_cast<UnitKind>(unit.kind()), unit.id()};
}

WallTime Time(const google::protobuf::Timestamp& time) {
  return TimeIfSet(time).value_or(WallTime{});
}

std::optional<SpanState> ToState(registry_pb::SlotState state) {
  switch (state) {
    case registry_pb::SLOT_STATE_RESERVED:
      return SpanState::kReserved;
    case registry_pb::SLOT_STATE_RINGING:
      return SpanState::kRinging;
    case registry_pb::SLOT_STATE_CONNECTED:
      return SpanState::kConnected;
    case registry_pb::SLOT_STATE_HELD:
      return SpanState::kHeld;
    case registry_pb::SLOT_STATE_WRAP_UP:
      return SpanState::kWrapUp;
    case registry_pb::SLOT_STATE_ORPHANED:
      return SpanState::kOrphaned;
    default:
      return std::nullopt;
  }
}

std::optional<SpanState> ToState(registry_pb::Presence presence) {
  if (presence == registry_pb::PRESENCE_READY) return SpanState::kReady;
  if (presence == registry_pb::PRESENCE_NOT_READY) return SpanState::kNotReady;
  return std::nullopt;
}

}  // namespace

HistoryWhat ToWhat(const registry_pb::AgentChanged& change, const PbEvent& /*event*/) {
  return SubjectName{"agent:" + change.agent_id(), change.name()};
}

HistoryWhat ToWhat(const registry_pb::PresenceChanged& change, const PbEvent& event) {
  SpanChange out{.agent = change.agent_id(), .key = "presence"};
  const auto since = Time(change.since());
  const auto before = Time(change.previous_since());
  if (const auto state = ToState(change.previous_presence()); state && before < since) {
    out.closed = SpanRow{.id = event.id(),
                         .agent = change.agent_id(),
                         .state = *state,
                         .reason = change.previous_reason(),
                         .start = before,
                         .end = since};
  }
  if (const auto state = ToState(change.presence())) {
    out.open = SpanRow{
        .agent = change.agent_id(), .state = *state, .reason = change.reason(), .start = since};
  }
  return out;
}

HistoryWhat ToWhat(const registry_pb::SlotChanged& change, const PbEvent& event) {
  SpanChange out{.agent = change.agent_id(),
                 .key = change.reservation_id().empty() ? "leg:" + change.leg_id()
                                                        : "slot:" + change.reservation_id()};
  SpanRow row{.agent = change.agent_id(), .unit = ToUnit(change.unit())};
  const auto time = Time(change.time());
  const auto before = Time(change.from_time());
  if (const auto state = ToState(change.from()); state && before < time) {
    out.closed = row;
    out.closed->id = event.id();
    out.closed->state = *state;
    out.closed->start = before;
    out.closed->end = time;
  }
  // A registry that has come back, or one that has lost the slot.
  if (change.from() == registry_pb::SLOT_STATE_UNSPECIFIED) {
    out.ends = row;
    out.ends->id = event.id();
    out.ends->end = time;
  }
  if (const auto state = ToState(change.to())) {
    out.open = row;
    out.open->state = *state;
    out.open->start = time;
  }
  return out;
}

HistoryWhat ToWhat(const registry_pb::OfferEnded& offer, const PbEvent& /*event*/) {
  static constexpr Lookup<registry_pb::OfferEndKind, OfferEnd, 5> kEnds{{
      {registry_pb::OFFER_END_KIND_ANSWERED, OfferEnd::kAnswered},
      {registry_pb::OFFER_END_KIND_NO_ANSWER, OfferEnd::kNoAnswer},
      {registry_pb::OFFER_END_KIND_DECLINED, OfferEnd::kDeclined},
      {registry_pb::OFFER_END_KIND_DEVICE_FAULT, OfferEnd::kDeviceFault},
      {registry_pb::OFFER_END_KIND_WITHDRAWN, OfferEnd::kWithdrawn},
  }};
  OfferRow row{.reservation = offer.reservation_id(),
               .agent = offer.agent_id(),
               .unit = ToUnit(offer.unit()),
               .end = Find(kEnds, offer.kind(), OfferEnd::kWithdrawn),
               .start = Time(offer.start_time()),
               .over = Time(offer.end_time())};
  if (offer.has_avoidable_time()) row.avoidable = LengthOf(offer.avoidable_time());
  return row;
}

HistoryWhat ToWhat(const registry_pb::ReservationEnded& work, const PbEvent& /*event*/) {
  return WorkRow{.reservation = work.reservation_id(),
                 .agent = work.agent_id(),
                 .unit = ToUnit(work.unit()),
                 .answered = work.answered(),
                 .over = Time(work.end_time()),
                 .talk = LengthOf(work.talk_time()),
                 .hold = LengthOf(work.hold_time()),
                 .wrap_up = LengthOf(work.wrap_up_time())};
}

HistoryWhat ToWhat(const registry_pb::WorkDone& work, const PbEvent& event) {
  return OutcomeRow{.reservation = work.reservation_id(),
                    .agent = work.agent_id(),
                    .unit = ToUnit(work.unit()),
                    .outcome = work.outcome(),
                    .told = Time(event.time())};
}

HistoryWhat ToWhat(const registry_pb::Repaired& repair, const PbEvent& event) {
  auto row =
      RepairOf(event, WithoutPrefix(registry_pb::RepairKind_Name(repair.kind()), "REPAIR_KIND_"));
  row.reason = repair.reason();
  row.agent = repair.agent_id();
  row.reservation = repair.reservation_id();
  row.call = repair.call_id();
  if (const auto unit = ToUnit(repair.unit())) row.unit = ToString(*unit);
  return row;
}

}  // namespace callfleet::supervisor
