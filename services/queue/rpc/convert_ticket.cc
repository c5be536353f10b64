// Tickets and figures.
#include <algorithm>

#include "services/queue/rpc/convert.h"
#include "services/queue/rpc/proto_time.h"

namespace callfleet::queue {
namespace {

v1::TicketState ToProto(TicketState state) {
  switch (state) {
    case TicketState::kWaiting:
    case TicketState::kLeaving:
      return v1::TICKET_STATE_WAITING;
    case TicketState::kOffered:
      return v1::TICKET_STATE_OFFERED;
    case TicketState::kConnected:
      return v1::TICKET_STATE_CONNECTED;
    case TicketState::kCallback:
      return v1::TICKET_STATE_CALLBACK;
    case TicketState::kCallingBack:
      return v1::TICKET_STATE_CALLING_BACK;
    case TicketState::kEnding:
    case TicketState::kEnded:
      return v1::TICKET_STATE_ENDED;
  }
  return v1::TICKET_STATE_UNSPECIFIED;
}

TicketState FromProto(v1::TicketState state) {
  switch (state) {
    case v1::TICKET_STATE_OFFERED:
      return TicketState::kOffered;
    case v1::TICKET_STATE_CONNECTED:
      return TicketState::kConnected;
    case v1::TICKET_STATE_CALLBACK:
      return TicketState::kCallback;
    case v1::TICKET_STATE_CALLING_BACK:
      return TicketState::kCallingBack;
    case v1::TICKET_STATE_ENDED:
      return TicketState::kEnded;
    default:
      return TicketState::kWaiting;  // Generated enums are open.
  }
}

// Who is offered, else who talks or talked.
AgentId AgentOf(const Ticket& ticket) {
  if (ticket.state == TicketState::kOffered) {
    for (const auto& offer : ticket.offers) {
      if (!offer.reported) return offer.agent.agent;
    }
  }
  return ticket.agent;
}

void Fill(const std::vector<TicketNote>& notes, v1::Ticket* to) {
  for (const auto& note : notes) {
    auto* step = to->add_steps();
    Set(note.at, step->mutable_time());
    step->set_kind(static_cast<v1::TicketStepKind>(note.what));
    step->set_agent_id(note.agent.str());
    step->set_detail(note.detail);
  }
}

}  // namespace

std::set<TicketState> StatesOf(v1::TicketState state) {
  constexpr int kStates = static_cast<int>(TicketState::kEnded) + 1;
  std::set<TicketState> states;
  if (state == v1::TICKET_STATE_UNSPECIFIED) return states;
  for (int i = 0; i < kStates; ++i) {
    const auto each = static_cast<TicketState>(i);
    if (ToProto(each) == state) states.insert(each);
  }
  return states;
}

v1::Ticket ToProto(const Ticket& ticket, const QueueId& queue) {
  v1::Ticket to;
  to.set_ticket_id(ticket.id.str());
  to.set_queue_id(queue.str());
  to.set_call_id(ticket.call.empty() ? ticket.left_call.str() : ticket.call.str());
  to.set_edge_id(ticket.edge.str());
  to.set_caller(ticket.caller);
  to.set_called(ticket.called);
  Set(ticket.since, to.mutable_enqueue_time());
  Set(ticket.created, to.mutable_create_time());
  to.set_priority(ticket.priority);
  to.set_customer_type(ticket.customer_type);
  ToProto(ticket.skills, to.mutable_required_skills());
  to.set_state(ToProto(ticket.state));
  to.set_end(static_cast<v1::TicketEnd>(ticket.end));
  to.set_reason(ticket.reason);
  to.set_agent_id(AgentOf(ticket).str());
  to.set_agent_name(ticket.agent_name);
  to.set_offers(static_cast<std::uint32_t>(ticket.offers_made));
  if (ticket.answered != WallTime{}) Set(ticket.answered, to.mutable_answer_time());
  if (ticket.ended != WallTime{}) Set(ticket.ended, to.mutable_end_time());
  const bool talked = ticket.state == TicketState::kEnded || ticket.talk.count() > 0;
  if (talked) Set(ticket.talk, to.mutable_talk_time());
  to.set_from_queue_id(ticket.from.str());
  to.set_from_campaign_id(ticket.from_campaign.str());
  to.set_sticky_agent_id(ticket.sticky.str());
  to.set_relaxed_steps(static_cast<std::uint32_t>(ticket.relaxed));
  to.set_returned(ticket.returned);
  if (ticket.callback) {
    to.set_callback_number(ticket.callback->number);
    to.set_callback_attempts(static_cast<std::uint32_t>(ticket.callback->attempts));
    if (ticket.callback->not_before != WallTime{}) {
      Set(ticket.callback->not_before, to.mutable_callback_not_before());
    }
  }
  if (ticket.callback_asked != WallTime{}) {
    Set(ticket.callback_asked, to.mutable_callback_ask_time());
  }
  if (ticket.waits_again != WallTime{}) Set(ticket.waits_again, to.mutable_wait_again_time());
  to.set_callback_answered(ticket.callback_answered);
  const WallTime until = ticket.answered != WallTime{} ? ticket.answered : ticket.ended;
  if (until != WallTime{}) {
    Set(std::max(std::chrono::microseconds(0), until - ticket.since), to.mutable_wait());
  }
  to.set_required_agent_id(ticket.required_agent.str());
  if (ticket.otherwise) ToProto(*ticket.otherwise, to.mutable_otherwise());
  Fill(ticket.notes, &to);
  return to;
}

v1::Ticket ToProto(const TicketView& view) {
  auto to = ToProto(view.ticket, view.queue);
  to.set_position(static_cast<std::uint32_t>(view.place));
  if (!to.has_wait()) {
    Set(std::max(std::chrono::microseconds(0), view.now - view.ticket.since), to.mutable_wait());
  }
  if (view.deadline != WallTime{}) Set(view.deadline, to.mutable_deadline());
  if (view.expected) {
    Set(view.expected->low, to.mutable_expected_wait_low());
    Set(view.expected->high, to.mutable_expected_wait_high());
  }
  return to;
}

Ticket FromProto(const v1::Ticket& from) {
  Ticket to;
  to.id = TicketId(from.ticket_id());
  to.call = CallId(from.call_id());
  to.edge = EdgeId(from.edge_id());
  to.caller = from.caller();
  to.called = from.called();
  to.since = TimeOf(from.enqueue_time());
  to.created = TimeOf(from.create_time());
  to.priority = from.priority();
  to.customer_type = from.customer_type();
  to.skills = FromProto(from.required_skills());
  to.state = FromProto(from.state());
  to.end = static_cast<TicketEnd>(from.end());
  to.reason = from.reason();
  to.agent = AgentId(from.agent_id());
  to.agent_name = from.agent_name();
  to.offers_made = static_cast<int>(from.offers());
  if (from.has_answer_time()) to.answered = TimeOf(from.answer_time());
  if (from.has_end_time()) to.ended = TimeOf(from.end_time());
  to.talk = MillisOf(from.talk_time());
  to.from = QueueId(from.from_queue_id());
  to.from_campaign = CampaignId(from.from_campaign_id());
  to.sticky = AgentId(from.sticky_agent_id());
  to.required_agent = AgentId(from.required_agent_id());
  if (from.has_otherwise()) to.otherwise = FromProto(from.otherwise());
  to.relaxed = static_cast<int>(from.relaxed_steps());
  to.returned = from.returned();
  if (!from.callback_number().empty()) {
    to.callback = Callback{.number = from.callback_number(),
                           .attempts = static_cast<int>(from.callback_attempts())};
    to.callback_asked = to.created;  // By an earlier release that did not keep it.
    if (from.has_callback_not_before()) {
      to.callback->not_before = TimeOf(from.callback_not_before());
    }
  }
  if (from.has_callback_ask_time()) to.callback_asked = TimeOf(from.callback_ask_time());
  if (from.has_wait_again_time()) to.waits_again = TimeOf(from.wait_again_time());
  to.callback_answered = from.callback_answered();
  for (const auto& step : from.steps()) {
    to.notes.push_back({.at = TimeOf(step.time()),
                        .what = static_cast<TicketChange>(step.kind()),
                        .agent = AgentId(step.agent_id()),
                        .detail = step.detail()});
  }
  return to;
}

v1::QueueStats ToProto(const QueueView& view) {
  v1::QueueStats to;
  const auto& figures = view.figures;
  to.set_queue_id(view.queue.id.str());
  to.set_waiting(static_cast<std::uint32_t>(view.waiting));
  Set(view.longest_wait, to.mutable_longest_wait());
  Set(view.waiting_wait, to.mutable_waiting_wait());
  to.set_ringing(static_cast<std::uint32_t>(view.ringing));
  to.set_connected(static_cast<std::uint32_t>(view.connected));
  to.set_callbacks_waiting(static_cast<std::uint32_t>(view.callbacks));
  to.set_offered(figures.offered);
  to.set_answered(figures.answered);
  to.set_answered_in_threshold(figures.answered_in_threshold);
  to.set_abandoned(figures.abandoned);
  to.set_abandoned_in_threshold(figures.abandoned_in_threshold);
  to.set_short_abandoned(figures.short_abandoned);
  to.set_overflowed(figures.overflowed);
  to.set_refused(figures.refused);
  to.set_interrupted(figures.interrupted);
  to.set_removed(figures.removed);
  to.set_callbacks(figures.callbacks);
  to.set_callbacks_answered(figures.callbacks_answered);
  to.set_callbacks_failed(figures.callbacks_failed);
  to.set_returned(figures.returned);
  to.set_offers_no_answer(figures.offers_no_answer);
  to.set_offers_declined(figures.offers_declined);
  to.set_offers_device_fault(figures.offers_device_fault);
  to.set_offers_withdrawn(figures.offers_withdrawn);
  Set(figures.answered_wait, to.mutable_answered_wait());
  Set(figures.abandoned_wait, to.mutable_abandoned_wait());
  Set(figures.longest_answered_wait, to.mutable_longest_answered_wait());
  Set(figures.talk, to.mutable_talk_time());
  Set(view.queue.settings.service_level_threshold, to.mutable_service_level_threshold());
  Set(view.since, to.mutable_since_time());
  if (view.audience) {
    to.set_agents_members(static_cast<std::uint32_t>(view.audience->members));
    to.set_agents_ready(static_cast<std::uint32_t>(view.audience->ready));
    to.set_agents_available(static_cast<std::uint32_t>(view.audience->available));
  }
  if (view.expected) {
    Set(view.expected->low, to.mutable_expected_wait_low());
    Set(view.expected->high, to.mutable_expected_wait_high());
  }
  return to;
}

}  // namespace callfleet::queue
