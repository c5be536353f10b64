#include "services/supervisor/adapters/campaign_convert.h"

#include "services/supervisor/adapters/lookups.h"

namespace callfleet::supervisor {
namespace {

namespace dialer_pb = callfleet::dialer::v1;

std::string StateName(dialer_pb::CampaignState state) {
  return WithoutPrefix(dialer_pb::CampaignState_Name(state), "CAMPAIGN_STATE_");
}

}  // namespace

CampaignFact ToFact(const dialer_pb::Campaign& campaign) {
  return {.id = CampaignId(campaign.campaign_id()),
          .name = campaign.name(),
          .state = StateName(campaign.state()),
          .caller_id = campaign.caller_id_number()};
}

void AddFigures(const dialer_pb::CampaignStats& stats, CampaignFact* fact) {
  fact->state = StateName(stats.state());
  fact->wait_reason =
      stats.wait_reason() == dialer_pb::WAIT_REASON_UNSPECIFIED
          ? ""
          : WithoutPrefix(dialer_pb::WaitReason_Name(stats.wait_reason()), "WAIT_REASON_");
  fact->leads_total = stats.leads_total();
  fact->leads_queued = stats.leads_queued();
  fact->leads_dialing = stats.leads_dialing();
  fact->leads_final = stats.leads_final();
  fact->attempts = stats.attempts();
  fact->calls_connected = stats.calls_connected();
  fact->live_calls = static_cast<std::uint64_t>(stats.live_calls_size());
}

}  // namespace callfleet::supervisor
