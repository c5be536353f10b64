#pragma once
// CallDesk by the commands of dialer and queue; the live view knows whose a call is.
#include <deque>
#include <map>
#include <mutex>

#include "common/clock/clock.h"
#include "services/supervisor/ports/backend.h"
#include "services/supervisor/ports/call_desk.h"
#include "services/supervisor/ports/live_view.h"

namespace callfleet::supervisor {

class ForwardingCallDesk final : public CallDesk {
 public:
  ForwardingCallDesk(Backend* backend, LiveView* view, const Clock* clock)  // All outlive it.
      : backend_(backend), view_(view), clock_(clock) {}

  Status Steer(const SteerOrder& order) override;
  Result<CallView> Assign(const AssignOrder& order) override;

 private:
  static constexpr std::size_t kRemembered = 1'000;  // Requests; the oldest is forgotten.

  Result<Service> OwnerOf(const std::string& call);
  Result<std::string> AgentIdOf(const std::string& id_or_name);
  Result<std::string> TicketOf(const AssignOrder& order);
  void Remember(const std::string& request_id, const std::string& ticket);

  Backend* backend_;
  LiveView* view_;
  const Clock* clock_;
  std::mutex mutex_;
  // Of requests that were carried out: a repeat finds its ticket though nobody waits any more.
  std::map<std::string, std::string> tickets_;
  std::deque<std::string> tickets_order_;
};

}  // namespace callfleet::supervisor
