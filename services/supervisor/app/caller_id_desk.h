#pragma once
// Numbers that agents call by a route with a campaign's caller id show what the campaign shows. The
// queue service places these calls and knows no campaigns, so it is told from here, where both are
// seen: what has changed within a second or two, and all again each half minute.
#include <map>
#include <mutex>
#include <string>

#include "common/grpc_server/command_worker.h"
#include "services/supervisor/domain/world.h"
#include "services/supervisor/ports/backend.h"

namespace callfleet::supervisor {

// Thread safe. `backend` outlives it.
class CallerIdDesk {
 public:
  explicit CallerIdDesk(Backend* backend) : backend_(backend) {}
  void Look(const World& world, WallTime now);  // Never blocks.

 private:
  using CallerIds = std::map<CampaignId, std::string>;
  Status Tell(const CallerIds& ids);

  Backend* backend_;
  std::mutex mutex_;
  CallerIds told_;
  WallTime look_at_{};
  WallTime again_at_{};
  bool under_way_ = false;
  grpc_server::CommandWorker worker_;  // Ends before what it uses.
};

}  // namespace callfleet::supervisor
