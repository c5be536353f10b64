#pragma once
// The gRPC face: convert, ask desk and book, answer when they answer. Handlers run on gRPC's
// threads and never block.
#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "services/dialer/rpc/desk_access.h"

namespace callfleet::dialer {

// One method an rpc of dialer.v1; campaigns in campaign_rpcs.cc, the rest in lead_rpcs.cc and
// stream_rpcs.cc.
class DialerRpc final : public v1::DialerService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext*;
  using Reactor = grpc::ServerUnaryReactor*;

  explicit DialerRpc(RpcParts parts) : parts_(parts) {}
  // Before the server starts: the watches are its streams.
  void UseStreams(grpc_server::Streams* streams) { streams_ = streams; }

  Reactor CreateCampaign(Context, const v1::CreateCampaignRequest*,
                         v1::CreateCampaignResponse*) override;
  Reactor GetCampaign(Context, const v1::GetCampaignRequest*, v1::GetCampaignResponse*) override;
  Reactor ListCampaigns(Context, const v1::ListCampaignsRequest*,
                        v1::ListCampaignsResponse*) override;
  Reactor UpdateCampaign(Context, const v1::UpdateCampaignRequest*,
                         v1::UpdateCampaignResponse*) override;
  Reactor DeleteCampaign(Context, const v1::DeleteCampaignRequest*,
                         v1::DeleteCampaignResponse*) override;
  Reactor StartCampaign(Context, const v1::StartCampaignRequest*,
                        v1::StartCampaignResponse*) override;
  Reactor PauseCampaign(Context, const v1::PauseCampaignRequest*,
                        v1::PauseCampaignResponse*) override;
  Reactor ResumeCampaign(Context, const v1::ResumeCampaignRequest*,
                         v1::ResumeCampaignResponse*) override;
  Reactor StopCampaign(Context, const v1::StopCampaignRequest*, v1::StopCampaignResponse*) override;
  Reactor DrainCampaign(Context, const v1::DrainCampaignRequest*,
                        v1::DrainCampaignResponse*) override;
  grpc::ServerReadReactor<v1::UploadLeadsRequest>* UploadLeads(Context,
                                                               v1::UploadLeadsResponse*) override;
  Reactor ListLeads(Context, const v1::ListLeadsRequest*, v1::ListLeadsResponse*) override;
  Reactor GetLead(Context, const v1::GetLeadRequest*, v1::GetLeadResponse*) override;
  Reactor ListAttempts(Context, const v1::ListAttemptsRequest*, v1::ListAttemptsResponse*) override;
  Reactor GetCampaignStats(Context, const v1::GetCampaignStatsRequest*,
                           v1::GetCampaignStatsResponse*) override;
  grpc::ServerWriteReactor<v1::WatchCampaignResponse>* WatchCampaign(
      Context, const v1::WatchCampaignRequest*) override;
  Reactor SteerCall(Context, const v1::SteerCallRequest*, v1::SteerCallResponse*) override;
  Reactor AddSuppressions(Context, const v1::AddSuppressionsRequest*,
                          v1::AddSuppressionsResponse*) override;
  Reactor RemoveSuppressions(Context, const v1::RemoveSuppressionsRequest*,
                             v1::RemoveSuppressionsResponse*) override;
  Reactor ListSuppressions(Context, const v1::ListSuppressionsRequest*,
                           v1::ListSuppressionsResponse*) override;
  grpc::ServerReadReactor<v1::UploadSuppressionsRequest>* UploadSuppressions(
      Context, v1::UploadSuppressionsResponse*) override;
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      Context, const v1::WatchEventsRequest*) override;
  Reactor AcknowledgeEvents(Context, const v1::AcknowledgeEventsRequest*,
                            v1::AcknowledgeEventsResponse*) override;

 private:
  template <class Response>
  Reactor Turn(Context context, const std::string& campaign, CampaignEvent verb,
               Response* response);

  RpcParts parts_;
  grpc_server::Streams* streams_ = nullptr;
};

}  // namespace callfleet::dialer
