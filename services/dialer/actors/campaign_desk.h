#pragma once
// All campaigns of this process: which actor has which, and how one comes back after it was lost.
#include <caf/all.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "services/dialer/actors/campaign_actor.h"
#include "services/dialer/ports/campaign_inbox.h"

namespace callfleet::dialer {

// Thread safe. Lives from before the first Open until after StopAll.
class CampaignDesk final : public CampaignInbox {
 public:
  CampaignDesk(caf::actor_system& system, CampaignPorts ports, logging::Logger log);

  // Takes the unit and works on it from then on; again after a second while that fails.
  void Open(const CampaignId& id);
  // As Open, unless it is open or being opened.
  void OpenNew(const CampaignId& id);
  // New settings, kept already. Another pool or trunk: the campaign is read anew.
  void Change(const CampaignId& id, const CampaignSettings& settings, int revision);
  void Close(const CampaignId& id);
  // Nothing new from now on; `closed` is let go once every campaign has given back what is not
  // dialled and has written what it knows. Calls go on.
  void CloseAll(const std::shared_ptr<void>& closed);
  void StopAll();
  std::size_t size() const;

  void Send(const CampaignId& campaign, Event event) override;
  // NOT_FOUND CAMPAIGN_NOT_FOUND. While the campaign is being read they wait, a hundred of them;
  // more are answered UNAVAILABLE CAMPAIGN_LOADING.
  void Turn(const CampaignId& campaign, CampaignEvent verb, ViewReply reply);
  void View(const CampaignId& campaign, ViewReply reply);
  // A call of ours, wherever its campaign is; the reply comes once.
  void SteerCall(Steer steer, std::function<void(Status)> reply);

 private:
  static constexpr std::size_t kMostWaiting = 100;
  using WithActor = std::function<void(Result<caf::actor>)>;
  struct Seat {
    caf::actor actor;  // Null while it is being read.
    PoolId pool;
    TrunkId trunk;
    std::vector<WithActor> waiting;
  };
  void Seated(const CampaignId& id, Result<CampaignModel> loaded);
  void Lost(const CampaignId& id, const Error& error);
  void OpenLater(const CampaignId& id);
  caf::actor Find(const CampaignId& id) const;  // Null: not here, or not yet.
  void WhenSeated(const CampaignId& id, WithActor then);

  caf::actor_system& system_;
  CampaignPorts ports_;
  logging::Logger log_;
  mutable std::mutex mutex_;
  std::map<CampaignId, Seat> seats_;
  bool stopped_ = false;  // Or closing: nothing is opened any more.
};

}  // namespace callfleet::dialer
