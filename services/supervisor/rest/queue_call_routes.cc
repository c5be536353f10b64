// /queues/:id/calls and /callbacks: who waits (S8, S10).
#include <array>
#include <chrono>
#include <map>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/rpcs.h"
#include "services/supervisor/rest/time_text.h"
#include "services/supervisor/rest/view_json.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;
using AskedCallback = queue_pb::Ticket;

// No queue keeps a callback longer (callback.maxAgeSeconds): it would never be called.
constexpr std::chrono::hours kLongestAhead{7 * 24};

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
constexpr std::array<FieldSpec, 1> kPlaceBody{{
    {.name = "priority",
     .type = JsonType::kInteger,
     .about = "Higher goes first.",
     .required = true,
     .min = -100,
     .max = 100},
}};
constexpr std::array<FieldSpec, 2> kRequeueBody{{
    {.name = "queueId", .about = "Queue to wait in; the same unless given.", .min = 1, .max = 64},
    {.name = "priority",
     .type = JsonType::kInteger,
     .about = "Higher goes first; as it was unless given.",
     .min = -100,
     .max = 100},
}};
constexpr std::array<FieldSpec, 3> kCallbackBody{{
    {.name = "number",
     .about = "Number to call, E.164 with +.",
     .required = true,
     .min = 3,
     .max = 16},
    {.name = "priority",
     .type = JsonType::kInteger,
     .about = "Higher goes first; 0 unless given.",
     .min = -100,
     .max = 100},
    {.name = "notBefore",
     .about = "Not called before this moment, RFC 3339, at most 7 days ahead; at its turn unless "
              "given.",
     .max = 40},
}};

constexpr auto kAskedCallbackRows = std::to_array<Row<AskedCallback>>({
    {"id", kText, "Ticket.", [](const AskedCallback& c) { return Json(c.ticket_id()); }},
    {"callId", kText.OrNull(),
     "Call that it was asked for in, or is made in, by which it goes; null: it goes by its id.",
     [](const AskedCallback& c) { return TextOrNull(c.call_id()); }},
    {"queueId", kText, "Queue.", [](const AskedCallback& c) { return Json(c.queue_id()); }},
    {"number", kText, "Number that is called.",
     [](const AskedCallback& c) { return Json(c.callback_number()); }},
    {"state", kEnum<queue_pb::TicketState_descriptor>,
     "callback: it waits; offered: an agent is rung; calling_back: the number is.",
     [](const AskedCallback& c) {
       return EnumWord(*queue_pb::TicketState_descriptor(), c.state());
     }},
    {"position", kInteger, "Place among those who wait, from 1; 0: not due, or no longer waiting.",
     [](const AskedCallback& c) { return Json(c.position()); }},
    {"notBefore", kTime.OrNull(), "When it is due; null: at its turn.",
     [](const AskedCallback& c) {
       return c.has_callback_not_before() ? TimeJson(c.callback_not_before()) : Json();
     }},
    {"askedAt", kTime.OrNull(), "Asked for.",
     [](const AskedCallback& c) {
       return c.has_callback_ask_time() ? TimeJson(c.callback_ask_time()) : Json();
     }},
    {"attempts", kInteger, "Calls made so far.",
     [](const AskedCallback& c) { return Json(c.callback_attempts()); }},
    {"priority", kInteger, "Higher goes first.",
     [](const AskedCallback& c) { return Json(c.priority()); }},
    {"agentId", kText.OrNull(), "Agent who is rung, or there.",
     [](const AskedCallback& c) { return TextOrNull(c.agent_id()); }},
});
const Table<AskedCallback>& AskedCallbackTable() {
  static const Table<AskedCallback> kTable("Callback", kAskedCallbackRows);
  return kTable;
}

WaitingCall WaitingCallOf(const Request& request) {
  return {.call_id = request.path.find("callId")->second, .queue_id = request.Id()};
}

Result<Reply> ListWaiting(Context& context, const Request& request) {
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

Result<Topic> WatchWaiting(Context& context, const Request& request) {
  auto known = ReadView(context, {SourceKind::kQueues}, [id = request.Id()](const World& world) {
    const auto places = PlacesIn(world, QueueId(id));
    return places ? Result<Reply>(Reply{}) : Result<Reply>(Fail(places.error()));
  });
  if (!known) return Fail(std::move(known.error()));
  return Topic{TopicKind::kQueueCalls, request.Id()};
}

Result<Reply> AssignWaiting(Context& context, const Request& request) {
  const auto call = context.calls->Assign(
      {.request_id = request.request_id,
       .who = WaitingCallOf(request),
       .agent = request.body["agentId"].get<std::string>(),
       .override_rules = Get<bool>(request.body, "override").value_or(false)});
  if (!call) return Fail(call.error());
  return Reply{.data = CallTable()(*call)};
}

Result<Reply> ChangeWaiting(Context& context, const Request& request) {
  const auto place = context.calls->SetPriority({.request_id = request.request_id,
                                                 .who = WaitingCallOf(request),
                                                 .priority = request.body["priority"].get<int>()});
  if (!place) return Fail(place.error());
  return Reply{.data = QueuedCallTable()(*place)};
}

Result<Reply> RequeueWaiting(Context& context, const Request& request) {
  const auto call =
      context.calls->Requeue({.request_id = request.request_id,
                              .who = WaitingCallOf(request),
                              .to_queue = Get<std::string>(request.body, "queueId").value_or(""),
                              .priority = Get<int>(request.body, "priority")});
  if (!call) return Fail(call.error());
  return Reply{.data = CallTable()(*call)};
}

Result<Reply> RemoveWaiting(Context& context, const Request& request) {
  const WaitingCall who = WaitingCallOf(request);
  const auto done = context.calls->Remove({.request_id = request.request_id, .who = who});
  if (!done) return Fail(done.error());
  return Reply{.data = GoneTable()(who.call_id)};
}

Result<Reply> AskForCallback(Context& context, const Request& request) {
  CallbackOrder order{.request_id = request.request_id,
                      .queue_id = request.Id(),
                      .number = request.body["number"].get<std::string>(),
                      .priority = Get<int>(request.body, "priority").value_or(0)};
  if (const auto text = Get<std::string>(request.body, "notBefore")) {
    const auto time = ParseTime(*text);
    if (!time) return InvalidField("notBefore", "must be a time like 2026-11-21T09:00:00Z");
    if (*time > context.clock->Now().wall + kLongestAhead) {
      return InvalidField("notBefore", "must be at most 7 days ahead");
    }
    order.not_before = *time;
  }
  const auto place = context.calls->CreateCallback(order);
  if (!place) return Fail(place.error());
  return Reply{.data = QueuedCallTable()(*place)};
}

// From the queue itself: the live view has those with a place alone.
Result<Reply> ListCallbacks(Context& context, const Request& request) {
  queue_pb::ListTicketsRequest list;
  list.set_queue_id(request.Id());
  list.set_callbacks(true);
  for (const auto state : {queue_pb::TICKET_STATE_CALLBACK, queue_pb::TICKET_STATE_OFFERED,
                           queue_pb::TICKET_STATE_CALLING_BACK}) {
    list.add_states(state);
  }
  SetPage(request.query, &list);
  auto page = Call(context, kListTickets, list);
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = AskedCallbackTable().Each(page->tickets())};
  reply.beside["nextPageToken"] = page->next_page_token();
  return reply;
}

}  // namespace

std::span<const Route> QueueCallRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 8> kRoutes{{
      {{kGet, "/api/v1/queues/:id/calls", Role::kViewer,
        "Waiting callers and callbacks, first served first."},
       {.handle = ListWaiting, .query = PageQuery(), .answer = kList<QueuedCallTable>}},
      {{kGet, "/api/v1/queues/:id/calls/watch", Role::kViewer,
        "The first 1,000 of them whenever they change."},
       {.events = WatchWaiting, .answer = kList<QueuedCallTable>}},
      {{kPost, "/api/v1/queues/:id/calls/:callId/assign", Role::kSupervisor,
        "Gives a waiting caller to an agent past all routing rules."},
       {.handle = AssignWaiting,
        .body = kAssignBody,
        .audit_field = "agentId",
        .answer = kOne<CallTable>}},
      {{kPatch, "/api/v1/queues/:id/calls/:callId", Role::kSupervisor,
        "Changes the priority of a waiting caller or callback."},
       {.handle = ChangeWaiting,
        .body = kPlaceBody,
        .audit_field = "priority",
        .answer = kOne<QueuedCallTable>}},
      {{kPost, "/api/v1/queues/:id/calls/:callId/requeue", Role::kSupervisor,
        "Puts a waiting caller back to the old place, or into another queue with the wait so far."},
       {.handle = RequeueWaiting,
        .body = kRequeueBody,
        .audit_field = "queueId",
        .audit_answer = "priority",
        .answer = kOne<CallTable>}},
      {{kDelete, "/api/v1/queues/:id/calls/:callId", Role::kSupervisor,
        "Hangs a waiting caller up, or forgets a callback."},
       {.handle = RemoveWaiting, .answer = kOne<GoneTable>}},
      {{kGet, "/api/v1/queues/:id/callbacks", Role::kViewer,
        "Callbacks, due or not: first served first, then by when they are due."},
       {.handle = ListCallbacks, .query = PageQuery(), .answer = kList<AskedCallbackTable>}},
      {{kPost, "/api/v1/queues/:id/callbacks", Role::kSupervisor,
        "Lets the queue call a number when its turn comes."},
       {.handle = AskForCallback,
        .body = kCallbackBody,
        .success = 201,
        .audit_field = "number",
        .audit_answer = "id",
        .answer = kOne<QueuedCallTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
