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
                                         .labels = {"campaign", "outcome"},
                                         .max_series = 2000})),
        repairs_(registry->NewCounters({.name = "callfleet_dialer_repairs_total",
                                        .help = "What was put right, by kind and reason.",
                                        .labels = {"kind", "reason"}})),
        waiting_(registry->NewGauges({.name = "callfleet_dialer_campaign_waiting",
                                      .help = "1: the campaign places no call for this reason.",
                                      .labels = {"campaign", "why"},
                                      .max_series = 1000})),
        leads_(registry->NewGauges({.name = "callfleet_dialer_leads",
                                    .help = "Leads by state.",
                                    .labels = {"campaign", "state"},
                                    .max_series = 1000})),
        lines_(registry->NewGauges({.name = "callfleet_dialer_lines",
                                    .help = "Calls in progress, from the agent's ring on.",
                                    .labels = {"campaign"}})),
        answered_(registry->NewCounters({.name = "callfleet_dialer_answered_by_person_total",
                                         .help = "Calls that a person answered.",
                                         .labels = {"campaign"}})),
        abandoned_(registry->NewCounters(
            {.name = "callfleet_dialer_abandoned_total",
             .help = "Of those: no agent within 2 s, or answered after our CANCEL.",
             .labels = {"campaign"}})),
        next_(next) {}

  void OnView(const CampaignView& view) override {
    for (auto reason :
         {WaitReason::kAgents, WaitReason::kWindow, WaitReason::kTrunk, WaitReason::kRetry,
          WaitReason::kMaxCalls, WaitReason::kService, WaitReason::kSettings}) {
      waiting_.With({view.id.str(), Name(reason)}).Set(view.waits == reason ? 1 : 0);
    }
    Count(view);
    next_->OnView(view);
  }
  void OnNews(const CampaignId& campaign, const TrunkId& trunk, const News& news) override {
    if (news.kind == NewsKind::kRepair) {
      repairs_.With({Name(news.repair), LabelOf(news.reason)}).Increment();
    } else {
      calls_.With({Name(news.kind)}).Increment();
    }
    if (news.outcome != Outcome::kNone) {
      outcomes_.With({campaign.str(), Name(news.outcome)}).Increment();
    }
    next_->OnNews(campaign, trunk, news);
  }

 private:
  void Count(const CampaignView& view) {
    const std::string& id = view.id.str();
    for (const LeadState state : LeadMachine::kStates) {
      const auto count = view.counters.leads[static_cast<std::size_t>(state)];
      leads_.With({id, NameOf(state)}).Set(static_cast<double>(count));
    }
    lines_.With({id}).Set(static_cast<double>(view.calls.size()));
    answered_.With({id}).SetTotal(static_cast<double>(view.counters.answered));
    const auto abandoned = view.counters.attempts[static_cast<std::size_t>(Outcome::kAbandoned)];
    abandoned_.With({id}).SetTotal(static_cast<double>(abandoned));
  }
  static const char* NameOf(LeadState state) {
    switch (state) {
      case LeadState::kQueued:
        return "queued";
      case LeadState::kDialing:
        return "dialing";
      case LeadState::kWaiting:
        return "waiting";
      case LeadState::kCompleted:
        return "completed";
      case LeadState::kFailed:
        return "failed";
    }
    return "?";
  }
  // The field that a refusal names is for people; labels are few.
  static std::string LabelOf(const std::string& reason) {
    return reason.substr(0, reason.find(':'));
  }

  metrics::Family<metrics::Counter> calls_;
  metrics::Family<metrics::Counter> outcomes_;
  metrics::Family<metrics::Counter> repairs_;
  metrics::Family<metrics::Gauge> waiting_;
  metrics::Family<metrics::Gauge> leads_;
  metrics::Family<metrics::Gauge> lines_;
  metrics::Family<metrics::Counter> answered_;
  metrics::Family<metrics::Counter> abandoned_;
  CampaignWatchers* next_;
};

}  // namespace callfleet::dialer
