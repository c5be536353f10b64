// /routes: the numbers that callers dial and where they lead.
#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/number_json.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;

constexpr std::array<std::string_view, 2> kMatchWords{"exact", "prefix"};
constexpr std::array<FieldSpec, 1> kMatchQuery{{
    {.name = "match", .about = "exact unless given.", .one_of = kMatchWords},
}};

Result<Reply> ListNumbers(Context& context, const Request& request) {
  queue_pb::ListRoutesRequest list;
  SetPage(request.query, &list);
  auto page = Call(context, kListRoutes, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = NumberRouteTable().Each(page->routes())};
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

// What the campaign shows now; it is told to the queue service as it changes (app/caller_id_desk).
Status FillCallerId(Context& context, queue_pb::Destination* to) {
  if (!to->has_number() || to->number().caller_id_campaign_id().empty()) return {};
  callfleet::dialer::v1::GetCampaignRequest get;
  get.set_campaign_id(to->number().caller_id_campaign_id());
  const auto campaign = Call(context, kGetCampaign, get);
  if (!campaign) return Fail(campaign.error());
  to->mutable_number()->set_caller_id(campaign->campaign().caller_id_number());
  return {};
}

Result<Reply> SetNumber(Context& context, const Request& request) {
  auto route = ToNumberRoute(request.body);
  if (!route) return Fail(std::move(route.error()));
  if (auto filled = FillCallerId(context, route->mutable_destination()); !filled) {
    return Fail(std::move(filled.error()));
  }
  queue_pb::SetRouteRequest set;
  *set.mutable_route() = std::move(*route);
  auto done = Call(context, kSetRoute, set);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = NumberRouteTable()(done->route())};
}

Result<Reply> RemoveNumber(Context& context, const Request& request) {
  queue_pb::DeleteRouteRequest remove;
  remove.set_number(request.Id());
  remove.set_match(Get<std::string>(request.query, "match") == "prefix"
                       ? queue_pb::ROUTE_MATCH_PREFIX
                       : queue_pb::ROUTE_MATCH_EXACT);
  if (auto done = Call(context, kDeleteRoute, remove); !done) return Fail(std::move(done.error()));
  return Reply{.data = GoneTable()(request.Id())};
}

}  // namespace

std::span<const Route> NumberRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 3> kRoutes{{
      {{kGet, "/api/v1/routes", Role::kViewer, "Dialled numbers and where they lead."},
       {.handle = ListNumbers, .query = PageQuery(), .answer = kList<NumberRouteTable>}},
      {{kPost, "/api/v1/routes", Role::kAdmin,
        "Lets a dialled number lead somewhere; replaces what it led to."},
       {.handle = SetNumber,
        .body = NumberRouteFields(),
        .success = 201,
        .answer = kOne<NumberRouteTable>}},
      {{kDelete, "/api/v1/routes/:id", Role::kAdmin,
        "Takes a number away: its callers are answered 404."},
       {.handle = RemoveNumber, .query = kMatchQuery, .answer = kOne<GoneTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
