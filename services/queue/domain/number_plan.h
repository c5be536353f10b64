#pragma once
// The one table that says where a dialled number leads: routes by exact number, then by longest
// prefix, each with its hours.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/queue/domain/opening_hours.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/ticket.h"

namespace callfleet::queue {

enum class RouteMatch : std::uint8_t { kExact = 1, kPrefix = 2 };

struct Route {
  std::string number;
  RouteMatch match = RouteMatch::kExact;
  Destination destination;
  int priority = 0;
  std::string customer_type{};
  std::vector<SkillRequirement> skills{};
  std::optional<Schedule> schedule{};
  std::optional<Destination> otherwise{};  // Where the agent of the destination takes nobody.
  std::string description{};
  WallTime create_time{};
  friend bool operator==(const Route&, const Route&) = default;
};

bool LeadsToAgent(const Route& route);      // Open or closed.
IncomingCall ComingBy(const Route& route);  // What it says of its callers.

struct Decision {
  std::optional<Route> route;  // None: nobody knows the number.
  Destination destination = ToRejection{.sip_code = 404, .q850 = 1};
  std::string reason = "unknown";  // exact, prefix, closed, holiday, unknown.
};

// Pure state of the unit `routing`; single owner.
class NumberPlan {
 public:
  static constexpr std::size_t kMaxRoutes = 100'000;
  using Key = std::pair<std::string, RouteMatch>;

  // A number may be dialled with or without +; the table holds what it was given.
  Decision Decide(const std::string& number, const ZoneRules& zones, WallTime at) const;

  Status MaySet(const Route& route,
                const ZoneRules& zones) const;  // INVALID_ARGUMENT, ROUTE_LIMIT.
  void Set(Route route);
  Result<Route> Get(const std::string& number, RouteMatch match) const;  // ROUTE_NOT_FOUND.
  void Remove(const std::string& number, RouteMatch match);
  // What campaigns show now; returns the routes that it changes.
  std::vector<Route> Follow(const std::map<CampaignId, std::string>& caller_ids);
  bool LeadsTo(const QueueId& queue) const;  // Some route does, open, closed or otherwise.

  struct Page {
    std::vector<Route> routes;
    std::string next;
  };
  // By number after the token `after`; size 1 to 1,000.
  Page List(const std::string& after, std::size_t size) const;
  std::size_t size() const { return routes_.size(); }

 private:
  const Route* Find(const std::string& number) const;
  std::map<Key, Route> routes_;
};

}  // namespace callfleet::queue
