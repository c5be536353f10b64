#include "services/supervisor/rest/route_table.h"

#include <optional>

namespace callfleet::supervisor::rest {
namespace {

using PathValues = std::map<std::string, std::string, std::less<>>;

std::string_view TakeSegment(std::string_view* path) {
  const auto slash = path->find('/');
  const auto segment = path->substr(0, slash);
  path->remove_prefix(slash == std::string_view::npos ? path->size() : slash + 1);
  return segment;
}

// Exact words beat ":id": "/campaigns/watch" is no campaign. `exact` counts them.
std::optional<PathValues> MatchPath(std::string_view pattern, std::string_view path, int* exact) {
  PathValues values;
  if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return std::nullopt;
  while (!pattern.empty() || !path.empty()) {
    const auto want = TakeSegment(&pattern);
    const auto have = TakeSegment(&path);
    if (want.starts_with(':')) {
      if (have.empty()) return std::nullopt;
      values.emplace(want.substr(1), have);
    } else if (want == have) {
      ++*exact;
    } else {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace

const char* Name(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
  }
  return "";
}

RouteTable::RouteTable() {
  for (auto routes : {AgentRoutes(), CallActionRoutes(), CallRoutes(), CampaignRoutes(),
                      HistoryRoutes(), LeadRoutes(), MemberRoutes(), NumberRoutes(), PromptRoutes(),
                      QueueRoutes(), QueueCallRoutes(), RecordingRoutes(), PastRecordingRoutes(),
                      SupervisionRoutes(), TrunkRoutes()}) {
    for (const auto& route : routes) routes_.push_back(&route);
  }
}

RouteTable::Match RouteTable::Find(std::string_view method, std::string_view path) const {
  if (method == "HEAD") method = "GET";
  Match best;
  int most_exact = -1;
  for (const Route* route : routes_) {
    int exact = 0;
    auto values = MatchPath(route->path, path, &exact);
    if (!values || exact < most_exact) continue;
    if (exact > most_exact) best = Match{};  // Its methods alone count for Allow.
    most_exact = exact;
    best.allowed += (best.allowed.empty() ? "" : ", ") + std::string(Name(route->method));
    if (method == Name(route->method)) {
      best.route = route;
      best.path = std::move(*values);
    }
  }
  return best;
}

}  // namespace callfleet::supervisor::rest
