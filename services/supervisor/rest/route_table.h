#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "services/supervisor/rest/route.h"

namespace callfleet::supervisor::rest {

std::span<const Route> AgentRoutes();
std::span<const Route> CallActionRoutes();  // Calls in progress, after-work.
std::span<const Route> CallRoutes();        // Stats, calls, bridges.
std::span<const Route> CampaignRoutes();
std::span<const Route> HistoryRoutes();  // Performance, alerts and their rules.
std::span<const Route> LeadRoutes();     // Leads, attempts, suppressions.
std::span<const Route> MemberRoutes();   // Agents of campaigns and queues.
std::span<const Route> NumberRoutes();   // Numbers that callers dial.
std::span<const Route> PromptRoutes();
std::span<const Route> QueueRoutes();
std::span<const Route> QueueCallRoutes();  // Who waits in them.
std::span<const Route> RecordingRoutes();
std::span<const Route> PastRecordingRoutes();
std::span<const Route> SupervisionRoutes();
std::span<const Route> TrunkRoutes();

// All that is served, and found by method and path. Immutable.
class RouteTable {
 public:
  RouteTable();

  struct Match {
    const Route* route = nullptr;  // nullptr: see allowed.
    std::map<std::string, std::string, std::less<>> path{};
    std::string allowed{};  // "GET, POST": the path is known, the method is not; "": unknown path.
  };
  Match Find(std::string_view method, std::string_view path) const;
  const std::vector<const Route*>& routes() const { return routes_; }

 private:
  std::vector<const Route*> routes_;
};

}  // namespace callfleet::supervisor::rest
