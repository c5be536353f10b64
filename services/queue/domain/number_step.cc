// A customer is passed to a number: one of ours leads where the number plan says, all others out.
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

Error NotNow(const char* reason, const char* message) {
  return {.code = ErrorCode::kFailedPrecondition, .reason = reason, .message = message};
}

}  // namespace

void QueueStepper::LookUp(Ticket& ticket, TicketTransfer transfer, const std::string& number,
                          const std::string& request) {
  out_.Urgent(LookUpNumber{
      .ticket = ticket.id, .transfer = transfer.id, .number = number, .request = request});
  ticket.transfer = std::move(transfer);
}

void QueueStepper::On(const NumberFound& event) {
  if (!event.call.empty()) return CallerFound(event);
  Ticket* ticket = Find(event.ticket);
  const bool known =
      ticket != nullptr && ticket->transfer && ticket->transfer->id == event.transfer;
  if (!known || ticket->state != TicketState::kConnected || ticket->talk_reported) {
    if (known) ticket->transfer.reset();
    return Answered(event.request, NotNow("NOT_BRIDGED", "The talk was over before."));
  }
  const TicketTransfer transfer = *std::exchange(ticket->transfer, std::nullopt);
  PassToNumber(*ticket, transfer, event);
}

// What a phone dials that is no number of ours: a number of the world, or a colleague.
void QueueStepper::PassToNumber(Ticket& ticket, TicketTransfer transfer, const NumberFound& event) {
  if (!event.to) {
    const bool number = event.number.starts_with('+');
    if (number) transfer.number = event.number;
    // The edge has held a phone's number against its list already.
    transfer.by_person = number && !transfer.by_phone;
    return BeginTransfer(ticket, std::move(transfer), number ? AgentId() : AgentId(event.number),
                         event.request);
  }
  if (const auto* queue = std::get_if<ToQueue>(&*event.to); queue != nullptr && !transfer.consult) {
    if (queue->queue != m_.queue.id) return PassToQueue(ticket, queue->queue, event.request);
    return BackIntoQueue(ticket, event.request);
  }
  if (const auto* agent = std::get_if<ToAgent>(&*event.to)) {
    return BeginTransfer(ticket, std::move(transfer), agent->agent, event.request);
  }
  if (const auto* number = std::get_if<ToNumber>(&*event.to)) {
    transfer.number = number->number.empty() ? event.number : number->number;
    transfer.trunk = number->trunk;
    return BeginTransfer(ticket, std::move(transfer), {}, event.request);
  }
  // A refusal, a sound, a machine's URI; and nobody consults a queue.
  const auto* refused = std::get_if<ToRejection>(&*event.to);
  if (transfer.by_phone) {
    return RefuseRefer(ticket, transfer.id, refused != nullptr ? refused->sip_code : 403);
  }
  Answered(event.request, NotNow("NUMBER_NOT_ALLOWED", "Nobody is passed to this number."));
}

}  // namespace callfleet::queue
