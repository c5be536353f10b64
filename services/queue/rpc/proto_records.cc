#include "services/queue/rpc/proto_records.h"

#include "callfleet/queue/v1/queue_service.pb.h"
#include "services/queue/rpc/convert.h"
#include "services/queue/rpc/proto_time.h"

namespace callfleet::queue {
namespace {

template <class Payload>
EventPayload Pack(const Payload& payload, std::string id, std::string subject, WallTime at) {
  return {.id = std::move(id),
          .type = payload.GetDescriptor()->full_name(),
          .subject = std::move(subject),
          .time = at,
          .bytes = payload.SerializeAsString()};
}

// Ids are made from what they tell: a fact that is written again after a restart counts once.
struct ToEvent {
  EventPayload QueueEventOf(const Queue& queue, const std::string& id, bool deleted) const {
    v1::QueueChanged payload;
    *payload.mutable_queue() = ToProto(queue);
    payload.set_deleted(deleted);
    return Pack(payload, id, "queue:" + queue.id.str(), queue.create_time);
  }
  EventPayload operator()(const InsertQueue& write) const {
    return QueueEventOf(write.queue, "queue-created-" + write.queue.id.str(), false);
  }
  EventPayload operator()(const UpdateQueue& write) const {
    auto event = QueueEventOf(write.queue, "queue-updated-" + write.change, false);
    event.time = write.at;
    return event;
  }
  EventPayload operator()(const RemoveQueue& write) const {
    auto event = QueueEventOf(write.queue, "queue-deleted-" + write.queue.id.str(), true);
    event.time = write.at;
    return event;
  }
  EventPayload RouteEventOf(const Route& route, const std::string& change, WallTime at,
                            bool deleted) const {
    v1::RouteChanged payload;
    *payload.mutable_route() = ToProto(route);
    payload.set_deleted(deleted);
    return Pack(payload, "route-" + change, "number:" + route.number, at);
  }
  EventPayload operator()(const SaveRoute& write) const {
    return RouteEventOf(write.route, write.change, write.at, false);
  }
  EventPayload operator()(const RemoveRoute& write) const {
    return RouteEventOf(write.route, write.change, write.at, true);
  }
  EventPayload operator()(const CallRefused& refused) const {
    v1::CallRefused payload;
    payload.set_call_id(refused.call.str());
    payload.set_caller(refused.caller);
    payload.set_called(refused.called);
    payload.set_sip_code(refused.sip_code);
    payload.set_queue_id(refused.queue.str());
    payload.set_reason(refused.reason);
    Set(refused.create_time, payload.mutable_create_time());
    Set(refused.end_time, payload.mutable_end_time());
    return Pack(payload, "call-refused-" + refused.queue.str() + "-" + refused.call.str(),
                "call:" + refused.call.str(), refused.end_time);
  }
  EventPayload operator()(const SaveTicket& write) const {
    v1::TicketChanged payload;
    *payload.mutable_ticket() = ToProto(write.ticket, write.queue);
    payload.set_change(static_cast<v1::TicketStepKind>(write.change));
    payload.set_short_abandon(write.short_abandon);
    payload.set_within_threshold(write.within_threshold);
    const std::string of_owner = std::to_string(write.token) + "." + std::to_string(write.number);
    return Pack(payload, "ticket-" + write.ticket.id.str() + "-" + of_owner,
                "ticket:" + write.ticket.id.str(), write.at);
  }
  EventPayload operator()(const NoteRepair& repair) const {
    v1::Repaired payload;
    payload.set_kind(static_cast<v1::RepairKind>(repair.kind));
    payload.set_reason(repair.reason);
    payload.set_call_id(repair.call.str());
    payload.set_ticket_id(repair.ticket.str());
    return Pack(payload,
                "repair-" + repair.ticket.str() + "-" +
                    std::to_string(repair.at.time_since_epoch().count()),
                "ticket:" + repair.ticket.str(), repair.at);
  }
  EventPayload operator()(const KeepRequest&) const { return {}; }
};

}  // namespace

std::string ProtoRecords::Pack(const Queue& queue) const {
  return ToProto(queue).SerializeAsString();
}
std::string ProtoRecords::Pack(const Route& route) const {
  return ToProto(route).SerializeAsString();
}
std::string ProtoRecords::Pack(const Ticket& ticket, const QueueId& queue) const {
  return ToProto(ticket, queue).SerializeAsString();
}

std::optional<Queue> ProtoRecords::UnpackQueue(const std::string& bytes) const {
  v1::Queue queue;
  if (!queue.ParseFromString(bytes)) return std::nullopt;
  return Queue{
      .id = QueueId(queue.queue_id()),
      .settings = FromProto(queue),
      .state = queue.state() == v1::QUEUE_STATE_CLOSED ? QueueState::kClosed : QueueState::kOpen,
      .create_time = TimeOf(queue.create_time())};
}

std::optional<Route> ProtoRecords::UnpackRoute(const std::string& bytes) const {
  v1::Route route;
  if (!route.ParseFromString(bytes)) return std::nullopt;
  return FromProto(route);
}

std::optional<Ticket> ProtoRecords::UnpackTicket(const std::string& bytes) const {
  v1::Ticket ticket;
  if (!ticket.ParseFromString(bytes)) return std::nullopt;
  return FromProto(ticket);
}

EventPayload ProtoRecords::Event(const callfleet::queue::Write& write) const {
  return std::visit(ToEvent{}, write);
}

}  // namespace callfleet::queue
