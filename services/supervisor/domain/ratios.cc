#include "services/supervisor/domain/ratios.h"

#include <cstdio>

namespace callfleet::supervisor {
namespace {

std::optional<double> Over(double part, double whole) {
  if (whole <= 0) return std::nullopt;
  return part / whole;
}
double Count(std::uint64_t count) { return static_cast<double>(count); }

std::string SecondsText(Micros time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g s", InSeconds(time));
  return text.data();
}

}  // namespace

double InSeconds(Micros time) { return static_cast<double>(time.count()) / 1e6; }

std::array<ServiceLevel, 4> ServiceLevels(const Figures& f, Micros threshold) {
  const std::string in = " in " + SecondsText(threshold);
  const double answered_in = Count(f.answered_in_threshold);
  const double abandoned_in = Count(f.abandoned_in_threshold);
  const double offered = Count(f.answered + f.abandoned + f.overflowed);
  return {{{1, "answered" + in + " / answered", Over(answered_in, Count(f.answered))},
           {2, "(answered + abandoned" + in + ") / (answered + abandoned)",
            Over(answered_in + abandoned_in, Count(f.answered + f.abandoned))},
           {3, "answered" + in + " / offered", Over(answered_in, offered)},
           {4, "answered" + in + " / (offered - abandoned" + in + ")",
            Over(answered_in, offered - abandoned_in)}}};
}

std::optional<double> AverageWait(const Figures& f) {
  return Over(InSeconds(f.wait), Count(f.answered));
}
std::optional<double> AverageHandle(const Figures& f) {
  return Over(InSeconds(f.handle), Count(f.handled));
}
std::optional<double> Occupancy(const Figures& f) {
  const double handle = InSeconds(f.talk + f.hold + f.wrap_up);
  return Over(handle, handle + InSeconds(f.idle));
}
std::optional<double> AnswerRate(const Figures& f) {
  return Over(Count(f.answered), Count(f.total));
}
std::optional<double> AbandonmentRate(const Figures& f) {
  return Over(Count(f.abandoned), Count(f.total));
}
std::optional<double> OutboundAbandonmentRate(const Figures& f) {
  return Over(Count(f.outbound_abandoned), Count(f.by_person));
}

}  // namespace callfleet::supervisor
