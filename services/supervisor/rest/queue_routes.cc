// /queues: S7. Who waits in them: queue_call_routes.cc.
#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/queue_json.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/view_json.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;

Result<Reply> ListQueues(Context& context, const Request& request) {
  queue_pb::ListQueuesRequest list;
  SetPage(request.query, &list);
  auto page = Call(context, kListQueues, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = Json::array()};
  for (const auto& queue : page->queues()) reply.data.push_back(QueueTable()(queue));
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

Result<Reply> CreateQueue(Context& context, const Request& request) {
  queue_pb::CreateQueueRequest create;
  create.set_request_id(request.request_id);
  if (auto ok = ApplyQueue(request.body, create.mutable_queue()); !ok) return Fail(ok.error());
  auto created = Call(context, kCreateQueue, create);
  if (!created) return Fail(std::move(created.error()));
  return Reply{.data = QueueTable()(created->queue())};
}

Result<queue_pb::Queue> FetchQueue(Context& context, const std::string& id) {
  queue_pb::GetQueueRequest get;
  get.set_queue_id(id);
  auto got = Call(context, kGetQueue, get);
  if (!got) return Fail(std::move(got.error()));
  return std::move(*got->mutable_queue());
}

Result<Reply> ShowQueue(Context& context, const Request& request) {
  auto queue = FetchQueue(context, request.Id());
  if (!queue) return Fail(std::move(queue.error()));
  return Reply{.data = QueueTable()(*queue)};
}

Result<Reply> SendQueue(Context& context, const Request& request, queue_pb::Queue queue) {
  if (auto ok = ApplyQueue(request.body, &queue); !ok) return Fail(ok.error());
  queue_pb::UpdateQueueRequest update;
  *update.mutable_queue() = std::move(queue);
  auto updated = Call(context, kUpdateQueue, update);
  if (!updated) return Fail(std::move(updated.error()));
  return Reply{.data = QueueTable()(updated->queue())};
}

Result<Reply> ReplaceQueue(Context& context, const Request& request) {
  queue_pb::Queue queue;
  queue.set_queue_id(request.Id());
  return SendQueue(context, request, std::move(queue));
}

Result<Reply> ChangeQueue(Context& context, const Request& request) {
  auto queue = FetchQueue(context, request.Id());
  if (!queue) return Fail(std::move(queue.error()));
  return SendQueue(context, request, std::move(*queue));
}

Result<Reply> DeleteQueue(Context& context, const Request& request) {
  queue_pb::DeleteQueueRequest remove;
  remove.set_queue_id(request.Id());
  auto done = Call(context, kDeleteQueue, remove);
  if (!done) return Fail(std::move(done.error()));
  callfleet::agent_registry::v1::RemoveMembersRequest members;
  members.mutable_unit()->set_kind(callfleet::common::v1::UNIT_KIND_QUEUE);
  members.mutable_unit()->set_id(request.Id());
  // Members of a queue that is gone harm nobody: the answer does not depend on it.
  static_cast<void>(Call(context, kRemoveMembers, members));
  return Reply{.data = GoneTable()(request.Id())};
}

Result<Reply> SetState(Context& context, const Request& request, queue_pb::QueueState state) {
  queue_pb::SetQueueStateRequest set;
  set.set_queue_id(request.Id());
  set.set_state(state);
  auto done = Call(context, kSetQueueState, set);
  if (!done) return Fail(std::move(done.error()));
  return Reply{.data = QueueTable()(done->queue())};
}

Result<Reply> OpenQueue(Context& context, const Request& request) {
  return SetState(context, request, queue_pb::QUEUE_STATE_OPEN);
}

Result<Reply> CloseQueue(Context& context, const Request& request) {
  return SetState(context, request, queue_pb::QUEUE_STATE_CLOSED);
}

Result<Reply> ListFigures(Context& context, const Request& /*request*/) {
  return ReadView(context, {SourceKind::kQueues}, [](const World& world) {
    Reply reply{.data = Json::array()};
    for (const QueueFact* queue : QueuesByName(world)) {
      reply.data.push_back(QueueFiguresTable()(*queue));
    }
    return Result<Reply>(std::move(reply));
  });
}

Result<Topic> Watch(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kQueues};
}

}  // namespace

std::span<const Route> QueueRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 10> kRoutes{{
      {{kGet, "/api/v1/queues", Role::kViewer, "Queues by name."},
       {.handle = ListQueues, .query = PageQuery(), .answer = kList<QueueTable>}},
      {{kPost, "/api/v1/queues", Role::kAdmin, "Creates a queue, open."},
       {.handle = CreateQueue,
        .body = NewQueueFields(),
        .success = 201,
        .answer = kOne<QueueTable>}},
      {{kGet, "/api/v1/queues/watch", Role::kViewer, "Queues as they change."},
       {.events = Watch, .answer = kList<QueueFiguresTable>}},
      {{kGet, "/api/v1/queues/:id", Role::kViewer, "One queue."},
       {.handle = ShowQueue, .answer = kOne<QueueTable>}},
      {{kPut, "/api/v1/queues/:id", Role::kAdmin,
        "Replaces the settings; callers who wait keep their place."},
       {.handle = ReplaceQueue, .body = NewQueueFields(), .answer = kOne<QueueTable>}},
      {{kPatch, "/api/v1/queues/:id", Role::kAdmin, "Changes the given settings."},
       {.handle = ChangeQueue, .body = QueueFields(), .answer = kOne<QueueTable>}},
      {{kDelete, "/api/v1/queues/:id", Role::kAdmin,
        "Removes a queue that has no callers, and to which no number or rule leads."},
       {.handle = DeleteQueue, .answer = kOne<GoneTable>}},
      {{kPost, "/api/v1/queues/:id/open", Role::kSupervisor, "Lets callers in."},
       {.handle = OpenQueue, .answer = kOne<QueueTable>}},
      {{kPost, "/api/v1/queues/:id/close", Role::kSupervisor,
        "Lets no caller in; those who wait stay."},
       {.handle = CloseQueue, .answer = kOne<QueueTable>}},
      {{kGet, "/api/v1/queues/stats", Role::kViewer, "Figures of all queues, by name."},
       {.handle = ListFigures, .answer = kList<QueueFiguresTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
