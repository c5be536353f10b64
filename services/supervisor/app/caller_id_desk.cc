#include "services/supervisor/app/caller_id_desk.h"

#include <chrono>
#include <utility>

#include "callfleet/queue/v1/queue_service.pb.h"

namespace callfleet::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr int kMostAtOnce = 10'000;
constexpr std::string_view kMethod = "/callfleet.queue.v1.QueueService/SetCampaignCallerIds";

}  // namespace

void CallerIdDesk::Look(const World& world, WallTime now) {
  const std::lock_guard lock(mutex_);
  if (under_way_ || now < look_at_) return;
  look_at_ = now + 1s;
  CallerIds ids;
  for (const auto& [id, campaign] : world.campaigns()) ids[id] = campaign.caller_id;
  if (ids.empty() || (ids == told_ && now < again_at_)) return;
  under_way_ = worker_.Post([this, ids = std::move(ids), now] {
    const auto done = Tell(ids);
    const std::lock_guard lock_again(mutex_);
    under_way_ = false;
    if (!done) return;  // The next look tries again.
    told_ = ids;
    again_at_ = now + 30s;
  });
}

Status CallerIdDesk::Tell(const CallerIds& ids) {
  callfleet::queue::v1::SetCampaignCallerIdsRequest request;
  for (auto next = ids.begin(); next != ids.end();) {
    auto* one = request.add_caller_ids();
    one->set_campaign_id(next->first.str());
    one->set_caller_id(next->second);
    if (++next != ids.end() && request.caller_ids_size() < kMostAtOnce) continue;
    if (auto told = backend_->Call(Service::kQueue, kMethod, request.SerializeAsString()); !told) {
      return Fail(std::move(told.error()));
    }
    request.clear_caller_ids();
  }
  return {};
}

}  // namespace callfleet::supervisor
