// What a queue shows: its tickets in their order, and its figures.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "services/queue/actors/queue_actor.h"

namespace callfleet::queue {
namespace {

constexpr std::chrono::milliseconds kShowInterval{200};
constexpr std::chrono::milliseconds kShowWaits{1000};  // While somebody waits, waits grow.

// Waiting ones first, in their order; then callbacks that are not due, by when they are; then the
// others, by id.
std::vector<TicketId> InOrder(const QueueModel& model) {
  std::vector<TicketId> ids;
  ids.reserve(model.tickets.size());
  for (const auto& [since, id] : model.order.keys()) ids.push_back(id);
  std::set<std::pair<WallTime, TicketId>> later;
  std::vector<TicketId> others;
  for (const auto& [id, ticket] : model.tickets) {
    if (ticket.in_order || ticket.refused) continue;
    if (ticket.state == TicketState::kCallback && ticket.callback) {
      later.insert({ticket.callback->not_before, id});
    } else {
      others.push_back(id);
    }
  }
  for (const auto& [due, id] : later) ids.push_back(id);
  ids.insert(ids.end(), others.begin(), others.end());
  return ids;
}

std::chrono::microseconds Since(WallTime from, WallTime now) {
  return std::max(std::chrono::microseconds(0), now - from);
}

}  // namespace

TicketView QueueRunner::ViewOf(const Ticket& ticket) const {
  const Instant now = ports_.clock->Now();
  TicketView view{.queue = model_->queue.id, .ticket = ticket, .now = now.wall};
  view.place = PlaceOf(*model_, ticket);
  if (view.place > 0) view.expected = ExpectedWait(*model_, view.place, now);
  view.deadline = DeadlineOf(ticket, model_->queue.settings).value_or(WallTime{});
  return view;
}

QueueView QueueRunner::ViewOfAll() const {
  const Instant now = ports_.clock->Now();
  QueueView view{.queue = model_->queue,
                 .figures = model_->figures,
                 .ringing = model_->offered,
                 .connected = model_->connected,
                 .audience = model_->audience,
                 .expected = {},
                 .since = model_->loaded};
  for (const auto& [id, ticket] : model_->tickets) {
    if (!ticket.Waits() || ticket.refused) continue;
    if (ticket.IsCallback()) {
      ++view.callbacks;
      continue;
    }
    ++view.waiting;
    const auto wait = Since(ticket.since, now.wall);
    view.longest_wait = std::max(view.longest_wait, wait);
    view.waiting_wait += wait;
  }
  view.expected = ExpectedWait(*model_, static_cast<int>(model_->order.size()) + 1, now);
  return view;
}

void QueueRunner::On(ListTicketsMessage& message) {
  const auto ids = InOrder(*model_);
  TicketPage page;
  auto at = ids.begin();
  const TicketQuery& query = message.query;
  if (!query.after.empty()) {
    // The token is the last ticket of the page before; one that has left meanwhile starts anew
    // at the head, so nobody is passed over.
    const auto last = std::find(ids.begin(), ids.end(), TicketId(query.after));
    at = last == ids.end() ? ids.begin() : std::next(last);
  }
  for (; at != ids.end(); ++at) {
    const auto ticket = model_->tickets.find(*at);
    if (ticket == model_->tickets.end() || !query.Wants(ticket->second)) continue;
    if (page.tickets.size() == query.size) {
      page.next = page.tickets.back().ticket.id.str();
      break;
    }
    page.tickets.push_back(ViewOf(ticket->second));
  }
  message.reply(std::move(page));
}

void QueueRunner::On(GetTicketMessage& message) {
  const auto found = model_->tickets.find(message.id);
  if (found == model_->tickets.end() || found->second.refused) {
    return message.reply(NotFound("TICKET_NOT_FOUND", "No such ticket."));
  }
  message.reply(ViewOf(found->second));
}

void QueueRunner::On(StatsMessage& message) { message.reply(ViewOfAll()); }

void QueueRunner::On(RetireMessage& message) {
  const bool expects = !model_->coming.empty() || !model_->unknown.empty();
  if (expects || !model_->tickets.empty() || !model_->loose.empty()) {
    return message.reply(Fail({.code = ErrorCode::kFailedPrecondition,
                               .reason = "QUEUE_IN_USE",
                               .message = "Callers are in the queue.",
                               .metadata = {{"tickets", std::to_string(model_->tickets.size())}}}));
  }
  model_->closing = true;
  if (model_->joined) ports_.pool->Leave(unit().unit);
  message.reply({});
}

void QueueRunner::Show() {
  if (show_armed_) {
    show_again_ = true;
    return;
  }
  show_armed_ = true;
  show_again_ = false;
  ports_.watchers->OnQueue(ViewOfAll());
  ports_.timers->Start(kShowInterval, [me = me()] { caf::anon_send(me, ShowMessage{}); });
}

void QueueRunner::On(ShowMessage&) {
  show_armed_ = false;
  if (lost_) return;
  if (show_again_) return Show();
  if (model_->order.size() == 0 || std::exchange(waits_armed_, true)) return;
  ports_.timers->Start(kShowWaits, [me = me()] { caf::anon_send(me, ShowWaitsMessage{}); });
}

void QueueRunner::On(ShowWaitsMessage&) {
  waits_armed_ = false;
  if (!lost_) Show();
}

}  // namespace callfleet::queue
