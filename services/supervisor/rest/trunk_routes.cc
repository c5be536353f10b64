// /trunks: one table of all edges; their states and figures are each edge's own.
#include <google/protobuf/util/time_util.h>

#include <array>

#include "services/supervisor/domain/trunk_sum.h"
#include "services/supervisor/rest/edge_pages.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/trunk_json.h"
#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor::rest {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;

TrunkFact StandingOf(const edge_pb::Trunk& trunk) {
  const Json state = EnumWord(*edge_pb::TrunkState_descriptor(), trunk.state());
  return {.id = TrunkId(trunk.trunk_id()),
          .state = state.is_string() ? state.get<std::string>() : "",
          .active_channels = trunk.active_channels(),
          .free_channels = trunk.free_channels()};
}

// What stands of it at one more edge; settings are the same at each.
void Add(const edge_pb::Trunk& other, edge_pb::Trunk* trunk) {
  const TrunkFact there = StandingOf(other);
  TrunkFact standing = StandingOf(*trunk);
  AddEdge(there, &standing);
  if (standing.state == there.state) trunk->set_state(other.state());
  trunk->set_active_channels(standing.active_channels);
  trunk->set_free_channels(standing.free_channels);
  if (other.registration_state() == edge_pb::TRUNK_REGISTRATION_STATE_FAILED) {  // Worth a look.
    trunk->set_registration_state(other.registration_state());
    trunk->set_registration_sip_code(other.registration_sip_code());
  }
  using google::protobuf::util::TimeUtil;
  edge_pb::TrunkFigures& sum = *trunk->mutable_figures();
  const edge_pb::TrunkFigures& more = other.figures();
  sum.set_placed(sum.placed() + more.placed());
  sum.set_answered(sum.answered() + more.answered());
  sum.set_early_answers(sum.early_answers() + more.early_answers());
  sum.set_faults(sum.faults() + more.faults());
  sum.set_refused(sum.refused() + more.refused());
  sum.set_short_calls(sum.short_calls() + more.short_calls());
  *sum.mutable_answered_time() += more.answered_time();
  if (sum.post_dial_delay_p95() < more.post_dial_delay_p95()) {
    *sum.mutable_post_dial_delay_p95() = more.post_dial_delay_p95();
  }
}

Result<Reply> ListTrunks(Context& context, const Request& request) {
  edge_pb::ListTrunksRequest list;
  SetPage(request.query, &list);
  if (list.page_size() == 0) list.set_page_size(kDefaultEdgePage);
  const auto pages = CallEach(context, kListTrunks, list);
  if (!pages) return Fail(pages.error());
  const auto by_id = [](const auto& a, const auto& b) { return a.trunk_id() < b.trunk_id(); };
  const auto page = MergePages(
      *pages, list.page_size(), [](const auto& answer) -> auto& { return answer.trunks(); }, by_id,
      Add);
  Reply reply{.data = TrunkTable().Each(page.items)};
  reply.beside["nextPageToken"] =
      page.more && !page.items.empty() ? page.items.back().trunk_id() : std::string();
  NameAway(*pages, "trunks", &reply);
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
  const auto found = CallEach(context, kGetTrunk, get);
  if (!found) return Fail(found.error());
  edge_pb::Trunk trunk = found->of_edges.front().trunk();
  for (std::size_t n = 1; n < found->of_edges.size(); ++n) Add(found->of_edges[n].trunk(), &trunk);
  Reply reply{.data = TrunkTable()(trunk)};
  NameAway(*found, "trunks", &reply);
  return reply;
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
