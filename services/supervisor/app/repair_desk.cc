#include "services/supervisor/app/repair_desk.h"

#include <algorithm>

namespace callfleet::supervisor {

void RepairDesk::Put(const std::vector<RepairRow>& repairs) {
  const std::lock_guard lock(mutex_);
  std::vector<RepairRow> news;
  for (const auto& repair : repairs) {
    const bool known =
        std::ranges::any_of(newest_, [&](const RepairRow& other) { return other.id == repair.id; });
    if (known) continue;
    news.push_back(repair);
    newest_.push_back(repair);
  }
  if (news.empty()) return;
  std::ranges::stable_sort(newest_, {}, &RepairRow::time);
  while (newest_.size() > kAtHand) newest_.pop_front();
  TellAll(news);
}

void RepairDesk::TellAll(const std::vector<RepairRow>& news) {
  for (auto& one : watching_) {
    ViewUpdate update{.seq = ++seq_, .snapshot = one.needs_snapshot};
    update.repairs =
        one.needs_snapshot ? std::vector<RepairRow>(newest_.begin(), newest_.end()) : news;
    if (!update.snapshot && update.empty()) continue;
    one.needs_snapshot =
        !one.watcher->OnUpdate(std::make_shared<const ViewUpdate>(std::move(update)));
  }
}

void RepairDesk::Watch(const Topic& /*topic*/, std::shared_ptr<Watcher> watcher) {
  const std::lock_guard lock(mutex_);
  watching_.push_back({std::move(watcher)});
  TellAll({});
}

void RepairDesk::Unwatch(const std::shared_ptr<Watcher>& watcher) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watching_, [&](const Watching& one) { return one.watcher == watcher; });
}

void RepairDesk::Stop() {
  const std::lock_guard lock(mutex_);
  watching_.clear();
}

}  // namespace callfleet::supervisor
