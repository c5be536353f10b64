// /queues: S7, S8, S10.
#include <array>
#include <map>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/view_json.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;

constexpr std::array<std::string_view, 9> kStrategies{
    "least_busy", "longest_idle", "round_robin", "fewest_calls", "least_talk_time",
    "random",     "sequential",   "skill_level", "ring_all"};
constexpr std::array<FieldSpec, 10> kBody{{
    {.name = "name", .about = "Unique name.", .required = true, .min = 1, .max = 64},
    {.name = "description", .about = "For people.", .max = 1000},
    {.name = "poolId", .about = "Pool of its agents; default unless given.", .min = 1, .max = 64},
    {.name = "strategy",
     .about = "How agents are chosen; least_busy unless given.",
     .one_of = kStrategies},
    {.name = "maxSize",
     .type = JsonType::kInteger,
     .about = "Most callers waiting; 1000 unless given.",
     .min = 1,
     .max = 10'000},
    {.name = "maxWaitSeconds",
     .type = JsonType::kNumber,
     .about = "Longest wait before overflow; none unless given.",
     .max = 86'400},
    {.name = "ringTimeoutSeconds",
     .type = JsonType::kNumber,
     .about = "15 s unless given.",
     .min = 5,
     .max = 120},
    {.name = "serviceLevelSeconds",
     .type = JsonType::kNumber,
     .about = "T of the service level; 20 s unless given.",
     .min = 1,
     .max = 3600},
    {.name = "wrapUpSeconds",
     .type = JsonType::kNumber,
     .about = "The agent's own unless given.",
     .max = 3600},
    {.name = "overflowQueueId", .about = "Queue that takes the overflow.", .max = 64},
}};

constexpr auto kQueueRows = std::to_array<Row<queue_pb::Queue>>({
    {"id", kText, "Id.", [](const queue_pb::Queue& m) { return Json(m.queue_id()); }},
    {"name", kText, "Unique name.", [](const queue_pb::Queue& m) { return Json(m.name()); }},
    {"description", kText, "For people.",
     [](const queue_pb::Queue& m) { return Json(m.description()); }},
    {"poolId", kText, "Pool of its agents.",
     [](const queue_pb::Queue& m) { return Json(m.pool_id()); }},
    {"strategy", kEnum<queue_pb::QueueStrategy_descriptor>, "How agents are chosen.",
     [](const queue_pb::Queue& m) {
       return EnumWord(*queue_pb::QueueStrategy_descriptor(), m.strategy());
     }},
    {"maxSize", kInteger, "Most callers waiting.",
     [](const queue_pb::Queue& m) { return Json(m.max_size()); }},
    {"maxWaitSeconds", kNumber, "Longest wait before overflow; 0: none.",
     [](const queue_pb::Queue& m) { return Seconds(m.max_wait()); }},
    {"ringTimeoutSeconds", kNumber, "How long an agent is rung.",
     [](const queue_pb::Queue& m) { return Seconds(m.ring_timeout()); }},
    {"serviceLevelSeconds", kNumber, "T of the service level.",
     [](const queue_pb::Queue& m) { return Seconds(m.service_level_threshold()); }},
    {"wrapUpSeconds", kNumber.OrNull(), "Time for after-work; null: the agent's own.",
     [](const queue_pb::Queue& m) { return m.has_wrap_up() ? Seconds(m.wrap_up()) : Json(); }},
    {"overflowQueueId", kText.OrNull(), "Queue that takes the overflow.",
     [](const queue_pb::Queue& m) { return TextOrNull(m.overflow_queue_id()); }},
    {"state", kEnum<queue_pb::QueueState_descriptor>, "Whether it takes callers.",
     [](const queue_pb::Queue& m) {
       return EnumWord(*queue_pb::QueueState_descriptor(), m.state());
     }},
    {"createdAt", kTime.OrNull(), "Created.",
     [](const queue_pb::Queue& m) { return TimeJson(m.create_time()); }},
});

const Table<queue_pb::Queue>& QueueTable() {
  static const Table<queue_pb::Queue> kTable("Queue", kQueueRows);
  return kTable;
}

constexpr std::array<FieldSpec, 2> kAssignBody{{
    {.name = "agentId",
     .about = "Id or name of the agent who gets the caller.",
     .required = true,
     .min = 1,
     .max = 64},
    {.name = "override",
     .type = JsonType::kBoolean,
     .about = "Ignores skills, order, wrap-up and not_ready; never capacity or logged_out."},
}};

void Apply(const Json& body, queue_pb::Queue* queue) {
  if (auto v = Get<std::string>(body, "name")) queue->set_name(*v);
  if (auto v = Get<std::string>(body, "description")) queue->set_description(*v);
  if (auto v = Get<std::string>(body, "poolId")) queue->set_pool_id(*v);
  if (auto v = Get<unsigned>(body, "maxSize")) queue->set_max_size(*v);
  if (auto v = Get<double>(body, "maxWaitSeconds")) SetSeconds(*v, queue->mutable_max_wait());
  if (auto v = Get<double>(body, "ringTimeoutSeconds"))
    SetSeconds(*v, queue->mutable_ring_timeout());
  if (auto v = Get<double>(body, "serviceLevelSeconds")) {
    SetSeconds(*v, queue->mutable_service_level_threshold());
  }
  if (auto v = Get<double>(body, "wrapUpSeconds")) SetSeconds(*v, queue->mutable_wrap_up());
  if (auto v = Get<std::string>(body, "overflowQueueId")) queue->set_overflow_queue_id(*v);
  if (auto v = Get<std::string>(body, "strategy")) {
    queue_pb::QueueStrategy strategy = queue_pb::QUEUE_STRATEGY_UNSPECIFIED;
    queue_pb::QueueStrategy_Parse(EnumName("QUEUE_STRATEGY_", *v), &strategy);
    queue->set_strategy(strategy);
  }
}

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
  Apply(request.body, create.mutable_queue());
  auto created = Call(context, kCreateQueue, create);
  if (!created) return Fail(std::move(created.error()));
  return Reply{.data = QueueTable()(created->queue())};
}

Result<Reply> ShowQueue(Context& context, const Request& request) {
  queue_pb::GetQueueRequest get;
  get.set_queue_id(request.Id());
  auto got = Call(context, kGetQueue, get);
  if (!got) return Fail(std::move(got.error()));
  return Reply{.data = QueueTable()(got->queue())};
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

Result<Reply> ListCalls(Context& context, const Request& request) {
  return ReadView(context, {SourceKind::kQueues, SourceKind::kCalls},
                  [id = request.Id(), query = request.query,
                   now = context.clock->Now().wall](const World& world) -> Result<Reply> {
                    const auto places = PlacesIn(world, QueueId(id));
                    if (!places) return Fail(places.error());
                    std::vector<std::string> ids;
                    std::map<std::string, std::size_t> at;
                    for (const TicketFact* ticket : *places) {
                      at[ticket->id.str()] = ids.size();
                      ids.push_back(ticket->id.str());
                    }
                    return PageOf(ids, query, [&](const std::string& ticket) {
                      const std::size_t place = at.at(ticket);
                      return QueuedCallTable()(ViewPlace(world, *(*places)[place],
                                                         static_cast<unsigned>(place) + 1, now));
                    });
                  });
}

Result<Topic> Watch(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kQueues};
}

Result<Topic> WatchCalls(Context& context, const Request& request) {
  auto known = ReadView(context, {SourceKind::kQueues}, [id = request.Id()](const World& world) {
    const auto places = PlacesIn(world, QueueId(id));
    return places ? Result<Reply>(Reply{}) : Result<Reply>(Fail(places.error()));
  });
  if (!known) return Fail(std::move(known.error()));
  return Topic{TopicKind::kQueueCalls, request.Id()};
}

Result<Reply> Assign(Context& context, const Request& request) {
  const auto call = context.calls->Assign(
      {.request_id = request.request_id,
       .call_id = request.path.find("callId")->second,
       .queue_id = request.Id(),
       .agent = request.body["agentId"].get<std::string>(),
       .override_rules = Get<bool>(request.body, "override").value_or(false)});
  if (!call) return Fail(call.error());
  return Reply{.data = CallTable()(*call)};
}

}  // namespace

std::span<const Route> QueueRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 8> kRoutes{{
      {{kGet, "/api/v1/queues", Role::kViewer, "Queues by name."},
       {.handle = ListQueues, .query = PageQuery(), .answer = kList<QueueTable>}},
      {{kPost, "/api/v1/queues", Role::kAdmin, "Creates a queue, open."},
       {.handle = CreateQueue, .body = kBody, .success = 201, .answer = kOne<QueueTable>}},
      {{kGet, "/api/v1/queues/watch", Role::kViewer, "Queues as they change."},
       {.events = Watch, .answer = kList<QueueFiguresTable>}},
      {{kGet, "/api/v1/queues/:id", Role::kViewer, "One queue."},
       {.handle = ShowQueue, .answer = kOne<QueueTable>}},
      {{kGet, "/api/v1/queues/stats", Role::kViewer, "Figures of all queues, by name."},
       {.handle = ListFigures, .answer = kList<QueueFiguresTable>}},
      {{kGet, "/api/v1/queues/:id/calls", Role::kViewer,
        "Waiting callers and callbacks, first served first."},
       {.handle = ListCalls, .query = PageQuery(), .answer = kList<QueuedCallTable>}},
      {{kGet, "/api/v1/queues/:id/calls/watch", Role::kViewer,
        "The first 1,000 of them whenever they change."},
       {.events = WatchCalls, .answer = kList<QueuedCallTable>}},
      {{kPost, "/api/v1/queues/:id/calls/:callId/assign", Role::kSupervisor,
        "Gives a waiting caller to an agent past all routing rules."},
       {.handle = Assign,
        .body = kAssignBody,
        .audit_field = "agentId",
        .answer = kOne<CallTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
