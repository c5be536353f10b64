#include <utility>

#include "services/dialer/rpc/dialer_service.h"
#include "services/dialer/rpc/serve.h"
#include "services/dialer/rpc/upload_reactor.h"

namespace callfleet::dialer {

using grpc_server::Authorize;
using grpc_server::Refuse;

grpc::ServerReadReactor<v1::UploadLeadsRequest>* DialerRpc::UploadLeads(
    Context context, v1::UploadLeadsResponse* response) {
  if (auto caller = Authorize(*context, *parts_.tokens, auth::Role::kService); !caller) {
    return Refuse<grpc::ServerReadReactor<v1::UploadLeadsRequest>>(caller.error());
  }
  return new UploadReactor<v1::UploadLeadsRequest, v1::UploadLeadsResponse>(
      response, [parts = parts_](const v1::UploadLeadsRequest& request, Uploads::Reply reply) {
        // An open campaign counts what is added; one that is being read would count it twice.
        const CampaignId id(request.begin().campaign_id());
        parts.desk->View(id, [parts, id, reply = std::move(reply)](Result<CampaignView> view) {
          if (!view) return reply(Fail(view.error()));
          parts.uploads->Leads(id, reply);
        });
      });
}

grpc::ServerReadReactor<v1::UploadSuppressionsRequest>* DialerRpc::UploadSuppressions(
    Context context, v1::UploadSuppressionsResponse* response) {
  if (auto caller = Authorize(*context, *parts_.tokens, auth::Role::kService); !caller) {
    return Refuse<grpc::ServerReadReactor<v1::UploadSuppressionsRequest>>(caller.error());
  }
  return new UploadReactor<v1::UploadSuppressionsRequest, v1::UploadSuppressionsResponse>(
      response,
      [parts = parts_](const v1::UploadSuppressionsRequest& request, Uploads::Reply reply) {
        const auto& begin = request.begin();
        const std::string region = begin.default_region().empty() ? "US" : begin.default_region();
        if (!parts.dictionary->KnownRegion(region)) {
          reply(InvalidField("begin.default_region", "is no ISO 3166 region"));
          return;
        }
        parts.uploads->Suppressions(CampaignId(begin.campaign_id()), region, std::move(reply));
      });
}

grpc::ServerWriteReactor<v1::WatchCampaignResponse>* DialerRpc::WatchCampaign(
    Context context, const v1::WatchCampaignRequest* request) {
  if (auto caller = Authorize(*context, *parts_.tokens, auth::Role::kService); !caller) {
    return Refuse<grpc::ServerWriteReactor<v1::WatchCampaignResponse>>(caller.error());
  }
  return parts_.watchers->Open(CampaignId(request->campaign_id()), streams_);
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* DialerRpc::WatchEvents(
    Context context, const v1::WatchEventsRequest* request) {
  if (auto caller = Authorize(*context, *parts_.tokens, auth::Role::kService); !caller) {
    return Refuse<grpc::ServerWriteReactor<v1::WatchEventsResponse>>(caller.error());
  }
  return parts_.events->Watch<v1::WatchEventsResponse>(streams_, request->after(),
                                                       request->consumer());
}

DialerRpc::Reactor DialerRpc::AcknowledgeEvents(Context context,
                                                const v1::AcknowledgeEventsRequest* request,
                                                v1::AcknowledgeEventsResponse* response) {
  if (auto caller = Authorize(*context, *parts_.tokens, auth::Role::kService); !caller) {
    return grpc_server::FinishNow(context, caller.error());
  }
  return parts_.events->Acknowledge(request->consumer(), request->token(), response);
}

}  // namespace callfleet::dialer
