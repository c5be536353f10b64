// Recordings: listed, read, deleted, and told as events.
#include <utility>

#include "common/grpc_server/authorize.h"
#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/paging.h"
#include "services/sip_edge/rpc/sip_edge_service.h"

namespace callfleet::sip_edge {

using grpc_server::Authorize;
using grpc_server::FinishNow;

grpc::ServerUnaryReactor* SipEdgeRpc::ListRecordings(Context* context,
                                                     const v1::ListRecordingsRequest* in,
                                                     v1::ListRecordingsResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kSupervisor); !caller) {
    return FinishNow(context, caller.error());
  }
  const auto size = PageSize(in->page_size());
  if (!size) return FinishNow(context, size.error());
  const auto page = parts_.recordings.List({.call = in->call_id(),
                                            .id = in->recording_id(),
                                            .page_size = *size,
                                            .token = in->page_token()});
  if (!page) return FinishNow(context, page.error());
  for (const auto& info : page->recordings) ToProto(info, parts_.hub.edge(), out->add_recordings());
  out->set_next_page_token(page->next_token);
  return FinishNow(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* SipEdgeRpc::ReadRecording(Context* context,
                                                    const v1::ReadRecordingRequest* in,
                                                    v1::ReadRecordingResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kSupervisor); !caller) {
    return FinishNow(context, caller.error());
  }
  const auto length = PieceLength(in->length());
  if (!length) return FinishNow(context, length.error());
  return OfFile<v1::ReadRecordingResponse>(
      out, [this, id = in->recording_id(), offset = in->offset(), length = *length] {
        return PieceOf<v1::ReadRecordingResponse>(parts_.recordings.Read(id, offset, length));
      });
}

grpc::ServerUnaryReactor* SipEdgeRpc::DeleteRecording(Context* context,
                                                      const v1::DeleteRecordingRequest* in,
                                                      v1::DeleteRecordingResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kAdmin); !caller) {
    return FinishNow(context, caller.error());
  }
  return OfFile<v1::DeleteRecordingResponse>(
      out, [this, id = in->recording_id()]() -> Result<v1::DeleteRecordingResponse> {
        if (auto deleted = parts_.recordings.Delete(id); !deleted) return Fail(deleted.error());
        return v1::DeleteRecordingResponse();
      });
}

namespace {
Error NoDatabase() {
  return {.code = ErrorCode::kFailedPrecondition,
          .reason = "NO_DATABASE",
          .message = "this edge has no database, and so no events"};
}
}  // namespace

grpc::ServerWriteReactor<v1::WatchEventsResponse>* SipEdgeRpc::WatchEvents(
    Context* context, const v1::WatchEventsRequest* in) {
  using Reactor = grpc::ServerWriteReactor<v1::WatchEventsResponse>;
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return grpc_server::Refuse<Reactor>(caller.error());
  }
  if (parts_.events == nullptr) return grpc_server::Refuse<Reactor>(NoDatabase());
  return parts_.events->Watch<v1::WatchEventsResponse>(&parts_.streams, in->after(),
                                                       in->consumer());
}

grpc::ServerUnaryReactor* SipEdgeRpc::AcknowledgeEvents(Context* context,
                                                        const v1::AcknowledgeEventsRequest* in,
                                                        v1::AcknowledgeEventsResponse* out) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  if (parts_.events == nullptr) return FinishNow(context, NoDatabase());
  return parts_.events->Acknowledge(in->consumer(), in->token(), out);
}

}  // namespace callfleet::sip_edge
