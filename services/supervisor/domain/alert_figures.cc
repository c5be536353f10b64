#include "services/supervisor/domain/alert_figures.h"

#include <algorithm>
#include <set>

#include "services/supervisor/domain/ratios.h"
#include "services/supervisor/domain/stats.h"

namespace callfleet::supervisor {
namespace {

struct Waiting {
  unsigned count = 0;
  double total = 0;
  double longest = 0;
};

void AddCalls(const World& world, WallTime now, std::map<std::string, Waiting>* queues,
              std::vector<AlertSample>* samples) {
  for (const auto& [id, history] : world.live_calls()) {
    const CallView call = world.View(history, now);
    const std::string subject = "call:" + call.id.str();
    if (call.state == CallViewState::kWaiting && call.queued) {
      const double wait = InSeconds(call.wait);
      samples->push_back({.figure = "call_wait_seconds",
                          .subject = subject,
                          .customer_type = call.customer_type,
                          .value = wait,
                          .grows = true});
      for (const auto& key : {std::string("all"), "queue:" + call.queue.str()}) {
        if (key == "queue:") continue;
        auto& queue = (*queues)[key];
        ++queue.count;
        queue.total += wait;
        queue.longest = std::max(queue.longest, wait);
      }
    } else if (call.connected) {
      samples->push_back({.figure = "call_duration_seconds",
                          .subject = subject,
                          .customer_type = call.customer_type,
                          .value = InSeconds(call.duration),
                          .grows = true});
    }
  }
}

std::set<std::chrono::milliseconds> Windows(const std::vector<AlertRule>& rules) {
  std::set<std::chrono::milliseconds> windows;
  for (const auto& rule : rules) {
    const AlertFigure* figure = FindFigure(rule.figure);
    if (figure != nullptr && figure->source == FigureSource::kWindow && !rule.disabled) {
      windows.insert(rule.window);
    }
  }
  return windows;
}

void AddWindow(const PerformanceRow& row, std::chrono::milliseconds window,
               std::vector<AlertSample>* samples) {
  const Figures& f = row.figures;
  const auto add = [&](const char* figure, std::optional<double> value, std::uint64_t count) {
    if (!value) return;
    samples->push_back({.figure = figure,
                        .subject = row.subject,
                        .value = *value,
                        .samples = static_cast<unsigned>(count),
                        .window = window});
  };
  // Of people who wanted an agent: a number that nobody picks up is no lost caller.
  const auto offered = f.answered + f.abandoned + f.overflowed;
  const auto over = [&](std::uint64_t part) {
    return offered == 0 ? std::nullopt
                        : std::optional(static_cast<double>(part) / static_cast<double>(offered));
  };
  add("service_level", ServiceLevels(f, std::chrono::seconds(20))[3].value, offered);
  add("answer_rate", over(f.answered), offered);
  add("abandonment_rate", over(f.abandoned), offered);
  add("outbound_abandonment_rate", OutboundAbandonmentRate(f), f.by_person);
}

}  // namespace

std::vector<AlertSample> LiveSamples(const World& world, WallTime now) {
  std::vector<AlertSample> samples;
  std::map<std::string, Waiting> queues;
  AddCalls(world, now, &queues, &samples);
  for (const auto& [subject, queue] : queues) {
    samples.push_back({.figure = "queue_depth", .subject = subject, .value = 1.0 * queue.count});
    samples.push_back({.figure = "queue_average_wait_seconds",
                       .subject = subject,
                       .value = queue.total / queue.count,
                       .grows = true});
    samples.push_back({.figure = "queue_longest_wait_seconds",
                       .subject = subject,
                       .value = queue.longest,
                       .grows = true});
  }
  const Stats stats = ReadStats(world);
  samples.push_back({.figure = "queued_over_twice_available",
                     .subject = "all",
                     .value = 1.0 * stats.queued_calls - 2.0 * stats.available_agents});
  for (const auto& [id, agent] : world.agents()) {
    const AgentView view = world.View(agent, now);
    if (!view.score) continue;
    samples.push_back({.figure = "agent_performance",
                       .subject = "agent:" + id.str(),
                       .subject_name = agent.name,
                       .value = *view.score});
  }
  return samples;
}

void CallWindow::Put(const CallRow& row) {
  if (row.kind == CallKind::kLead || !row.ended) return;
  if (const auto known = times_.find(row.id); known != times_.end()) {
    const auto call = calls_.find({known->second, row.id});
    if (call->second.rank > row.rank) return;
    calls_.erase(call);
  }
  times_[row.id] = row.counted_at;
  calls_[{row.counted_at, row.id}] = row;
  if (calls_.size() > kMaxCalls) {
    times_.erase(calls_.begin()->first.second);
    calls_.erase(calls_.begin());
  }
}

void CallWindow::Drop(WallTime now) {
  while (!calls_.empty() && calls_.begin()->first.first < now - kLongest) {
    times_.erase(calls_.begin()->first.second);
    calls_.erase(calls_.begin());
  }
}

std::vector<AlertSample> CallWindow::Samples(const std::vector<AlertRule>& rules,
                                             WallTime now) const {
  std::vector<AlertSample> samples;
  for (const auto window : Windows(rules)) {
    const PerformanceQuery query{.start = now - window, .end = now + std::chrono::microseconds(1)};
    for (const auto breakdown : {Breakdown::kNone, Breakdown::kQueue, Breakdown::kCampaign}) {
      PerformanceQuery one = query;
      one.breakdown = breakdown;
      PerformanceReport report(one);
      for (auto at = calls_.lower_bound({query.start, ""}); at != calls_.end(); ++at) {
        report.Add(at->second);
      }
      for (const auto& row : std::move(report).Rows()) AddWindow(row, window, &samples);
    }
  }
  return samples;
}

std::optional<WallTime> CallWindow::NextExit(const std::vector<AlertRule>& rules,
                                             WallTime now) const {
  std::optional<WallTime> next;
  for (const auto window : Windows(rules)) {
    const auto oldest = calls_.lower_bound({now - window, ""});
    if (oldest == calls_.end()) continue;
    const auto leaves = oldest->first.first + window + std::chrono::milliseconds(1);
    next = next ? std::min(*next, leaves) : leaves;
  }
  return next;
}

}  // namespace callfleet::supervisor
