#pragma once
// Those who watch campaigns: newest figures and call events, in order.
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "callfleet/dialer/v1/dialer_service.grpc.pb.h"
#include "common/clock/timers.h"
#include "common/grpc_server/out_stream.h"
#include "common/grpc_server/streams.h"
#include "services/dialer/ports/campaign_watchers.h"

namespace callfleet::dialer {

// Thread safe. Timers and streams outlive it.
class WatchHub final : public CampaignWatchers {
 public:
  using Response = callfleet::dialer::v1::WatchCampaignResponse;
  static constexpr std::size_t kMostWatchers = 1000;

  explicit WatchHub(Timers* timers);
  ~WatchHub() override;

  void OnView(const CampaignView& view) override;
  void OnNews(const CampaignId& campaign, const TrunkId& trunk, const News& news) override;

  // A new watcher with the newest figures; an empty id watches all campaigns.
  grpc::ServerWriteReactor<Response>* Open(const CampaignId& campaign,
                                           grpc_server::Streams* streams);

 private:
  struct Watchers;
  std::shared_ptr<Watchers> watchers_;
};

}  // namespace callfleet::dialer
