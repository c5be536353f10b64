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
  auto piece = parts_.recordings.Read(in->recording_id(), in->offset(), *length);
  if (!piece) return FinishNow(context, piece.error());
  out->set_chunk(std::move(piece->bytes));
  out->set_size_bytes(piece->size);
  return FinishNow(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* SipEdgeRpc::DeleteRecording(Context* context,
                                                      const v1::DeleteRecordingRequest* in,
                                                      v1::DeleteRecordingResponse*) {
  if (auto caller = Authorize(*context, parts_.tokens, auth::Role::kAdmin); !caller) {
    return FinishNow(context, caller.error());
  }
  if (auto deleted = parts_.recordings.Delete(in->recording_id()); !deleted) {
    return FinishNow(context, deleted.error());
  }
  return FinishNow(context, grpc::Status::OK);
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
