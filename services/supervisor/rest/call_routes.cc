// /stats, /calls, /bridges: S1, S4, S5, S9.
#include <array>

#include "services/supervisor/rest/history_json.h"
#include "services/supervisor/rest/history_reads.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/view_json.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr Answer kCallAnswer{.data = kObject<CallTable>, .or_else = ShapeOf<PastCallTable>};

Result<Reply> GetStats(Context& context, const Request& /*request*/) {
  return ReadView(context, {SourceKind::kAgents, SourceKind::kCalls}, [](const World& world) {
    return Result<Reply>(Reply{.data = ToJson(ReadStats(world))});
  });
}

Result<Reply> ListCalls(Context& context, const Request& request) {
  return ReadView(context, {SourceKind::kCalls},
                  [query = request.query, now = context.clock->Now().wall](const World& world) {
                    std::vector<std::string> ids;
                    for (const auto& id : LiveCallsInOrder(world, AgentId()))
                      ids.push_back(id.str());
                    return Result<Reply>(PageOf(ids, query, [&](const std::string& id) {
                      return ToJson(world.View(*world.FindCall(CallId(id)), now));
                    }));
                  });
}

Result<Reply> LiveCall(Context& context, const Request& request) {
  return ReadView(context, {SourceKind::kCalls},
                  [id = request.Id(), now = context.clock->Now().wall](const World& world) {
                    const CallHistory* history = world.FindCall(CallId(id));
                    if (history == nullptr) return Result<Reply>(CallNotFound(id));
                    return Result<Reply>(Reply{.data = ToJson(world.View(*history, now))});
                  });
}

// A call that the live view has forgotten is found in history until its retention ends.
Result<Reply> GetCall(Context& context, const Request& request) {
  auto live = LiveCall(context, request);
  if (live || live.error().reason != "CALL_NOT_FOUND") return live;
  auto found = Wait<std::optional<CallRow>>(
      [&](auto reply) { context.reports->FindCall(request.Id(), std::move(reply)); });
  if (!found) return Fail(std::move(found.error()));
  if (!*found) return live;
  return Reply{.data = PastCallTable()(**found)};
}

Result<Reply> ListBridges(Context& context, const Request& request) {
  return ReadView(context, {SourceKind::kCalls},
                  [query = request.query, now = context.clock->Now().wall](const World& world) {
                    std::vector<std::string> calls;
                    for (const auto& id : LiveCallsInOrder(world, AgentId())) {
                      if (ViewBridge(*world.FindCall(id), now)) calls.push_back(id.str());
                    }
                    return Result<Reply>(PageOf(calls, query, [&](const std::string& id) {
                      return ToJson(*ViewBridge(*world.FindCall(CallId(id)), now));
                    }));
                  });
}

Result<Topic> OneCall(Context& context, const Request& request) {
  auto found = LiveCall(context, request);
  if (!found) return Fail(std::move(found.error()));
  return Topic{TopicKind::kCalls, request.Id()};
}

template <TopicKind kKind>
Result<Topic> All(Context& /*context*/, const Request& /*request*/) {
  return Topic{kKind};
}

}  // namespace

std::span<const Route> CallRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 8> kRoutes{{
      {{kGet, "/api/v1/stats", Role::kViewer, "Figures over the whole house."},
       {.handle = GetStats, .answer = kOne<StatsTable>}},
      {{kGet, "/api/v1/stats/watch", Role::kViewer, "The same as it changes."},
       {.events = All<TopicKind::kStats>, .answer = kList<StatsTable>}},
      {{kGet, "/api/v1/calls", Role::kViewer,
        "Calls that are not over, connected and waiting, oldest first."},
       {.handle = ListCalls, .query = PageQuery(), .answer = kList<CallTable>}},
      {{kGet, "/api/v1/calls/watch", Role::kViewer, "Calls as they change."},
       {.events = All<TopicKind::kCalls>, .answer = kList<CallTable>}},
      {{kGet, "/api/v1/calls/:id", Role::kViewer,
        "One call, also after its end until its retention ends."},
       {.handle = GetCall, .answer = kCallAnswer}},
      {{kGet, "/api/v1/calls/:id/watch", Role::kViewer, "One call as it changes."},
       {.events = OneCall, .answer = kList<CallTable>}},
      {{kGet, "/api/v1/bridges", Role::kViewer, "Open bridges, oldest call first."},
       {.handle = ListBridges, .query = PageQuery(), .answer = kList<BridgeTable>}},
      {{kGet, "/api/v1/bridges/watch", Role::kViewer, "Bridges as they open and close."},
       {.events = All<TopicKind::kBridges>, .answer = kList<BridgeTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
