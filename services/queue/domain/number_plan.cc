#include "services/queue/domain/number_plan.h"

#include <algorithm>
#include <utility>

#include "common/text/utf8.h"

namespace callfleet::queue {
namespace {

bool IsDialled(const std::string& text) {
  if (text.empty() || text.size() > 32) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' ||
           c == '#' || c == '+' || c == '.' || c == '_' || c == '-';
  });
}

bool ToThisQueue(const Destination& destination, const QueueId& queue) {
  if (std::holds_alternative<ToAgent>(destination)) return queue == DirectQueue();
  const auto* to = std::get_if<ToQueue>(&destination);
  return to != nullptr && to->queue == queue;
}

void CheckOtherwise(const Route& route, std::vector<FieldViolation>* faults) {
  if (!route.otherwise) return;
  if (!LeadsToAgent(route)) {
    faults->push_back({"route.otherwise", "Only where the number leads to an agent."});
  }
  if (std::holds_alternative<ToAgent>(*route.otherwise)) {
    faults->push_back({"route.otherwise.agent_id", "No agent stands in for an agent."});
  }
  Check(*route.otherwise, "route.otherwise", faults);
}

std::string TokenOf(const NumberPlan::Key& key) {
  return (key.second == RouteMatch::kExact ? "1" : "2") + key.first;
}

}  // namespace

bool LeadsToAgent(const Route& route) {
  return std::holds_alternative<ToAgent>(route.destination) ||
         (route.schedule && std::holds_alternative<ToAgent>(route.schedule->closed));
}

IncomingCall ComingBy(const Route& route) {
  return {.priority = route.priority,
          .customer_type = route.customer_type,
          .skills = route.skills,
          .why = route.number,
          .otherwise = route.otherwise};
}

const Route* NumberPlan::Find(const std::string& number) const {
  if (const auto exact = routes_.find({number, RouteMatch::kExact}); exact != routes_.end()) {
    return &exact->second;
  }
  for (std::size_t length = std::min<std::size_t>(number.size(), 32); length > 0; --length) {
    const auto found = routes_.find({number.substr(0, length), RouteMatch::kPrefix});
    if (found != routes_.end()) return &found->second;
  }
  return nullptr;
}

Decision NumberPlan::Decide(const std::string& number, const ZoneRules& zones, WallTime at) const {
  const Route* route = Find(number);
  if (route == nullptr) return {};
  Decision decision{.route = *route,
                    .destination = route->destination,
                    .reason = route->match == RouteMatch::kExact ? "exact" : "prefix"};
  if (!route->schedule) return decision;
  const Hours hours = HoursAt(*route->schedule, zones, at);
  if (hours == Hours::kOpen) return decision;
  decision.destination = route->schedule->closed;
  decision.reason = hours == Hours::kHoliday ? "holiday" : "closed";
  return decision;
}

Status NumberPlan::MaySet(const Route& route, const ZoneRules& zones) const {
  std::vector<FieldViolation> faults;
  if (!IsDialled(route.number)) {
    faults.push_back({"route.number", "1 to 32 characters [0-9A-Za-z*#+._-]."});
  }
  if (route.priority < -100 || route.priority > 100) {
    faults.push_back({"route.priority", "-100 to 100."});
  }
  if (Characters(route.customer_type) > 64) {
    faults.push_back({"route.customer_type", "At most 64 characters."});
  }
  if (Characters(route.description) > 1'000) {
    faults.push_back({"route.description", "At most 1000 characters."});
  }
  Check(route.skills, "route.skills", &faults);
  Check(route.destination, "route.destination", &faults, true);
  CheckOtherwise(route, &faults);
  if (route.schedule) Check(*route.schedule, zones, "route.schedule", &faults);
  if (!faults.empty()) {
    return Fail({.code = ErrorCode::kInvalidArgument,
                 .reason = "INVALID_ARGUMENT",
                 .message = "The route has faulty fields.",
                 .fields = std::move(faults)});
  }
  if (routes_.size() >= kMaxRoutes && !routes_.contains({route.number, route.match})) {
    return Fail({.code = ErrorCode::kResourceExhausted,
                 .reason = "ROUTE_LIMIT",
                 .message = "There are 100,000 routes already."});
  }
  return {};
}

void NumberPlan::Set(Route route) {
  const Key key{route.number, route.match};
  const auto known = routes_.find(key);
  if (known != routes_.end()) route.create_time = known->second.create_time;
  routes_[key] = std::move(route);
}

Result<Route> NumberPlan::Get(const std::string& number, RouteMatch match) const {
  const auto found = routes_.find({number, match});
  if (found == routes_.end()) return NotFound("ROUTE_NOT_FOUND", "No such number.");
  return found->second;
}

void NumberPlan::Remove(const std::string& number, RouteMatch match) {
  routes_.erase({number, match});
}

std::vector<Route> NumberPlan::Follow(const std::map<CampaignId, std::string>& caller_ids) {
  std::vector<Route> changed;
  for (auto& [key, route] : routes_) {
    auto* number = std::get_if<ToNumber>(&route.destination);
    if (number == nullptr || number->caller_id_campaign.empty()) continue;
    const auto told = caller_ids.find(number->caller_id_campaign);
    if (told == caller_ids.end() || told->second == number->caller_id) continue;
    number->caller_id = told->second;
    changed.push_back(route);
  }
  return changed;
}

bool NumberPlan::LeadsTo(const QueueId& queue) const {
  return std::any_of(routes_.begin(), routes_.end(), [&](const auto& entry) {
    const Route& route = entry.second;
    return ToThisQueue(route.destination, queue) ||
           (route.otherwise && ToThisQueue(*route.otherwise, queue)) ||
           (route.schedule && ToThisQueue(route.schedule->closed, queue));
  });
}

NumberPlan::Page NumberPlan::List(const std::string& after, std::size_t size) const {
  auto from = routes_.begin();
  if (!after.empty()) {
    from = routes_.upper_bound(
        {after.substr(1), after[0] == '1' ? RouteMatch::kExact : RouteMatch::kPrefix});
  }
  Page page;
  for (; from != routes_.end(); ++from) {
    if (page.routes.size() == size) {
      page.next = TokenOf({page.routes.back().number, page.routes.back().match});
      break;
    }
    page.routes.push_back(from->second);
  }
  return page;
}

}  // namespace callfleet::queue
