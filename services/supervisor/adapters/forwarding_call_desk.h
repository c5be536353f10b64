#pragma once
// CallDesk by the commands of dialer and queue; the live view knows whose a call is.
#include <functional>
#include <string>

#include "common/clock/clock.h"
#include "services/supervisor/adapters/last_answers.h"
#include "services/supervisor/ports/backend.h"
#include "services/supervisor/ports/call_desk.h"
#include "services/supervisor/ports/live_view.h"

namespace callfleet::supervisor {

// A ticket as the queue has answered it.
struct AnsweredTicket {
  TicketFact fact;
  unsigned position = 0;  // From 1; 0: it has none.
};

class ForwardingCallDesk final : public CallDesk {
 public:
  ForwardingCallDesk(Backend* backend, LiveView* view, const Clock* clock)  // All outlive it.
      : backend_(backend), view_(view), clock_(clock) {}

  Status Steer(const SteerOrder& order) override;
  Result<CallView> Assign(const AssignOrder& order) override;
  Result<QueuedCallView> SetPriority(const PriorityOrder& order) override;
  Result<CallView> Requeue(const RequeueOrder& order) override;
  Status Remove(const RemoveOrder& order) override;
  Result<QueuedCallView> CreateCallback(const CallbackOrder& order) override;

 private:
  Result<Service> OwnerOf(const std::string& call);
  Result<std::string> AgentIdOf(const std::string& id_or_name);
  Result<TicketFact> TicketOf(const WaitingCall& who);
  Result<AnsweredTicket> Once(const std::string& request_id,
                              const std::function<Result<AnsweredTicket>()>& run);
  Result<QueuedCallView> PlaceOf(const AnsweredTicket& ticket);

  Backend* backend_;
  LiveView* view_;
  const Clock* clock_;
  // Of assignments that were carried out: a repeat finds its ticket though nobody waits any more.
  LastAnswers<std::string> assigned_;
  // Of the other orders on who waits: the queue would carry out a repeat once more.
  LastAnswers<AnsweredTicket> answered_;  // By request.
  LastAnswers<TicketFact> callbacks_;     // Asked for here, by ticket: the view may lag.
};

}  // namespace callfleet::supervisor
