// Repairs and recordings of the past, and reports as they go on.
#include "services/supervisor/rpc/history_convert.h"
#include "services/supervisor/rpc/history_rpc.h"
#include "services/supervisor/rpc/later.h"
#include "services/supervisor/rpc/paging.h"
#include "services/supervisor/rpc/view_watch.h"

namespace callfleet::supervisor {

grpc::ServerUnaryReactor* HistoryRpc::ListRepairs(grpc::CallbackServerContext* context,
                                                  const v1::ListRepairsRequest* request,
                                                  v1::ListRepairsResponse* response) {
  return Later<RepairPage, v1::ListRepairsResponse>(
      context, *tokens_, auth::Role::kViewer, response,
      [&](std::function<void(Result<RepairPage>)> reply) {
        if (request->page_size() < 0 || request->page_size() > kLargestPage) {
          reply(InvalidField("page_size", "must be 0 to 1000"));
          return;
        }
        reports_->Repairs(ToQuery(*request), std::move(reply));
      },
      [](const RepairPage& page) {
        v1::ListRepairsResponse out;
        for (const auto& repair : page.repairs) *out.add_repairs() = ToProto(repair);
        out.set_next_page_token(page.next);
        return out;
      });
}

grpc::ServerUnaryReactor* HistoryRpc::ListPastRecordings(
    grpc::CallbackServerContext* context, const v1::ListPastRecordingsRequest* request,
    v1::ListPastRecordingsResponse* response) {
  return Later<RecordingPage, v1::ListPastRecordingsResponse>(
      context, *tokens_, auth::Role::kSupervisor, response,
      [&](std::function<void(Result<RecordingPage>)> reply) {
        if (request->page_size() < 0 || request->page_size() > kLargestPage) {
          reply(InvalidField("page_size", "must be 0 to 1000"));
          return;
        }
        reports_->Recordings(ToQuery(*request), std::move(reply));
      },
      [](const RecordingPage& page) {
        v1::ListPastRecordingsResponse out;
        for (const auto& row : page.recordings) *out.add_recordings() = ToProto(row);
        out.set_next_page_token(page.next);
        return out;
      });
}

grpc::ServerWriteReactor<v1::WatchRepairsResponse>* HistoryRpc::WatchRepairs(
    grpc::CallbackServerContext* context, const v1::WatchRepairsRequest* /*request*/) {
  using Response = v1::WatchRepairsResponse;
  if (auto caller = grpc_server::Authorize(*context, *tokens_, auth::Role::kViewer); !caller) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<Response>>(caller.error());
  }
  return OpenViewWatch<Response>(ports_.repairs, streams_, {TopicKind::kRepairs},
                                 [](const ViewUpdate& update) {
                                   Response out;
                                   out.set_seq(update.seq);
                                   out.set_snapshot(update.snapshot);
                                   for (const auto& repair : update.repairs) {
                                     *out.add_repairs() = ToProto(repair);
                                   }
                                   return out;
                                 });
}

grpc::ServerWriteReactor<v1::WatchPerformanceResponse>* HistoryRpc::WatchPerformance(
    grpc::CallbackServerContext* context, const v1::WatchPerformanceRequest* request) {
  using Response = v1::WatchPerformanceResponse;
  using Reactor = grpc::ServerWriteReactor<Response>;
  if (auto caller = grpc_server::Authorize(*context, *tokens_, auth::Role::kViewer); !caller) {
    return grpc_server::Refuse<Reactor>(caller.error());
  }
  if (!request->query().has_start_time()) {
    return grpc_server::Refuse<Reactor>(InvalidField("query.start_time", "is required").value());
  }
  if (request->query().has_end_time()) {
    return grpc_server::Refuse<Reactor>(
        InvalidField("query.end_time", "must be absent: it is now, and moves on").value());
  }
  Topic topic{.kind = TopicKind::kPerformance, .query = ToQuery(request->query())};
  if (auto checked = ports_.performances->Check(topic.query); !checked) {
    return grpc_server::Refuse<Reactor>(checked.error());
  }
  return OpenViewWatch<Response>(ports_.performances, streams_, topic,
                                 [](const ViewUpdate& update) {
                                   Response out;
                                   if (update.performance) out = ToWatched(*update.performance);
                                   out.set_seq(update.seq);
                                   out.set_snapshot(update.snapshot);
                                   return out;
                                 });
}

}  // namespace callfleet::supervisor
