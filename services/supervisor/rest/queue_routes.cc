// /queues: S7, S8 as far as the service queue goes.
#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/view_json.h"

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

constexpr auto kTicketRows = std::to_array<Row<queue_pb::Ticket>>({
    {"id", kText, "Ticket.", [](const queue_pb::Ticket& m) { return Json(m.ticket_id()); }},
    {"callId", kText, "Call.", [](const queue_pb::Ticket& m) { return Json(m.call_id()); }},
    {"caller", kText, "Number of the caller.",
     [](const queue_pb::Ticket& m) { return Json(m.caller()); }},
    {"called", kText, "Number called.", [](const queue_pb::Ticket& m) { return Json(m.called()); }},
    {"position", kInteger, "From 1.", [](const queue_pb::Ticket& m) { return Json(m.position()); }},
    {"waitSeconds", kNumber, "Waits for so long.",
     [](const queue_pb::Ticket& m) { return Seconds(m.wait()); }},
    {"priority", kInteger, "Higher goes first.",
     [](const queue_pb::Ticket& m) { return Json(m.priority()); }},
    {"customerType", kText.OrNull(), "vip, …",
     [](const queue_pb::Ticket& m) { return TextOrNull(m.customer_type()); }},
    {"state", kEnum<queue_pb::TicketState_descriptor>, "Where it stands.",
     [](const queue_pb::Ticket& m) {
       return EnumWord(*queue_pb::TicketState_descriptor(), m.state());
     }},
    {"agentId", kText.OrNull(), "Agent.",
     [](const queue_pb::Ticket& m) { return TextOrNull(m.agent_id()); }},
    {"queuedAt", kTime.OrNull(), "Began to wait.",
     [](const queue_pb::Ticket& m) { return TimeJson(m.enqueue_time()); }},
});

const Table<queue_pb::Ticket>& TicketTable() {
  static const Table<queue_pb::Ticket> kTable("Ticket", kTicketRows);
  return kTable;
}

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

Result<Reply> ListCalls(Context& context, const Request& request) {
  if (auto queue = ShowQueue(context, request); !queue) return Fail(std::move(queue.error()));
  queue_pb::ListTicketsRequest list;
  list.set_queue_id(request.Id());
  SetPage(request.query, &list);
  auto page = Call(context, kListTickets, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = Json::array()};
  for (const auto& ticket : page->tickets()) reply.data.push_back(TicketTable()(ticket));
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

Result<Topic> Watch(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kQueues};
}

Result<Topic> WatchCalls(Context& context, const Request& request) {
  if (auto queue = ShowQueue(context, request); !queue) return Fail(std::move(queue.error()));
  return Fail({.code = ErrorCode::kUnimplemented,
               .reason = "NOT_IMPLEMENTED",
               .message = "Queues do not take callers yet."});
}

}  // namespace

std::span<const Route> QueueRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 6> kRoutes{{
      {{kGet, "/api/v1/queues", Role::kViewer, "Queues by name."},
       {.handle = ListQueues, .query = PageQuery(), .answer = kList<QueueTable>}},
      {{kPost, "/api/v1/queues", Role::kAdmin, "Creates a queue, open."},
       {.handle = CreateQueue, .body = kBody, .success = 201, .answer = kOne<QueueTable>}},
      {{kGet, "/api/v1/queues/watch", Role::kViewer, "Queues as they change."},
       {.events = Watch, .answer = kList<QueueFiguresTable>}},
      {{kGet, "/api/v1/queues/:id", Role::kViewer, "One queue."},
       {.handle = ShowQueue, .answer = kOne<QueueTable>}},
      {{kGet, "/api/v1/queues/:id/calls", Role::kViewer, "Waiting callers, first served first."},
       {.handle = ListCalls, .query = PageQuery(), .answer = kList<TicketTable>}},
      {{kGet, "/api/v1/queues/:id/calls/watch", Role::kViewer, "Waiting callers as they change."},
       {.events = WatchCalls, .answer = kList<TicketTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
