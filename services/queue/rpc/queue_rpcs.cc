// Queues and numbers.
#include <utility>

#include "services/queue/rpc/convert.h"
#include "services/queue/rpc/proto_time.h"
#include "services/queue/rpc/queue_service.h"
#include "services/queue/rpc/serve.h"

namespace callfleet::queue {
namespace {

// Answers with a queue, or a route, as `set` puts it into the response.
template <class Response, class T>
DeskReply<T> AnswerWith(std::shared_ptr<grpc_server::Pending<Response>> pending,
                        void (*set)(const T&, Response*)) {
  return [pending = std::move(pending), set](Result<T> value) {
    if (!value) return void(pending->Fail(value.error()));
    Response answer;
    set(*value, &answer);
    pending->Finish(std::move(answer));
  };
}

template <class Response>
void SetQueue(const Queue& queue, Response* response) {
  *response->mutable_queue() = ToProto(queue);
}
void SetNothing(const Queue&, v1::DeleteQueueResponse*) {}
void SetRouteOf(const Route& route, v1::SetRouteResponse* response) {
  *response->mutable_route() = ToProto(route);
}
void SetChanged(const std::size_t& routes, v1::SetCampaignCallerIdsResponse* response) {
  response->set_routes_changed(static_cast<std::uint32_t>(routes));
}
void SetGone(const Route&, v1::DeleteRouteResponse*) {}

// A word that only a newer release knows is no default.
Status CheckWords(const v1::Queue& queue) {
  if (!v1::QueueStrategy_IsValid(queue.strategy())) {
    return InvalidField("queue.strategy", "One of the strategies.");
  }
  if (!v1::Staffing_IsValid(queue.join_needs())) {
    return InvalidField("queue.join_needs", "NOBODY, MEMBER or READY.");
  }
  if (!v1::Staffing_IsValid(queue.stay_needs())) {
    return InvalidField("queue.stay_needs", "NOBODY, MEMBER or READY.");
  }
  return {};
}
Status CheckMatch(v1::RouteMatch match, const std::string& field) {
  if (v1::RouteMatch_IsValid(match)) return {};
  return InvalidField(field, "EXACT or PREFIX.");
}

RouteMatch MatchOf(v1::RouteMatch match) {
  return match == v1::ROUTE_MATCH_PREFIX ? RouteMatch::kPrefix : RouteMatch::kExact;
}

}  // namespace

grpc::ServerUnaryReactor* QueueRpc::CreateQueue(grpc::CallbackServerContext* context,
                                                const v1::CreateQueueRequest* request,
                                                v1::CreateQueueResponse* response) {
  return Serve<v1::CreateQueueResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        if (auto valid = CheckWords(request->queue()); !valid) {
          return void(pending->Fail(valid.error()));
        }
        parts_.desk->Create(RequestId(request->request_id()), FromProto(request->queue()),
                            AnswerWith<v1::CreateQueueResponse, Queue>(pending, SetQueue));
      });
}

grpc::ServerUnaryReactor* QueueRpc::GetQueue(grpc::CallbackServerContext* context,
                                             const v1::GetQueueRequest* request,
                                             v1::GetQueueResponse* response) {
  return Serve<v1::GetQueueResponse>(context, *parts_.tokens, response, nullptr, [&](auto pending) {
    parts_.desk->Get(QueueId(request->queue_id()),
                     AnswerWith<v1::GetQueueResponse, Queue>(pending, SetQueue));
  });
}

grpc::ServerUnaryReactor* QueueRpc::ListQueues(grpc::CallbackServerContext* context,
                                               const v1::ListQueuesRequest* request,
                                               v1::ListQueuesResponse* response) {
  return Serve<v1::ListQueuesResponse>(
      context, *parts_.tokens, response, nullptr, [&](auto pending) {
        const auto size = PageSize(request->page_size());
        if (!size) return void(pending->Fail(FaultyPage()));
        parts_.desk->List(request->page_token(), *size, [pending](Result<Directory::Page> page) {
          if (!page) return void(pending->Fail(page.error()));
          v1::ListQueuesResponse answer;
          for (const auto& queue : page->queues) *answer.add_queues() = ToProto(queue);
          answer.set_next_page_token(page->next);
          pending->Finish(std::move(answer));
        });
      });
}

grpc::ServerUnaryReactor* QueueRpc::UpdateQueue(grpc::CallbackServerContext* context,
                                                const v1::UpdateQueueRequest* request,
                                                v1::UpdateQueueResponse* response) {
  return Serve<v1::UpdateQueueResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        if (auto valid = CheckWords(request->queue()); !valid) {
          return void(pending->Fail(valid.error()));
        }
        parts_.desk->Update(QueueId(request->queue().queue_id()), FromProto(request->queue()),
                            AnswerWith<v1::UpdateQueueResponse, Queue>(pending, SetQueue));
      });
}

grpc::ServerUnaryReactor* QueueRpc::DeleteQueue(grpc::CallbackServerContext* context,
                                                const v1::DeleteQueueRequest* request,
                                                v1::DeleteQueueResponse* response) {
  return Serve<v1::DeleteQueueResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        parts_.desk->Remove(QueueId(request->queue_id()),
                            AnswerWith<v1::DeleteQueueResponse, Queue>(pending, SetNothing));
      });
}

grpc::ServerUnaryReactor* QueueRpc::SetQueueState(grpc::CallbackServerContext* context,
                                                  const v1::SetQueueStateRequest* request,
                                                  v1::SetQueueStateResponse* response) {
  return Serve<v1::SetQueueStateResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        if (request->state() != v1::QUEUE_STATE_OPEN &&
            request->state() != v1::QUEUE_STATE_CLOSED) {
          return void(pending->Fail(InvalidField("state", "OPEN or CLOSED.").value()));
        }
        parts_.desk->SetState(QueueId(request->queue_id()),
                              static_cast<QueueState>(request->state()),
                              AnswerWith<v1::SetQueueStateResponse, Queue>(pending, SetQueue));
      });
}

grpc::ServerUnaryReactor* QueueRpc::SetRoute(grpc::CallbackServerContext* context,
                                             const v1::SetRouteRequest* request,
                                             v1::SetRouteResponse* response) {
  return Serve<v1::SetRouteResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        if (auto valid = CheckMatch(request->route().match(), "route.match"); !valid) {
          return void(pending->Fail(valid.error()));
        }
        parts_.desk->SetRoute(FromProto(request->route()),
                              AnswerWith<v1::SetRouteResponse, Route>(pending, SetRouteOf));
      });
}

grpc::ServerUnaryReactor* QueueRpc::SetCampaignCallerIds(
    grpc::CallbackServerContext* context, const v1::SetCampaignCallerIdsRequest* request,
    v1::SetCampaignCallerIdsResponse* response) {
  return Serve<v1::SetCampaignCallerIdsResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        constexpr int kMost = 10'000;
        std::map<CampaignId, std::string> ids;
        for (const auto& one : request->caller_ids()) {
          const bool shown = one.caller_id().empty() || IsE164(one.caller_id());
          const bool named = !one.campaign_id().empty() && one.campaign_id().size() <= 64;
          if (!named || !shown || request->caller_ids_size() > kMost) {
            return void(pending->Fail(
                InvalidField("caller_ids", "At most 10,000, each of a campaign and E.164 or empty.")
                    .value()));
          }
          ids[CampaignId(one.campaign_id())] = one.caller_id();
        }
        parts_.desk->SetCallerIds(
            std::move(ids),
            AnswerWith<v1::SetCampaignCallerIdsResponse, std::size_t>(pending, SetChanged));
      });
}

grpc::ServerUnaryReactor* QueueRpc::DeleteRoute(grpc::CallbackServerContext* context,
                                                const v1::DeleteRouteRequest* request,
                                                v1::DeleteRouteResponse* response) {
  return Serve<v1::DeleteRouteResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        if (auto valid = CheckMatch(request->match(), "match"); !valid) {
          return void(pending->Fail(valid.error()));
        }
        parts_.desk->RemoveRoute(request->number(), MatchOf(request->match()),
                                 AnswerWith<v1::DeleteRouteResponse, Route>(pending, SetGone));
      });
}

grpc::ServerUnaryReactor* QueueRpc::ListRoutes(grpc::CallbackServerContext* context,
                                               const v1::ListRoutesRequest* request,
                                               v1::ListRoutesResponse* response) {
  return Serve<v1::ListRoutesResponse>(
      context, *parts_.tokens, response, nullptr, [&](auto pending) {
        const auto size = PageSize(request->page_size());
        if (!size) return void(pending->Fail(FaultyPage()));
        parts_.desk->ListRoutes(request->page_token(), *size,
                                [pending](Result<NumberPlan::Page> page) {
                                  if (!page) return void(pending->Fail(page.error()));
                                  v1::ListRoutesResponse answer;
                                  for (const auto& route : page->routes) {
                                    *answer.add_routes() = ToProto(route);
                                  }
                                  answer.set_next_page_token(page->next);
                                  pending->Finish(std::move(answer));
                                });
      });
}

grpc::ServerUnaryReactor* QueueRpc::ResolveNumber(grpc::CallbackServerContext* context,
                                                  const v1::ResolveNumberRequest* request,
                                                  v1::ResolveNumberResponse* response) {
  return Serve<v1::ResolveNumberResponse>(
      context, *parts_.tokens, response, nullptr, [&](auto pending) {
        if (request->number().empty() || request->number().size() > 64) {
          return void(pending->Fail(InvalidField("number", "1 to 64 characters.").value()));
        }
        std::optional<WallTime> at;
        if (request->has_time()) at = TimeOf(request->time());
        parts_.desk->Resolve(request->number(), at, [pending](Result<Decision> decision) {
          if (!decision) return void(pending->Fail(decision.error()));
          v1::ResolveNumberResponse answer;
          if (decision->route) *answer.mutable_route() = ToProto(*decision->route);
          ToProto(decision->destination, answer.mutable_destination());
          answer.set_reason(decision->reason);
          pending->Finish(std::move(answer));
        });
      });
}

}  // namespace callfleet::queue
