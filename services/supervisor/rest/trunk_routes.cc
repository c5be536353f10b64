// /trunks: kept by the edge.
#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/trunk_json.h"
#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor::rest {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;

Result<Reply> ListTrunks(Context& context, const Request& request) {
  edge_pb::ListTrunksRequest list;
  SetPage(request.query, &list);
  auto page = Call(context, kListTrunks, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = Json::array()};
  for (const auto& trunk : page->trunks()) reply.data.push_back(TrunkTable()(trunk));
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

Result<Reply> CreateTrunk(Context& context, const Request& request) {
  auto trunk = ToTrunk(request.body);
  if (!trunk) return Fail(std::move(trunk.error()));
  edge_pb::CreateTrunkRequest create;
  create.set_request_id(request.request_id);
  *create.mutable_trunk() = std::move(*trunk);
  auto created = Call(context, kCreateTrunk, create);
  if (!created) return Fail(std::move(created.error()));
  return Reply{.data = TrunkTable()(created->trunk())};
}

Result<Reply> ShowTrunk(Context& context, const Request& request) {
  edge_pb::GetTrunkRequest get;
  get.set_trunk_id(request.Id());
  auto got = Call(context, kGetTrunk, get);
  if (!got) return Fail(std::move(got.error()));
  return Reply{.data = TrunkTable()(got->trunk())};
}

Result<Reply> Replace(Context& context, const Request& request) {
  auto trunk = ToTrunk(request.body);
  if (!trunk) return Fail(std::move(trunk.error()));
  edge_pb::UpdateTrunkRequest update;
  *update.mutable_trunk() = std::move(*trunk);
  update.mutable_trunk()->set_trunk_id(request.Id());
  auto updated = Call(context, kUpdateTrunk, update);
  if (!updated) return Fail(std::move(updated.error()));
  return Reply{.data = TrunkTable()(updated->trunk())};
}

Result<Reply> DeleteTrunk(Context& context, const Request& request) {
  edge_pb::DeleteTrunkRequest remove;
  remove.set_trunk_id(request.Id());
  auto done = Call(context, kDeleteTrunk, remove);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = GoneTable()(request.Id())};
}

Result<Topic> Watch(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kTrunks};
}

}  // namespace

std::span<const Route> TrunkRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 6> kRoutes{{
      {{kGet, "/api/v1/trunks", Role::kViewer, "Trunks by id."},
       {.handle = ListTrunks, .query = PageQuery(), .answer = kList<TrunkTable>}},
      {{kPost, "/api/v1/trunks", Role::kAdmin, "Creates a trunk."},
       {.handle = CreateTrunk,
        .body = NewTrunkFields(),
        .success = 201,
        .answer = kOne<TrunkTable>}},
      {{kGet, "/api/v1/trunks/watch", Role::kViewer, "States and free capacity as they change."},
       {.events = Watch, .answer = kList<TrunkFiguresTable>}},
      {{kGet, "/api/v1/trunks/:id", Role::kViewer, "One trunk."},
       {.handle = ShowTrunk, .answer = kOne<TrunkTable>}},
      {{kPut, "/api/v1/trunks/:id", Role::kAdmin,
        "Replaces the settings; an absent authSecret keeps the old one."},
       {.handle = Replace, .body = TrunkFields(), .answer = kOne<TrunkTable>}},
      {{kDelete, "/api/v1/trunks/:id", Role::kAdmin, "Removes a trunk; live calls go on."},
       {.handle = DeleteTrunk, .answer = kOne<GoneTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
