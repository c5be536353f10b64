#pragma once
// Counts what campaigns tell, and passes it on.
#include "common/metrics/registry.h"
#include "services/dialer/ports/campaign_watchers.h"

namespace callfleet::dialer {

// Thread safe. Registry and `next` outlive it.
class MeteredWatchers final : public CampaignWatchers {
 public:
  MeteredWatchers(metrics::Registry* registry, CampaignWatchers* next)
      : calls_(registry->NewCounters({.name = "callfleet_dialer_calls_total",
                                      .help = "Call events by kind.",
                                      .labels = {"kind"}})),
        outcomes_(registry->NewCounters({.name = "callfleet_dialer_attempts_total",
                                         .help = "Attempts placed and over, by outcome.",
                                         .labels = {"outcome"}})),
        repairs_(registry->NewCounters({.name = "callfleet_dialer_repairs_total",
                                        .help = "What was put right, by kind and reason.",
                                        .labels = {"kind", "reason"}})),
        waiting_(registry->NewGauges({.name = "callfleet_dialer_campaign_waiting",
                                      .help = "1: the campaign places no call for this reason.",
                                      .labels = {"campaign_id", "reason"}})),
        next_(next) {}

  void OnView(const CampaignView& view) override {
    for (auto reason :
         {WaitReason::kAgents, WaitReason::kWindow, WaitReason::kTrunk, WaitReason::kRetry,
          WaitReason::kMaxCalls, WaitReason::kService, WaitReason::kSettings}) {
      waiting_.With({view.id.str(), Name(reason)}).Set(view.waits == reason ? 1 : 0);
    }
    next_->OnView(view);
  }
  void OnNews(const CampaignId& campaign, const TrunkId& trunk, const News& news) override {
    if (news.kind == NewsKind::kRepair) {
      repairs_.With({Name(news.repair), LabelOf(news.reason)}).Increment();
    } else {
      calls_.With({Name(news.kind)}).Increment();
    }
    if (news.outcome != Outcome::kNone) outcomes_.With({Name(news.outcome)}).Increment();
    next_->OnNews(campaign, trunk, news);
  }

 private:
  // The field that a refusal names is for people; labels are few.
  static std::string LabelOf(const std::string& reason) {
    return reason.substr(0, reason.find(':'));
  }

  metrics::Family<metrics::Counter> calls_;
  metrics::Family<metrics::Counter> outcomes_;
  metrics::Family<metrics::Counter> repairs_;
  metrics::Family<metrics::Gauge> waiting_;
  CampaignWatchers* next_;
};

}  // namespace callfleet::dialer
