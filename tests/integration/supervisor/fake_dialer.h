#pragma once
#include <atomic>

#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "callfleet/dialer/v1/event.pb.h"
#include "tests/integration/supervisor/fake_services.h"

namespace callfleet::supervisor::test {

namespace dialer_pb = callfleet::dialer::v1;

class FakeDialer final : public dialer_pb::DialerService::Service {
 public:
  FakeDialer();
  void Close() {
    feed_.Close();
    events_.Close();
  }
  // An ended attempt in the outbox: up, bridged, over so many seconds after `created`; -1: never.
  void TellAttempt(const std::string& id, std::int64_t created, int up, int bridged, int over);
  void TellRepair(const std::string& id, std::int64_t time, const std::string& reason);
  std::string campaign = "c1";  // Of the attempts told.
  std::size_t uploaded_bytes() const { return uploaded_bytes_; }
  std::size_t uploads_broken() const { return uploads_broken_; }
  std::vector<dialer_pb::SteerCallRequest> steered;
  grpc::Status SteerCall(grpc::ServerContext*, const dialer_pb::SteerCallRequest* in,
                         dialer_pb::SteerCallResponse*) override {
    steered.push_back(*in);
    return grpc::Status::OK;
  }
  std::string last_head();  // First bytes of the last upload.

  grpc::Status CreateCampaign(grpc::ServerContext*, const dialer_pb::CreateCampaignRequest*,
                              dialer_pb::CreateCampaignResponse*) override;
  grpc::Status GetCampaign(grpc::ServerContext*, const dialer_pb::GetCampaignRequest*,
                           dialer_pb::GetCampaignResponse*) override;
  grpc::Status ListCampaigns(grpc::ServerContext*, const dialer_pb::ListCampaignsRequest*,
                             dialer_pb::ListCampaignsResponse*) override;
  grpc::Status UpdateCampaign(grpc::ServerContext*, const dialer_pb::UpdateCampaignRequest*,
                              dialer_pb::UpdateCampaignResponse*) override;
  grpc::Status DeleteCampaign(grpc::ServerContext*, const dialer_pb::DeleteCampaignRequest*,
                              dialer_pb::DeleteCampaignResponse*) override;
  grpc::Status StartCampaign(grpc::ServerContext*, const dialer_pb::StartCampaignRequest*,
                             dialer_pb::StartCampaignResponse*) override;
  grpc::Status PauseCampaign(grpc::ServerContext*, const dialer_pb::PauseCampaignRequest*,
                             dialer_pb::PauseCampaignResponse*) override;
  grpc::Status GetCampaignStats(grpc::ServerContext*, const dialer_pb::GetCampaignStatsRequest*,
                                dialer_pb::GetCampaignStatsResponse*) override;
  grpc::Status UploadLeads(grpc::ServerContext*, grpc::ServerReader<dialer_pb::UploadLeadsRequest>*,
                           dialer_pb::UploadLeadsResponse*) override;
  grpc::Status WatchCampaign(
      grpc::ServerContext* context, const dialer_pb::WatchCampaignRequest*,
      grpc::ServerWriter<dialer_pb::WatchCampaignResponse>* writer) override {
    return feed_.Serve(context, writer);
  }
  grpc::Status WatchEvents(grpc::ServerContext* context, const dialer_pb::WatchEventsRequest* in,
                           grpc::ServerWriter<dialer_pb::WatchEventsResponse>* writer) override;

 private:
  grpc::Status Change(const std::string& id, dialer_pb::Campaign* answer,
                      const std::function<grpc::Status(dialer_pb::Campaign*)>& change);

  void TellEvent(const std::string& id, std::int64_t time,
                 const google::protobuf::Message& payload);

  Feed<dialer_pb::WatchCampaignResponse> feed_;
  Feed<dialer_pb::WatchEventsResponse> events_;
  std::atomic<std::size_t> told_{0};
  std::mutex mutex_;
  std::map<std::string, dialer_pb::Campaign> campaigns_;
  std::map<std::string, std::uint64_t> leads_;
  std::string head_;
  std::atomic<std::size_t> uploaded_bytes_{0};
  std::atomic<std::size_t> uploads_broken_{0};
};

}  // namespace callfleet::supervisor::test
