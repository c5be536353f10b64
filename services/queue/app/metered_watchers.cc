#include "services/queue/app/metered_watchers.h"

#include <limits>

namespace callfleet::queue {
namespace {

double Seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

metrics::FamilyOptions Named(const char* name, const char* help) {
  return {.name = std::string("callfleet_queue_") + name, .help = help, .labels = {"queue"}};
}

}  // namespace

MeteredWatchers::MeteredWatchers(metrics::Registry* registry, Watchers* next)
    : now_{.waiting = registry->NewGauges(Named("waiting", "Callers who wait.")),
           .longest_wait = registry->NewGauges(
               Named("longest_wait_seconds", "Longest wait of those who wait now.")),
           .expected_wait = registry->NewGauges(
               Named("expected_wait_seconds", "Longest of what a caller who comes now is told.")),
           .agents_ready = registry->NewGauges(Named("agents_ready", "Members who are ready.")),
           .agents_available =
               registry->NewGauges(Named("agents_available", "Ready members with a free slot."))},
      totals_{
          .offered = registry->NewCounters(Named("offered_total", "Callers taken in.")),
          .answered =
              registry->NewCounters(Named("answered_total", "Callers who talked with an agent.")),
          .answered_in_threshold = registry->NewCounters(
              Named("answered_in_threshold_total", "Of those: within T of the service level.")),
          .answered_wait = registry->NewCounters(Named(
              "answered_wait_seconds_total", "Sum of the waits of callers who were answered.")),
          .abandoned = registry->NewCounters(
              Named("abandoned_total", "Callers who left before an agent answered.")),
          .abandoned_in_threshold =
              registry->NewCounters(Named("abandoned_in_threshold_total", "Of those: within T.")),
          .short_abandoned = registry->NewCounters(
              Named("short_abandoned_total", "Of those: after a few seconds.")),
          .overflowed = registry->NewCounters(
              Named("overflowed_total", "Callers sent elsewhere by a limit.")),
          .refused =
              registry->NewCounters(Named("refused_total", "Callers refused before the answer.")),
          .callbacks = registry->NewCounters(
              Named("callbacks_total", "Callers who chose to be called back."))},
      next_(next) {}

void MeteredWatchers::OnQueue(const QueueView& view) {
  const std::string& queue = view.queue.settings.name;
  const Figures& f = view.figures;
  now_.waiting.With({queue}).Set(view.waiting);
  now_.longest_wait.With({queue}).Set(Seconds(view.longest_wait));
  now_.expected_wait.With({queue}).Set(view.expected ? Seconds(view.expected->high) : 0);
  now_.agents_ready.With({queue}).Set(view.audience ? view.audience->ready : 0);
  now_.agents_available.With({queue}).Set(view.audience ? view.audience->available : 0);
  const auto total = [&queue](const metrics::Family<metrics::Counter>& family, std::uint64_t to) {
    family.With({queue}).SetTotal(static_cast<double>(to));
  };
  total(totals_.offered, f.offered);
  total(totals_.answered, f.answered);
  total(totals_.answered_in_threshold, f.answered_in_threshold);
  totals_.answered_wait.With({queue}).SetTotal(Seconds(f.answered_wait));
  total(totals_.abandoned, f.abandoned);
  total(totals_.abandoned_in_threshold, f.abandoned_in_threshold);
  total(totals_.short_abandoned, f.short_abandoned);
  total(totals_.overflowed, f.overflowed);
  total(totals_.refused, f.refused);
  total(totals_.callbacks, f.callbacks);
  next_->OnQueue(view);
}

void MeteredWatchers::OnRemoved(const QueueId& queue) { next_->OnRemoved(queue); }

}  // namespace callfleet::queue
