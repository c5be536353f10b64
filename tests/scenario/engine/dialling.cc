// Agents whose phones dial: codes for their own state, numbers outside, queues, colleagues,
// nonsense.
#include <array>

#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

namespace {
constexpr const char* kOutside = "+1780";
}

void World::AddOutsideNumbers() {
  queue::Route route;
  route.number = kOutside;
  route.match = queue::RouteMatch::kPrefix;
  route.destination = queue::ToNumber{.trunk = TrunkId("trunk"), .number = {}};
  house_.queue_tables.AddRoute(route);
}

void World::NextDial() {
  if (scenario_.dials <= 0) return;
  const auto mean = MonoDuration(static_cast<std::int64_t>(3.6e9 / scenario_.dials));
  kernel_.After(kernel_.Exponential(mean), "dial", [this] {
    if (people_.calm) return;
    DialOne();
    NextDial();
  });
}

void World::DialOne() {
  const auto& person = people_.all()[kernel_.Below(people_.all().size())];
  if (person.machine || person.agent.empty()) return;
  const std::string number = NumberToDial();
  const bool dialled = house_.far.Dial(person.phone, number);
  if (dialled && number.starts_with(kOutside)) outside_.insert(number);
}

// A number outside is dialled once: it rings once at most.
std::string World::NumberToDial() {
  static constexpr std::array kCodes{"*01", "*02",   "*03", "*04", "*04*12",
                                     "*05", "*06*1", "*0",  "*9"};
  switch (kernel_.Below(8)) {
    case 0:
    case 1:
      return kCodes[kernel_.Below(kCodes.size())];
    case 2:
      return NumberToCall();
    case 3:
      return "4711";
    default:
      return kOutside + std::to_string(1'000'000 + ++dialled_);
  }
}

}  // namespace callfleet::engine
