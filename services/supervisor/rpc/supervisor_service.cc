#include "services/supervisor/rpc/supervisor_service.h"

#include <algorithm>
#include <array>

#include "services/supervisor/domain/readiness.h"
#include "services/supervisor/rpc/convert.h"
#include "services/supervisor/rpc/history_convert.h"
#include "services/supervisor/rpc/later.h"
#include "services/supervisor/rpc/paging.h"
#include "services/supervisor/rpc/view_watch.h"

namespace callfleet::supervisor {
namespace {

tl::unexpected<Error> NoAgent() { return NotFound("AGENT_NOT_FOUND", "There is no such agent."); }

template <class Response, class Items, class Add>
Result<Response> PageOf(const Items& ids, int size, const std::string& token, Add add) {
  auto page = CutPage(ids, size, token);
  if (!page) return Fail(std::move(page.error()));
  Response response;
  for (const auto& id : page->ids) add(id, &response);
  response.set_next_page_token(page->next_token);
  response.set_total_size(static_cast<int>(ids.size()));
  return response;
}

std::vector<std::string> CallIds(const World& world) {
  std::vector<std::string> ids;
  for (const auto& id : LiveCallsInOrder(world, AgentId())) ids.push_back(id.str());
  return ids;
}

Result<v1::GetCallResponse> FromHistory(const Result<std::optional<CallRow>>& found) {
  if (!found) return Fail(found.error());
  if (!*found) {
    return NotFound("CALL_NOT_FOUND", "There is no such call, or its retention has ended.");
  }
  v1::GetCallResponse out;
  *out.mutable_call() = ToProto(**found);
  return out;
}

template <class Response>
Response CallsUpdate(const ViewUpdate& update) {
  Response response;
  response.set_seq(update.seq);
  response.set_snapshot(update.snapshot);
  for (const auto& call : update.calls) *response.add_calls() = ToProto(call);
  for (const auto& id : update.removed) response.add_removed_call_ids(id);
  return response;
}

template <class Response>
void AddPlace(const QueuedCallView& place, Response* response) {
  auto* to = response->add_calls();
  to->set_position(place.position);
  *to->mutable_call() = ToProto(place.call);
}

}  // namespace

template <class Response>
SupervisorRpc::Unary* SupervisorRpc::Answer(
    Context* context, Response* response, std::vector<SourceKind> needs,
    std::function<Result<Response>(const World&, WallTime)> read) {
  if (auto caller = grpc_server::Authorize(*context, *tokens_, auth::Role::kViewer); !caller) {
    return grpc_server::FinishNow(context, caller.error());
  }
  Unary* reactor = nullptr;
  auto pending = grpc_server::Pending<Response>::Open(response, &reactor);
  view_->Read([pending, needs = std::move(needs), read = std::move(read),
               now = clock_->Now().wall](const World& world) {
    if (auto ready = RequireInStep(world, needs); !ready) {
      pending->Fail(ready.error());
      return;
    }
    auto result = read(world, now);
    if (result) {
      pending->Finish(std::move(*result));
    } else {
      pending->Fail(result.error());
    }
  });
  return reactor;
}

template <class Response>
SupervisorRpc::Stream<Response>* SupervisorRpc::Watch(
    Context* context, const Topic& topic, std::function<Response(const ViewUpdate&)> convert) {
  if (auto caller = grpc_server::Authorize(*context, *tokens_, auth::Role::kViewer); !caller) {
    return grpc_server::Refuse<Stream<Response>>(caller.error());
  }
  return OpenViewWatch<Response>(view_, streams_, topic, std::move(convert));
}

SupervisorRpc::Unary* SupervisorRpc::GetStats(Context* context, const v1::GetStatsRequest*,
                                              v1::GetStatsResponse* response) {
  return Answer<v1::GetStatsResponse>(context, response, {SourceKind::kAgents, SourceKind::kCalls},
                                      [](const World& world, WallTime) {
                                        v1::GetStatsResponse out;
                                        *out.mutable_stats() = ToProto(ReadStats(world));
                                        for (const auto& source : world.OutOfStep())
                                          out.add_stale_sources(ToString(source));
                                        return Result<v1::GetStatsResponse>(std::move(out));
                                      });
}

SupervisorRpc::Unary* SupervisorRpc::ListAgents(Context* context,
                                                const v1::ListAgentsRequest* request,
                                                v1::ListAgentsResponse* response) {
  return Answer<v1::ListAgentsResponse>(
      context, response, {SourceKind::kAgents}, [in = *request](const World& world, WallTime now) {
        std::vector<std::string> ids;
        for (const AgentFact* agent : AgentsByName(world)) ids.push_back(agent->id.str());
        return PageOf<v1::ListAgentsResponse>(
            ids, in.page_size(), in.page_token(),
            [&](const std::string& id, v1::ListAgentsResponse* out) {
              *out->add_agents() = ToProto(world.View(*world.FindAgent(id), now));
            });
      });
}

SupervisorRpc::Unary* SupervisorRpc::GetAgent(Context* context, const v1::GetAgentRequest* request,
                                              v1::GetAgentResponse* response) {
  return Answer<v1::GetAgentResponse>(
      context, response, {SourceKind::kAgents},
      [id = request->agent_id()](const World& world, WallTime now) -> Result<v1::GetAgentResponse> {
        const AgentFact* agent = world.FindAgent(id);
        if (agent == nullptr) return NoAgent();
        v1::GetAgentResponse out;
        *out.mutable_agent() = ToProto(world.View(*agent, now));
        return out;
      });
}

SupervisorRpc::Unary* SupervisorRpc::ListCalls(Context* context,
                                               const v1::ListCallsRequest* request,
                                               v1::ListCallsResponse* response) {
  return Answer<v1::ListCallsResponse>(
      context, response, {SourceKind::kCalls}, [in = *request](const World& world, WallTime now) {
        return PageOf<v1::ListCallsResponse>(
            CallIds(world), in.page_size(), in.page_token(),
            [&](const std::string& id, v1::ListCallsResponse* out) {
              *out->add_calls() = ToProto(world.View(*world.FindCall(CallId(id)), now));
            });
      });
}

// A call that the live view has forgotten is found in history until its retention ends.
SupervisorRpc::Unary* SupervisorRpc::GetCall(Context* context, const v1::GetCallRequest* request,
                                             v1::GetCallResponse* response) {
  return Later<v1::GetCallResponse, v1::GetCallResponse>(
      context, *tokens_, auth::Role::kViewer, response,
      [&](std::function<void(Result<v1::GetCallResponse>)> reply) {
        view_->Read([id = request->call_id(), reply = std::move(reply), reports = reports_,
                     now = clock_->Now().wall](const World& world) {
          if (auto ready = RequireInStep(world, std::array{SourceKind::kCalls}); !ready) {
            reply(Fail(std::move(ready.error())));
          } else if (const CallHistory* call = world.FindCall(CallId(id))) {
            v1::GetCallResponse out;
            *out.mutable_call() = ToProto(world.View(*call, now));
            reply(std::move(out));
          } else {
            reports->FindCall(id, [reply](const Result<std::optional<CallRow>>& found) {
              reply(FromHistory(found));
            });
          }
        });
      },
      [](const v1::GetCallResponse& out) { return out; });
}

SupervisorRpc::Unary* SupervisorRpc::ListAgentCalls(Context* context,
                                                    const v1::ListAgentCallsRequest* request,
                                                    v1::ListAgentCallsResponse* response) {
  return Answer<v1::ListAgentCallsResponse>(
      context, response, {SourceKind::kAgents, SourceKind::kCalls},
      [id = request->agent_id()](const World& world,
                                 WallTime now) -> Result<v1::ListAgentCallsResponse> {
        const AgentFact* agent = world.FindAgent(id);
        if (agent == nullptr) return NoAgent();
        v1::ListAgentCallsResponse out;
        for (const auto& call : LiveCallsInOrder(world, agent->id)) {
          *out.add_calls() = ToProto(world.View(*world.FindCall(call), now));
        }
        return out;
      });
}

SupervisorRpc::Unary* SupervisorRpc::ListBridges(Context* context,
                                                 const v1::ListBridgesRequest* request,
                                                 v1::ListBridgesResponse* response) {
  return Answer<v1::ListBridgesResponse>(
      context, response, {SourceKind::kCalls}, [in = *request](const World& world, WallTime now) {
        std::vector<std::string> calls;
        for (const auto& id : LiveCallsInOrder(world, AgentId())) {
          if (ViewBridge(*world.FindCall(id), now)) calls.push_back(id.str());
        }
        return PageOf<v1::ListBridgesResponse>(
            calls, in.page_size(), in.page_token(),
            [&](const std::string& id, v1::ListBridgesResponse* out) {
              *out->add_bridges() = ToProto(*ViewBridge(*world.FindCall(CallId(id)), now));
            });
      });
}

SupervisorRpc::Stream<v1::WatchStatsResponse>* SupervisorRpc::WatchStats(
    Context* context, const v1::WatchStatsRequest*) {
  return Watch<v1::WatchStatsResponse>(context, {TopicKind::kStats}, [](const ViewUpdate& update) {
    v1::WatchStatsResponse response;
    response.set_seq(update.seq);
    if (update.stats) *response.mutable_stats() = ToProto(*update.stats);
    return response;
  });
}

SupervisorRpc::Stream<v1::WatchAgentsResponse>* SupervisorRpc::WatchAgents(
    Context* context, const v1::WatchAgentsRequest* request) {
  return Watch<v1::WatchAgentsResponse>(context, {TopicKind::kAgents, request->agent_id()},
                                        [](const ViewUpdate& update) {
                                          v1::WatchAgentsResponse response;
                                          response.set_seq(update.seq);
                                          response.set_snapshot(update.snapshot);
                                          for (const auto& agent : update.agents)
                                            *response.add_agents() = ToProto(agent);
                                          for (const auto& id : update.removed)
                                            response.add_removed_agent_ids(id);
                                          return response;
                                        });
}

SupervisorRpc::Stream<v1::WatchCallsResponse>* SupervisorRpc::WatchCalls(
    Context* context, const v1::WatchCallsRequest* request) {
  return Watch<v1::WatchCallsResponse>(context, {TopicKind::kCalls, request->call_id()},
                                       CallsUpdate<v1::WatchCallsResponse>);
}

SupervisorRpc::Stream<v1::WatchAgentCallsResponse>* SupervisorRpc::WatchAgentCalls(
    Context* context, const v1::WatchAgentCallsRequest* request) {
  if (request->agent_id().empty()) {
    return grpc_server::Refuse<Stream<v1::WatchAgentCallsResponse>>(
        InvalidField("agent_id", "is required").value());
  }
  return Watch<v1::WatchAgentCallsResponse>(context, {TopicKind::kAgentCalls, request->agent_id()},
                                            CallsUpdate<v1::WatchAgentCallsResponse>);
}

SupervisorRpc::Stream<v1::WatchBridgesResponse>* SupervisorRpc::WatchBridges(
    Context* context, const v1::WatchBridgesRequest*) {
  return Watch<v1::WatchBridgesResponse>(context, {TopicKind::kBridges},
                                         [](const ViewUpdate& update) {
                                           v1::WatchBridgesResponse response;
                                           response.set_seq(update.seq);
                                           response.set_snapshot(update.snapshot);
                                           for (const auto& bridge : update.bridges)
                                             *response.add_bridges() = ToProto(bridge);
                                           for (const auto& id : update.removed)
                                             response.add_removed_bridge_ids(id);
                                           return response;
                                         });
}

SupervisorRpc::Unary* SupervisorRpc::ListQueueStats(Context* context,
                                                    const v1::ListQueueStatsRequest*,
                                                    v1::ListQueueStatsResponse* response) {
  return Answer<v1::ListQueueStatsResponse>(
      context, response, {SourceKind::kQueues}, [](const World& world, WallTime) {
        v1::ListQueueStatsResponse out;
        for (const QueueFact* queue : QueuesByName(world)) *out.add_queues() = ToProto(*queue);
        return Result<v1::ListQueueStatsResponse>(std::move(out));
      });
}

SupervisorRpc::Unary* SupervisorRpc::ListQueueCalls(Context* context,
                                                    const v1::ListQueueCallsRequest* request,
                                                    v1::ListQueueCallsResponse* response) {
  return Answer<v1::ListQueueCallsResponse>(
      context, response, {SourceKind::kQueues, SourceKind::kCalls},
      [in = *request](const World& world, WallTime now) -> Result<v1::ListQueueCallsResponse> {
        if (in.queue_id().empty()) return InvalidField("queue_id", "is required");
        const auto places = PlacesIn(world, QueueId(in.queue_id()));
        if (!places) return Fail(places.error());
        std::vector<std::string> ids;
        for (const TicketFact* ticket : *places) ids.push_back(ticket->id.str());
        const auto page = CutPage(ids, in.page_size(), in.page_token());
        if (!page) return Fail(page.error());
        v1::ListQueueCallsResponse out;
        out.set_next_page_token(page->next_token);
        if (page->ids.empty()) return out;
        auto at = static_cast<std::size_t>(std::ranges::find(ids, page->ids.front()) - ids.begin());
        while (out.calls_size() < static_cast<int>(page->ids.size())) {
          const TicketFact& ticket = *(*places)[at++];
          AddPlace(ViewPlace(world, ticket, static_cast<unsigned>(at), now), &out);
        }
        return out;
      });
}

SupervisorRpc::Stream<v1::WatchQueueStatsResponse>* SupervisorRpc::WatchQueueStats(
    Context* context, const v1::WatchQueueStatsRequest*) {
  return Watch<v1::WatchQueueStatsResponse>(context, {TopicKind::kQueues},
                                            [](const ViewUpdate& update) {
                                              v1::WatchQueueStatsResponse response;
                                              response.set_seq(update.seq);
                                              response.set_snapshot(update.snapshot);
                                              for (const auto& queue : update.queues)
                                                *response.add_queues() = ToProto(queue);
                                              for (const auto& id : update.removed)
                                                response.add_removed_queue_ids(id);
                                              return response;
                                            });
}

SupervisorRpc::Stream<v1::WatchQueueCallsResponse>* SupervisorRpc::WatchQueueCalls(
    Context* context, const v1::WatchQueueCallsRequest* request) {
  if (request->queue_id().empty()) {
    return grpc_server::Refuse<Stream<v1::WatchQueueCallsResponse>>(
        InvalidField("queue_id", "is required").value());
  }
  return Watch<v1::WatchQueueCallsResponse>(context, {TopicKind::kQueueCalls, request->queue_id()},
                                            [](const ViewUpdate& update) {
                                              v1::WatchQueueCallsResponse response;
                                              response.set_seq(update.seq);
                                              if (update.queue_calls) {
                                                for (const auto& place : *update.queue_calls)
                                                  AddPlace(place, &response);
                                              }
                                              return response;
                                            });
}

}  // namespace callfleet::supervisor
