#pragma once
// One process of dialer: the real campaigns and pool sessions on simulated ways.
#include <map>
#include <memory>

#include "services/dialer/adapters/edges.h"
#include "services/dialer/app/service.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

class DialerRun final : public dialer::CampaignInbox, public dialer::CampaignWatchers {
 public:
  DialerRun(House* house, LifeRef life);
  ~DialerRun() override;  // As kill -9: what was not committed is gone.

  void Start();
  // The configuration says that it may: those that it has given up too.
  void TakeAll();
  // Until it is done: the operator asks again where nobody answers.
  void Turn(const CampaignId& campaign, dialer::CampaignEvent verb);
  const LifeRef& life() const { return life_; }
  dialer::Service& service() { return *service_; }

  void Send(const CampaignId& campaign, dialer::Event event) override;
  void OnView(const dialer::CampaignView& view) override { views[view.id] = view; }
  void OnNews(const CampaignId&, const TrunkId&, const dialer::News&) override {}

  std::map<CampaignId, dialer::CampaignView> views;

 private:
  // One zone, always in the same hour as UTC.
  class OneZone final : public dialer::ZoneRules {
   public:
    std::optional<dialer::LocalTime> LocalAt(const std::string&, WallTime at) const override;
    std::vector<std::string> ZonesOf(const std::string&) const override { return {"UTC"}; }
  };

  House* house_;
  LifeRef life_;
  OneZone zones_;
  DialerStore store_;
  std::unique_ptr<dialer::Edges> edges_;
  std::unique_ptr<dialer::Service> service_;
};

}  // namespace callfleet::engine
