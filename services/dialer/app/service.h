#pragma once
// The engine of the dialer on whatever ports it is given: main gives it the real ones, a scenario
// its own.
#include <caf/all.hpp>

#include <functional>
#include <memory>

#include "common/agent_pool_actor/pools.h"
#include "common/logging/logger.h"
#include "services/dialer/actors/campaign_desk.h"

namespace callfleet::dialer {

// All outlive the service. Calls (`calls`) may need the service's inbox: they start after Build.
struct ServicePorts {
  CampaignStore* store;
  CallControl* calls;
  Timers* timers;
  CampaignWatchers* watchers;
  const Clock* clock;
  const ZoneRules* zones;
  agent_pool::MakePoolLink make_pool_link;
};

class Service {
 public:
  Service(ServicePorts ports, caf::actor_system& system, const logging::Logger& log);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  CampaignDesk& desk() { return *desk_; }
  // Nothing new; `closed` is called once, on any thread, when what was not dialled is given back
  // and all is written. Calls go on.
  void Close(std::function<void()> closed);
  // Ends the actors. What is written stays; live calls go on without us until a successor adopts
  // them.
  void Stop();
  void Kill() { Stop(); }  // Nothing here waits for anything.

 private:
  // Campaigns and pools know each other; the pools come first and get the desk when it is there.
  class LateInbox final : public CampaignInbox {
   public:
    void Send(const CampaignId& campaign, Event event) override {
      if (desk != nullptr) desk->Send(campaign, std::move(event));
    }
    CampaignDesk* desk = nullptr;
  };

  LateInbox inbox_;
  std::unique_ptr<agent_pool::Pools> pools_;
  std::unique_ptr<CampaignDesk> desk_;
};

std::unique_ptr<Service> Build(ServicePorts ports, caf::actor_system& system,
                               const logging::Logger& log);

}  // namespace callfleet::dialer
