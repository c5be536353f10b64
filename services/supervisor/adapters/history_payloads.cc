// Calls and names: events of dialer and queue.
#include "services/supervisor/adapters/history_payloads.h"

#include "services/supervisor/adapters/lookups.h"
#include "services/supervisor/domain/call_row.h"

namespace callfleet::supervisor {
namespace {

namespace dialer_pb = callfleet::dialer::v1;
namespace queue_pb = callfleet::queue::v1;

constexpr std::string_view kKind = "REPAIR_KIND_";

std::string OutcomeName(dialer_pb::Outcome outcome) {
  if (outcome == dialer_pb::OUTCOME_UNSPECIFIED) return "";
  return WithoutPrefix(dialer_pb::Outcome_Name(outcome), "OUTCOME_");
}

bool IsMachine(callfleet::common::v1::AmdVerdict verdict) {
  namespace common_pb = callfleet::common::v1;
  return verdict == common_pb::AMD_VERDICT_MACHINE || verdict == common_pb::AMD_VERDICT_BEEP ||
         verdict == common_pb::AMD_VERDICT_FAX || verdict == common_pb::AMD_VERDICT_SIT;
}

AttemptRecord ToRecord(const dialer_pb::Attempt& attempt) {
  return {.id = attempt.attempt_id(),
          .call = attempt.call_id(),
          .campaign = attempt.campaign_id(),
          .agent = attempt.agent_id(),
          .number = attempt.number(),
          .outcome = OutcomeName(attempt.outcome()),
          .created = TimeIfSet(attempt.create_time()).value_or(WallTime{}),
          .placed = TimeIfSet(attempt.place_time()),
          .picked_up = TimeIfSet(attempt.answer_time()),
          .bridged = TimeIfSet(attempt.bridge_time()),
          .ended = TimeIfSet(attempt.end_time()),
          .machine = IsMachine(attempt.amd().verdict()),
          .sip_code = attempt.sip_code(),
          .q850_cause = attempt.q850_cause()};
}

}  // namespace

std::string SourceOf(const PbEvent& event) {
  const std::string_view source = event.source();
  return std::string(source.substr(source.rfind('/') + 1));
}

RepairRow RepairOf(const PbEvent& event, std::string kind) {
  return {.id = event.id(),
          .time = TimeIfSet(event.time()).value_or(WallTime{}),
          .source = SourceOf(event),
          .kind = std::move(kind),
          .unit = event.stream().substr(0, event.stream().find('@'))};
}

HistoryWhat ToWhat(const callfleet::common::v1::HistoryGap& gap, const PbEvent& event) {
  return Hole{.source = SourceOf(event),
              .start = TimeIfSet(gap.first_time()).value_or(WallTime{}),
              .end = TimeIfSet(gap.last_time()).value_or(WallTime{}),
              .events = gap.events()};
}

HistoryWhat ToWhat(const dialer_pb::AttemptChanged& change, const PbEvent& /*event*/) {
  AttemptRecord record = ToRecord(change.attempt());
  record.told_abandoned = change.abandoned();
  record.lead_final = change.change() == dialer_pb::ATTEMPT_CHANGE_ENDED &&
                      change.lead_state() == dialer_pb::LEAD_STATE_FINAL;
  return ToRow(record);
}

HistoryWhat ToWhat(const dialer_pb::WatchCampaignResponse::CallEvent& change,
                   const PbEvent& /*event*/) {
  return ToRow(ToRecord(change.attempt()));
}

HistoryWhat ToWhat(const dialer_pb::LeadSettled& lead, const PbEvent& event) {
  if (lead.state() != dialer_pb::LEAD_STATE_FINAL) return {};
  const auto time = TimeIfSet(event.time()).value_or(WallTime{});
  return CallRow{.id = "lead:" + lead.lead_id(),
                 .kind = CallKind::kLead,
                 .began = time,
                 .counted_at = time,
                 .campaign = lead.campaign_id(),
                 .outcome = OutcomeName(lead.outcome()),
                 .lead_final = true};
}

HistoryWhat ToWhat(const dialer_pb::CampaignChanged& change, const PbEvent& /*event*/) {
  return SubjectName{"campaign:" + change.campaign().campaign_id(), change.campaign().name()};
}

HistoryWhat ToWhat(const dialer_pb::Repair& repair, const PbEvent& event) {
  auto row = RepairOf(event, WithoutPrefix(dialer_pb::RepairKind_Name(repair.kind()), kKind));
  row.reason = repair.reason();
  row.agent = repair.agent_id();
  row.call = repair.attempt_id();
  row.lead = repair.lead_id();
  return row;
}

HistoryWhat ToWhat(const queue_pb::Repaired& repair, const PbEvent& event) {
  auto row = RepairOf(event, WithoutPrefix(queue_pb::RepairKind_Name(repair.kind()), kKind));
  row.reason = repair.reason();
  row.call = repair.call_id();
  row.ticket = repair.ticket_id();
  return row;
}

HistoryWhat ToWhat(const queue_pb::QueueChanged& change, const PbEvent& /*event*/) {
  return SubjectName{"queue:" + change.queue().queue_id(), change.queue().name()};
}

HistoryWhat ToWhat(const queue_pb::TicketChanged& change, const PbEvent& /*event*/) {
  using End = TicketRecord::End;
  static constexpr Lookup<queue_pb::TicketEnd, End, 6> kEnds{{
      {queue_pb::TICKET_END_ANSWERED, End::kAnswered},
      {queue_pb::TICKET_END_ABANDONED, End::kAbandoned},
      {queue_pb::TICKET_END_OVERFLOWED, End::kOverflowed},
      {queue_pb::TICKET_END_INTERRUPTED, End::kInterrupted},
      {queue_pb::TICKET_END_CALLBACK_FAILED, End::kCallbackFailed},
      {queue_pb::TICKET_END_REMOVED, End::kRemoved},
  }};
  const auto& ticket = change.ticket();
  // On its way to another queue it waits there.
  const bool stays = change.change() != queue_pb::TICKET_STEP_KIND_OVERFLOWED;
  const bool callback = !ticket.callback_number().empty();
  const bool has_place = stays && (ticket.state() == queue_pb::TICKET_STATE_WAITING ||
                                   ticket.state() == queue_pb::TICKET_STATE_OFFERED ||
                                   ticket.state() == queue_pb::TICKET_STATE_CALLBACK);
  return ToRow(TicketRecord{.id = ticket.ticket_id(),
                            .call = ticket.call_id(),
                            .queue = ticket.queue_id(),
                            .agent = ticket.agent_id(),
                            .caller = ticket.caller(),
                            .called = ticket.called(),
                            .customer_type = ticket.customer_type(),
                            .end = Find(kEnds, ticket.end(), End::kOpen),
                            .enqueued = TimeIfSet(ticket.enqueue_time()).value_or(WallTime{}),
                            .answered = TimeIfSet(ticket.answer_time()),
                            .ended = TimeIfSet(ticket.end_time()),
                            .talk = LengthOf(ticket.talk_time()),
                            .waits = has_place && !callback,
                            .short_abandon = change.short_abandon(),
                            .returned = ticket.returned(),
                            .callback_asked = ticket.has_callback_ask_time(),
                            .callback_answered = ticket.callback_answered(),
                            .callback_waits = has_place && callback});
}

HistoryWhat ToWhat(const queue_pb::CallRefused& call, const PbEvent& /*event*/) {
  const auto began = TimeIfSet(call.create_time()).value_or(WallTime{});
  // A call that overflows may be refused by several queues, and counts at each.
  return CallRow{.id = "refused:" + call.queue_id() + ":" + call.call_id(),
                 .kind = CallKind::kRefused,
                 .began = began,
                 .counted_at = began,
                 .call = call.call_id(),
                 .queue = call.queue_id(),
                 .caller = call.caller(),
                 .called = call.called(),
                 .outcome = "refused",
                 .ended = TimeIfSet(call.end_time()),
                 .placed = true,
                 .sip_code = call.sip_code()};
}

}  // namespace callfleet::supervisor
