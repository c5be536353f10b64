#include "services/supervisor/domain/call_row.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

// How far a call has come; a later record never has a lower one.
int Rank(bool picked_up, bool answered, bool ended, bool final) {
  return (picked_up ? 1 : 0) + (answered ? 2 : 0) + (ended ? 4 : 0) + (final ? 8 : 0);
}

Micros NotNegative(Micros time) { return std::max(time, Micros(0)); }

const char* Outcome(TicketRecord::End end) {
  switch (end) {
    case TicketRecord::End::kOpen:
      return "";
    case TicketRecord::End::kAnswered:
      return "completed";
    case TicketRecord::End::kAbandoned:
      return "abandoned";
    case TicketRecord::End::kOverflowed:
      return "overflowed";
    case TicketRecord::End::kInterrupted:
      return "interrupted";
    case TicketRecord::End::kCallbackFailed:
      return "callback_failed";
    case TicketRecord::End::kRemoved:
      return "removed";
  }
  return "";
}

}  // namespace

std::vector<LegRow> LegRows(const CallFact& call) {
  std::vector<LegRow> rows;
  for (const LegFact& leg : call.legs) {
    if (!leg.answered) continue;
    rows.push_back({.answered = *leg.answered, .call = call.id.str(), .leg = ViewLeg(leg)});
  }
  if (rows.size() > kMaxLegs) {
    rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(kMaxLegs));
  }
  return rows;
}

CallRow ToRow(const AttemptRecord& attempt) {
  CallRow row{.id = attempt.id,
              .kind = CallKind::kOutbound,
              .began = attempt.created,
              .counted_at = attempt.picked_up.value_or(attempt.created),
              .call = attempt.call,
              .campaign = attempt.campaign,
              .agent = attempt.bridged ? attempt.agent : "",
              .called = attempt.number,
              .outcome = attempt.outcome,
              .picked_up = attempt.picked_up,
              .answered = attempt.bridged,
              .ended = attempt.ended,
              .placed = attempt.placed.has_value(),
              .by_person = attempt.picked_up.has_value() && !attempt.machine,
              .lead_final = attempt.lead_final,
              .sip_code = attempt.sip_code,
              .q850_cause = attempt.q850_cause};
  row.rank = Rank(attempt.picked_up.has_value(), attempt.bridged.has_value(),
                  attempt.ended.has_value(), attempt.lead_final);
  if (!attempt.picked_up) return row;
  // A person waits from the 200 OK to an agent, or to the end; a machine does not wait.
  const auto until = attempt.bridged ? attempt.bridged : attempt.ended;
  if (until && row.by_person) row.wait = NotNegative(*until - *attempt.picked_up);
  if (attempt.bridged && attempt.ended) row.talk = NotNegative(*attempt.ended - *attempt.bridged);
  if (!row.by_person) return row;
  row.queued = row.wait > kQueuedAfter;
  row.abandoned = attempt.ended.has_value() && !attempt.bridged;
  row.short_abandoned = row.abandoned && row.wait <= kShortAbandon;
  row.outbound_abandoned =
      attempt.told_abandoned || attempt.outcome == "abandoned" || row.wait > kOutboundPatience;
  return row;
}

CallRow ToRow(const TicketRecord& ticket) {
  const auto until = ticket.answered ? ticket.answered : ticket.ended;
  CallRow row{.id = ticket.id,
              .kind = CallKind::kInbound,
              .rank = Rank(false, ticket.answered.has_value(), ticket.ended.has_value(), false),
              .began = ticket.enqueued,
              .counted_at = ticket.enqueued,
              .call = ticket.call,
              .queue = ticket.queue,
              .agent = ticket.answered ? ticket.agent : "",
              .caller = ticket.caller,
              .called = ticket.called,
              .customer_type = ticket.customer_type,
              .outcome = Outcome(ticket.end),
              .answered = ticket.answered,
              .ended = ticket.ended,
              .placed = true,
              .abandoned = ticket.end == TicketRecord::End::kAbandoned,
              .overflowed = ticket.end == TicketRecord::End::kOverflowed,
              .short_abandoned = ticket.short_abandon,
              .waiting = ticket.waits,
              .returned = ticket.returned,
              .callback_asked = ticket.callback_asked,
              .callback_answered = ticket.callback_answered,
              .callback_waiting = ticket.callback_waits};
  if (until) row.wait = NotNegative(*until - ticket.enqueued);
  row.queued = row.wait > kQueuedAfter;
  if (ticket.ended) row.talk = ticket.talk;
  return row;
}

}  // namespace callfleet::supervisor
