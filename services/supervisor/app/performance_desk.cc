#include "services/supervisor/app/performance_desk.h"

#include <algorithm>
#include <vector>

namespace callfleet::supervisor {

Status PerformanceDesk::Check(const PerformanceQuery& query) const {
  PerformanceQuery until_now = query;
  until_now.end = clock_->Now().wall;
  if (auto checked = CheckQuery(until_now); !checked) return checked;
  const std::lock_guard lock(mutex_);
  if (watching_.size() < kMaxWatches) return {};
  Error error{.code = ErrorCode::kResourceExhausted,
              .reason = "TOO_MANY_REPORT_WATCHES",
              .message = "As many reports as there may be are watched."};
  error.metadata["limit"] = std::to_string(kMaxWatches);
  error.retry_after = std::chrono::seconds(5);
  return Fail(std::move(error));
}

void PerformanceDesk::Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) {
  auto one = std::make_shared<Watching>();
  one->watcher = std::move(watcher);
  one->query = topic.query;
  one->at_work = true;
  {
    const std::lock_guard lock(mutex_);
    watching_[one->watcher.get()] = one;
  }
  Ask(one);
}

void PerformanceDesk::Unwatch(const std::shared_ptr<Watcher>& watcher) {
  const std::lock_guard lock(mutex_);
  watching_.erase(watcher.get());
}

void PerformanceDesk::Stop() {
  const std::lock_guard lock(mutex_);
  watching_.clear();
}

void PerformanceDesk::Committed() {
  std::vector<WatchingPtr> due;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [watcher, one] : watching_) {
      one->changed = true;
      if (!std::exchange(one->at_work, true)) due.push_back(one);
    }
  }
  for (const auto& one : due) Ask(one);
}

void PerformanceDesk::Ask(const WatchingPtr& one) {
  const WallTime now = clock_->Now().wall;
  PerformanceQuery query;
  {
    const std::lock_guard lock(mutex_);
    one->changed = false;
    query = one->query;
  }
  query.end = now;
  reports_->Performance(query, [weak = weak_from_this(), one, now](Result<Report> report) {
    if (const auto self = weak.lock()) self->OnReport(one, now, std::move(report));
  });
}

void PerformanceDesk::OnReport(const WatchingPtr& one, WallTime asked, Result<Report> report) {
  {
    const std::lock_guard lock(mutex_);
    if (!watching_.contains(one->watcher.get())) return;
    if (report) {
      Tell(one.get(), std::move(*report));
    } else {
      one->changed = true;  // The database is away: again after the pause.
    }
  }
  const auto took = clock_->Now().wall - asked;
  const auto pause = std::max<MonoDuration>(
      kLeastPause, kPauseFactor * std::chrono::duration_cast<MonoDuration>(took));
  timers_->Start(pause, [weak = weak_from_this(), one] {
    if (const auto self = weak.lock()) self->OnPauseOver(one);
  });
}

void PerformanceDesk::OnPauseOver(const WatchingPtr& one) {
  {
    const std::lock_guard lock(mutex_);
    if (!watching_.contains(one->watcher.get())) return;
    one->at_work = one->changed || one->needs_snapshot;
    if (!one->at_work) return;
  }
  Ask(one);
}

// The end of an open bucket moves on with the clock; that alone is no news.
void PerformanceDesk::Tell(Watching* one, Report report) {
  std::vector<PerformanceRow> news;
  for (auto& row : report.rows) {
    auto& known = one->told[{row.subject, row.start}];
    const bool same = !known.subject.empty() && known.figures == row.figures;
    known = row;
    if (one->needs_snapshot || !same) news.push_back(std::move(row));
  }
  if (!one->needs_snapshot && news.empty()) return;
  report.rows = std::move(news);
  ViewUpdate update{.seq = ++seq_, .snapshot = one->needs_snapshot};
  update.performance = std::move(report);
  one->needs_snapshot =
      !one->watcher->OnUpdate(std::make_shared<const ViewUpdate>(std::move(update)));
}

}  // namespace callfleet::supervisor
