// Tickets and figures.
#include <string>
#include <utility>

#include "services/queue/rpc/convert.h"
#include "services/queue/rpc/proto_time.h"
#include "services/queue/rpc/queue_service.h"
#include "services/queue/rpc/serve.h"

namespace callfleet::queue {
namespace {

template <class Response>
DeskReply<TicketView> AnswerTicket(std::shared_ptr<grpc_server::Pending<Response>> pending) {
  return [pending = std::move(pending)](Result<TicketView> view) {
    if (!view) return void(pending->Fail(view.error()));
    Response answer;
    *answer.mutable_ticket() = ToProto(*view);
    pending->Finish(std::move(answer));
  };
}

Result<TicketQuery> ToQuery(const v1::ListTicketsRequest& request) {
  constexpr int kMostStates = 8;
  const auto size = PageSize(request.page_size());
  if (!size) return Fail(FaultyPage());
  TicketQuery query{.after = request.page_token(), .size = *size, .callbacks = request.callbacks()};
  if (request.states_size() > kMostStates) return InvalidField("states", "At most 8.");
  for (int i = 0; i < request.states_size(); ++i) {
    const auto states = StatesOf(request.states(i));
    if (states.empty()) {
      return InvalidField("states[" + std::to_string(i) + "]", "One of the states.");
    }
    query.states.insert(states.begin(), states.end());
  }
  return query;
}

}  // namespace

grpc::ServerUnaryReactor* QueueRpc::ListTickets(grpc::CallbackServerContext* context,
                                                const v1::ListTicketsRequest* request,
                                                v1::ListTicketsResponse* response) {
  return Serve<v1::ListTicketsResponse>(
      context, *parts_.tokens, response, nullptr, [&](auto pending) {
        auto query = ToQuery(*request);
        if (!query) return void(pending->Fail(query.error()));
        parts_.tickets->List(QueueId(request->queue_id()), *std::move(query),
                             [pending](Result<TicketPage> page) {
                               if (!page) return void(pending->Fail(page.error()));
                               v1::ListTicketsResponse answer;
                               for (const auto& view : page->tickets) {
                                 *answer.add_tickets() = ToProto(view);
                               }
                               answer.set_next_page_token(page->next);
                               pending->Finish(std::move(answer));
                             });
      });
}

grpc::ServerUnaryReactor* QueueRpc::GetTicket(grpc::CallbackServerContext* context,
                                              const v1::GetTicketRequest* request,
                                              v1::GetTicketResponse* response) {
  return Serve<v1::GetTicketResponse>(
      context, *parts_.tokens, response, nullptr, [&](auto pending) {
        parts_.tickets->Get(TicketId(request->ticket_id()),
                            AnswerTicket<v1::GetTicketResponse>(pending));
      });
}

grpc::ServerUnaryReactor* QueueRpc::SetTicketPriority(grpc::CallbackServerContext* context,
                                                      const v1::SetTicketPriorityRequest* request,
                                                      v1::SetTicketPriorityResponse* response) {
  return Serve<v1::SetTicketPriorityResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        parts_.tickets->SetPriority(TicketId(request->ticket_id()), request->priority(),
                                    AnswerTicket<v1::SetTicketPriorityResponse>(pending));
      });
}

grpc::ServerUnaryReactor* QueueRpc::ForceAssign(grpc::CallbackServerContext* context,
                                                const v1::ForceAssignRequest* request,
                                                v1::ForceAssignResponse* response) {
  return Serve<v1::ForceAssignResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        parts_.tickets->Force(RequestId(request->request_id()), TicketId(request->ticket_id()),
                              AgentId(request->agent_id()), request->override(),
                              AnswerTicket<v1::ForceAssignResponse>(pending));
      });
}

grpc::ServerUnaryReactor* QueueRpc::RequeueTicket(grpc::CallbackServerContext* context,
                                                  const v1::RequeueTicketRequest* request,
                                                  v1::RequeueTicketResponse* response) {
  return Serve<v1::RequeueTicketResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        RequeueOrder order{.request = request->request_id(),
                           .ticket = TicketId(request->ticket_id()),
                           .to = QueueId(request->queue_id())};
        if (request->has_priority()) order.priority = request->priority();
        parts_.tickets->Requeue(std::move(order), AnswerTicket<v1::RequeueTicketResponse>(pending));
      });
}

grpc::ServerUnaryReactor* QueueRpc::RemoveTicket(grpc::CallbackServerContext* context,
                                                 const v1::RemoveTicketRequest* request,
                                                 v1::RemoveTicketResponse* response) {
  return Serve<v1::RemoveTicketResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        parts_.tickets->Remove(TicketId(request->ticket_id()),
                               AnswerTicket<v1::RemoveTicketResponse>(pending));
      });
}

grpc::ServerUnaryReactor* QueueRpc::CreateCallback(grpc::CallbackServerContext* context,
                                                   const v1::CreateCallbackRequest* request,
                                                   v1::CreateCallbackResponse* response) {
  return Serve<v1::CreateCallbackResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        CallbackOrder order{.request = request->request_id(),
                            .ticket = TicketId(request->ticket_id()),
                            .queue = QueueId(request->queue_id()),
                            .number = request->number(),
                            .priority = request->priority()};
        if (request->has_not_before()) order.not_before = TimeOf(request->not_before());
        parts_.tickets->CallBack(std::move(order),
                                 AnswerTicket<v1::CreateCallbackResponse>(pending));
      });
}

grpc::ServerUnaryReactor* QueueRpc::GetQueueStats(grpc::CallbackServerContext* context,
                                                  const v1::GetQueueStatsRequest* request,
                                                  v1::GetQueueStatsResponse* response) {
  return Serve<v1::GetQueueStatsResponse>(
      context, *parts_.tokens, response, nullptr, [&](auto pending) {
        parts_.tickets->Stats(QueueId(request->queue_id()), [pending](Result<QueueView> view) {
          if (!view) return void(pending->Fail(view.error()));
          v1::GetQueueStatsResponse answer;
          *answer.mutable_stats() = ToProto(*view);
          pending->Finish(std::move(answer));
        });
      });
}

}  // namespace callfleet::queue
