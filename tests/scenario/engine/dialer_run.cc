#include "tests/scenario/engine/dialer_run.h"

#include <utility>

#include "tests/scenario/engine/dialer_links.h"
#include "tests/scenario/engine/pool_link.h"

namespace callfleet::engine {

std::optional<dialer::LocalTime> DialerRun::OneZone::LocalAt(const std::string&,
                                                             WallTime at) const {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count();
  return dialer::LocalTime{static_cast<int>((minutes / 1440 + 3) % 7),
                           static_cast<int>(minutes % 1440)};
}

DialerRun::DialerRun(House* house, LifeRef life)
    : house_(house),
      life_(std::move(life)),
      store_(&house->dialer_tables, &house->database, life_),
      edges_(std::make_unique<dialer::Edges>(
          std::vector<dialer::MakeEdgeLink>{[this](dialer::EdgeListener* listener) {
            return std::make_unique<DialerEdgeLink>(house_, life_, listener);
          }},
          this)),
      service_(dialer::Build(
          {.store = &store_,
           .calls = edges_.get(),
           .timers = life_.get(),
           .watchers = this,
           .clock = life_.get(),
           .zones = &zones_,
           .make_pool_link =
               [house, life = life_](const PoolId& pool,
                                     std::shared_ptr<agent_pool::PoolLinkListener> listener) {
                 return std::make_unique<PoolLinkRun>(house, life, pool, "dialer",
                                                      std::move(listener));
               }},
          house->kernel->system(), house->log)) {}

DialerRun::~DialerRun() {
  life_->Kill();
  edges_->Stop();
  service_->Kill();
  house_->kernel->Settle();
}

void DialerRun::Start() {
  edges_->Start();
  TakeAll();
}

void DialerRun::TakeAll() {
  for (const auto& [id, row] : house_->dialer_tables.campaigns) service_->desk().OpenNew(id);
}

void DialerRun::Send(const CampaignId& campaign, dialer::Event event) {
  if (service_) service_->desk().Send(campaign, std::move(event));
}

void DialerRun::Turn(const CampaignId& campaign, dialer::CampaignEvent verb) {
  service_->desk().Turn(campaign, verb, [this, campaign, verb](auto view) {
    if (view || view.error().reason != "CAMPAIGN_LOADING") return;
    life_->Start(seconds(1), [this, campaign, verb] { Turn(campaign, verb); });
  });
}

}  // namespace callfleet::engine
