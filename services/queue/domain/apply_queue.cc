// The frame of a step: events to their parts, effects of the ticket's table, timers.
#include <algorithm>
#include <utility>

#include "common/text/utf8.h"
#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {

namespace {
constexpr std::size_t kMostDetail = 128;  // Bytes.
}  // namespace

QueueStep Apply(QueueModel& model, const QueueEvent& event, Instant now, IdSource& ids) {
  QueueStepper stepper(model, now, ids);
  std::visit([&](const auto& what) { stepper.On(what); }, event);
  return stepper.Finish();
}

void Restore(QueueModel& model, Ticket ticket) {
  ticket.adopted = true;
  if (!ticket.call.empty()) model.by_call[ticket.call] = ticket.id;
  if (ticket.state == TicketState::kOffered) {
    ticket.state = ticket.IsCallback() ? TicketState::kCallback : TicketState::kWaiting;
  }
  if (ticket.state == TicketState::kConnected) ++model.connected;
  auto& kept = model.tickets[ticket.id];
  kept = std::move(ticket);
  // A callback takes its place when the pool is joined, if it is due by then.
  if (!kept.Waits() || kept.IsCallback() || !kept.required_agent.empty()) return;
  kept.in_order = true;
  model.order.Add(kept.id, EffectiveSince(kept, model.queue.settings));
}

void RestoreRequest(QueueModel& model, KeepRequest kept) {
  if (!kept.answered) {
    kept.refused = Error{
        .code = ErrorCode::kAborted,
        .reason = "OWNER_RESTARTED",
        .message = "It was begun by an owner that ended; the call's record tells what came of it."};
  }
  model.steers.Begin(kept.request);
  model.steers.Settle(kept.request, std::move(kept.refused), kept.ticket.str());
}

int PlaceOf(const QueueModel& model, const Ticket& ticket) {
  if (!ticket.in_order) return 0;
  return model.order.PlaceOf(ticket.id, EffectiveSince(ticket, model.queue.settings));
}

StaffNow StaffOf(const QueueModel& model, Instant now) {
  StaffNow staff;
  if (model.audience) {
    staff.ready = model.audience->ready;
    staff.available = model.audience->available;
  }
  staff.ours = model.connected + model.offered;
  staff.ours += static_cast<int>(std::count_if(model.wrapping.begin(), model.wrapping.end(),
                                               [&](MonoTime until) { return until > now.mono; }));
  return staff;
}

std::optional<WaitRange> ExpectedWait(const QueueModel& model, int place, Instant now) {
  return model.estimator.Range(place, StaffOf(model, now));
}

Ticket* QueueStepper::Find(const TicketId& id) {
  const auto found = m_.tickets.find(id);
  return found == m_.tickets.end() || found->second.state == TicketState::kEnded ? nullptr
                                                                                 : &found->second;
}

Ticket* QueueStepper::FindByCall(const CallId& call) {
  const auto found = m_.by_call.find(call);
  return found == m_.by_call.end() ? nullptr : Find(found->second);
}

void QueueStepper::FireEnd(Ticket& ticket, TicketEvent event, TicketEnd end, std::string reason) {
  pending_end_ = end;
  pending_reason_ = std::move(reason);
  Fire(ticket, event);
  pending_end_ = TicketEnd::kNone;
}

void QueueStepper::Fire(Ticket& ticket, TicketEvent event) {
  const auto* row =
      fsm::Find<TicketMachine>(kTicketRows, ticket.state, event, [&](TicketMachine::Guard guard) {
        return guard == TicketMachine::Guard::kAlways || ticket.IsCallback();
      });
  if (row == nullptr) {
    ++m_.unlisted_events;
    return;
  }
  const auto count = [&](int by) {
    if (ticket.state == TicketState::kConnected) m_.connected += by;
    if (ticket.state == TicketState::kOffered) m_.offered += by;
  };
  count(-1);
  ticket.state = row->to;
  count(1);
  if (!ticket.Waits()) LeaveOrder(ticket);
  if (ticket.state != TicketState::kLeaving && !ticket.moved_by.empty()) {
    KeepAnswer(std::exchange(ticket.moved_by, {}), {});
  }
  for (const auto effect : row->effects) Perform(ticket, effect);
  if (ticket.state == TicketState::kCallback && ticket.callback) ArmCallbackAge(ticket);
  Changed(ticket);
  if (ticket.state == TicketState::kEnded) {
    DisarmAll(ticket.id);
    gone_.push_back(ticket.id);
  }
}

void QueueStepper::Perform(Ticket& ticket, TicketEffect effect) {
  switch (effect) {
    case TicketEffect::kDemand:
      AddToOrder(ticket);
      Demand(ticket);
      break;
    case TicketEffect::kCancelDemand:
      Withdraw(ticket);
      break;
    case TicketEffect::kWithdrawOffers:
      WithdrawOffers(ticket);
      break;
    case TicketEffect::kRingAgents:
      RingAgents(ticket);
      break;
    case TicketEffect::kNoteAnswer:
      NoteAnswer(ticket);
      break;
    case TicketEffect::kDialCustomer:
      DialCustomer(ticket);
      break;
    case TicketEffect::kScheduleRetry:
      ScheduleRetry(ticket);
      break;
    case TicketEffect::kDropCall:
      DropCall(ticket);
      break;
    case TicketEffect::kHangUp:
      HangUp(ticket);
      break;
    case TicketEffect::kNoteEnd:
      NoteEnd(ticket);
      break;
    case TicketEffect::kRecord:
      if (ticket.state == TicketState::kEnded) DropOffers(ticket);
      Save(ticket);
      break;
  }
}

void QueueStepper::Note(Ticket& ticket, TicketChange what, std::string detail, AgentId agent) {
  // Half a character would make the whole record one that nobody can read.
  detail = MadeUtf8(detail, kMostDetail);
  if (ticket.notes.size() >= Ticket::kMaxNotes) ticket.notes.erase(ticket.notes.begin());
  ticket.notes.push_back(
      {.at = now_.wall, .what = what, .agent = std::move(agent), .detail = std::move(detail)});
}

void QueueStepper::Save(Ticket& ticket) {
  const bool over = ticket.state == TicketState::kEnded;
  if (ticket.refused) {
    out_.writes.emplace_back(CallRefused{.call = ticket.call,
                                         .caller = ticket.caller,
                                         .called = ticket.called,
                                         .sip_code = ticket.refused_with,
                                         .create_time = ticket.fact.create_time,
                                         .end_time = ticket.ended,
                                         .queue = m_.queue.id,
                                         .reason = ticket.reason});
  } else {
    const auto wait =
        WaitOf(ticket, ticket.answered != WallTime{} ? ticket.answered : ticket.ended);
    const bool counts =
        over && (ticket.end == TicketEnd::kAnswered || ticket.end == TicketEnd::kAbandoned);
    out_.writes.emplace_back(SaveTicket{
        .ticket = ticket,
        .queue = m_.queue.id,
        .change = ticket.notes.empty() ? TicketChange::kEnqueued : ticket.notes.back().what,
        .short_abandon =
            over && ticket.end == TicketEnd::kAbandoned && wait <= settings().short_abandon,
        .within_threshold = counts && wait <= settings().service_level_threshold,
        .at = now_.wall,
        .token = m_.token,
        .number = ++m_.writes});
  }
  if (over && ticket.fact.ended && !ticket.call.empty()) {
    m_.done[ticket.call] = ticket.edge;
    out_.Durable(AcknowledgeCall{RefOf(ticket)});
  }
}

void QueueStepper::Repaired(RepairKind kind, const Ticket& ticket, std::string reason) {
  out_.writes.emplace_back(NoteRepair{.kind = kind,
                                      .reason = std::move(reason),
                                      .call = ticket.call,
                                      .ticket = ticket.id,
                                      .at = now_.wall});
}

void QueueStepper::Changed(const Ticket& ticket) {
  if (ticket.refused) return;
  const auto known = std::find(out_.changed.begin(), out_.changed.end(), ticket.id);
  if (known == out_.changed.end()) out_.changed.push_back(ticket.id);
}

void QueueStepper::At(MonoTime when, TimerKind kind, const TicketId& ticket) {
  Disarm(kind, ticket);
  m_.timers.insert({when, kind, ticket});
  if (!ticket.empty()) m_.tickets[ticket].timers[static_cast<int>(kind)] = when;
}

void QueueStepper::After(std::chrono::microseconds delay, TimerKind kind, const TicketId& ticket) {
  At(now_.mono + std::max(delay, std::chrono::microseconds(0)), kind, ticket);
}

void QueueStepper::Disarm(TimerKind kind, const TicketId& ticket) {
  auto* owner = ticket.empty() ? nullptr : &m_.tickets[ticket];
  if (owner != nullptr) {
    const auto armed = owner->timers.find(static_cast<int>(kind));
    if (armed == owner->timers.end()) return;
    m_.timers.erase({armed->second, kind, ticket});
    owner->timers.erase(armed);
    return;
  }
  std::erase_if(m_.timers, [&](const auto& timer) {
    return std::get<1>(timer) == kind && std::get<2>(timer).empty();
  });
}

void QueueStepper::DisarmAll(const TicketId& ticket) {
  auto& timers = m_.tickets[ticket].timers;
  for (const auto& [kind, when] : timers) {
    m_.timers.erase({when, static_cast<TimerKind>(kind), ticket});
  }
  timers.clear();
}

void QueueStepper::On(const TimerFired& event) {
  if (event.generation != m_.timer_generation) return;
  m_.armed = {};
  while (!m_.timers.empty() && std::get<0>(*m_.timers.begin()) <= now_.mono) {
    const auto [when, kind, id] = *m_.timers.begin();
    m_.timers.erase(m_.timers.begin());
    if (kind == TimerKind::kStaffing) {
      StaffingOver();
      continue;
    }
    Ticket* ticket = Find(id);
    if (ticket == nullptr) continue;
    ticket->timers.erase(static_cast<int>(kind));
    switch (kind) {
      case TimerKind::kMaxWait:
        MaxWaitOver(*ticket);
        break;
      case TimerKind::kRelax:
        Relax(*ticket);
        break;
      case TimerKind::kNextSound:
        NextSound(*ticket);
        break;
      case TimerKind::kEarlyMedia:
        Answer(*ticket);
        break;
      case TimerKind::kCallbackDue:
        CallbackDue(*ticket);
        break;
      case TimerKind::kCallbackAge:
        GiveUpCallback(*ticket, "too_old");
        break;
      case TimerKind::kLeaveOver:
        FireEnd(*ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket->reason);
        break;
      case TimerKind::kDemandAgain:
        DemandAgain(*ticket);
        break;
      case TimerKind::kStaffing:
        break;
    }
  }
}

QueueStep QueueStepper::Finish() {
  for (const auto& id : gone_) {
    const auto found = m_.tickets.find(id);
    if (found == m_.tickets.end()) continue;
    if (!found->second.call.empty()) m_.by_call.erase(found->second.call);
    if (!found->second.refused) out_.over.push_back(std::move(found->second));
    m_.tickets.erase(found);
  }
  if (m_.fenced || m_.timers.empty()) return std::move(out_);
  const MonoTime next = std::get<0>(*m_.timers.begin());
  if (m_.armed == MonoTime{} || next < m_.armed) {
    m_.armed = next;
    out_.Urgent(StartTimer{.generation = ++m_.timer_generation, .after = next - now_.mono});
  }
  return std::move(out_);
}

}  // namespace callfleet::queue
